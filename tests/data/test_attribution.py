"""styleclf.data.attribution: who a work is by, and how surely, in the words of museums."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from styleclf.data.attribution import (
    AttributionRules,
    Rule,
    attributed,
    attribution_counts,
    read_attribution_rules,
)
from styleclf.data.catalog import annotate
from styleclf.data.people import author_name, people_of
from tests.data.folders import draw

OWN = read_attribution_rules()
CELLS = {
    "Peter Paul Rubens": ("peter paul rubens", ""),
    "Workshop of Peter Paul Rubens": ("peter paul rubens", "workshop of"),
    "Rubens, Peter Paul and Workshop": ("rubens, peter paul", "and workshop"),
    "Rembrandt van Rijn (workshop of)": ("rembrandt van rijn", "workshop of"),
    "Cranach, Lucas d. Ä., Werkstatt": ("cranach, lucas d. ä.", "workshop of"),
    "Werkstatt des Hieronymus Bosch": ("hieronymus bosch", "workshop of"),
    "Attributed to the workshop of Rubens": ("rubens", "attributed to workshop of"),
    "Rubens and Jan Brueghel the Elder": ("rubens|jan brueghel the elder", ""),
    "Cornelis Galle after Rubens": ("cornelis galle|rubens", "by|after"),
    "attribué à Élisabeth Vigée; atelier de Nattier": ("élisabeth vigée|nattier", "attributed to|workshop of"),
    "Copy after Titian": ("titian", "copy after"),
    "Kopie nach Tizian": ("tizian", "copy after"),
    "D’après Raphaël": ("raphaël", "after"),
    "école d'Ingres": ("ingres", "school of"),
    "Umkreis von Dürer": ("dürer", "circle of"),
    "Cerchia di Giotto": ("giotto", "circle of"),
    "CIRCULO DE ZURBARÁN": ("zurbarán", "circle of"),
    "navolger van Rembrandt": ("rembrandt", "follower of"),
    "à la manière de Corot": ("corot", "manner of"),
    "Bottega di Sandro Botticelli": ("sandro botticelli", "workshop of"),
    "Taller de Goya y Lucientes, Francisco de": ("goya y lucientes, francisco de", "workshop of"),
    "workshop-of-rubens": ("rubens", "workshop of"),
    "Rubens (?)": ("rubens", "attributed to"),
    "workshop of the Master of Flémalle": ("master of flémalle", "workshop of"),
    "after an unknown master": ("", "after"),
}


@pytest.mark.parametrize("cell", CELLS)
def test_cells_of_museums_name_painters_and_how_the_work_is_theirs(cell):
    assert OWN.read(cell) == CELLS[cell]
    assert OWN.read(unicodedata.normalize("NFD", cell)) == CELLS[cell]


@pytest.mark.parametrize(
    "name",
    [
        "Goya y Lucientes",
        "Master of Saints Cosmas and Damian",
        "Leonardo da Vinci",
        "Studio Ghibli",
        "Copley",
        "Nachtigal",
    ],
)
def test_names_that_only_look_alike_stay_whole(name):
    assert OWN.read(name) == (name.lower(), "")


@given(text=st.text(max_size=30))
def test_any_cell_is_read_and_an_author_is_stable(text):
    author, attribution = OWN.read(text)
    assert author_name(author) == author
    assert attribution == "" or "|" not in author or attribution.count("|") == author.count("|")


def test_a_rule_may_leave_a_work_with_nobody():
    rules = AttributionRules([Rule("manner of *", "manner of", False), Rule("after *", "after", True)])
    assert rules.read("manner of Rubens") == ("", "manner of")
    assert rules.read("after Rubens") == ("rubens", "after")
    assert rules.read("Rubens; manner of Titian") == ("rubens", "")


def test_rules_are_a_table_that_can_be_changed(tmp_path):
    table = OWN.table()
    table.loc[table["words"] == "after *", "grouped"] = "no"
    table.loc[len(table)] = ("umfeld *", "circle of", "yes")
    table.to_csv(tmp_path / "mine.csv", index=False)
    rules = read_attribution_rules(tmp_path / "mine.csv")
    assert rules.read("after Rubens") == ("", "after")
    assert rules.read("Umfeld Rubens") == ("rubens", "circle of")
    assert rules.read("workshop of Rubens") == OWN.read("workshop of Rubens")


@pytest.mark.parametrize(
    "text, words",
    [
        ("words,grouped\nx *,yes\n", "lacks the column 'attribution'"),
        (
            "words,attribution,grouped\nworkshop of,workshop,yes\n",
            "'workshop of' with grouped 'yes': write words with a star",
        ),
        ("words,attribution,grouped\nworkshop of *,workshop,perhaps\n", "with grouped 'perhaps'"),
        ("words,attribution,grouped\n*,by,yes\n", "write words with a star"),
    ],
)
def test_a_table_that_holds_no_rules_is_one_sentence(tmp_path, text, words):
    (tmp_path / "mine.csv").write_text(text)
    with pytest.raises(ValueError) as caught:
        read_attribution_rules(tmp_path / "mine.csv")
    assert words in str(caught.value)


def test_words_before_the_name_may_stand_in_a_column_of_their_own():
    files = pd.DataFrame(
        {
            "author": ["Rubens", "Rubens", "Titian", "Titian"],
            "attribution": ["Workshop of", "", "Workshop of Titian", "Titian himself"],
        }
    )
    table = attributed(files, OWN)
    assert table["author"].tolist() == ["rubens", "rubens", "titian", "titian"]
    assert table["attribution"].tolist() == ["workshop of", "", "workshop of", ""]
    assert attribution_counts(table) == {"workshop of": 2}
    assert "attribution" not in attributed(files.iloc[[1]], OWN)


def test_a_workshop_is_kept_with_its_master_in_an_annotation(images):
    for name in ("workshop-of-picasso_x.jpg", "after picasso_y.jpg", "braque and picasso_z.jpg"):
        draw(images / "cubism" / name)
    annotation, _ = annotate(images, progress=False)
    by_title = annotation.set_index("title")
    assert by_title["author"][["guitar", "x", "y"]].tolist() == ["picasso"] * 3
    assert people_of(by_title["author"]["z"]) == ["braque", "picasso"]
    assert by_title["attribution"][["guitar", "x", "y", "z"]].tolist() == ["", "workshop of", "after", ""]
