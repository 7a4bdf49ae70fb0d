"""settings.ini: what it may say, and which file counts."""

import pytest

from styleclf.settings.ini import read_settings, settings_files


def test_a_byte_order_mark_and_quotes_are_read_as_they_are_meant(recipes):
    file = recipes.parent / "settings.ini"
    text = '[DEFAULT]\nshared = "runs/a #1"  # in quotes\nown = a#1  ; behind\nsaid = # nothing\nplain = "1" and "2"\n'
    file.write_text(text, encoding="utf-8-sig")
    values = read_settings([file], recipes)["brush"]
    assert values == {"shared": "runs/a #1", "own": "a#1", "said": "", "plain": '"1" and "2"'}


def test_every_recipe_gets_the_values_it_knows(recipes):
    values = read_settings([recipes.parent / "settings.ini"], recipes)
    assert "edge" not in values["brush"] and values["chisel"]["edge"] == "sharp"
    assert (values["brush"]["own"], values["chisel"]["own"]) == ("recipe", "DEFAULT")
    assert values["brush"]["size"] == "64"


@pytest.mark.parametrize(
    "ini, complaint",
    [
        ("[brusch]\nsize = 3", r"\[brusch\] in .*: did you mean 'brush'\?"),
        ("[xyz]\nsize = 3", r"\[xyz\] in .*: there are brush, chisel"),
        ("[brush]\nedge = dull", r"'edge' under \[brush\] in .* is not a setting of that recipe"),
        ("\nsize = 3", r"has 'size = 3' in line 2, which stands under no heading: write \[DEFAULT\], or the name of"),
        ("[brush]\nsize 3", r"cannot be read: Source contains parsing errors: '/"),
        ("[brush]\nsize = 3\nsize = 4", "cannot be read"),
    ],
)
def test_what_cannot_be_meant_is_refused(recipes, ini, complaint):
    (recipes.parent / "settings.ini").write_text(ini)
    with pytest.raises(ValueError, match=complaint):
        read_settings([recipes.parent / "settings.ini"], recipes)


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


def test_later_files_stand_over_earlier_ones_with_both_their_sections(recipes):
    project = recipes.parent / "project.ini"
    project.write_text("[DEFAULT]\nown = project\n")
    values = read_settings([recipes.parent / "settings.ini", project], recipes)
    assert values["brush"]["own"] == values["chisel"]["own"] == "project"
    assert values["brush"]["said"] == "recipe"
