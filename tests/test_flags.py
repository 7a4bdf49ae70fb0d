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


@pytest.mark.parametrize(
    "kind, text, values",
    [
        (flags.Numbers, "1, 4", (1, 4)),
        (flags.Decimals, "0.5,0.25", (0.5, 0.25)),
        (flags.Names, "photo, cartoon,", ("photo", "cartoon")),
    ],
)
def test_text_and_sequences_become_the_same_tuple(kind, text, values):
    assert kind(text) == kind(values) == kind(list(values)) == values


@pytest.mark.parametrize("kind", [flags.Numbers, flags.Decimals])
@pytest.mark.parametrize("wrong", ["0", "1,x", "-1", "", "nan", (), (3, 0), (None,)])
def test_what_is_not_a_positive_number_is_refused_by_the_flags_name(kind, wrong):
    with pytest.raises(ValueError, match="--sizes must be numbers above 0, separated by commas, not"):
        kind(wrong, "--sizes")


def test_names_may_be_none_at_all():
    assert flags.Names("") == flags.Names(" , ") == flags.Names([]) == ()
