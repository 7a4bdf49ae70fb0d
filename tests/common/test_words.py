"""styleclf.common.words: durations and commands as people say and type them."""

from types import SimpleNamespace

import pytest

from styleclf.common import words


@pytest.mark.parametrize(
    "seconds, spoken",
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.7, "1 h 00 min"),
        (4800, "1 h 20 min"),
    ],
)
def test_durations_are_spoken_as_people_say_them(seconds, spoken):
    assert words.spoken_seconds(seconds) == spoken


@pytest.mark.parametrize(
    ("system", "command"), [("posix", "explain 'my runs/a.pkl'"), ("nt", 'explain "my runs/a.pkl"')]
)
def test_a_command_is_quoted_as_the_system_wants_it(monkeypatch, system, command):
    monkeypatch.setattr(words, "os", SimpleNamespace(name=system))
    assert words.typed_command("explain", "my runs/a.pkl") == command


def test_names_of_files_stand_in_one_line():
    assert words.shown_name("a\nb\r\x1b[2J\t\u2028\udcf1.jpg") == r"a\nb\r\x1b[2J\t\u2028\udcf1.jpg"
    assert words.shown_name("Dürer_葛飾 (1).jpg") == "Dürer_葛飾 (1).jpg"


@pytest.mark.parametrize(
    "name, title",
    [
        ("balloons-0012", "Balloons"),
        ("Größe-0021", "Größe"),
        ("not-detected-227797", "Not detected"),
        ("1947-r-no-1-1947", "1947 r no 1, 1947"),
        ("abstract(2)", "Abstract"),
        ("opus-24", "Opus 24"),
        ("1914", "1914"),
        ("SK-A-1004", "SK A 1004"),
        ("scan_003", "Scan 003"),
        ("Blühende Gärten", "Blühende Gärten"),
        ("", ""),
        ("a-sunday-in-june-1896", "A Sunday in June, 1896"),
        ("the-third-of-may-1808", "The third of May, 1808"),
        ("august-31-1966", "August 31, 1966"),
        ("soldiers-on-the-march-1870", "Soldiers on the march, 1870"),
        ("what-may-come", "What may come"),
        ("the-mall-in-st-james-s-park-1783", "The mall in st james's park, 1783"),
        ("design-of-initial-s", "Design of initial s"),
        ("devochka-s-persikami-1887", "Devochka s persikami, 1887"),
        ("letter-s-1904(3)", "Letter s, 1904"),
        ("sheet-s-from-the-album", "Sheet s from the album"),
        ("portrait-of-s-a-rayevskaya", "Portrait of s a rayevskaya"),
        ("l-homme-et-l-armure-1969", "L'homme et l'armure, 1969"),
        ("l'été", "L'été"),
        ("portrait-of-l-ivanova", "Portrait of l ivanova"),
        ("study-ii-1902", "Study II, 1902"),
        ("portrait-of-emperor-paul-i-1800", "Portrait of emperor paul I, 1800"),
        ("mars-i-venera-1770", "Mars i venera, 1770"),
    ],
)
def test_titles_are_written_as_a_person_would(name, title):
    assert words.written_title(name) == title


@pytest.mark.parametrize(
    "author, painter",
    [
        ("jan-van-der-heyden", "Jan van der Heyden"),
        ("eustache-le-sueur", "Eustache Le Sueur"),
        ("joan miró", "Joan Miró"),
        ("m.c.-escher", "M.C. Escher"),
        ("marevna-(marie-vorobieff)", "Marevna (Marie Vorobieff)"),
        ("utagawa-toyokuni-ii", "Utagawa Toyokuni II"),
        ("葛飾北斎", "葛飾北斎"),
        ("MoMA studio", "MoMA studio"),
        ("picasso; braque", "Picasso and Braque"),
        ("georgia-o'keeffe", "Georgia O'Keeffe"),
        ("georgia-o-keeffe|john-mccracken", "Georgia O'Keeffe and John McCracken"),
        ("marie d'orsay", "Marie d'Orsay"),
        ("jean-le-rond-d-alembert", "Jean Le Rond d'Alembert"),
        ("niccolò-dell'abate", "Niccolò dell'Abate"),
        ("william-h.-o.-smith", "William H. O. Smith"),
        ("", ""),
    ],
)
def test_painters_are_written_as_in_a_caption(author, painter):
    assert words.written_painter(author) == painter


def test_lines_do_not_steer_the_terminal():
    assert words.without_controls("a\tb\nc\x1b]0;title\x07\x9b2J") == "a\tb\nc\\x1b]0;title\\x07\\x9b2J"
