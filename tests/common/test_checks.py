"""styleclf.common.checks: one of several names, and packages that are extras."""

import numpy as np
import pandas as pd
import pytest

from styleclf.common.checks import (
    check_one_of,
    check_path,
    check_paths,
    check_whole,
    needs_package,
    select_names,
    suggestion,
)


def test_a_value_that_is_no_option_is_refused_with_all_options():
    check_one_of("crop", ("squash", "crop"), "fit")
    with pytest.raises(ValueError, match=r"^fit must be one of squash, crop, not 'stretch'$"):
        check_one_of("stretch", ("squash", "crop"), "fit")
    check_one_of(3, (2, 3), "--dims")
    with pytest.raises(ValueError, match=r"^--dims must be one of 2, 3, not 4$"):
        check_one_of(4, (2, 3), "--dims")


def test_names_are_selected_in_the_order_of_the_options():
    assert select_names(["all"], "ab", "x") == ["a", "b"]
    assert select_names(["none"], "ab", "x") == []
    assert select_names(["b", "a"], "ab", "x") == ["a", "b"]
    for wrong in (["c"], [], ["a", "c"]):
        with pytest.raises(ValueError, match=r"^--contenders must be all, none, or some of a, b, not"):
            select_names(wrong, "ab", "--contenders")


def test_a_value_of_another_kind_is_refused_with_the_value(tmp_path):
    check_whole(4, "size", least=1)
    for value in (0, 4.0, "4", None, True, float("nan")):
        with pytest.raises(ValueError, match=f"^size must be a whole number from 1, not {value!r}$"):
            check_whole(value, "size", least=1)
    check_path(tmp_path, "images")
    check_path("images", "images")
    for value, words in ((None, "None"), (3, "3"), ([tmp_path] * 40, "a list of length 40")):
        with pytest.raises(ValueError, match=f"^images must be a path, not {words}$"):
            check_path(value, "images")


def test_files_are_a_list_of_paths(tmp_path):
    for values in ([], ["a.jpg", tmp_path], np.array(["a.jpg"]), pd.Series(["a.jpg"])):
        check_paths(values, "files")
    for values in (None, "a.jpg", tmp_path, {"a": "a.jpg"}, b"a.jpg"):
        with pytest.raises(ValueError, match=r"files must be a list of paths, not .*: write"):
            check_paths(values, "files")
    with pytest.raises(ValueError, match="one of the files must be a path, not None"):
        check_paths(["a.jpg", None], "files")


def test_a_missing_package_is_told_with_the_extra_that_brings_it():
    sentence = r'^a study needs the package nowhere_to_be_found: pip install "styleclf\[tune\]"$'
    with (
        pytest.raises(ValueError, match=sentence) as caught,
        needs_package("nowhere_to_be_found", extra="tune", purpose="a study"),
    ):
        import nowhere_to_be_found  # noqa: F401
    assert isinstance(caught.value.__cause__, ImportError)


def test_other_errors_pass_through():
    with pytest.raises(KeyError), needs_package("json", extra="tune", purpose="a study"):
        raise KeyError("elsewhere")


def test_flags_are_not_alike_by_their_dashes():
    assert suggestion("--modle", ["--help", "--model"]) == "did you mean '--model'?"
    assert suggestion("--model", ["--help", "--cv"]) == "there are --cv, --help"
