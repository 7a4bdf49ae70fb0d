"""light.manifest: bundle.json is believed in nothing that would matter."""

import json
import re

import numpy as np
import pytest

from styleclf.light.manifest import check_pattern, read_manifest


@pytest.fixture
def values(bundle):
    return json.loads((bundle / "bundle.json").read_text(encoding="utf-8"))


def read(values):
    return read_manifest(json.dumps(values).encode(), "here")


def test_it_says_what_the_learner_knew(values):
    manifest = read(values)
    assert manifest.input.size == 32
    assert manifest.embedding_size == 16
    assert manifest.thresholds == pytest.approx(0.05 + 0.02 * np.arange(len(manifest.styles)))
    assert manifest.temperature == 1
    assert len(manifest.picture_profile["sharpness"]) == 101


def test_ids_of_styles_are_read(values):
    assert read(values).style_ids == {}
    style = values["styles"][0]
    assert read(values | {"style_ids": {style: "Q42934"}}).style_ids == {style: "Q42934"}


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        ("format", "zoo", "is not that of a bundle"),
        ("format_version", 4, "written by a newer styleclf (format 4, this one reads 3): update styleclf"),
        ("format_version", "1", "its format_version is '1'"),
        ("styles", [], "its styles are not a list"),
        ("styles", ["a", "a"], "one of its styles is there twice"),
        ("styles", ["a", 3], "one of its styles is 3"),
        ("style_ids", {"no style": "Q1"}, "its style_ids have 'Q1' for 'no style'"),
        ("style_ids", ["Q1"], "its style_ids is not a table of names"),
        ("input", None, "its input is not a table of names"),
        ("input/size", 10**9, "its size is 1000000000"),
        ("input/size", True, "its size is True"),
        ("input/fit", "stretch", "its fit is 'stretch'"),
        ("input/std", [0, 1, 1], "a standard deviation of its input is not above 0"),
        ("input/mean", [1, 2], "its mean have the shape (2,), not (3,)"),
        ("labels", {"thresholds": [0.5]}, "its thresholds of labels have the shape (1,)"),
        ("answers", {"paths": {}, "threshold": 0.5}, "the paths of its answers are not those of its styles"),
        ("years", {"edges": [1800, 1900], "width": 9}, "its years are not said by labels"),
        ("sets/thresholds", [1], "its thresholds have the shape (1,)"),
        ("temperature", -1, "its temperature is -1"),
        ("training/painters/salt", "no hex", "non-hexadecimal number"),
        ("training/painters/rounds", 10**12, "rounds must be 1 to 1,000,000"),
        ("files", {"model.onnx": {}}, "it lacks 'sha256'"),
        ("prototypes", [[1e300]], "its prototypes have the shape"),
        ("network/embedding_size", 10**9, "its embedding_size is 1000000000"),
    ],
)
def test_impossible_values_are_one_sentence(values, place, value, sentence):
    *tables, name = place.split("/")
    table = values
    for key in tables:
        table = table[key]
    table[name] = value
    with pytest.raises(ValueError, match=re.escape(sentence)) as caught:
        read(values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"edges": [1800, 1900], "width": 9}, "its edges of decades have the shape (2,)"),
        ({"edges": "falling", "width": 9}, "the edges of its decades are not in order"),
        ({"edges": "rising", "width": -1}, "its width is -1"),
        ({"edges": "rising"}, "it lacks 'width'"),
        ({"edges": "rising", "width": 9, "n_networks": 3}, "its networks do not have the same decades"),
        ([], "its years is not a table of names"),
    ],
)
def test_impossible_years_are_one_sentence(values, facts, sentence):
    n_edges = len(values["styles"]) + 2
    rising = list(range(1800, 1800 + n_edges))
    edges = {"rising": rising, "falling": rising[::-1]}
    if facts:
        facts = facts | {"edges": edges.get(str(facts["edges"]), facts["edges"])}
    labels = {"thresholds": [0.5] * len(values["styles"])}
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read(values | {"labels": labels, "years": facts})
    years = read(values | {"labels": labels, "years": {"edges": rising, "width": None}}).years
    assert years.width == np.inf
    assert years.edges.tolist() == rising


@pytest.mark.parametrize("name", ["styles", "input", "network", "files", "temperature"])
def test_what_it_lacks_is_named(values, name):
    del values[name]
    with pytest.raises(ValueError, match=f"it lacks '{name}'"):
        read(values)


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"[]", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1' + b"0" * 5_000 + b"}", b'{"a":' * 9_999],
)
def test_what_is_no_json_or_a_bomb_is_one_sentence(content):
    with pytest.raises(ValueError, match=r"bundle\.json in here is damaged") as caught:
        read_manifest(content, "here")
    assert len(str(caught.value)) < 400


def test_the_pattern_is_the_same_everywhere():
    pattern = check_pattern(64)
    assert pattern.dtype == np.uint8
    assert int(pattern.astype(np.int64).sum()) == 1565674
    assert len(np.unique(pattern)) > 200
