"""data.decision_table: what a curator has filled in, in whatever program, and what is missing in it."""

import pytest

from styleclf.data.decision_table import DECISION_COLUMNS, read_decisions

FILES = ["cubism/gris_0.jpg", "cubism/gris_1.jpg"]


def table_of(folder, text):
    path = folder / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_rows_that_decide_something_have_the_files_of_the_design(tmp_path):
    lines = ["Datei;Stil;Vorschlag;Entscheidung", "cubism\\gris_0.jpg;cubism; rococo ; Change", "gris_1.jpg;cubism;;"]
    table = read_decisions(table_of(tmp_path, "\n".join(lines)), FILES)
    assert list(table) == DECISION_COLUMNS
    assert table[["filename", "proposed", "decision"]].to_numpy().tolist() == [[FILES[0], "rococo", "change"]]


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("filename,label,decision\n", "lacks the column proposed"),
        ("filename,label,proposed,decision\na.jpg,cubism,,\n", "decides nothing"),
        ("filename,label,proposed,decision\na.jpg,,,keep\n", "does not say which label a.jpg had"),
        ("filename,label,proposed,decision\n,cubism,,keep\n", "names neither an image nor a painter"),
        ("filename,label,proposed,decision\na.jpg,cubism,,kep\n", "did you mean 'keep'"),
    ],
)
def test_what_cannot_be_carried_out_is_one_sentence(tmp_path, text, sentence):
    with pytest.raises(ValueError, match=sentence):
        read_decisions(table_of(tmp_path, text), FILES)
