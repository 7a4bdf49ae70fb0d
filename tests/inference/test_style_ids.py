"""styleclf.inference.style_ids: ids of styles reach predictions, exports and bundles' loaders."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from styleclf.evaluation import design_columns, prediction_columns, with_pred_ids
from styleclf.inference.style_ids import keep_style_ids, style_ids_of


def learner(items):
    dls = SimpleNamespace(train_ds=SimpleNamespace(items=items), vocab=["cubism", "rococo"])
    return SimpleNamespace(dls=dls)


def test_a_learner_has_the_ids_of_its_design_and_keeps_them():
    rows = pd.DataFrame({"filename": ["a", "b", "c"], "label": ["cubism", "rococo", "zen"], "label_id": ["1", "", "3"]})
    learn = learner(rows)
    assert style_ids_of(learn) == {"cubism": "1"}
    keep_style_ids(learn)
    learn.dls.train_ds.items = []
    assert style_ids_of(learn) == {"cubism": "1"}
    keep_style_ids(learn, {"rococo": "2"})
    assert style_ids_of(learn) == {"rococo": "2"}
    assert style_ids_of(learner(rows.drop(columns="label_id"))) == {}
    assert style_ids_of(learner([])) == {}


def test_predictions_name_the_id_of_the_predicted_style():
    table = prediction_columns(np.array([[0.9, 0.1], [0.2, 0.8]]), ["cubism", "rococo"])
    assert with_pred_ids(table, {}) is table
    assert list(with_pred_ids(table, {"rococo": "2"}))[:3] == ["pred", "pred_id", "proba_cubism"]
    assert with_pred_ids(table, {"rococo": "2"})["pred_id"].tolist() == ["", "2"]


def test_predictions_repeat_what_a_design_has():
    rows = pd.DataFrame({"filename": ["a"], "label": "cubism", "author": "", "fold": "0", "title": "x", "group": "g"})
    assert list(design_columns(rows)) == ["filename", "label", "author", "fold", "group"]
