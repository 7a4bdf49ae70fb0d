"""Folders of audits, forests and embeddings with made-up tables."""

import numpy as np
import pandas as pd

from styleclf.common import write_json, write_table
from tests.report.made_up import VERSIONS

SENTENCES = ["<b>22.0</b> of your 80.6 points come from recognising painters"]
METRICS = ["top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "log_loss", "brier", "ece"]


def write_audit(folder, **facts):
    """An audit with every table; of the learner's markers there are none."""
    leak = pd.DataFrame({"metric": METRICS[:2], "random": [0.81234, 0.93], "grouped": [0.61, 0.78]})
    leak["gap"] = leak["random"] - leak["grouped"]
    leak = leak.assign(lo=[0.09, np.nan], hi=[0.31, np.nan], chance=[0.125, 0.25], n_images=152, n_authors=28)
    shortcuts = pd.DataFrame({"model": ["the probe", "border"], "kind": ["probe", "file"], "value": [0.62, 0.66]})
    shortcuts = shortcuts.assign(lo=0.5, hi=0.75, control=[0.125, 0.32], lead=[0.495, 0.34], chance=0.125)
    shortcuts = shortcuts.assign(lead_lo=[0.35, 0.2], lead_hi=[0.6, 0.43], near=[False, True])
    degraded = pd.DataFrame({"images": ["as they are", "greyscale"], "metric": "top_1_accuracy", "value": [0.62, 0.51]})
    degraded = degraded.assign(lo=0.4, hi=0.7, drop=[0, 0.11], drop_lo=[0, 0.01], drop_hi=[0, 0.18])
    markers = pd.DataFrame({"style": ["cubism"], "raised": [1.25], "control": [0.75], "lead": [0.5], "lead_lo": [0.1]})
    markers = markers.assign(near=False, filename="cubism/gris_{{ 7 * 7 }}.jpg")
    pairs = pd.DataFrame(
        {"distance": [12], "filename": ["a.jpg"], "author": [""], "fold": [0], "filename_2": ["b.jpg"]}
    )
    tables = {"leak": leak, "shortcuts": shortcuts, "degraded": degraded, "markers": markers, "duplicates": pairs}
    write_run(folder, tables, {"design": "runs/d/design.csv"}, sentences=SENTENCES, **facts)
    return folder


def write_forests(folder, *, with_chance=True, **facts):
    """Two models that judged the same pictures; the second is better."""
    models = ["network on embeddings", "forest on embeddings"]
    table = pd.DataFrame([(model, metric) for model in models for metric in METRICS], columns=["model", "metric"])
    table = table.assign(part="cv", value=np.linspace(0.4, 0.95, len(table)), lo=0.3, hi=0.97)
    if with_chance:
        chances = {"top_1_accuracy": 0.125, "top_2_accuracy": 0.25, "top_3_accuracy": 0.375}
        table["chance"] = table["metric"].map(chances)
    is_second = table["model"] == models[1]
    table = table.assign(difference=np.where(is_second, 0.3, np.nan))
    for column, value in {"difference_lo": 0.2, "difference_hi": 0.35}.items():
        table[column] = np.where(is_second, value, np.nan)
    table = table.assign(n_images=152, n_authors=28)
    heads = pd.concat([table.assign(part=part) for part in ("train", "test")])
    trials = pd.DataFrame({"features": "embeddings", "state": "complete", "value": [0.7, 0.72], "max_depth": [5, 32]})
    tables = {"two_by_two": table, "heads": heads, "trials": trials}
    write_run(folder, tables, {"cv": "runs/cv"}, **facts)
    return folder


def write_embeddings(folder, **facts):
    """Three models on trained and withheld styles."""
    rows = []
    for styles, chance in (("trained", 0.07), ("withheld", 0.5)):
        for number, model in enumerate(["frozen features", "cross-entropy", "arcface"]):
            for metric in ("precision_at_1", "map_at_r"):
                has_chance = metric == "precision_at_1"
                values = {"value": 0.3 + 0.1 * number, "lo": 0.2, "hi": 0.61}
                row = {"styles": styles, "metric": metric, **values, "chance": chance if has_chance else np.nan}
                rows.append(row | {"n_images": 35, "n_authors": 6, "model": model})
    write_run(folder, {"scores": pd.DataFrame(rows)}, {"withhold": ["photo"], "loss": "arcface"}, **facts)
    return folder


def write_run(folder, tables, settings, **facts):
    """Write the tables and settings of a run."""
    for name, table in tables.items():
        write_table(table, folder / f"{name}.csv")
    write_json({"settings": settings, "seconds": 3.0, "versions": VERSIONS, **facts}, folder / "settings.json")
