"""bundle.card: numbers as the manifest has them, names as text, and nothing that is not there."""

import pytest

from styleclf.bundle.card import agreement_sentence, body_text, model_card
from styleclf.bundle.facts import UNKNOWN_LICENCE

ROW = {"part": "cv", "metric": "top_1_accuracy", "value": 0.61234, "lo": 0.5, "hi": 0.7, "n_images": 90, "n_authors": 9}


@pytest.fixture
def values():
    """What a manifest says."""
    body = {"arch": "resnet18", "features": "style"}
    return {
        "styles": ["cubism", "rococo"],
        "network": {"body": body, "embedding_size": 16, "head": {"kind": "linear"}},
        "input": {"size": 224, "fit": "crop"},
        "labels": None,
        "years": None,
        "novelty": None,
        "answers": None,
        "sets": None,
        "temperature": 1,
        "metrics": [],
        "files": {},
        "training": None,
        "versions": {"torch": "2.8"},
        "weights_licence": "apache-2.0",
    }


def header_of(card):
    _, header, _ = card.split("---\n", 2)
    return header.splitlines()


def test_its_metrics_are_those_of_unseen_painters_with_their_intervals(values):
    values["metrics"] = [
        ROW,
        ROW | {"metric": "ece", "value": 0.1, "lo": None, "hi": None},
        ROW | {"part": "train", "value": 0.99},
        ROW | {"part": "fold 0", "value": 0.98},
        ROW | {"metric": "brier", "value": 0.97},
    ]
    card = model_card(values, "model")
    assert "| cross-validation | top_1_accuracy | 0.612 | 0.500 to 0.700 | 90 | 9 |" in card
    assert "| cross-validation | ece | 0.100 |  | 90 | 9 |" in card
    assert not {"0.990", "0.980", "0.970"} & set(card.split())
    assert "No metrics lay beside the model" not in card
    assert "No metrics lay beside the model" in model_card(values | {"metrics": []}, "model")


@pytest.mark.parametrize(
    "licence, line",
    [("apache-2.0", "apache-2.0"), (UNKNOWN_LICENCE, "other"), ("none needed: trained from random weights", "other")],
)
def test_the_header_has_a_licence_that_is_a_name(values, licence, line):
    card = model_card(values | {"weights_licence": licence}, "model")
    assert f"license: {line}" in header_of(card)
    assert f"pretrained weights: {licence}." in card


def test_names_of_styles_and_titles_are_text(values):
    card = model_card(values | {"styles": ["<script>", "a|b\n# c", "*d*"]}, "my [model](x)\n# title")
    assert "<script>" not in card
    assert "\n# c" not in card
    assert "\n# title" not in card
    assert r"&lt;script>, a\|b \# c, \*d\*" in card
    assert r"my \[model\](x) \# title" in card


@pytest.mark.parametrize(
    "name, value, sentence",
    [
        ("temperature", 2.5, "calibrated by a temperature of 2.50"),
        ("novelty", {"threshold": 1}, 'It says "none of these"'),
        ("sets", {"thresholds": [0.1, 0.1]}, "a set of styles that holds the true one"),
        ("training", {"n_images": 1200, "n_painters": 34}, "trained on 1,200 pictures, by 34 painters."),
        ("training", {"design_blake2b": "ab12"}, "Fingerprint of the design (BLAKE2b): `ab12`."),
    ],
)
def test_what_a_bundle_has_is_said_and_what_it_lacks_is_not(values, name, value, sentence):
    assert sentence in model_card(values | {name: value}, "model")
    assert sentence not in model_card(values, "model")


def test_bodies_side_by_side_are_named_one_after_another():
    bodies = [{"arch": "a", "features": "style"}, {"arch": "b", "features": "pooled"}]
    assert body_text(bodies[0]) == "`a` with style features"
    assert body_text({"side_by_side": bodies}) == "`a` with style features beside `b` with pooled features"


def test_files_that_are_not_there_are_not_listed(values):
    agreement = {"n_pictures": 20, "largest": 0.0123, "mean": 0.002, "same_style": 0.95}
    graph = {"precision": "fp16", "agreement": agreement, "measured_on_pictures": True}
    files = {"model.safetensors": {}, "model.onnx": graph}
    card = model_card(values | {"files": files}, "model")
    assert "`model.onnx`" in card
    assert "`novelty.npz`" not in card
    assert "`bundle.json`" in card
    sentence = agreement_sentence(files)
    assert sentence in card
    assert "On 20 pictures" in sentence
    assert "by 0.012 at most and 0.002 on average" in sentence
    assert "same for 95.0%" in sentence
    on_pattern = agreement_sentence({"model.onnx": graph | {"measured_on_pictures": False}})
    assert "On a made-up picture, as no pictures were given" in on_pattern
    assert agreement_sentence({}) == ""
