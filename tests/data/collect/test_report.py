"""What a collection leaves: three tables of the same columns however little there is, and words that count."""

import dataclasses

import pandas as pd
import pytest

from styleclf.data.collect.choice import FORBIDDEN, RefusedPicture
from styleclf.data.collect.columns import make_columns
from styleclf.data.collect.folder import LoadedPicture
from styleclf.data.collect.picture_addresses import bare_picture
from styleclf.data.collect.presentation import Field
from styleclf.data.collect.report import Outcome, failures_text, write_outcome
from styleclf.data.collect.sources import Failure, Reading

ADDRESS = "https://museum.example/{}.jpg"


def picture(number, **fields):
    bare = bare_picture(ADDRESS.format(number))
    named = tuple(Field((label,), value) for label, value in fields.items())
    return dataclasses.replace(bare, fields=named, attribution="The Museum")


def loaded(picture):
    return LoadedPicture(picture.image, f"{picture.image[-5]}.jpg", picture.image, 60, 40, n_bytes=123, sha256="ab")


def outcome_of(*pictures, **values):
    reading = Reading()
    reading.add(pictures)
    left_out, failures = values.pop("left_out", []), values.pop("failures", [])
    rows = [(taken, loaded(taken)) for taken in pictures]
    return Outcome(reading, make_columns({}, pictures), rows, left_out, failures, **values)


def test_a_row_has_the_words_the_rights_and_what_is_on_disk(tmp_path):
    outcome = outcome_of(picture(1, style="cubism", artist="Gris"), picture(2))
    write_outcome(outcome, tmp_path)
    table = pd.read_csv(tmp_path / "collected.csv", keep_default_na=False)
    assert table[["filename", "label", "author"]].values.tolist() == [["1.jpg", "cubism", "Gris"], ["2.jpg", "", ""]]
    assert set(table["credit"]) == {"The Museum"}
    assert "attribution" not in table
    assert table[["width", "height", "bytes"]].drop_duplicates().values.tolist() == [[60, 40, 123]]


def test_what_is_left_out_or_fails_has_its_columns_even_without_rows(tmp_path):
    write_outcome(outcome_of(picture(1)), tmp_path)
    assert (tmp_path / "left_out.csv").read_text().strip() == "image,canvas,manifest,title,reason,words"
    assert (tmp_path / "not_loaded.csv").read_text().strip() == "address,manifest,reason"
    left_out = [RefusedPicture(picture(3), FORBIDDEN, "No AI.")]
    text = write_outcome(outcome_of(picture(1), left_out=left_out), tmp_path)
    assert pd.read_csv(tmp_path / "left_out.csv")["words"].tolist() == ["No AI."]
    assert "1 picture left out" in text


def test_pictures_of_an_earlier_run_are_not_counted_as_loaded(tmp_path):
    text = write_outcome(outcome_of(*map(picture, range(5)), n_kept=3, n_damaged=1), tmp_path)
    assert "2 pictures loaded, 3 there from an earlier run; 1 file had changed since, loaded again" in text


def test_what_was_named_twice_is_said_once_each(tmp_path):
    outcome = outcome_of(picture(1))
    outcome.reading.add([picture(1)])
    outcome.reading.n_manifests = outcome.reading.n_repeated = 2
    text = write_outcome(outcome, tmp_path)
    assert text.startswith(
        "1 picture in 2 manifests; 2 documents named again and read once; 1 picture also in another place"
    )


def test_frequent_reasons_come_first_with_their_first_example():
    failures = [Failure(ADDRESS.format(n), "", f"reason {n % 7}") for n in range(20)]
    failures += [Failure(ADDRESS.format(99), "", "reason 6")] * 5
    first, second, *_, last = failures_text(failures).splitlines()
    assert first.startswith("25 could not be had")
    assert second == f"  7: {ADDRESS.format(6)} reason 6"
    assert last == "  and 2 further reasons"
    assert failures_text([]) == ""


@pytest.mark.parametrize(
    "fields, advice",
    [
        ({"style": "cubism"}, ""),
        ({"school": "Paris"}, "collect.py --look lists the fields"),
        ({}, "fill in the column label of collected.csv"),
    ],
)
def test_where_no_picture_has_a_label_it_says_how_to_name_one(fields, advice, tmp_path):
    text = write_outcome(outcome_of(picture(1, **fields)), tmp_path)
    assert advice in text
    assert ("no picture has" in text) == bool(advice)
