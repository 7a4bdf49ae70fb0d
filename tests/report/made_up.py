"""Folders of runs with made-up predictions: what a report reads, without any training."""

import numpy as np
import pandas as pd

from styleclf.common import write_json, write_table
from styleclf.evaluation import design_columns, metrics_table, prediction_columns

VERSIONS = {"python": "3.11.0", "styleclf": "0.1.0", "timm": "1.0.20"}


def predictions_of(design, seed=0, strength=2.0):
    """Predictions for the rows of a design that are right more often than not."""
    rng = np.random.default_rng(seed)
    vocab = sorted(design["label"].unique())
    targs = pd.Index(vocab).get_indexer(design["label"])
    logits = rng.normal(size=(len(design), len(vocab))) + strength * np.eye(len(vocab))[targs]
    probas = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    table = design_columns(design)
    return pd.concat([table, prediction_columns(probas, vocab)], axis=1)


def write_run(folder, design, images, *, part="cv", seed=0, strength=2.0, **facts):
    """The folder of a cross-validation (`part` 'cv') or of a training ('test') with made-up predictions."""
    rows = design[design["fold"] != "val"] if part == "cv" else design[design["fold"] == "0"]
    predictions = predictions_of(rows, seed, strength)
    parts = [metrics_table(predictions, part, 100)]
    if part == "cv":
        for fold, of_fold in predictions.groupby("fold"):
            parts.insert(-1, metrics_table(of_fold, f"fold {fold}", 100))
    write_table(pd.concat(parts), folder / "metrics.csv")
    write_table(predictions, folder / "predictions.csv")
    settings = {"images": str(images), "arch": "resnet18", "weights": "some/where/body.safetensors", "epochs": 2}
    facts = {"seconds": 61.5, "design_blake2b": "0123456789abcdef", "versions": VERSIONS, **facts}
    write_json({"settings": settings | {"size": 64, "design": "runs/d/design.csv"}, **facts}, folder / "settings.json")
    history = pd.DataFrame({"epoch": [0, 1, 2], "train_top_2_accuracy": [0.5, 0.7, 0.9]})
    history["test_top_2_accuracy"] = [0.4, np.nan, 0.6]
    write_table(history, folder / "fold-0/history.csv" if part == "cv" else folder / "history.csv")
    return folder
