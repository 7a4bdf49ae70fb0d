"""data.annotation.people: who a text names, and which names stand for nobody."""

import unicodedata

import pytest
from hypothesis import given, strategies as st

from styleclf.data.annotation.people import author_name, is_nobody, people_of, plain_words

NOBODIES = [
    *("anonymous", "Anonymous", "ANONYMOUS", "anonymous1", "anonymous-12", "[Anonymous]", "Anonymous (Dutch)"),
    *(
        "unknown",
        "Unknown Artist",
        "unknown-artist",
        "unidentified artist",
        "Unidentified Flemish painter",
        "artist unknown",
    ),
    *("anoniem", "onbekend", "Unbekannt", "unbekannter Meister", "Künstler unbekannt", "anonyme", "Artiste inconnu"),
    *("anónimo", "Autor desconocido", "Ignoto", "Неизвестный художник", "неизвестный", "Аноним", "佚名"),
    *("작자 미상", "לא ידוע", "مجهول", "s.n.", "N. N.", "xxx", "collectif", "none recorded"),
    *("nan", "None", "null", "NA", "n/a", "N.A.", "?", "-", "--", "…", "various artists"),
    *("Flemish school", "school of Rembrandt", "Italian School, 16th century", "Kano School", "École française"),
    *(
        "workshop of Rubens",
        "Workshop-of-Rubens",
        "studio of Titian",
        "circle of Bosch",
        "after Raphael",
        "Werkstatt von Cranach",
    ),
    *("IMG", "img_0030", "IMG_20200101_123456", "DSC", "DSC01234", "DSCN0001", "PXL 20210101", "Screenshot", "image"),
    *("Screenshot 2024-01-05 at 10.22", "WhatsApp Image 2024-01-05 at 10.22.33", "IMG-20240105-WA0007"),
    *("French painter", "17th century", "untitled", "work"),
    "http://www.wikidata.org/.well-known/genid/0a1b2c",
]
PEOPLE = [
    *(
        "claude monet",
        "Art & Language",
        "Master of Flémalle",
        "Sam Francis",
        "Na Hye-sok",
        "Jan de Schilder",
        "Berlin Painter",
    ),
    *(
        "painter-00",
        "artist1",
        "painter 12",
        "a",
        "0017",
        "Copley",
        "Studio Ghibli",
        "Nanny",
        "Frank Stella",
        "Édouard Manet",
    ),
    *("Unknowable Jones", "葛飾北斎", "Иван Шишкин", "Michelangelo", "none-such", "maître de moulins"),
]


@pytest.mark.parametrize("name", NOBODIES)
def test_names_that_stand_for_nobody_are_no_author(name):
    assert is_nobody(name)
    assert author_name(name) == ""
    assert author_name(f"gris | {name}") == "gris"


@pytest.mark.parametrize("name", PEOPLE)
def test_names_of_people_are_authors(name):
    assert not is_nobody(name)
    assert author_name(name) == name.lower()


@pytest.mark.parametrize(
    "cell", ["Picasso|Braque", "Picasso; Braque", " picasso |braque|", "Picasso;Braque;Picasso;nan"]
)
def test_several_people_in_a_cell_are_joined(cell):
    assert author_name(cell) == "picasso|braque"
    assert people_of(author_name(cell)) == ["picasso", "braque"]


def test_what_is_attributed_to_a_painter_stays_with_the_painter():
    assert author_name("attributed to Rembrandt") == author_name("Rembrandt")


@given(text=st.text())
def test_an_author_is_stable_and_the_same_in_either_composition(text):
    author = author_name(text)
    assert author_name(unicodedata.normalize("NFD", author)) == author
    assert all(not is_nobody(name) for name in people_of(author))


def test_plain_words_forget_accents_case_and_signs():
    assert plain_words("  DÜRER,-Albrecht_(1471)") == ["durer", "albrecht", "1471"]
