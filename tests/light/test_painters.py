"""light.painters: whether a painter was in a training, from hashes that do not name them."""

import pytest

from styleclf.light.painters import check_painter_hashes, hash_painters


def test_a_painter_is_recognised_however_the_name_is_written():
    painters = hash_painters(["Albrecht Dürer", "van-gogh"])
    for name in ("albrecht durer", "Dürer, Albrecht", "ALBRECHT-DURER", "Van Gogh"):
        assert name in painters
    assert "gogh" not in painters
    assert "" not in painters
    assert None not in painters


def test_no_name_and_no_common_hash_is_in_it():
    first, second = hash_painters(["gris", "braque"]), hash_painters(["gris", "braque"])
    assert first.hashes.isdisjoint(second.hashes)
    assert len(first.hashes) == 2
    assert "gris" not in str(first)


@pytest.mark.parametrize(("salt", "rounds"), [("xx", 1), ("00", 0), ("00", 10**9)])
def test_hashes_that_could_not_be_asked_are_refused(salt, rounds):
    with pytest.raises(ValueError):
        check_painter_hashes(salt, rounds)
