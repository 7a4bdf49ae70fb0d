"""styleclf.inference.web_annotations: one annotation a picture, on its canvas; a table for Omeka."""

import codecs
import csv
import io
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pandas as pd
import pytest

from styleclf.inference import web_annotations

PREDICTIONS = pd.DataFrame(
    {
        "filename": ["in/cubism/a b.jpg", "in/rococo/c.jpg"],
        "pred": ["cubism", "rococo"],
        "answer": ["cubism", "none of these"],
        "proba_baroque": [0.1, 0.3],
        "proba_cubism": [0.7, 0.2],
        "proba_pop": [0.05, 0.1],
        "proba_rococo": [0.15, 0.4],
    }
)


@pytest.fixture
def files(tmp_path):
    """A model's file, and a table of canvases."""
    model = tmp_path / "model.zip"
    model.write_bytes(b"a bundle")
    records = tmp_path / "collected.csv"
    records.write_text("filename,canvas\ncubism/a b.jpg,https://example.org/canvas/1\nrococo/d.jpg,\n")
    return model, records


def test_every_picture_has_one_annotation_on_its_canvas(files, tmp_path):
    model, records = files
    ids = {"cubism": "http://vocab.getty.edu/aat/300021495"}
    web_annotations.write_annotations(PREDICTIONS, tmp_path / "x.json", model=model, records=records, style_ids=ids)
    page = json.loads((tmp_path / "x.json").read_text())
    assert page["type"] == "AnnotationPage"
    assert page["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
    first, second = page["items"]
    assert first["target"] == "https://example.org/canvas/1"
    assert second["target"] == Path("in/rococo/c.jpg").absolute().as_uri()
    assert first["id"] != second["id"]
    assert first["motivation"] == "classifying"
    assert first["generator"]["id"].startswith("urn:sha256:")
    assert first["generator"]["type"] == "Software"
    assert [body["probability"] for body in first["body"]] == [0.7, 0.15, 0.1]
    assert first["body"][0]["source"] == ids["cubism"]
    assert first["body"][1]["value"] == "rococo"
    assert second["styleclf:answer"] == "none of these"
    assert "styleclf:answer" not in first
    again = web_annotations.annotations_of(PREDICTIONS, model=model, canvases=web_annotations.canvases_in(records))
    assert again["items"][0]["id"] == first["id"]
    model.write_bytes(b"another bundle")
    other = web_annotations.annotations_of(PREDICTIONS, model=model, canvases=web_annotations.canvases_in(records))
    assert other["items"][0]["id"] != first["id"]


def check_annotation_page(page):
    """Every MUST of https://www.w3.org/TR/annotation-model/ (2017) that is about what is written here."""
    context = page["@context"]
    assert "http://www.w3.org/ns/anno.jsonld" in context
    assert isinstance(context, list)
    assert len(context) > 1
    assert page["type"] == "AnnotationPage"
    assert is_iri(page["id"])
    assert page["items"]
    for annotation in page["items"]:
        assert annotation["type"] == "Annotation"
        assert is_iri(annotation["id"])
        assert is_iri(annotation["target"])
        assert annotation["motivation"] == "classifying"
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", annotation["generated"])
        assert annotation["generator"]["type"] == "Software"
        assert is_iri(annotation["generator"]["id"])
        for body in annotation["body"]:
            assert body["purpose"] == "classifying"
            if body["type"] == "SpecificResource":
                assert is_iri(body["source"])
            else:
                assert body["type"] == "TextualBody"
                assert isinstance(body["value"], str)
        own = {key for key in (*annotation, *annotation["body"][0]) if ":" in key or key == "probability"}
        assert all(key in context[1] or key.partition(":")[0] in context[1] for key in own)


def is_iri(text):
    return isinstance(text, str) and bool(urlsplit(text).scheme) and " " not in text


@pytest.mark.parametrize(
    "style_id, address",
    [
        ("http://vocab.getty.edu/aat/300021495", "http://vocab.getty.edu/aat/300021495"),
        ("300021495", "http://vocab.getty.edu/aat/300021495"),
        ("aat:300021495", "http://vocab.getty.edu/aat/300021495"),
        ("Q42934", "http://www.wikidata.org/entity/Q42934"),
        ("urn:museum:style-7", "urn:museum:style-7"),
        ("our style 7", None),
    ],
)
def test_what_is_written_keeps_to_the_model_of_the_w3c(files, tmp_path, style_id, address):
    model, records = files
    ids = {"cubism": style_id}
    web_annotations.write_annotations(PREDICTIONS, tmp_path / "x.json", model=model, records=records, style_ids=ids)
    page = json.loads((tmp_path / "x.json").read_text())
    check_annotation_page(page)
    body = page["items"][0]["body"][0]
    assert body.get("source") == address
    if address is None:
        assert (body["value"], body["styleclf:id"]) == ("cubism", style_id)


def test_omeka_gets_elements_of_dublin_core(files, tmp_path):
    model, records = files
    web_annotations.write_omeka(PREDICTIONS, tmp_path / "omeka.csv", model=model, records=records)
    table = pd.read_csv(tmp_path / "omeka.csv", keep_default_na=False)
    assert table["Dublin Core:Identifier"].tolist() == ["a b.jpg", "c.jpg"]
    assert table["Dublin Core:Title"].tolist() == ["a b", "c"]
    assert table["Dublin Core:Subject"].tolist() == ["cubism", ""]
    assert table["Dublin Core:Description"].iat[0] == "cubism, probability 0.70, predicted by model.zip"
    assert table["Dublin Core:Source"].iat[0] == "https://example.org/canvas/1"


def test_the_table_is_what_both_importers_of_omeka_take(files, tmp_path):
    """Read from their sources: UTF-8 without a mark, commas, headers `set:label` once each, rows of one length."""
    model, _ = files
    named = PREDICTIONS.assign(title=['Der "blaue" Reiter,\nMünchen', "日本; B"])
    web_annotations.write_omeka(named, tmp_path / "omeka.csv", model=model)
    content = (tmp_path / "omeka.csv").read_bytes()
    assert not content.startswith(codecs.BOM_UTF8)
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    assert all(re.fullmatch("Dublin Core:(Identifier|Title|Subject|Description|Source)", name) for name in header)
    assert len(set(header)) == len(header) == 5
    assert [len(row) for row in rows] == [5, 5]
    sources = [row[header.index("Dublin Core:Source")] for row in rows]
    assert not any(" " in source for source in sources)  # what follows a blank would be the address's label


def test_pictures_of_one_name_have_identifiers_of_their_own(files):
    model, _ = files
    twins = pd.concat([PREDICTIONS, PREDICTIONS.assign(filename=["in/rococo/a b.jpg", "d.jpg"])], ignore_index=True)
    identifiers = web_annotations.omeka_table(twins, model=model)["Dublin Core:Identifier"]
    assert identifiers.tolist() == ["in/cubism/a b.jpg", "c.jpg", "in/rococo/a b.jpg", "d.jpg"]


def test_a_table_without_canvases_is_refused(tmp_path):
    (tmp_path / "t.csv").write_text("filename,title\na.jpg,A\n")
    with pytest.raises(ValueError, match=r"has no column 'canvas': recipes/collect.py writes one"):
        web_annotations.canvases_in(tmp_path / "t.csv")


def test_files_that_cannot_be_written_are_told_before_the_work(tmp_path, capsys):
    table = tmp_path / "p.csv"
    web_annotations.check_written_files(table, annotations=tmp_path / "a.json", omeka=tmp_path / "o.csv")
    for name in ("p.csv", "p.html", "a.json"):
        with pytest.raises(ValueError, match=f"{name} is named for two files, of which one would be lost"):
            web_annotations.check_written_files(table, annotations=tmp_path / "a.json", omeka=tmp_path / name)
    with pytest.raises(ValueError, match="it is a folder: name a file in it"):
        web_annotations.check_written_files(table, annotations=tmp_path)
    with pytest.raises(FileNotFoundError, match=r"no table at .*r\.csv, there is no such file: name a file"):
        web_annotations.check_written_files(table, annotations=tmp_path / "a.json", records=tmp_path / "r.csv")
    (tmp_path / "r.csv").write_text("filename,canvas\na.jpg,https://museum.example/c\n")
    web_annotations.check_written_files(table, records=tmp_path / "r.csv")
    assert capsys.readouterr().err == "note: records have no effect without annotations or a table for Omeka\n"
