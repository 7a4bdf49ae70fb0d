"""styleclf.common.several_values: several values in one flag."""

import argparse

import pytest

from styleclf.common import several_values


@pytest.mark.parametrize(
    "kind, text, values",
    [
        (several_values.Numbers, "1, 4", (1, 4)),
        (several_values.Decimals, "0.5,0.25", (0.5, 0.25)),
        (several_values.Decimals, "0.485", (0.485,)),
        (several_values.Names, "photo, cartoon,", ("photo", "cartoon")),
    ],
)
def test_text_and_sequences_become_the_same_tuple(kind, text, values):
    assert kind(text) == kind(values) == kind(list(values)) == values


@pytest.mark.parametrize("kind", [several_values.Numbers, several_values.Decimals])
@pytest.mark.parametrize("wrong", ["0", "1,x", "-1", "", "nan", (), (3, 0), (None,)])
def test_what_is_not_a_positive_number_is_refused_by_the_flags_name(kind, wrong):
    with pytest.raises(ValueError, match="--sizes must be numbers above 0, separated by commas, not"):
        kind(wrong, "--sizes")


def test_names_may_be_none_at_all():
    assert several_values.Names("") == several_values.Names(" , ") == several_values.Names([]) == ()


def test_pairs_are_names_with_a_text_each():
    assert several_values.Pairs("label=Style, place=Ort,") == several_values.Pairs({"label": "Style", "place": "Ort"})
    assert several_values.Pairs("") == {}


@pytest.mark.parametrize("wrong", ["label", "=Style", "label=", "label=A,label=B"])
def test_what_is_no_pair_is_refused(wrong):
    with pytest.raises(ValueError, match=r"--fields (must look like label=Style|name 'label' twice)"):
        several_values.Pairs(wrong, "--fields")


def test_the_command_line_shows_the_sentence(capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=several_values.Numbers)
    with pytest.raises(SystemExit):
        parser.parse_args(["--sizes", "large"])
    assert "numbers above 0, separated by commas, not 'large'" in capsys.readouterr().err
