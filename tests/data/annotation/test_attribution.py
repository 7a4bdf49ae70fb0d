"""data.annotation.attribution: who a work is by, and how surely, in the words of museums."""

import unicodedata

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from styleclf.data.annotation.attribution import (
    AttributionRules,
    Rule,
    attributed_files,
    attribution_counts,
    read_attribution_rules,
)
from styleclf.data.annotation.catalog import annotate
from styleclf.data.annotation.people import author_name, people_of
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
    "Claude Monet\n(French, 1840–1926)": ("claude monet", ""),
    "Claude Monet\n(born 1840)": ("claude monet", ""),
    "Claude Monet\nCamille Pissarro": ("claude monet|camille pissarro", ""),
    "Rubens with Jan Brueghel": ("rubens|jan brueghel", ""),
    "Rubens + Jan Brueghel": ("rubens|jan brueghel", ""),
    "Rubens mit Jan Brueghel": ("rubens|jan brueghel", ""),
    "Rubens with assistants": ("rubens", "and workshop"),
    "Rubens and Jan Brueghel the Elder": ("rubens|jan brueghel the elder", ""),
    "Marcel Duchamp / Man Ray": ("marcel duchamp|man ray", ""),
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
    "attributed to Rembrandt (?)": ("rembrandt", "attributed to"),
    "circle Rembrandt": ("rembrandt", "circle of"),
    "Werkstatt Cranach": ("cranach", "workshop of"),
    "Rembrandt – workshop": ("rembrandt", "workshop of"),
    "Rubens? and Jan Brueghel": ("rubens|jan brueghel", "attributed to|by"),
    "Rembrandt? (Dutch, 1606-1669)": ("rembrandt", "attributed to"),
    "D?rer": ("d?rer", ""),  # a letter that was lost
    "???": ("", ""),
    "prentmaker: Hooghe, Romeyn de (vermeld op object); uitgever: Bormeester, Jochem": ("hooghe, romeyn de", ""),
    "print maker: Jan Luyken (mentioned on object)": ("jan luyken", ""),
    "naar eigen ontwerp van: Luyken, Jan": ("luyken, jan", ""),
    "kopie naar schilderij van: Hals, Frans": ("hals, frans", "copy after"),
    "gedeeltelijk toegeschreven aan tekenaar: Saftleven, Herman": ("saftleven, herman", "attributed to"),
}
DOUBTS = [
    "Rembrandt (attr.)",
    "Rembrandt, attr.",
    "attr. to Rembrandt",
    "Rembrandt (attributed)",
    "Rembrandt (attribution)",
    "Rembrandt - attributed to",
    "Rembrandt (zugeschr.)",
    "Rembrandt or follower",
    "Rembrandt?",
    "Rembrandt ??",
    "?Rembrandt",
    "(?) Rembrandt",
    "Rembrandt [?]",
]

BESIDE_NAMES = {  # as museums publish them
    "Claude Monet (French, 1840–1926), artist": "claude monet",
    "Bartolo di Fredi Cini (Italian, active in Siena by 1353)": "bartolo di fredi cini",
    "Thomas Cole (American, born England, 1801–1848)": "thomas cole",
    "Katsushika Hokusai (Japanese)": "katsushika hokusai",
    "Vincent van Gogh, Dutch, 1853-1890": "vincent van gogh",
    "Claude Monet, Paris 1840 - 1926 Giverny": "claude monet",
    "Monet, Claude, 1840-1926": "monet, claude",
    "Hans Holbein d. J. (1497/98-1543)": "hans holbein d. j.",
    "Ant Farm (Chip Lord, born 1944; Doug Michels, 1943-2003)": "ant farm",
    "schilder: Crabeth, Wouter Pietersz II": "crabeth, wouter pietersz ii",
    "Print made by: Rembrandt": "rembrandt",
    "Wilhelm Leibl (1844 - 1900), Maler": "wilhelm leibl",
    "Rembrandt (ULAN 500011051)": "rembrandt",
    "Rembrandt, http://vocab.getty.edu/ulan/500011051": "rembrandt",
    "Claude Monet (French, 1840–1926), artist; Auguste Clot (French, 1858-1936), printer": "claude monet",
    "Jan Brueghel the Elder (Flemish, 1568–1625) and Hendrick van Balen (Flemish, c. 1575–1632)": (
        "jan brueghel the elder|hendrick van balen"
    ),
}
QUALIFIED = {
    "Circle of Pietro Perugino (Italian, ca. 1450-1523), artist": ("pietro perugino", "circle of"),
    "toegeschreven aan schilder: Pynas, Jacob Symonsz.": ("pynas, jacob symonsz.", "attributed to"),
    "omgeving van schilder: Rembrandt Harmensz. van Rijn": ("rembrandt harmensz. van rijn", "circle of"),
    "naar schilderij van: Heemskerck, Maarten van": ("heemskerck, maarten van", "after"),
    "Rembrandt Workshop (Possibly Willem Drost)": ("rembrandt|willem drost", "workshop of|attributed to"),
    "Andrea del Verrocchio or Workshop": ("andrea del verrocchio", "and workshop"),
    "uitgever: Cock, Hieronymus": ("", "published by"),
    "Flemish workshop": ("", "workshop of"),
    "American 19th Century": ("", ""),
    "prentmaker: anoniem": ("", ""),
}

