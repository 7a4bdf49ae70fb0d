"""Flags that every recipe has, and groups of flags."""

import argparse
from pathlib import Path

from styleclf.settings.common_flags import _BASIC, common_values, group_flags
from styleclf.settings.ini import _flags_of

RECIPES = sorted((Path(__file__).parents[2] / "recipes").glob("*.py"))


def test_they_are_read_wherever_they_stand_and_before_all_others():
    values = common_values(["a.jpg", "--quiet", "--size", "3", "--settings", "mine.ini"])
    assert (values.settings, values.quiet, values.verbose) == ("mine.ini", True, False)
    assert not common_values(["--", "--quiet"]).quiet, "a file of that name"


def test_basic_flags_come_first_and_each_group_keeps_its_order():
    parser = argparse.ArgumentParser(prog="paint.py")
    for name in ("--wd", "--size", "--bs", "--images"):
        parser.add_argument(name, help="of it")
    group_flags(parser)
    basic, advanced = parser.format_help().split("basic flags:")[1].split("advanced flags:")
    assert [line.split()[0] for line in basic.split("\n") if "--" in line] == ["-h,", "--size", "--images"]
    assert [line.split()[0] for line in advanced.split("\n") if "--" in line] == ["--wd", "--bs"]
    assert parser.parse_args(["--wd", "1", "--size", "2"]).wd == "1"


def test_every_basic_flag_is_one_of_a_recipe_and_no_recipe_has_a_common_one():
    names = set().union(*map(_flags_of, RECIPES))
    assert _BASIC - names == {"help"}
    assert names.isdisjoint({"settings", "quiet", "verbose"})
