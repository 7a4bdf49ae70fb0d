"""styleclf.flags: several values in one flag."""

import pytest

from styleclf import flags


def test_flags_of_several_numbers():
    assert flags.numbers("1, 4", "--sizes", int) == (1, 4)
    assert flags.numbers(None, "--sizes", int) == ()
    assert flags.numbers("0.5,0.25", "--stats", float) == (0.5, 0.25)
    for wrong in ("0", "1,x", "-1", ""):
        with pytest.raises(ValueError, match="--sizes"):
            flags.numbers(wrong, "--sizes", int)


def test_flags_of_several_names():
    assert flags.names("photo, cartoon,") == ["photo", "cartoon"]
    assert flags.names(None) == flags.names("") == []
