"""styleclf.embeddings.atlas.open_in_fiftyone: what FiftyOne is told, by a stand-in: it is no dependency."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from styleclf.embeddings.atlas.open_in_fiftyone import main, make_dataset, sample_fields
from styleclf.embeddings.atlas.parquet import fiftyone_labels
from tests.embeddings.atlas.four_pictures import FILES, four_pictures, four_records  # noqa: F401


class Dataset:
    def add_samples(self, samples):
        self.samples = samples

    def evaluate_classifications(self, field, *, gt_field, eval_key):
        self.evaluated = (field, gt_field)


@pytest.fixture
def fiftyone(monkeypatch):
    """The functions of FiftyOne that are called, which remember with what."""
    package = ModuleType("fiftyone")
    brain = ModuleType("fiftyone.brain")
    package.Classification = package.Sample = lambda **fields: SimpleNamespace(**fields)
    package.Dataset = Dataset
    package.brain = brain
    brain.compute_visualization = lambda dataset, *, points, brain_key: setattr(dataset, brain_key, points)
    monkeypatch.setitem(sys.modules, "fiftyone", package)
    monkeypatch.setitem(sys.modules, "fiftyone.brain", brain)
    return package


def test_styles_predictions_columns_and_places_arrive(fiftyone, four_records, four_pictures):
    dataset = make_dataset(fiftyone_labels(four_records), four_pictures)
    assert [sample.filename for sample in dataset.samples] == FILES
    assert [sample.style.label for sample in dataset.samples] == four_records["style"].to_list()
    assert [sample.predicted.label for sample in dataset.samples] == four_records["predicted"].to_list()
    assert [sample.predicted.confidence for sample in dataset.samples] == four_records["confidence"].to_list()
    assert all(sample.place == "Paris" and not hasattr(sample, "x") for sample in dataset.samples)
    assert dataset.map.tolist() == four_records[["x", "y"]].to_numpy().tolist()
    assert dataset.evaluated == ("predicted", "style")


def test_a_file_that_is_elsewhere_is_named(fiftyone, four_records, tmp_path):
    with pytest.raises(ValueError, match="is not there: give the folder of images"):
        make_dataset(fiftyone_labels(four_records), tmp_path)


def test_what_is_missing_is_no_field():
    assert sample_fields({"attributes": {"place": None, "year": 1912, "style": "a", "x": 1, "y": 2}}) == {"year": 1912}


def test_without_a_folder_it_says_what_to_give(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["open_in_fiftyone.py"])
    with pytest.raises(SystemExit, match="give one folder"):
        main()
