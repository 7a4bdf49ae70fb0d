"""Records in JSON as rows of a table."""

import json

import pytest

from styleclf.data.collect.records import read_records

RECORD = {
    "id": 7,
    "title": "Sunset",
    "people": [{"name": "Ann", "role": "Artist"}, {"name": "Ben", "role": "Artist"}],
    "images": [{"iiifbaseuri": "https://m.example/iiif/1"}, {"iiifbaseuri": "https://m.example/iiif/2"}],
    "period": None,
    "tags": [],
    "open": True,
}
ROW = {"id": "7", "title": "Sunset", "people.name": "Ann|Ben", "people.role": "Artist", "open": "True"}
ROW |= {"images.iiifbaseuri": "https://m.example/iiif/1|https://m.example/iiif/2"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([RECORD]),
        json.dumps({"info": {"page": 1}, "facets": [], "records": [RECORD]}),
        json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": [RECORD]}}),
        "\n".join(["", json.dumps(RECORD), ""]) * 2,
        "\ufeff" + json.dumps([RECORD]),
    ],
    ids=["list", "records", "within an object", "lines", "byte order mark"],
)
def test_every_record_is_a_row_with_the_names_on_the_way(text):
    rows = read_records(text.encode())
    assert rows.to_dict("records")[0] == ROW


def test_what_one_record_lacks_is_empty():
    rows = read_records(b'[{"a": 1}, {"b": {"c": "x"}}]')
    assert rows.to_dict("records") == [{"a": "1", "b.c": ""}, {"a": "", "b.c": "x"}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"\xff\xfe\x00",
        b"[1, 2]",
        b'{"a": 1}',
        b'{"a": {"b": {"c": {"d": {"e": {"f": {"g": [{"x": 1}]}}}}}}}',
        b'{"@context": "http://iiif.io/api/presentation/3/context.json", "metadata": [{"label": "x"}]}',
        b"[" * 100_000,
    ],
    ids=["empty", "HTML", "no text", "numbers", "no list", "too deep", "IIIF", "a bomb"],
)
def test_what_has_no_records_is_none(content):
    assert read_records(content) is None


def test_people_and_their_roles_keep_their_places():
    people = [{"name": "Ann", "role": None}, {"name": "Ben", "role": "after"}, {"name": "Ann", "role": "Author"}]
    rows = read_records(json.dumps([{"people": people, "images": [{"url": None}, {"url": "u"}]}]).encode())
    assert rows.to_dict("records") == [
        {"people.name": "Ann|Ben|Ann", "people.role": "|after|Author", "images.url": "|u"}
    ]
