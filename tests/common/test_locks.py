"""styleclf.common.locks: two processes do not work in one folder."""

import pytest

from styleclf.common import locks


@pytest.mark.skipif(locks.fcntl is None, reason="needs locks of files")
def test_a_folder_is_left_to_whoever_works_in_it(tmp_path):
    folder = tmp_path / "cv"
    with locks.alone_in(folder, "a cross-validation"):
        refused = pytest.raises(ValueError, match=r"another process is at work on a cross-validation in .*cv: wait")
        with refused, locks.alone_in(folder, "a cross-validation"):
            pass
        with locks.alone_in(tmp_path / "other", "a cross-validation"):
            pass
    assert list(folder.iterdir()) == []
    with locks.alone_in(folder, "a cross-validation"):
        assert list(folder.iterdir())
