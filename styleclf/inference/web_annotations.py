"""Predictions as museums' programs read them: W3C Web Annotations for IIIF viewers, a table for Omeka's importer."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from styleclf.common import check_file, note, write_json, write_table
from styleclf.data import read_own_table
from styleclf.evaluation import probas_of, vocab_of
from styleclf.inference.spreadsheet import check_table_path

_ANNOTATION_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_OWN_CONTEXT = {"styleclf": "https://styleclf.invalid/ns#", "probability": "styleclf:probability"}  # no such term there
_NO_STYLE = "none of these"
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"  # UTC has to be written as Z there
_N_BODIES = 3  # styles named of a picture
_VOCABULARIES = {  # how an id is written in a table -> address to which it belongs
    re.compile(r"(?:wd:)?(Q[1-9][0-9]*)"): "http://www.wikidata.org/entity/",
    re.compile(r"(?:aat:)?(300[0-9]{6})"): "http://vocab.getty.edu/aat/",
}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_TITLE_COLUMN = "title"
_ELEMENT_SET = "Dublin Core:"
_ELEMENTS = ["Identifier", "Title", "Subject", "Description", "Source"]


def annotations_of(
    predictions: pd.DataFrame,  # filename, pred, proba_<style>… and, where there is one, answer
    *,
    model: str | Path,  # file of the model
    canvases: Mapping[str, str] | None = None,  # file's name -> id of its IIIF canvas
    style_ids: Mapping[str, str] | None = None,  # style -> its id in a vocabulary: Q42934, 300021495, an address
) -> dict[str, Any]:
    """An annotation page (JSON-LD of the Web Annotation Data Model) with one annotation per picture.

    Its target is the canvas of the picture, or else the file's URI; its bodies are the three likeliest styles with
    their probabilities, likeliest first, as text or, where a style's id tells an address, as that. It is motivated by
    classifying.
    """
    generator = _generator(Path(model))
    timestamp = datetime.now(timezone.utc).strftime(_TIME_FORMAT)
    styles = vocab_of(predictions)
    probas = probas_of(predictions)
    likeliest_first = np.argsort(-probas, axis=1, kind="stable")
    items = []
    for position, filename in enumerate(predictions["filename"]):
        target = _target(filename, canvases or {})
        bodies = []
        for column in likeliest_first[position, :_N_BODIES]:
            body = _body(styles[column], float(probas[position, column]), style_ids or {})
            bodies.append(body)
        digest = _digest(target, generator["id"])
        annotation = {
            "id": f"urn:styleclf:{digest}",
            "type": "Annotation",
            "motivation": "classifying",
            "generator": generator,
            "generated": timestamp,
            "body": bodies,
            "target": target,
        }
        if _answer(predictions, position) == _NO_STYLE:
            annotation["styleclf:answer"] = _NO_STYLE
        items.append(annotation)
    digest_of_page = _digest(timestamp, generator["id"])
    return {
        "@context": [_ANNOTATION_CONTEXT, _OWN_CONTEXT],
        "id": f"urn:styleclf:{digest_of_page}",
        "type": "AnnotationPage",
        "items": items,
    }


def check_written_files(
    out: str | Path,  # the table of predictions, beside which a page of its name is written
    *,
    annotations: str | Path | None = None,
    omeka: str | Path | None = None,
    records: str | Path | None = None,
) -> None:
    """Raise ValueError or OSError, before anything is predicted, where a file cannot be written or two are one.

    Also where `records` cannot be read; a note says where nothing asks for them.
    """
    check_table_path(out)
    paths = [Path(out), Path(out).with_suffix(".html")]
    for path in (annotations, omeka):
        if not path:
            continue
        check_file(path)
        if Path(path) in paths:
            raise ValueError(f"{path} is named for two files, of which one would be lost: give each a name of its own")
        paths.append(Path(path))
    if records:
        canvases_in(records)
        if not annotations and not omeka:
            note("records have no effect without annotations or a table for Omeka")


def write_for_museums(
    predictions: pd.DataFrame,
    *,
    model: str | Path,
    annotations: str | Path | None = None,  # file to write annotations to
    omeka: str | Path | None = None,  # file to write the table for Omeka to
    records: str | Path | None = None,  # table of recipes/collect.py, or any with filename and canvas
    style_ids: Mapping[str, str] | None = None,
) -> None:
    """Write annotations and the table for Omeka, where they are asked for. Raises what the two writers raise."""
    if annotations:
        write_annotations(predictions, annotations, model=model, records=records, style_ids=style_ids)
    if omeka:
        write_omeka(predictions, omeka, model=model, records=records)


def write_annotations(
    predictions: pd.DataFrame,
    path: str | Path,
    *,
    model: str | Path,
    records: str | Path | None = None,  # table of recipes/collect.py, or any with filename and canvas
    style_ids: Mapping[str, str] | None = None,
) -> None:
    """Write what `annotations_of` returns. Raises ValueError for a table without the columns filename and canvas."""
    canvases = canvases_in(records) if records else {}
    page = annotations_of(predictions, model=model, canvases=canvases, style_ids=style_ids)
    write_json(page, path)


def canvases_in(table: str | Path) -> dict[str, str]:
    """The id of the canvas of every file that a table names. Raises ValueError without `filename` and `canvas`."""
    rows = read_own_table(table).rows
    for column in ("filename", "canvas"):
        if column not in rows:
            raise ValueError(f"{table} has no column {column!r}: recipes/collect.py writes one that has")
    has_canvas = rows["canvas"] != ""
    with_canvas = rows[has_canvas]
    return dict(zip(with_canvas["filename"], with_canvas["canvas"], strict=True))


def omeka_table(
    predictions: pd.DataFrame,  # filename, pred, proba_<style>…
    *,
    model: str | Path,
    canvases: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """One row per picture, under the names that the CSV importers of Omeka S and Omeka Classic both map by themselves.

    Both know the elements of Dublin Core as `Dublin Core:<label>`, S after looking for `dcterms:<name>`. An identifier
    is the file's name, with its folders where several pictures have one name, since an update goes by identifiers.
    """
    model_name = Path(model).name
    identifiers = _identifiers(predictions["filename"])
    probas = probas_of(predictions).max(axis=1)
    rows = []
    for position, filename in enumerate(predictions["filename"]):
        answer = _answer(predictions, position)
        pred = predictions["pred"].iat[position]
        words = f"{pred}, probability {probas[position]:.2f}, predicted by {model_name}"
        if answer == _NO_STYLE:
            words = f"none of the styles that the model knows; nearest {words}"
        row = {
            "Identifier": identifiers[position],
            "Title": _title(predictions, position),
            "Subject": "" if answer == _NO_STYLE else answer,
            "Description": words,
            "Source": _target(filename, canvases or {}),
        }
        rows.append(row)
    table = pd.DataFrame(rows, columns=_ELEMENTS)
    return table.add_prefix(_ELEMENT_SET)


def _identifiers(filenames: pd.Series) -> list[str]:
    """The name of every file, or its path where several have one name."""
    paths = filenames.map(lambda filename: Path(filename).as_posix())
    names = paths.map(lambda path: Path(path).name)
    is_shared = names.duplicated(keep=False)
    return names.mask(is_shared, paths).to_list()


def write_omeka(
    predictions: pd.DataFrame,
    path: str | Path,
    *,
    model: str | Path,
    records: str | Path | None = None,  # as for `write_annotations`
) -> None:
    """Write what `omeka_table` returns. Raises ValueError for a table without the columns filename and canvas."""
    canvases = canvases_in(records) if records else {}
    table = omeka_table(predictions, model=model, canvases=canvases)
    write_table(table, path)


def _target(filename: str, canvases: Mapping[str, str]) -> str:
    """The canvas of a file, by the longest end of its path that the table names; otherwise the file's URI."""
    parts = Path(filename).parts
    for start in range(len(parts)):
        end_of_path = "/".join(parts[start:])
        canvas = canvases.get(end_of_path)
        if canvas:
            return canvas
    return Path(filename).absolute().as_uri()


