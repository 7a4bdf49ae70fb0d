"""A recipe's command line: who wins, and one sentence instead of a traceback."""

import argparse
import json
import logging
import os
import subprocess
import sys

import pytest

from styleclf.common import Names, Numbers
from styleclf.settings import command_line
from styleclf.settings.command_line import recipe_parser, run_recipe
from styleclf.settings.common_flags import set_loudness
from tests.settings.toy_recipes import error_line, run


def test_the_command_line_wins_over_the_recipe_over_default_over_the_signature(recipes):
    result = run(recipes, "a.jpg", "b.jpg", "--said", "command line")
    assert result.returncode == 0, result.stderr
    values = json.loads(result.stdout)
    assert [values[name] for name in ("plain", "shared", "own", "said")] == [
        "signature",
        "DEFAULT",
        "recipe",
        "command line",
    ]
    assert values["paths"] == ["a.jpg", "b.jpg"]
    assert (values["size"], values["rate"], values["flip"]) == (64, None, True)


def test_help_shows_the_defaults_of_the_settings(recipes):
    result = run(recipes, "--help")
    assert result.returncode == 0
    text = " ".join(result.stdout.split())
    for shown in (
        "pixels a side (default: 64)",
        "set nowhere else (default: signature)",
        "(default: recipe)",
        "--no-flip",
    ):
        assert shown in text


def test_flags_turn_switches_on_and_values_keep_their_type(recipes):
    words = ("--flip", "--rate", "1e-3", "--size", "8", "--plain=~/runs")
    values = json.loads(run(recipes, *words, ini="", HOME="/me").stdout)
    assert values["plain"] == "/me/runs"
    assert values["flip"] is True
    assert values["rate"] == 1e-3
    assert values["size"] == 8
    assert values["paths"] == []
    assert values["own"] == "signature"


def test_a_key_that_no_recipe_has_is_refused_with_a_suggestion(recipes):
    line = error_line(run(recipes, ini="[DEFAULT]\nsizes = 3\n"))
    assert "'sizes' under [DEFAULT]" in line
    assert "did you mean 'size'?" in line


def test_a_value_of_another_type_is_refused(recipes):
    line = error_line(run(recipes, ini="[brush]\nsize = large\n"))
    assert "size = 'large' under [brush] in" in line
    assert line.endswith("other.ini is not a whole number: correct it there")


def test_a_typed_value_of_another_type_is_one_sentence_without_the_usage(recipes):
    assert error_line(run(recipes, "--size", "large")) == "brush.py: --size must be a whole number, not 'large'"
    assert error_line(run(recipes, "--rate", "x")) == "brush.py: --rate must be a number, not 'x'"
    assert error_line(run(recipes, "--size")) == "brush.py: --size needs a value behind it"
    assert error_line(run(recipes, "--s", "8")).startswith("brush.py: ambiguous option: --s could match --")


def test_several_values_are_parted_shown_as_typed_and_refused_by_their_flag():
    def main(
        sizes: Numbers | None = None,  # pixels
        styles: Names = Names("photo,cartoon"),  # without authors
        fields: Names = Names(),  # of none
    ):
        """A recipe."""

    parser = recipe_parser(main, "main.py")
    values = parser.parse_args(["--sizes", "8,16"])
    assert values.sizes == (8, 16)
    assert values.styles == ("photo", "cartoon")
    assert values.fields == ()
    text = parser.format_help()
    assert "without authors (default: photo,cartoon)" in text
    assert "of none\n" in text
    with pytest.raises(argparse.ArgumentError, match="numbers above 0, separated by commas, not 'x'"):
        parser.parse_args(["--sizes", "x"])


def test_bad_input_is_one_sentence(recipes):
    assert error_line(run(recipes, "--act", "value")) == "brush.py: two colours are too many"
    assert error_line(run(recipes, "--act", "flag")) == "brush.py: --hue must be warm"
    assert error_line(run(recipes, "--act", "missing")) == "brush.py: No such file or directory: absent.csv"


def test_the_traceback_is_there_for_whoever_wants_it(recipes):
    for result in (
        run(recipes, "--act", "value", STYLECLF_DEBUG="1"),
        run(recipes, "--act", "value", "--verbose"),
    ):
        assert result.returncode == 2
        assert "Traceback" in result.stderr
        assert "ValueError: two colours" in result.stderr


def test_an_interrupted_recipe_says_so(recipes):
    result = run(recipes, "--act", "interrupt")
    assert result.returncode == 130
    assert "Traceback" not in result.stderr
    assert "brush.py: interrupted" in result.stderr
    assert result.stderr.endswith("the same command starts over: python recipes/brush.py --act interrupt\n")
    assert run(recipes, "--act", "interrupt", STYLECLF_STEP="1").stderr == "", "whoever runs it says so"


