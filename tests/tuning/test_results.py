"""What comes of a study: settings, summary and figures."""

import pandas as pd
import pytest

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

from matplotlib.text import Text

from styleclf.plots.tuning import _plot_importance, _plot_slices, tuning_figures
from styleclf.settings.ini import _parsed_file
from styleclf.tuning.results import (
    _refuse_failures,
    _write_settings,
    _write_state,
    importances,
    study_summary,
    trials_table,
)
from styleclf.tuning.search_space import _round_setting
from styleclf.tuning.study import default_trial
from tests.tuning.made_up import made_up, tuned


def test_the_summary_tells_winner_margin_luck_and_what_to_run(task, tmp_path):
    study = tuned(task, 14)
    _write_state(study, task, tmp_path)
    text = study_summary(study, task, tmp_path)
    best, default = study.best_trial, default_trial(study)
    assert f"{best.value:.4f}" in text
    assert f"{default.value:.4f}, {best.value - default.value:.4f} less" in text
    assert f"compare.py {tmp_path / 'default'} {tmp_path / 'best'}" in text
    lines = (tmp_path / "best.ini").read_text(encoding="utf-8").splitlines()
    assert f"lr_max = {_round_setting(best.params['lr_max'])}" in lines
    assert f"epochs = {best.params['epochs']}" in lines
    assert not any(line.startswith("minutes") for line in lines), "what is not set is not written"
    only = tuned(task, 1)
    assert "nothing that was tried is better" in study_summary(only, task, tmp_path)


def test_a_study_of_failed_trials_is_refused_with_the_first_reason(task, tmp_path):
    def hits_of(task, fold, settings):
        raise ValueError("no such weights")

    study = tuned(task, 2, hits_of)
    with pytest.raises(ValueError, match=r"no trial is complete, the first one failed: no such weights \("):
        _refuse_failures(study, tmp_path)


def texts(fig):
    fig.canvas.draw()
    return {text.get_text() for text in fig.findobj(Text)}


def test_figures_show_every_trial_and_every_setting(task):
    def hits_of(task, fold, settings):
        if settings["label_smoothing"] > 0.25:
            raise ValueError("too smooth")
        return made_up(task, fold, settings)

    study = tuned(task, 45, hits_of)
    table, shares = trials_table(study, task), importances(study)
    figures = tuning_figures(table, shares)
    assert set(figures) == {"history", "slices", "importance", "architectures"}
    dots = {line.get_label(): len(line.get_xdata()) for line in figures["history"].axes[0].lines}
    by_state = table["state"].value_counts()
    assert dots["judged on all folds"] == by_state["complete"]
    assert dots["failed"] == by_state["failed"]
    assert dots["stopped after some folds"] == by_state["pruned"]
    assert shares.sum() == pytest.approx(1)
    assert set(shares.index) <= set(task.space) <= texts(figures["slices"])
    assert set(shares.index) <= texts(figures["importance"])
    assert f"{study.best_value:.3f}" in texts(figures["history"])
    boxes = texts(figures["architectures"])
    complete = table[table["state"] == "complete"]
    for arch, rows in complete.groupby("arch"):
        assert f"{arch}\n{len(rows)} trials" in boxes or f"{arch}\n1 trial" in boxes


def test_figures_of_short_studies(task):
    table = trials_table(tuned(task, 1), task)
    assert set(tuning_figures(table, pd.Series(dtype=float))) == {"history"}
    with pytest.raises(ValueError, match="nothing to draw"):
        _plot_slices(table)
    with pytest.raises(ValueError, match="importances"):
        _plot_importance(pd.Series(dtype=float))


def test_settings_with_signs_of_comments_come_back_as_they_were(task, tmp_path):
    file = tmp_path / "best.ini"
    params = {"arch": "a #1", "features": "b ;2", "embedding_size": 3, "train_sizes": (160, 192)}
    _write_settings(task, params, "Three settings.", path=file)
    values = _parsed_file(file).defaults()
    assert {name: values[name] for name in params} == {**params, "embedding_size": "3", "train_sizes": "160,192"}
