"""app.decisions: what was decided is on the disk, whatever becomes of the process; a design reads it."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from styleclf.app.decisions import ACCEPTED, CORRECTED, NO_STYLE, Decision, DecisionTable, decision_of, style_of
from styleclf.data import make_catalogue

HEADER = "filename,label,author,decision,pred,proba,sha256,time"


def decision(name, label="cubism", pred="cubism"):
    return decision_of(name, label, pred=pred, proba=0.5, sha256="ab")


@pytest.fixture
def table(tmp_path):
    return DecisionTable(tmp_path / "out/decisions.csv")


def test_the_kind_of_a_decision_follows_from_its_label():
    assert decision("a.jpg").decision == ACCEPTED
    assert decision("a.jpg", "rococo").decision == CORRECTED
    assert decision("a.jpg", "").decision == NO_STYLE


def test_decisions_are_there_again_in_another_process(table):
    names = ["a.jpg", 'b, "c".jpg', "dü/e\u0301.jpg", "two\nlines.jpg", "\udcf1.jpg"]
    for name in names:
        table.add(decision(name))
    table.add(decision("a.jpg", "rococo"))
    table.remove(names[1])
    table.remove("nowhere.jpg")
    again = DecisionTable(table.path).all()
    assert again == table.all()
    assert set(again) == {"a.jpg", *names[2:4], "\\udcf1.jpg"}
    assert again["a.jpg"].label == "rococo"


def test_whatever_is_cut_off_the_rows_before_it_stay(table):
    for name in ("a.jpg", "cé.jpg"):
        table.add(decision(name, "école"))
    whole = table.path.read_bytes()
    rows = list(table.all().values())
    ends = [i + 1 for i, letter in enumerate(whole) if letter == ord("\n")]
    for length in sorted(
        {*range(0, len(whole), 5), *range(len(whole) - 12, len(whole) + 1), *ends, *(i - 1 for i in ends)}
    ):
        table.path.write_bytes(whole[:length])
        complete = sum(end - 1 <= length for end in ends[1:])  # a line that lacks nothing but its end is complete
        cut = DecisionTable(table.path)
        assert list(cut.all().values()) == rows[:complete], whole[:length]
        cut.add(decision("new.jpg"))
        assert list(DecisionTable(table.path).all()) == [*(row.filename for row in rows[:complete]), "new.jpg"]


KILLED = """
import sys
from styleclf.app.decisions import DecisionTable, decision_of
table = DecisionTable(sys.argv[1])
for i in range(10_000):
    table.add(decision_of(f"{i}.jpg", "cubism", pred="cubism", proba=0.5))
    print(i, flush=True)
"""


def test_a_killed_process_has_lost_nothing_that_it_said_was_decided(tmp_path):
    path = tmp_path / "decisions.csv"
    command = [sys.executable, "-c", KILLED, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(20)]
        process.kill()
        said += process.stdout.read().splitlines()
    names = list(DecisionTable(path).all())
    n_said = len(said)
    assert names[:n_said] == [f"{i}.jpg" for i in range(n_said)]
    assert len(names) <= n_said + 1


def test_threads_lose_nothing(table):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: table.add(decision(f"{i}.jpg")), range(80)))
    assert set(DecisionTable(table.path).all()) == {f"{i}.jpg" for i in range(80)}


def test_what_a_spreadsheet_has_saved_and_somebody_corrected_is_read(table):
    table.add(decision("a.jpg"))
    table.add(decision("b.jpg"))
    text = table.path.read_text(encoding="utf-8").replace("b.jpg,cubism", "b.jpg,art nouveau")
    table.path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert table.get("b.jpg").label == "art nouveau"
    table.add(decision("c.jpg"))
    assert [row.label for row in DecisionTable(table.path).all().values()] == ["cubism", "art nouveau", "cubism"]


@pytest.mark.parametrize(
    "content, sentence",
    [
        (HEADER.replace(",", ";") + "\n", "as its first line, not filename,label"),
        ("file,style\na.jpg,cubism\n", "has 'file,style' as its first line"),
        (f"{HEADER}\na.jpg,cubism\n", "has 2 values in row 2, not 8"),
        (f"{HEADER}\n" + 2 * "a.jpg,cubism,,accepted,cubism,0.5,,2026-01-01T00:00:00Z\n", "decides about a.jpg twice"),
        (f"{HEADER}\n,cubism,,accepted,cubism,0.5,,2026-01-01T00:00:00Z\n", "names no picture in row 2"),
        (f"{HEADER}\nd\xfcrer.jpg,x,x,x,x,x,x,x\n".encode("latin-1"), "is not UTF-8 any more"),
    ],
)
def test_an_edited_table_is_one_sentence_and_stays_as_it_is(tmp_path, content, sentence):
    path = tmp_path / "decisions.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = path.read_bytes()
    with pytest.raises(ValueError, match=sentence):
        DecisionTable(path)
    assert path.read_bytes() == before


def test_a_table_that_was_moved_away_begins_anew(table):
    table.add(decision("a.jpg"))
    table.path.unlink()
    assert table.all() == {}
    table.add(decision("b.jpg"))
    assert list(DecisionTable(table.path).all()) == ["b.jpg"]


def test_a_design_reads_it(tmp_path, table):
    labels = {"claude-monet_a.png": "impressionism", "x/gris_b.png": "cubism", "c.png": ""}
    for name, label in labels.items():
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 40), len(name)).save(path)
        table.add(decision(name, label, pred="cubism"))
    catalogue = make_catalogue(tmp_path / "pictures", table.path, min_images=1)
    assert dict(zip(catalogue.annotation["filename"], catalogue.annotation["label"], strict=True)) == {
        name: label for name, label in labels.items() if label
    }
    assert set(catalogue.annotation["author"]) == {"claude-monet", "gris"}
    assert set(catalogue.rejections["filename"]) == {"c.png"}


def test_the_columns_are_those_of_the_page():
    assert ",".join(Decision._fields) == HEADER


def test_a_style_that_somebody_types_is_one_line():
    assert style_of(" art\n deco") == "art deco"
    assert style_of("none of these") == ""
    with pytest.raises(ValueError, match="at most 100 letters, and 101"):
        style_of("x" * 101)