def test_an_interruption_that_python_drops_comes_again(recipes):
    result = run(recipes, "--act", "drop")
    assert result.returncode == 130
    assert "ignored" not in result.stderr and "Traceback" not in result.stderr
    assert "brush.py: interrupted" in result.stderr


@pytest.mark.skipif(os.name != "posix", reason="Windows ends processes without asking")
def test_a_recipe_that_is_asked_to_end_does_so_like_an_interrupted_one(recipes):
    result = run(recipes, "--act", "terminate")
    assert result.returncode == 143
    assert "Traceback" not in result.stderr
    assert "brush.py: interrupted" in result.stderr


def test_quiet_leaves_out_notes_but_no_error(recipes):
    result = run(recipes, "--act", "warn", "--quiet")
    assert (result.returncode, result.stderr) == (7, "")
    assert "two colours" in error_line(run(recipes, "--act", "value", "--quiet"))


def test_own_warnings_are_notes_others_are_silent_and_main_returns_the_exit_code(recipes):
    result = run(recipes, "--act", "warn")
    assert result.returncode == 7
    assert result.stderr == "note: the paint is wet\n"


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["--size", "0"], "--size must be a whole number from 1 to 1,000,000, not 0"),
        (["--size", "99999999999999999999"], "--size must be a whole number from 1 to 1,000,000, not 9999"),
        (["--rate", "0"], "--rate must be a number above 0, not 0.0"),
        (["--rate", "nan"], "--rate must be a number above 0, not nan"),
        (["--rate", "inf"], "--rate must be a number above 0, not inf"),
        (["--blend", "1.5"], "--blend must be a number from 0 to 1, not 1.5"),
        (["a.jpg", ""], "one of the paths is an empty text"),
        (["--plain", ""], "--plain is an empty text: give it a value, or leave it out"),
    ],
)
def test_a_value_out_of_range_is_refused_before_the_recipe_begins(recipes, arguments, complaint):
    assert complaint in error_line(run(recipes, *arguments))


def test_ranges_hold_for_settings_too_and_none_is_a_value_where_the_signature_says_so(recipes):
    line = error_line(run(recipes, ini="[brush]\nblend = 7\n"))
    assert "--blend must be a number from 0 to 1, not 7.0 (blend = 7 stands under [brush] in " in line
    assert "size = '' under [brush] in" in error_line(run(recipes, ini="[brush]\nsize =\n"))
    values = json.loads(run(recipes, "--blend", "0", ini="[brush]\nrate =\nplain =\n").stdout)
    assert (values["rate"], values["blend"], values["plain"]) == (None, 0, "")


def test_a_flag_without_effect_gets_a_note(recipes):
    noted = run(recipes, "--ink", "black", "--nib", "fine", ini="")
    assert noted.stderr == "note: --nib has no effect without --ink red or blue\n"
    assert noted.returncode == 0
    assert run(recipes, "--ink", "red", "--flip", "--nib", "fine", ini="").stderr == ""
    assert run(recipes, "--ink", "red", ini="").stderr == "note: --ink has no effect without --flip\n"
    assert run(recipes, ini="[brush]\nnib = fine\n").stderr == "", "settings are for all runs"