ORIGINS = [  # without a name
    *("Italian, Florentine, 15th century", "Italian", "italian", "North Italian", "South German, c. 1500"),
    *("Italian (Florentine), 15th c.", "French, 1750-1800", "Dutch or Flemish", "Franco-Flemish", "Netherlandish"),
    *("Unknown artist, Dutch, 17th century", "Unknown, French", "Anonymous (Spanish, 1500-1600)"),
    *("French School", "North Italian School, 16th century", "Sienese School", "Japanese, Edo period", "Qing dynasty"),
    *("British, early 19th century", "Provençal, 15th century"),
]
OF_NOBODY = {
    "workshop of an Italian painter": "workshop of",
    "School of Fontainebleau": "school of",
    "Cuzco School": "",
    "Florentine workshop": "workshop of",
    "Possibly Venetian, 16th century": "attributed to",
}


@pytest.mark.parametrize("cell", ORIGINS)
def test_where_a_work_comes_from_is_no_painter(cell):
    assert OWN.read(cell) == ("", "")
    assert OWN.read(unicodedata.normalize("NFD", cell)) == ("", "")


@pytest.mark.parametrize("cell", OF_NOBODY)
def test_a_qualified_work_without_a_name_is_by_nobody(cell):
    author, attribution = OWN.read(cell)
    assert author == ""
    assert attribution == OF_NOBODY[cell]


@pytest.mark.parametrize("cell", BESIDE_NAMES)
def test_dates_nationalities_roles_and_ids_beside_a_name_are_no_part_of_it(cell):
    assert OWN.read(cell) == (BESIDE_NAMES[cell], "")


@pytest.mark.parametrize("cell", QUALIFIED)
def test_a_qualified_name_is_read_without_them_too(cell):
    assert OWN.read(cell) == QUALIFIED[cell]


def test_without_its_rule_what_is_beside_a_name_stays(tmp_path):
    table = OWN.table()
    table[table["words"] != "*, <years>"].to_csv(tmp_path / "mine.csv", index=False)
    rules = read_attribution_rules(tmp_path / "mine.csv")
    assert rules.read("James Bateman (1815–1849)") == ("james bateman (1815–1849)", "")


@pytest.mark.parametrize("cell", CELLS)
def test_cells_of_museums_name_painters_and_how_the_work_is_theirs(cell):
    assert OWN.read(cell) == CELLS[cell]
    assert OWN.read(unicodedata.normalize("NFD", cell)) == CELLS[cell]


@pytest.mark.parametrize("cell", DOUBTS)
def test_a_doubted_work_stays_with_its_painter_however_the_doubt_is_written(cell):
    assert OWN.read(cell) == ("rembrandt", "attributed to")


@pytest.mark.parametrize(
    "name",
    [
        "Goya y Lucientes",
        "Master of Saints Cosmas and Damian",
        "Leonardo da Vinci",
        "Studio Ghibli",
        "Copley",
        "Nachtigal",
        "Master of 1518",
        "Cornelis van Dalen (II)",
        "Titian (Tiziano Vecellio)",
        "Alken, Samuel, Senior",
        "Turner, Joseph Mallord William",
        "French, Daniel Chester",
        "French",
        "Roman, Viktor",
        "Italiano",
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
    table = attributed_files(files, OWN)
    assert table["author"].tolist() == ["rubens", "rubens", "titian", "titian"]
    assert table["attribution"].tolist() == ["workshop of", "", "workshop of", ""]
    assert attribution_counts(table) == {"workshop of": 2}
    assert "attribution" not in attributed_files(files.iloc[[1]], OWN)


@pytest.mark.parametrize(
    "name, words, author, attribution",
    [
        ("Cornelis Galle|Peter Paul Rubens", "|After", "cornelis galle|peter paul rubens", "by|after"),
        ("Turner, Joseph", "artist", "turner, joseph", ""),
        ("Turner, Joseph", "prints after", "turner, joseph", "after"),
        ("Turner, Joseph", "and assistants", "turner, joseph", "and workshop"),
        ("Frans Hals (Dutch, 1582–1666)", "Style of", "frans hals", "manner of"),
        ("Workshop of Frans Hals", "Artist", "frans hals", "workshop of"),
        ("Auguste Clot|After Rubens|A Countess", "Printer|Artist after|Sitter", "rubens", "after"),
        ("Rubens, Peter Paul", "tilskrevet", "rubens, peter paul", "attributed to"),
    ],
)
def test_a_column_of_words_is_read_person_by_person_before_or_behind_the_name(name, words, author, attribution):
    files = pd.DataFrame({"author": [name], "attribution": [words]})
    table = attributed_files(files, OWN).reindex(columns=["author", "attribution"], fill_value="")
    assert table.to_numpy().tolist() == [[author, attribution]]


def test_a_workshop_is_kept_with_its_master_in_an_annotation(images):
    for name in ("workshop-of-picasso_x.jpg", "after picasso_y.jpg", "braque and picasso_z.jpg"):
        draw(images / "cubism" / name)
    annotation, _ = annotate(images, progress=False)
    by_title = annotation.set_index("title")
    assert by_title["author"][["guitar", "x", "y"]].tolist() == ["picasso"] * 3
    assert people_of(by_title["author"]["z"]) == ["braque", "picasso"]
    assert by_title["attribution"][["guitar", "x", "y", "z"]].tolist() == ["", "workshop of", "after", ""]
