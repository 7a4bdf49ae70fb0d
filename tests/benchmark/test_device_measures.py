"""benchmark.device_measures: what is right is good, what is wrong has failed, and nothing stays behind."""

import numpy as np
import pytest

from styleclf.benchmark import device_measures
from styleclf.benchmark.device_measures import DeviceTask
from styleclf.benchmark.device_plan import device_plan, noise_pictures


@pytest.fixture
def task(tmp_path):
    plan = device_plan("cpu", ["test_resnet"], size=32, n_images=8, bs=8)
    return DeviceTask(plan, noise_pictures(tmp_path, plan), tmp_path, "test_resnet", "fp32")


def test_a_processor_agrees_with_itself(task):
    (features,) = device_measures.feature_differences(task)
    (gradients,) = device_measures.gradient_likeness(task)
    occlusion, rate = device_measures.occlusion_difference(task)
    assert features.value == pytest.approx(0, abs=1e-4) and gradients.value == pytest.approx(1)
    assert occlusion.value == pytest.approx(0, abs=1e-6) and rate.value > 0
    assert {features.verdict, gradients.verdict, occlusion.verdict} == {"good"}


def test_a_device_that_computes_something_else_has_failed(task, monkeypatch):
    answers = iter([np.ones((4, 3)), np.full((4, 3), 1.1)])
    monkeypatch.setattr(device_measures, "body_features", lambda *_, **__: (next(answers), None))
    (features,) = device_measures.feature_differences(task)
    assert features.verdict == "failed" and features.value == pytest.approx(100 / 11)
    answers = iter([np.full((4, 3), np.nan), np.ones((4, 3))])
    assert device_measures.feature_differences(task)[0].verdict == "failed"


def test_rates_stand_beside_the_bare_network(task):
    (extraction,) = device_measures.extraction_rates(task)
    training, loss = device_measures.training_rates(task)
    for rate in (extraction, training):
        assert rate.value > 0 and rate.unit == "images/s" and "of the bare network's" in rate.note
    assert loss.check == "training loss" and 0 < loss.value < 5 and loss.verdict == "good"
    assert device_measures._rate_measure("training", 4, 10).verdict == "slow"
    assert device_measures._finite_measure("training loss", float("nan")).verdict == "failed"


def test_a_batch_that_does_not_fit_is_halved_until_it_does(task):
    (measure,) = device_measures.batch_that_does_not_fit(task)
    assert (measure.value, measure.verdict) == (2, "good")


def test_a_batch_that_is_not_halved_has_failed(task):
    plan = task.plan._replace(bs=1)
    (measure,) = device_measures.batch_that_does_not_fit(task._replace(plan=plan, arch="test_vit"))
    assert measure.verdict == "failed"
