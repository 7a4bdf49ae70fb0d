"""styleclf.benchmark.contest: the target, and who reached it how soon."""

from dataclasses import replace

import numpy as np
import pytest

from styleclf.benchmark import contest


def test_a_probe_needs_pretrained_weights(task):
    with pytest.raises(ValueError, match="pretrained"):
        contest._run_on_device(replace(task, weights="none"), ["probe"])


def test_the_target_is_plain_fastais_unless_another_is_asked_for(contest_tables):
    results, curves, _ = contest_tables
    table = contest._with_target(results, curves).set_index("contender")
    assert (table["target_top_2"] == 0.7).all()
    assert table["target_s"].dropna().to_dict() == {"plain fastai": 100, "styleclf probe": 20, "styleclf fine-tune": 25}
    assert table.loc["styleclf fine-tune", "ratio"] == 4
    assert table.loc["plain fastai", "ratio"] == 1
    assert np.isnan(table.loc["ancestor's recipe", "ratio"])
    higher = contest._with_target(results, curves, 0.8).set_index("contender")
    assert higher["target_s"].dropna().to_dict() == {"styleclf fine-tune": 60}
    assert higher["ratio"].isna().all()
    without = results[results["contender"] != "plain fastai"]
    assert contest._with_target(without, curves.iloc[3:])["target_s"].isna().all()