def _body(style: str, probability: float, style_ids: Mapping[str, str]) -> dict[str, Any]:
    style_id = style_ids.get(style, "")
    address = _concept_address(style_id)
    if address:
        concept = {"type": "SpecificResource", "source": address, "styleclf:label": style}
    else:
        concept = {"type": "TextualBody", "value": style, "format": "text/plain"}
        if style_id:
            concept["styleclf:id"] = style_id
    return {"purpose": "classifying", **concept, "probability": round(probability, 4)}


def _concept_address(style_id: str) -> str:
    """The address of a style's id, since the model of the W3C takes nothing else for a source; '' if it tells none.

    >>> _concept_address("Q42934")
    'http://www.wikidata.org/entity/Q42934'
    """
    for pattern, start in _VOCABULARIES.items():
        match = pattern.fullmatch(style_id)
        if match:
            return start + match[1]
    return style_id if _ADDRESS.fullmatch(style_id) else ""


def _generator(model: Path) -> dict[str, str]:
    """The model as software, known by the digest of its file."""
    hasher = hashlib.sha256()
    if model.is_file():
        with open(model, "rb") as stream:
            while part := stream.read(1 << 20):
                hasher.update(part)
    else:  # a bundle may be a folder: its manifest has the digests of all its files
        for file in sorted(model.glob("[!.]*.json")):
            hasher.update(file.read_bytes())
    digest = hasher.hexdigest()
    return {"id": f"urn:sha256:{digest}", "type": "Software", "name": f"styleclf, {model.name}"}


def _answer(predictions: pd.DataFrame, position: int) -> str:
    column = "answer" if "answer" in predictions else "pred"
    return str(predictions[column].iat[position])


def _title(predictions: pd.DataFrame, position: int) -> str:
    if _TITLE_COLUMN in predictions:
        return str(predictions[_TITLE_COLUMN].iat[position])
    filename = predictions["filename"].iat[position]
    return Path(filename).stem.replace("_", " ")


def _digest(*texts: str) -> str:
    content = "\0".join(texts).encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(content).hexdigest()
    return digest[:32]
