"""Styles left out in turn, and the threshold that folds teach a learner of all of them."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data.paintings import Paintings
from styleclf.evaluation import fitted_novelty, novelty_threshold
from styleclf.inference import keep_novelty, novelty_of
from styleclf.runs.novelty import learn_threshold_of_folds, novelty_without_styles, out_of_fold_novelty, write_novelty
from styleclf.training.novelty import learn_novelty


def test_every_image_is_seen_by_a_model_without_its_fold_and_the_style(monkeypatch):
    rng = np.random.default_rng(0)
    rows = pd.DataFrame({"label": ["a", "b", "c"] * 12, "author": "", "fold": np.repeat(["0", "1", "2"], 12)})
    features = rng.normal(size=(36, 6)).astype(np.float32)
    left_out = novelty_without_styles(features, rows, 1.0)
    assert left_out.styles == ["a", "b", "c"]
    is_train = ((rows["fold"] != "1") & (rows["label"] != "b")).to_numpy()
    targs = pd.factorize(rows["label"])[0]
    expected = fitted_novelty(features[is_train], targs[is_train]).novelty(features[12:24])
    assert np.allclose(left_out.novelty[12:24, 1], expected)


def test_tables_figure_and_sentences_of_a_cross_validation(cv_run, design, sample, options, tmp_path):
    for folder in cv_run.glob("fold-*"):
        (tmp_path / folder.name).symlink_to(folder)
    text = write_novelty(Paintings(design, sample), options, out=tmp_path)
    table = pd.read_csv(tmp_path / "novelty.csv")
    assert set(table["metric"]) == {"auroc", "called_new", "false_alarms"}
    of_auroc = table[table["metric"] == "auroc"]
    assert set(of_auroc["style"]) == {*design["label"], "all styles"}
    assert "AUROC" in text
    assert (tmp_path / "figures/novelty.png").is_file()
    random_body = write_novelty(Paintings(design, sample), options | {"weights": "none"}, out=tmp_path)
    assert "AUROC" not in random_body
    assert "false alarms" in random_body


def test_folds_by_collection_are_not_judged(design, sample, options, tmp_path):
    by_source = design.assign(folds_by="source", fold_name=design["fold"])
    text = write_novelty(Paintings(by_source, sample), options, out=tmp_path)
    assert "not judged" in text
    assert "values of source" in text
    assert not list(tmp_path.iterdir())


def test_a_learner_of_all_folds_gets_the_threshold_of_the_folds(cv_run, design, learn, tmp_path):
    model = learn_novelty(learn)
    keep_novelty(learn, model._replace(threshold=np.inf))
    assert learn_threshold_of_folds(learn, design, cv_run)
    table = out_of_fold_novelty(design, cv_run)
    assert len(table) == (design["fold"] != "val").sum()
    expected = novelty_threshold(table["novelty"].to_numpy(), table["author"])
    assert novelty_of(learn).threshold == pytest.approx(expected)
    assert not learn_threshold_of_folds(learn, design, tmp_path)
