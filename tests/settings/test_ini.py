"""settings.ini: what it may say, and which file counts."""

from pathlib import Path

import pytest

from styleclf.settings.ini import Setting, culprit, read_settings, settings_files


def texts(settings):
    """The texts of settings by their names."""
    return {name: setting.text for name, setting in settings.items()}


def test_a_byte_order_mark_and_quotes_are_read_as_they_are_meant(recipes):
    file = recipes.parent / "settings.ini"
    text = '[DEFAULT]\nshared = "runs/a #1"  # in quotes\nown = a#1  ; behind\nsaid = # nothing\nplain = "1" and "2"\n'
    file.write_text(text, encoding="utf-8-sig")
    values = read_settings([file], recipes)["brush"]
    assert texts(values) == {"shared": "runs/a #1", "own": "a#1", "said": "", "plain": '"1" and "2"'}


def test_every_recipe_gets_the_values_it_knows(recipes):
    values = read_settings([recipes.parent / "settings.ini"], recipes)
    brush, chisel = texts(values["brush"]), texts(values["chisel"])
    assert "edge" not in brush
    assert chisel["edge"] == "sharp"
    assert (brush["own"], chisel["own"]) == ("recipe", "DEFAULT")
    assert brush["size"] == "64"
    assert values["brush"]["own"].place == f"under [brush] in {recipes.parent / 'settings.ini'}"
    assert values["chisel"]["own"].section == "DEFAULT"


@pytest.mark.parametrize(
    "ini, complaint",
    [
        ("[brusch]\nsize = 3", r"\[brusch\] in .*: did you mean 'brush'\?"),
        ("[xyz]\nsize = 3", r"\[xyz\] in .*: there are DEFAULT, brush, chisel"),
        ("[brush]\nedge = dull", r"'edge' under \[brush\] in .* is not a setting of that recipe"),
        ("\nsize = 3", r"has 'size = 3' in line 2, which stands under no heading: write \[DEFAULT\], or the name of"),
        (
            "[brush]\nsize = 3\n  own = a",
            r"'own = a' under \[brush\] in an indented line, so that it belongs to 'size'",
        ),
        ("[brush]\nsize 3", "settings.ini has 'size 3' in line 2, which is no setting: write it as name = value"),
        ("[brush]\nsize = 3\nsize = 4", r"has 'size = 4' in line 3, the second size under \[brush\]: keep one of them"),
        ("[brush]\nsize = 3\n[brush]\nown = a", r"has '\[brush\]' in line 3, the second heading of that name: write"),
        ("[Default]\nsize = 3", r"\[Default\] in .* is not the name of a recipe: did you mean 'DEFAULT'\?"),
    ],
)
def test_what_cannot_be_meant_is_refused(recipes, ini, complaint):
    (recipes.parent / "settings.ini").write_text(ini)
    with pytest.raises(ValueError, match=complaint):
        read_settings([recipes.parent / "settings.ini"], recipes)


def test_a_file_in_another_encoding_is_told_and_not_passed_over(recipes):
    file = recipes.parent / "settings.ini"
    file.write_text("[brush]\nsaid = Dalí\n", encoding="utf-16")
    with pytest.raises(ValueError, match=r"settings\.ini is not text in UTF-8 .*: save it as UTF-8"):
        read_settings([file], recipes)
    with pytest.raises(OSError):
        read_settings([recipes], recipes)


@pytest.mark.parametrize(
    "sentence, words, place",
    [
        ("fit must be one of squash, crop, not 'crop it'", [], "fit = crop it stands under [train] in settings.ini"),
        ("--size must be a whole number from 32, not 0", [], "size = 0 stands under [DEFAULT] in project.ini"),
        ("--size must be a whole number from 32, not 0", ["--size=0"], ""),
        ("--bs must be a whole number from 1, not 0", [], ""),
        ("the design has no fold '0': choose from 1, 2", [], ""),
        ("there is no design d/7.csv: make one", [], "design = d/7.csv stands under [DEFAULT] in project.ini"),
        ("there is no design d/7.csv0: make one", [], ""),
        ("a.csv names no file but ''", [], ""),
        ("no images in my/images", [], ""),  # a path that everybody has who changes no settings
        ("no weights of ImageNet: give none", [], ""),
    ],
)
def test_a_sentence_about_a_setting_says_where_it_stands(recipes, sentence, words, place):
    own, project = Path("settings.ini").resolve(), Path("project.ini")
    settings = {
        "fit": Setting("crop it", "train", Path("settings.ini")),
        "images": Setting("my/images", "DEFAULT", own),
        "size": Setting("0", "DEFAULT", project),
        "design": Setting("d/7.csv", "DEFAULT", project),
        "weights": Setting("none", "DEFAULT", project),
        "authorless": Setting("", "design", own),
    }
    assert culprit(sentence, settings, Path("recipes/train.py"), words=words) == place


def test_without_a_file_there_are_no_settings(recipes):
    assert read_settings([recipes / "absent.ini"], recipes) == {"brush": {}, "chisel": {}}


def test_settings_stand_beside_the_recipes_unless_said_otherwise(recipes, monkeypatch):
    monkeypatch.delenv("STYLECLF_SETTINGS", raising=False)
    monkeypatch.chdir(recipes)
    assert settings_files(recipes / "brush.py") == [recipes.parent / "settings.ini"]
    elsewhere = recipes / "elsewhere.ini"
    elsewhere.touch()
    monkeypatch.setenv("STYLECLF_SETTINGS", str(elsewhere))
    assert settings_files(recipes / "brush.py") == [elsewhere]
    assert settings_files(recipes / "brush.py", str(elsewhere)) == [elsewhere, elsewhere]
    monkeypatch.delenv("STYLECLF_SETTINGS")
    monkeypatch.chdir(recipes.parent)
    assert settings_files(recipes / "brush.py") == [recipes.parent / "settings.ini"]


def test_later_files_stand_over_earlier_ones_with_both_their_sections(recipes):
    project = recipes.parent / "project.ini"
    project.write_text("[DEFAULT]\nown = project\n")
    values = read_settings([recipes.parent / "settings.ini", project], recipes)
    assert texts(values["brush"])["own"] == texts(values["chisel"])["own"] == "project"
    assert texts(values["brush"])["said"] == "recipe"
