"""Manifests and collections of both versions, and what is none."""

import json
import time

import pytest

from styleclf.data.collect.presentation import Field, read_document

HERE = "https://museum.example"
SERVICE = {"id": f"{HERE}/iiif/7", "type": "ImageService3", "profile": "level2"}
BODY = {"id": f"{HERE}/iiif/7/full/max/0/default.jpg", "type": "Image", "width": 40, "height": 30, "service": [SERVICE]}


def canvas_3(body, name="1", **more):
    painting = {"type": "Annotation", "motivation": "painting", "body": body}
    pages = [{"type": "AnnotationPage", "items": [painting]}]
    return {"id": f"{HERE}/canvas/{name}", "type": "Canvas", "items": pages, **more}


def manifest_3(*canvases, **more):
    return {"id": f"{HERE}/m", "type": "Manifest", "label": {"en": ["Sunset"]}, "items": list(canvases), **more}


def read(node, **more):
    return read_document(json.dumps(node).encode(), f"{HERE}/asked", **more)


def only_picture(node, **more):
    (picture,) = read(node, **more).pictures
    return picture


def test_both_versions_say_the_same(museum):
    words = {"Artist": "Ann", "Style": "cubism"}
    three = museum.manifest_3("/3", ["one"], metadata=words, label="Sunset", rights="r", navDate="1889-01-01T00:00:00Z")
    two = museum.manifest_2("/2", ["one"], metadata=words, label="Sunset", license="r", navDate="1889-01-01T00:00:00Z")
    pictures = []
    for address, path in ((three, "/3"), (two, "/2")):
        (node,) = museum.answers[path]
        pictures.append(read_document(json.dumps(node).encode(), address).pictures[0])
    for picture, version in zip(pictures, (3, 2), strict=True):
        assert picture.image == f"{museum.url}/image{version}/one" == picture.service.address
        assert (picture.service.version, picture.service.width, picture.service.height) == (version, 120, 80)
        assert picture.manifest == f"{museum.url}/{version}"
        assert picture.canvas == f"{picture.manifest}/canvas/one"
        assert picture.fields == (Field(("Artist",), "Ann"), Field(("Style",), "cubism"))
        assert (picture.title, picture.rights, picture.date) == ("Sunset", "r", "1889-01-01T00:00:00Z")


def test_a_canvas_speaks_before_its_manifest():
    entry = {"label": {"en": ["Artist"]}, "value": {"en": ["Ann"]}}
    own = {"label": {"en": ["Artist"]}, "value": {"en": ["Ben"]}}
    canvas = canvas_3(BODY, metadata=[own], rights="canvas", label={"en": ["verso"]})
    node = manifest_3(canvas, canvas_3(BODY, "2"), metadata=[entry], rights="manifest")
    first, second = read(node).pictures
    assert [field.value for field in first.fields] == ["Ben", "Ann"]
    assert first.rights == "canvas"
    assert (first.title, second.title, second.rights) == ("Sunset: verso", "Sunset", "manifest")


@pytest.mark.parametrize(
    "body",
    [
        [BODY],
        {"type": "PictureChoice", "items": [BODY, {"id": "x"}]},
        {"type": "SpecificResource", "source": BODY, "selector": {}},
        {"@type": "oa:PictureChoice", "default": BODY, "item": []},
    ],
)
def test_choices_and_parts_lead_to_a_picture(body):
    assert only_picture(manifest_3(canvas_3(body))).image == f"{HERE}/iiif/7"


def test_a_picture_without_a_service_is_taken_as_it_is():
    picture = only_picture(manifest_3(canvas_3({"id": f"{HERE}/7.png", "type": "Image"})))
    assert picture.image == f"{HERE}/7.png"
    assert picture.service is None


@pytest.mark.parametrize(
    "body", [None, [], {}, 7, {"id": "x", "type": "Video"}, {"id": "urn:7", "type": "Image"}, [[[]]]]
)
def test_a_canvas_without_a_picture_is_said_and_the_others_stay(body):
    document = read(manifest_3(canvas_3(body, "broken"), canvas_3(BODY, "sound")))
    assert len(document.pictures) == 1
    assert [canvas.canvas for canvas in document.unusable] == [f"{HERE}/canvas/broken"]


def test_ten_thousand_canvases_with_one_broken_are_read_at_once():
    canvases = [canvas_3({**BODY, "service": [{**SERVICE, "id": f"{HERE}/{n}"}]}, str(n)) for n in range(10_000)]
    canvases[4321] = {"id": f"{HERE}/broken", "type": "Canvas", "items": "oops"}
    start = time.process_time()
    document = read(manifest_3(*canvases, metadata=[{"label": "Artist", "value": "Ann"}]))
    assert len(document.pictures) == 9_999
    assert document.unusable[0].canvas == f"{HERE}/broken"
    assert time.process_time() - start < 5


def test_statements_of_every_level_are_collected():
    said = {
        "rights": "https://rights.example/1",
        "requiredStatement": {"label": {"en": ["By"]}, "value": {"fr": ["a"]}},
    }
    terms = {"label": {"en": ["Terms of use"]}, "value": {"en": ["b"]}}
    story = {"label": {"en": ["Story"]}, "value": {"en": ["It was not painted for AI"]}}
    body = {**BODY, "service": [{**SERVICE, "rights": "c"}], "rights": "d"}
    picture = only_picture(
        manifest_3(canvas_3(body), metadata=[terms, story], **said), statements=("of the collection",)
    )
    assert set(picture.statements) == {"of the collection", "https://rights.example/1", "a", "b", "c", "d"}
    assert picture.attribution == "a"


def test_the_provider_is_the_source_or_else_the_host():
    provider = [{"id": HERE, "type": "Agent", "label": {"en": ["The Museum"]}}]
    assert only_picture(manifest_3(canvas_3(BODY), provider=provider)).source == "The Museum"
    assert only_picture(manifest_3(canvas_3(BODY))).source == "museum.example"


@pytest.mark.parametrize(
    "node, addresses",
    [
        (
            {"type": "Collection", "items": [{"id": "a", "type": "Manifest"}, {"id": "b", "type": "Collection"}]},
            ["a", "b"],
        ),
        ({"@type": "sc:Collection", "manifests": [{"@id": "a"}], "collections": [{"@id": "b"}]}, ["a", "b"]),
        ({"@type": "sc:Collection", "members": [{"@id": "a"}, 7, {}], "first": "b"}, ["a", "b"]),
        ({"@type": "sc:Collection", "manifests": [{"@id": "a"}], "next": {"@id": "b"}}, ["a", "b"]),
        ({"type": "Collection", "items": []}, []),
    ],
)
def test_a_collection_is_its_links(node, addresses):
    document = read({**node, "attribution": "said"}, statements=("before",))
    assert [link.address for link in document.links] == addresses
    assert not document.pictures
    assert all(link.statements == ("before", "said") for link in document.links)


@pytest.mark.parametrize(
    "content, what",
    [
        (b"<!DOCTYPE html><html><body>404", "is an HTML page"),
        (b"\n <HTML>", "is an HTML page"),
        (b"nonsense", "is not JSON"),
        (b"[1, 2]", "is JSON, but no IIIF manifest"),
        (b'{"type": "Person"}', "its type is 'Person'"),
        (b'{"a":' * 100_000, "is not JSON"),
        (b"\xff\xfe\x00", "is not JSON"),
    ],
)
def test_anything_else_is_said_to_be_what_it_is(content, what):
    with pytest.raises(ValueError, match=what):
        read_document(content, HERE)
