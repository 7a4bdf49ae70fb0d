"""`python -m styleclf.light`: lines and a table of pictures, and one sentence for whatever is wrong."""

import csv

import pytest

from styleclf.light import open_model
from styleclf.light.__main__ import main


@pytest.fixture(scope="module")
def model(bundled):
    return open_model(bundled / "bundle")


def read(table):
    with open(table, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_line_and_a_row_say_what_the_model_says(model, bundled, paths, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "500")  # so that names are whole
    table = tmp_path / "table.csv"
    assert main([str(bundled / "bundle"), "--out", str(table), *map(str, paths[:5])]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert last == f"5 of 5 images predicted: {table}"
    for line, row, prediction in zip(lines, read(table), model.predict(paths[:5]), strict=True):
        style, proba = prediction.likeliest[0]
        assert line.startswith(prediction.path.as_posix())
        assert f"{style} {proba:.0%}" in line
        assert row["pred"] == style
        assert row["answer"] == prediction.answer
        probas = [float(row[f"proba_{name}"]) for name in model.styles]
        assert probas == pytest.approx(prediction.probas.tolist())
        assert "set" not in row


def test_sets_are_asked_for(model, bundled, paths, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "500")
    table = tmp_path / "table.csv"
    assert main([str(bundled / "bundle"), "--sets", "--out", str(table), *map(str, paths[:5])]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, row, prediction in zip(lines, read(table), model.predict(paths[:5]), strict=False):
        assert row["set"] == ", ".join(prediction.style_set)
        assert line.endswith(row["set"] or "none of these")


def test_folders_are_searched_and_what_cannot_be_read_is_named(bundled, paths, tmp_path, capsys):
    folder = tmp_path / "pictures/inner"
    folder.mkdir(parents=True)
    (folder / "picture.png").write_bytes(paths[0].read_bytes())
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("no picture")
    assert main([str(bundled / "bundle"), str(tmp_path / "pictures")]) == 0
    output = capsys.readouterr()
    assert "1 of 2 images predicted" in output.out
    assert "broken.jpg" in output.out + output.err
    assert "1 file is not an image and is passed over" in output.out + output.err


@pytest.mark.parametrize(
    "bundle, picture, sentence",
    [
        ("nowhere.zip", "a.jpg", "no bundle at nowhere.zip"),
        (None, "nowhere.jpg", "no image or folder at nowhere.jpg"),
        (None, "empty", "no image files in empty"),
    ],
)
def test_bad_input_is_one_sentence(bundled, tmp_path, monkeypatch, capsys, bundle, picture, sentence):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    assert main([bundle or str(bundled / "bundle"), picture]) == 2
    error = capsys.readouterr().err
    assert error.startswith("styleclf.light: ")
    assert sentence in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    "flags, sentence",
    [
        (["--threads", "-3"], "--threads must be a whole number of 0 or more, not -3"),
        (["--out", "."], "it is a folder"),
    ],
)
def test_a_wrong_flag_is_told_before_a_model_is_opened(capsys, flags, sentence):
    assert main(["nowhere.zip", "a.jpg", *flags]) == 2
    assert sentence in capsys.readouterr().err


def test_where_nothing_can_be_read_the_exit_code_says_so(bundled, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    assert main([str(bundled / "bundle"), str(tmp_path / "broken.jpg")]) == 2
