"""styleclf.flags: several values in one flag."""

import argparse

import pytest

from styleclf import flags


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


def test_the_command_line_shows_the_sentence(capsys):
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=flags.Numbers)
    with pytest.raises(SystemExit):
        parser.parse_args(["--sizes", "large"])
    assert "numbers above 0, separated by commas, not 'large'" in capsys.readouterr().err
