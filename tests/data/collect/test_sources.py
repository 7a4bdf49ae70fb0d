"""What a user names, read with all that it links to."""

import json

import pytest
from PIL import Image

from styleclf.data.collect.sources import SourceReader
from tests.data.collect.museum import jpeg, redirect


@pytest.fixture
def reader(client, tmp_path):
    return SourceReader(client, tmp_path / "manifests")


def titles(reading):
    return [picture.title for picture in reading.pictures]


def test_a_collection_of_collections_is_read_to_its_pictures(museum, reader):
    deep = [museum.manifest_3("/m1", ["one"], label="one"), museum.manifest_2("/m2", ["two"], label="two")]
    inner = museum.collection_3("/collection/inner", deep)
    last = museum.manifest_2("/m3", ["three"], label="three")
    reading = reader.read([museum.collection_3("/collection/outer", [inner, last])])
    assert sorted(titles(reading)) == ["one", "three", "two"]
    assert (reading.n_manifests, reading.n_repeated, reading.failures) == (3, 0, [])


def test_an_empty_document_is_no_picture(museum, reader):
    museum.put("/empty", (200, {"Content-Type": "application/json"}, b" "))
    reading = reader.read([museum.url + "/empty"])
    assert not reading.pictures
    assert reading.failures[0].reason.startswith("is empty")


def test_a_collection_that_contains_itself_is_read_once(museum, reader):
    address = museum.url + "/collection"
    museum.collection_3("/collection", [address, museum.manifest_3("/m", ["one"]), f"{address}#again"])
    reading = reader.read([address])
    assert len(reading.pictures) == 1
    assert reading.n_repeated == 2
    assert sorted(museum.requests) == ["/collection", "/m"]


def test_collections_without_end_are_given_up(museum, reader):
    for number in range(30):
        museum.collection_3(f"/collection{number}", [f"{museum.url}/collection{number + 1}"])
    reading = reader.read([f"{museum.url}/collection0"])
    assert "more than 20 collections deep" in reading.failures[0].reason


def test_what_cannot_be_read_is_said_and_the_rest_stays(museum, reader):
    good = museum.manifest_3("/m", ["one"])
    html = museum.put("/html", (200, {"Content-Type": "text/html"}, b"<!doctype html><p>Hello"))
    gone = f"{museum.url}/gone"
    circle = museum.put("/circle", redirect("/circle"))
    reading = reader.read([html, gone, good, circle])
    assert len(reading.pictures) == 1
    reasons = {failure.address: failure.reason for failure in reading.failures}
    assert "an HTML page" in reasons[html]
    assert "answers 404" in reasons[gone]
    assert "redirected" in reasons[circle]


def test_documents_are_kept_and_not_asked_for_again(museum, client, tmp_path):
    address = museum.collection_3("/collection", [museum.manifest_3("/m", ["one"])])
    first = SourceReader(client, tmp_path).read([address])
    second = SourceReader(client, tmp_path).read([address])
    assert first.pictures == second.pictures
    assert len(museum.requests) == 2


def test_a_document_that_is_none_is_asked_for_again(museum, client, tmp_path):
    address = museum.put("/m", (200, {}, b"oops"))
    assert SourceReader(client, tmp_path).read([address]).failures
    museum.manifest_3("/m", ["one"])
    assert SourceReader(client, tmp_path).read([address]).pictures


def test_one_picture_in_two_manifests_is_taken_once(museum, reader):
    addresses = [museum.manifest_3("/m1", ["one", "two"]), museum.manifest_3("/m2", ["two"])]
    reading = reader.read(addresses)
    assert len(reading.pictures) == 2
    assert reading.n_doubles == 1


def test_only_the_first_pictures_and_only_so_many(museum, client, tmp_path):
    addresses = [museum.manifest_3("/m1", ["one", "two"]), museum.manifest_2("/m2", ["three"])]
    reading = SourceReader(client, tmp_path, first_only=True).read(addresses)
    assert [picture.canvas.rsplit("/", 1)[-1] for picture in reading.pictures] == ["one", "three"]
    assert len(SourceReader(client, tmp_path).read(addresses, most_pictures=2).pictures) == 2


def test_files_are_manifests_or_lists(museum, reader, tmp_path):
    museum.manifest_3("/m", ["one"])
    (node,) = museum.answers["/m"]
    (tmp_path / "manifest.json").write_text(json.dumps(node), encoding="utf-8")
    museum.put("/p", jpeg(Image.new("RGB", (8, 8))))
    lines = ["# pictures", "", f"{museum.url}/image2/two/info.json", f" {museum.url}/p ", f"{museum.url}/q.jpg?x=1"]
    (tmp_path / "list.txt").write_text("\n".join(lines), encoding="utf-8")
    reading = reader.read([str(tmp_path / "manifest.json"), str(tmp_path / "list.txt")])
    addresses = [picture.image.removeprefix(museum.url) for picture in reading.pictures]
    assert addresses == ["/image3/one", "/image2/two", "/p", "/q.jpg?x=1"]
    assert reading.pictures[1].service is not None
    assert reading.pictures[2].service is None


@pytest.mark.parametrize(
    "content, what",
    [("", "is empty"), ("museum.example/7\n", "line 1 of .* is not an http"), ("\n\nfile:///etc", "line 3")],
)
def test_a_list_of_something_else_is_refused(reader, tmp_path, content, what):
    (tmp_path / "list.txt").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=what):
        reader.read([str(tmp_path / "list.txt")])


def test_a_source_that_is_nothing_is_refused(reader):
    with pytest.raises(ValueError, match="neither an http or https address nor a file"):
        reader.read(["nowhere.json"])


def test_statements_of_a_collection_go_with_its_pictures(museum, reader):
    address = museum.collection_3("/collection", [museum.manifest_3("/m", ["one"])], attribution="No AI training")
    assert "No AI training" in reader.read([address]).pictures[0].statements


def test_records_are_read_from_addresses_and_from_files(museum, reader, tmp_path):
    records = {"items": [{"title": "Sunset", "image": f"{museum.url}/a.jpg"}, {"title": "No picture"}]}
    page = museum.put("/search", records)
    lines = tmp_path / "works.jsonl"
    lines.write_text(f'{{"image": "{museum.url}/b.jpg"}}\n{{"image": "{museum.url}/c.jpg"}}\n', encoding="utf-8")
    reading = reader.read([page, str(lines)])
    assert not reading.failures
    assert {picture.image[-5:] for picture in reading.pictures} == {"a.jpg", "b.jpg", "c.jpg"}
    assert not reading.failures


def test_records_without_a_picture_are_named(museum, reader, tmp_path):
    page = museum.put("/search", {"items": [{"title": "Sunset"}]})
    reading = reader.read([page])
    assert reading.failures[0].reason.startswith("has no column that looks like addresses of pictures")
    file = tmp_path / "works.json"
    file.write_text('[{"title": "Sunset"}]', encoding="utf-8")
    with pytest.raises(ValueError, match=r"works\.json has no column .*--address COLUMN"):
        reader.read([str(file)])
