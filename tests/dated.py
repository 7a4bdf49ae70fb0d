"""The folder of a run of years by a probe, without its training: for tests of what is made of it."""

import json

import numpy as np
import pandas as pd

from styleclf.runs.date_probe import DATES_FILE, PROBE_FILE, write_probe
from styleclf.training import YearProbe

DECADES = [1850.0, 1860.0, 1870.0]


def write_run_of_years(folder, flags, features, *, width=20.0):
    """Write a run whose probe suits the features `(n, d)` of the body that `flags` describe."""
    rng = np.random.default_rng(0)
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-3
    weights = rng.normal(0, 1, (len(DECADES), features.shape[1])) / deviation / np.sqrt(features.shape[1])
    biases = np.array([1.0, 0.0, -1.0]) - weights @ mean
    folder.mkdir(exist_ok=True)
    edges = np.array([1840.0, *DECADES, 1885.0])
    write_probe(YearProbe(weights, biases, edges, 1e-3), width, folder / PROBE_FILE)
    (folder / "settings.json").write_text(json.dumps({"settings": flags, "design_blake2b": "ab12"}))
    dates = {"filename": ["a.jpg", "b.jpg"], "author": ["manet", "monet"]}
    pd.DataFrame(dates).to_csv(folder / DATES_FILE, index=False)
    metrics = "part,metric,value,lo,hi,n_images,n_authors\ncv,mean_absolute_error,31.5,25,40,90,9\n"
    (folder / "date_metrics.csv").write_text(metrics)
    return folder
