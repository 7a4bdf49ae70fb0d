"""benchmark.device_agreement: what is right is good, what is wrong has failed."""

import numpy as np
import pytest

from styleclf.benchmark import device_agreement
from styleclf.benchmark.device_agreement import feature_differences, gradient_likeness, occlusion_difference


def test_a_processor_agrees_with_itself(device_task):
    (features,) = feature_differences(device_task)
    assert features.value == pytest.approx(0, abs=1e-4)
    (gradients,) = gradient_likeness(device_task)
    assert gradients.value == pytest.approx(1)
    occlusion, rate = occlusion_difference(device_task)
    assert occlusion.value == pytest.approx(0, abs=1e-6)
    assert rate.value > 0
    assert {features.verdict, gradients.verdict, occlusion.verdict} == {"good"}


def test_a_device_that_computes_something_else_has_failed(device_task, monkeypatch):
    right = np.ones((4, 3))
    wrong = np.full((4, 3), 1.1)
    no_numbers = np.full((4, 3), np.nan)
    answers = iter([right, wrong, no_numbers, right])
    monkeypatch.setattr(device_agreement, "body_features", lambda *_, **__: (next(answers), None))
    (features,) = feature_differences(device_task)
    assert features.verdict == "failed"
    assert features.value == pytest.approx(100 / 11)
    (features,) = feature_differences(device_task)
    assert features.verdict == "failed"
