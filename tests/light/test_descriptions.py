"""light.descriptions: one answer for a picture, whichever kind of model it is."""

from types import SimpleNamespace

import numpy as np
import pytest

from styleclf.evaluation import NONE_OF_THESE, YearAnswers, prediction_sets
from styleclf.light import WiderAnswers
from styleclf.light.descriptions import Descriptions

STYLES = ["baroque", "rococo", "ukiyo-e"]
WIDER = WiderAnswers(
    {"baroque": ("european", "baroque"), "rococo": ("european", "rococo"), "ukiyo-e": ("ukiyo-e",)}, 0.6
)
NOVELTY = SimpleNamespace(is_new=lambda novelty: novelty > 1)
PROBAS = np.array([[0.5, 0.4, 0.1], [0.1, 0.2, 0.7], [0.34, 0.33, 0.33]], dtype=np.float32)
ARRAYS = SimpleNamespace(probas=PROBAS, embeddings=np.zeros((3, 2)), novelty=np.array([0.2, 0.3, 2.0]))


def said(**values):
    descriptions = Descriptions(STYLES, **values)
    return [descriptions.of(ARRAYS, position, f"{position}.png") for position in range(3)]


def test_the_likeliest_style_is_the_answer_unless_the_picture_is_new():
    pictures = said(novelty=NOVELTY, thresholds=0.3)
    assert [picture.answer for picture in pictures] == ["baroque", "ukiyo-e", NONE_OF_THESE]
    members = prediction_sets(PROBAS, 0.3)
    for picture, is_member in zip(pictures[:2], members, strict=False):
        assert set(picture.style_set) == set(np.array(STYLES)[is_member])
    assert pictures[2].style_set == []
    assert pictures[2].likeliest[0][0] == "baroque"
    assert all(picture.level is None and picture.labels is None for picture in pictures)


def test_a_hierarchy_answers_with_the_shared_name():
    pictures = said(novelty=NOVELTY, wider=WIDER)
    assert [(picture.answer, picture.level) for picture in pictures] == [
        ("european", 1),
        ("ukiyo-e", 1),
        (NONE_OF_THESE, 0),
    ]
    assert said(wider=WIDER)[2].answer == "european"
    assert pictures[0].style_set is None


@pytest.mark.parametrize("thresholds, labels", [([0.4, 0.4, 0.4], ["baroque", "rococo"]), ([0.9, 0.9, 0.9], [])])
def test_labels_are_those_from_their_thresholds_on(thresholds, labels):
    picture = said(label_thresholds=np.float32(thresholds))[0]
    assert picture.labels == labels
    assert picture.answer == "|".join(labels)


def test_a_model_of_decades_answers_with_a_year_and_its_range():
    years = YearAnswers(np.array([1840.0, 1850.0, 1860.0, 1870.0, 1880.0]), 15.0)
    picture = said(label_thresholds=np.full(3, 0.5), years=years)[0]
    assert picture.years == (1850.0, 1835.0, 1865.0)
    assert picture.answer == "c. 1850 (1835 to 1865)"
    assert said()[0].years is None