def test_a_console_that_cannot_print_a_name_gets_most_of_it(recipes):
    done = run(recipes, "é.jpg", ini="", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and json.loads(done.stdout)["paths"] == ["é.jpg"], done.stderr
    code = "import sys; from styleclf.settings.command_line import _use_utf8; _use_utf8(); print('\\udce9 \\u041c')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.split() == ["\\udce9", "\\u041c"], done.stderr


@pytest.mark.parametrize("name, kind", [("absent.ini", "no file"), ("recipes", "a folder")])
def test_settings_that_are_named_must_be_there(recipes, name, kind):
    line = error_line(run(recipes, STYLECLF_SETTINGS=name))
    assert f"STYLECLF_SETTINGS names {kind}, {name}: name a file of settings, or unset the variable" in line


DELEGATING = '''
from fastcore.meta import delegates

from styleclf.training.fit import fitted_learner
from styleclf.settings import run


@delegates(fitted_learner)
def main(
    own: str = "signature",  # of the brush itself
    **kwargs,
):
    """Paint and train."""
    print(own, kwargs["epochs"], kwargs["wd"], kwargs["arch"], "kwargs" in kwargs)


if __name__ == "__main__":
    run(main)
'''


def test_what_a_recipe_delegates_to_are_its_flags_and_settings(recipes):
    (recipes / "brush.py").write_text(DELEGATING)
    (recipes / "chisel.py").unlink()
    result = run(recipes, "--epochs", "3", ini="[DEFAULT]\nwd = 0.5\nepochs = 2\n[brush]\narch = resnet50\n")
    assert result.stdout.split() == ["signature", "3", "0.5", "resnet50", "False"], result.stderr
    text = " ".join(run(recipes, "--help", ini="").stdout.split())
    assert "any architecture of timm" in text
    assert "of the brush itself" in text
    assert "did you mean 'epochs'?" in error_line(run(recipes, ini="[DEFAULT]\nepoch = 3\n"))
    assert "is not a whole number: correct it there" in error_line(run(recipes, ini="[brush]\nsize = large\n"))


def test_another_recipe_runs_as_a_command_and_its_failure_ends_this_one(recipes, monkeypatch, capfd):
    monkeypatch.setenv("STYLECLF_SETTINGS", str(recipes.parent / "settings.ini"))
    run_recipe(recipes / "brush.py", "--size", 8)
    command, output = capfd.readouterr().out.strip().splitlines()
    assert command == "$ python recipes/brush.py --size 8"
    assert json.loads(output)["size"] == 8
    with pytest.raises(SystemExit) as caught:
        run_recipe(recipes / "brush.py", "--act", "value")
    assert caught.value.code == 2
    with pytest.raises(KeyboardInterrupt):
        run_recipe(recipes / "brush.py", "--act", "interrupt")


def test_a_recipe_that_the_system_ends_is_told(recipes, monkeypatch, capsys):
    monkeypatch.setattr(command_line, "_exit_code", lambda *_: -9)
    with pytest.raises(SystemExit) as caught:
        run_recipe(recipes / "brush.py")
    assert caught.value.code == 137
    sentence = "brush.py was ended by signal 9, perhaps because memory ran out: the same command goes on with what is"
    assert capsys.readouterr().err.startswith(sentence)


def test_recipes_that_a_recipe_runs_are_as_quiet_and_as_verbose(recipes, monkeypatch, capfd):
    monkeypatch.setenv("STYLECLF_SETTINGS", str(recipes.parent / "settings.ini"))
    for variable in ("STYLECLF_QUIET", "STYLECLF_DEBUG"):
        monkeypatch.setenv(variable, "")
    level = logging.getLogger("styleclf").level
    try:
        set_loudness(["--quiet", "--verbose"])
        run_recipe(recipes / "brush.py", "--act", "warn", is_needed=False)
        assert capfd.readouterr() == ("", "")
        run_recipe(recipes / "brush.py", "--act", "value", is_needed=False)
        output = capfd.readouterr()
        assert output.out == ""
        assert "Traceback" in output.err
    finally:
        logging.getLogger("styleclf").setLevel(level)


def test_help_says_what_a_flag_switches_off():
    def main(
        cache: bool = True,  # keep decoded images
        mirrored: bool = False,  # let it see mirror images
        size: int = 3,  # pixels
    ):
        """Train."""

    text = recipe_parser(main, "train.py").format_help()
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in text.splitlines() if line.startswith("  --")}
    assert lines["--no-cache"] == "do not keep decoded images"
    assert lines["--mirrored"].startswith("let it see mirror images")
    assert lines["--size"].startswith("(int) pixels")


@pytest.mark.parametrize(
    "word, complaint",
    [
        ("--sizze", "there is no flag --sizze: did you mean '--size'?"),
        ("--bleend=0.5", "there is no flag --bleend: did you mean '--blend'?"),
        ("--xyz", "there is no flag --xyz: there are --act, "),
        ("--hierarchy", "there is no flag --hierarchy: recipes/cross_validate.py has it"),
        ("--version", "there is no flag --version: the command 'styleclf --version' tells it"),
    ],
)
def test_a_flag_that_does_not_exist_is_one_sentence_with_the_nearest(recipes, word, complaint):
    assert complaint in error_line(run(recipes, word, ini=""))


@pytest.mark.parametrize("word", ["–bins", "—bins", "-–bins"])
def test_a_long_dash_is_told(word):
    parser = argparse.ArgumentParser()
    assert command_line._unknown_word(parser, word).endswith("type --bins")


def test_a_project_has_settings_of_its_own_over_those_of_styleclf(recipes, tmp_path):
    project = tmp_path / "project"
    project.mkdir()
    (project / "settings.ini").write_text("[DEFAULT]\nshared = project\nsaid = project\n")
    values = json.loads(run(recipes, cwd=project, STYLECLF_SETTINGS="").stdout)
    assert [values[name] for name in ("shared", "own", "said", "size")] == ["project", "recipe", "project", 64]
    (project / "best.ini").write_text("[brush]\nshared = best\n")
    command = ["--settings", "best.ini", "--said", "typed"]
    values = json.loads(run(recipes, *command, cwd=project, STYLECLF_SETTINGS="").stdout)
    assert [values[name] for name in ("shared", "own", "said")] == ["best", "recipe", "typed"]
    assert "settings" not in values
    line = error_line(run(recipes, "--settings", "absent.ini"))
    assert "--settings names no file, absent.ini: name a file of settings" in line
    (project / "settings.ini").write_text("[DEFAULT]\nsizes = 3\n")
    line = error_line(run(recipes, cwd=project, STYLECLF_SETTINGS=""))
    assert "'sizes' under [DEFAULT] in settings.ini" in line
    assert "did you mean 'size'?" in line
