"""styleclf.settings: who wins, and one sentence instead of a traceback."""

import hashlib
import json
import os
import subprocess
import sys
from importlib import metadata

import pytest

from styleclf import settings

BRUSH = '''
"""A recipe."""

import json
import sys
import warnings
from typing import Annotated

from styleclf.flags import Count, Range, Share, UsedWith
from styleclf.settings import run


def main(
    *paths: str,  # files to look at
    plain: str = "signature",  # set nowhere else
    shared: str = "signature",  # set for all recipes
    own: str = "signature",  # set for this recipe as well
    said: str = "signature",  # set everywhere
    size: Count = 32,  # pixels a side
    rate: Annotated[float | None, Range(above=0)] = 0.1,  # learning rate
    blend: Share = 0.5,  # of two colours
    ink: Annotated[str, UsedWith("flip")] = "black",  # of the mirror image
    nib: Annotated[str, UsedWith("ink", ("red", "blue"))] = "broad",  # of coloured ink
    flip: bool = False,  # mirror the images
    act: str = "print",  # what to do
):
    """Paint."""
    if act == "print":
        print(json.dumps(locals()))
    if act == "warn":
        warnings.warn("the paint is wet", stacklevel=1)
        warnings.warn_explicit("not our business", UserWarning, "other.py", 1, module="other")
        return 7
    if act == "value":
        raise ValueError("two colours\\nare too many")
    if act == "missing":
        open("absent.csv")
    if act == "interrupt":
        raise KeyboardInterrupt


if __name__ == "__main__":
    run(main)
'''
CHISEL = BRUSH.replace("plain:", "edge: str = 'signature',  # of the chisel\n    plain:")
INI = """
[DEFAULT]
shared = DEFAULT
own = DEFAULT
said = DEFAULT
size = 64  # pixels
edge = sharp

[brush]
own = recipe
said = recipe
rate =
flip = yes
"""


@pytest.fixture
def recipes(tmp_path):
    """A folder of two recipes, with settings.ini beside it."""
    folder = tmp_path / "recipes"
    folder.mkdir()
    (folder / "brush.py").write_text(BRUSH)
    (folder / "chisel.py").write_text(CHISEL)
    (tmp_path / "settings.ini").write_text(INI)
    return folder


def run(recipes, *arguments, ini=None, **environment):
    """Run the brush in a process of its own, with another settings.ini if one is given."""
    file = recipes.parent / "settings.ini"
    if ini is not None:
        file = recipes.parent / "other.ini"
        file.write_text(ini)
    environment = {**os.environ, "STYLECLF_SETTINGS": str(file), "STYLECLF_DEBUG": "", **environment}
    command = [sys.executable, str(recipes / "brush.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=recipes.parent)


def error_line(result):
    """The only line that a recipe says before it leaves with exit code 2."""
    assert result.returncode == 2 and result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("brush.py: ")
    return line


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
    values = json.loads(run(recipes, "--flip", "--rate", "1e-3", "--size", "8", ini="").stdout)
    assert values["flip"] is True and values["rate"] == 1e-3 and values["size"] == 8
    assert values["paths"] == [] and values["own"] == "signature"


def test_a_key_that_no_recipe_has_is_refused_with_a_suggestion(recipes):
    line = error_line(run(recipes, ini="[DEFAULT]\nsizes = 3\n"))
    assert "'sizes' under [DEFAULT]" in line
    assert "did you mean 'size'?" in line


def test_a_value_of_another_type_is_refused(recipes):
    assert "size = 'large', which is not a valid int" in error_line(run(recipes, ini="[brush]\nsize = large\n"))


def test_bad_input_is_one_sentence(recipes):
    assert error_line(run(recipes, "--act", "value")) == "brush.py: two colours are too many"
    assert error_line(run(recipes, "--act", "missing")) == "brush.py: No such file or directory: absent.csv"


def test_the_traceback_is_there_for_whoever_wants_it(recipes):
    result = run(recipes, "--act", "value", STYLECLF_DEBUG="1")
    assert result.returncode != 0 and "Traceback" in result.stderr and "ValueError: two colours" in result.stderr


def test_an_interrupted_recipe_says_so(recipes):
    result = run(recipes, "--act", "interrupt")
    assert result.returncode == 130 and "Traceback" not in result.stderr
    assert "brush.py: interrupted" in result.stderr


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
    ],
)
def test_a_value_out_of_range_is_refused_before_the_recipe_begins(recipes, arguments, complaint):
    assert complaint in error_line(run(recipes, *arguments))


