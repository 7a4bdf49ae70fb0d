"""styleclf.common.flags: several values in one flag."""

import argparse
import math
from typing import Annotated

import pytest

from styleclf.common import flags


@pytest.mark.parametrize(
    "kind, text, values",
    [
        (flags.Numbers, "1, 4", (1, 4)),
        (flags.Decimals, "0.5,0.25", (0.5, 0.25)),
        (flags.Decimals, "0.485", (0.485,)),
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


def test_pairs_are_names_with_a_text_each():
    assert flags.Pairs("label=Style, place=Ort,") == flags.Pairs({"label": "Style", "place": "Ort"})
    assert flags.Pairs("") == {}


@pytest.mark.parametrize("wrong", ["label", "=Style", "label=", "label=A,label=B"])
def test_what_is_no_pair_is_refused(wrong):
    with pytest.raises(ValueError, match=r"--fields (must be such as label=Style|name 'label' twice)"):
        flags.Pairs(wrong, "--fields")


def test_the_command_line_shows_the_sentence(capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=flags.Numbers)
    with pytest.raises(SystemExit):
        parser.parse_args(["--sizes", "large"])
    assert "numbers above 0, separated by commas, not 'large'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "limits, inside, outside, words",
    [
        (flags.Range(least=0, most=1), (0, 0.5, 1), (-0.1, 1.1), "from 0 to 1"),
        (flags.Range(above=0), (1e-9, 1e9), (0, -1), "above 0"),
        (flags.Range(above=0, most=90), (1, 90), (0, 91), "above 0 and at most 90"),
        (flags.Range(least=2), (2, 10**9), (1,), "of 2 or more"),
        (flags.Range(most=2), (2, -5), (3,), "of 2 or less"),
        (flags.Range(), (0, -5), (), ""),
    ],
)
def test_ranges_hold_what_their_words_say(limits, inside, outside, words):
    assert all(limits.holds(value) for value in inside) and str(limits) == words
    assert not any(limits.holds(value) for value in (*outside, math.nan, math.inf, -math.inf))


def paint(
    n: flags.Count = 1,
    share: flags.Share = 0.5,
    minutes: Annotated[float | None, flags.Range(above=0)] = None,
    name: str = "",
    **others: object,
) -> None:
    """Nothing."""


@pytest.mark.parametrize(
    "values, complaint",
    [
        ({"n": 1.5}, "n must be a whole number from 1 to 1,000,000, not 1.5"),
        ({"n": True}, "n must be a whole number .*, not True"),
        ({"n": None}, "n must be a whole number .*, not None"),
        ({"share": "much"}, "share must be a number from 0 to 1, not 'much'"),
        ({"minutes": math.nan}, "minutes must be a number above 0, not nan"),
    ],
)
def test_values_are_checked_by_the_annotations(values, complaint):
    flags.check_values(paint, {"n": 2, "share": 1, "minutes": None, "name": 3, "elsewhere": -1, "others": {}})
    with pytest.raises(ValueError, match=complaint):
        flags.check_values(paint, values)
