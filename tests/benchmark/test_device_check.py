"""benchmark.device_check: one table, whatever a device raises, within its time."""

from types import SimpleNamespace

import pandas as pd
import pytest

from styleclf import data
from styleclf.benchmark import device_agreement, device_check, device_memory, device_rates
from styleclf.benchmark.device_check import check_device, device_check_text
from styleclf.benchmark.device_plan import device_plan
from styleclf.benchmark.device_task import Measure

FUNCTIONS = {
    "practice_set": device_rates,
    "feature_differences": device_agreement,
    "extraction_rates": device_rates,
    "training_rates": device_rates,
    "gradient_likeness": device_agreement,
    "occlusion_difference": device_agreement,
    "batch_that_does_not_fit": device_memory,
}


@pytest.fixture
def plan(monkeypatch, sample):
    """A plan whose measures are made up, and whose pictures are painted already."""
    monkeypatch.setattr(data, "paint_samples", lambda *_, **__: sample)
    for name, module in FUNCTIONS.items():
        measure = Measure(name, 2.0, "s", "good")
        monkeypatch.setattr(module, name, lambda *_, measure=measure: [measure])
    return device_plan("cpu", ["test_resnet", "test_vit"], size=32, n_images=4, bs=2)


def test_every_architecture_is_checked_at_every_precision(plan):
    table = check_device(plan)
    assert list(table) == ["arch", "precision", "check", "value", "unit", "verdict", "note"]
    assert len(table) == 1 + 2 * (2 * 3 + 3)
    assert set(table["check"]) == {*FUNCTIONS}
    assert set(table["precision"]) == {"auto", *plan.precisions}
    text = device_check_text(table, plan)
    assert text.startswith("0 of 19 checks failed.")
    assert text.count("\n| test_") == len(table)


def test_what_a_device_raises_is_a_row_and_the_others_go_on(plan, monkeypatch, capsys):
    def training_rates(*_):
        raise RuntimeError("no kernel image\nis available")

    monkeypatch.setattr(device_rates, "training_rates", training_rates)
    table = check_device(plan)
    failed = table[table["verdict"] == "failed"]
    assert len(failed) == 4
    assert set(failed["note"]) == {"no kernel image is available"}
    assert set(failed["check"]) == {"training rates"}
    assert failed["value"].isna().all()
    assert "4 of 19 checks failed" in device_check_text(table, plan)
    assert "failed (no kernel image is available)" in capsys.readouterr().out


def test_what_begins_too_late_is_left_out(plan, monkeypatch):
    minutes = iter(range(100))
    monkeypatch.setattr(device_check, "time", SimpleNamespace(monotonic=lambda: 60 * next(minutes)))
    table = check_device(plan._replace(minutes=3))
    assert table["verdict"].tolist()[:5] == ["good"] * 3 + ["left out"] * 2
    assert table["note"].iloc[-1].startswith("after")
    assert "left out for want of time" in device_check_text(table, plan)


def test_slow_is_no_failure(plan):
    table = pd.DataFrame([dict(arch="a", precision="fp32", check="x", value=1.0, unit="s", verdict="slow", note="")])
    assert device_check_text(table, plan).startswith("0 of 1 checks failed, 1 slower than half")