def test_ranges_hold_for_settings_too_and_none_is_a_value_where_the_signature_says_so(recipes):
    assert "--blend must be a number from 0 to 1, not 7.0" in error_line(run(recipes, ini="[brush]\nblend = 7\n"))
    assert "size = '', which is not a valid int" in error_line(run(recipes, ini="[brush]\nsize =\n"))
    values = json.loads(run(recipes, "--blend", "0", ini="[brush]\nrate =\nplain =\n").stdout)
    assert (values["rate"], values["blend"], values["plain"]) == (None, 0, "")


def test_a_flag_without_effect_gets_a_note(recipes):
    noted = run(recipes, "--ink", "black", "--nib", "fine", ini="")
    assert noted.stderr == "note: --nib has no effect without --ink red or blue\n" and noted.returncode == 0
    assert run(recipes, "--ink", "red", "--flip", "--nib", "fine", ini="").stderr == ""
    assert run(recipes, "--ink", "red", ini="").stderr == "note: --ink has no effect without --flip\n"
    assert run(recipes, ini="[brush]\nnib = fine\n").stderr == "", "settings are for all runs"


def test_a_console_that_cannot_print_a_name_gets_most_of_it(recipes):
    done = run(recipes, "é.jpg", ini="", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and json.loads(done.stdout)["paths"] == ["é.jpg"], done.stderr
    code = "import sys; from styleclf.settings import _use_utf8; _use_utf8(); print('\\udce9 \\u041c')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.stdout.split() == ["\\udce9", "\\u041c"], done.stderr


# What needs no process of its own


def test_a_byte_order_mark_and_quotes_are_read_as_they_are_meant(recipes):
    file = recipes.parent / "settings.ini"
    text = '[DEFAULT]\nshared = "runs/a #1"  # in quotes\nown = a#1  ; behind\nsaid = # nothing\nplain = "1" and "2"\n'
    file.write_text(text, encoding="utf-8-sig")
    values = settings.read_settings(file, recipes)["brush"]
    assert values == {"shared": "runs/a #1", "own": "a#1", "said": "", "plain": '"1" and "2"'}


@pytest.mark.parametrize("text", ["", "[]", "3", "null", "{}", '{"settings": null}', '{"settings": [1]}', '{"setti'])
def test_damaged_settings_of_a_run_are_one_sentence(tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"settings\.json is damaged, it"):
        settings.saved_settings(tmp_path)
    file.write_text('{"settings": {"fold": "0"}}')
    with pytest.raises(ValueError, match=r"settings\.json lacks the setting 'images'"):
        settings.saved_settings(tmp_path, ["images"])


def test_every_recipe_gets_the_values_it_knows(recipes):
    values = settings.read_settings(recipes.parent / "settings.ini", recipes)
    assert "edge" not in values["brush"] and values["chisel"]["edge"] == "sharp"
    assert (values["brush"]["own"], values["chisel"]["own"]) == ("recipe", "DEFAULT")
    assert values["brush"]["size"] == "64"


@pytest.mark.parametrize(
    "ini, complaint",
    [
        ("[brusch]\nsize = 3", r"\[brusch\] in .*: did you mean 'brush'\?"),
        ("[xyz]\nsize = 3", r"\[xyz\] in .*: there are brush, chisel"),
        ("[brush]\nedge = dull", r"'edge' under \[brush\] in .* is not a setting of that recipe"),
        ("size = 3", "cannot be read"),
        ("[brush]\nsize = 3\nsize = 4", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(recipes, ini, complaint):
    (recipes.parent / "settings.ini").write_text(ini)
    with pytest.raises(ValueError, match=complaint):
        settings.read_settings(recipes.parent / "settings.ini", recipes)


def test_without_a_file_there_are_no_settings(recipes):
    assert settings.read_settings(recipes / "absent.ini", recipes) == {"brush": {}, "chisel": {}}


def test_settings_stand_beside_the_recipes_unless_said_otherwise(recipes, monkeypatch):
    monkeypatch.delenv("STYLECLF_SETTINGS", raising=False)
    assert settings.settings_file(recipes / "brush.py") == recipes.parent / "settings.ini"
    elsewhere = recipes / "elsewhere.ini"
    elsewhere.touch()
    monkeypatch.setenv("STYLECLF_SETTINGS", str(elsewhere))
    assert settings.settings_file(recipes / "brush.py") == elsewhere


@pytest.mark.parametrize("name, kind", [("absent.ini", "no file"), ("recipes", "a folder")])
def test_settings_that_are_named_must_be_there(recipes, name, kind):
    line = error_line(run(recipes, STYLECLF_SETTINGS=name))
    assert f"STYLECLF_SETTINGS names {kind}, {name}: name a file of settings, or unset the variable" in line


def test_a_run_saves_settings_facts_versions_and_the_fingerprint_of_its_design(tmp_path):
    design = tmp_path / "design.csv"
    design.write_text("filename,fold\n")
    settings.save_settings(tmp_path, {"size": 32, "out": tmp_path}, design, seconds=1.5)
    saved = json.loads((tmp_path / "settings.json").read_text())
    assert saved["settings"] == {"size": 32, "out": str(tmp_path)} and saved["seconds"] == 1.5
    assert saved["design_blake2b"] == hashlib.blake2b(design.read_bytes(), digest_size=16).hexdigest()
    assert saved["versions"]["timm"] == metadata.version("timm")
    assert {"python", "styleclf", "torch"} <= set(saved["versions"])
    settings.save_settings(tmp_path, {})
    assert "design_blake2b" not in json.loads((tmp_path / "settings.json").read_text())


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
    assert "any architecture of timm" in text and "of the brush itself" in text
    assert "did you mean 'epochs'?" in error_line(run(recipes, ini="[DEFAULT]\nepoch = 3\n"))
    assert "'large', which is not a valid int" in error_line(run(recipes, ini="[brush]\nsize = large\n"))


def test_what_was_passed_on_is_saved_among_the_settings(tmp_path):
    settings.save_settings(tmp_path, {"out": "here", "kwargs": {"epochs": 3}})
    assert json.loads((tmp_path / "settings.json").read_text())["settings"] == {"out": "here", "epochs": 3}


def test_a_logbook_writes_settings_and_says_what_to_open(tmp_path, capsys):
    logbook = settings.Logbook(tmp_path, {"size": 32})
    logbook.settings["size"] = 64
    logbook.report("atlas.html", text="a page")
    assert not list(tmp_path.iterdir()), "a report writes nothing"
    logbook.close("metrics.csv", "figures", text="good", seconds=65, device="cpu")
    saved = json.loads((tmp_path / "settings.json").read_text())
    assert list(saved) == ["settings", "seconds", "device", "versions"]
    assert saved["settings"] == {"size": 64} and saved["seconds"] == 65
    assert capsys.readouterr().out.splitlines() == [
        *("", "a page", "", f"done in 0 s: {tmp_path / 'atlas.html'}"),
        *("", "good", "", f"done in 1 min 05 s: {tmp_path / 'metrics.csv'}  {tmp_path / 'figures'}"),
    ]


def test_a_training_is_a_run_of_its_own_or_a_fold_of_a_cross_validation(tmp_path):
    settings.save_settings(tmp_path / "train", {"fold": "0", "design": "design.csv", "images": "my"})
    alone = settings.training_settings(tmp_path / "train")
    assert alone == {"fold": "0", "design": "design.csv", "images": "my", "one_vs_rest": None}
    settings.save_settings(tmp_path / "cv", {"images": "my/paintings", "design": "old.csv", "one_vs_rest": "cubism"})
    fold = tmp_path / "cv/fold-2"
    fold.mkdir()
    (fold / "fold.json").write_text("{}")
    design = tmp_path / "cv/design.csv"
    expected = {"images": "my/paintings", "design": design, "one_vs_rest": None, "fold": "2"}
    assert settings.training_settings(fold) == expected
    with pytest.raises(ValueError, match=r"cv does not hold a single training: .* such as .*cv/fold-0"):
        settings.training_settings(tmp_path / "cv")
    with pytest.raises(ValueError, match="nowhere is not the folder of a finished run"):
        settings.training_settings(tmp_path / "nowhere")


def test_another_recipe_runs_as_a_command_and_its_failure_ends_this_one(recipes, monkeypatch, capfd):
    monkeypatch.setenv("STYLECLF_SETTINGS", str(recipes.parent / "settings.ini"))
    settings.run_recipe(recipes / "brush.py", "--size", 8)
    command, output = capfd.readouterr().out.strip().splitlines()
    assert command == "$ python recipes/brush.py --size 8" and json.loads(output)["size"] == 8
    with pytest.raises(SystemExit) as caught:
        settings.run_recipe(recipes / "brush.py", "--act", "value")
    assert caught.value.code == 2


def test_help_says_what_a_flag_switches_off():
    def main(
        cache: bool = True,  # keep decoded images
        mirrored: bool = False,  # let it see mirror images
        size: int = 3,  # pixels
    ):
        """Train."""

    text = settings._parser(main, "train.py").format_help()
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in text.splitlines() if line.startswith("  --")}
    assert lines["--no-cache"] == "do not keep decoded images"
    assert lines["--mirrored"].startswith("let it see mirror images") and lines["--size"].startswith("(int) pixels")
