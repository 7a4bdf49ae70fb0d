"""benchmark.device_plan: what suits a device, and pictures of noise that can be told apart."""

import numpy as np
import pytest
from PIL import Image

from styleclf.benchmark.device_plan import device_plan, noise_pictures


def test_a_processor_gets_the_smallest_settings_and_changes_are_taken():
    plan = device_plan("cpu")
    assert plan.size <= 64
    assert plan.n_images <= 32
    assert all(arch.startswith("test_") for arch in plan.archs)
    changed = device_plan("cpu", ["resnet10t"], size=None, bs=3, minutes=0.5)
    assert changed == plan._replace(archs=("resnet10t",), bs=3, minutes=0.5)


@pytest.mark.parametrize(
    ("device", "archs", "bs", "message"),
    [
        ("abacus", ["auto"], 4, "no device 'abacus'"),
        ("cpu", ["resnet18x"], 4, "no architecture 'resnet18x'"),
        ("cpu", [], 4, "archs names no architecture: give one of timm, or auto"),
        ("cpu", ["auto"], 0, "bs must be 1 or more"),
    ],
)
def test_what_cannot_be_checked_is_told(device, archs, bs, message):
    with pytest.raises(ValueError, match=message):
        device_plan(device, archs, bs=bs)


def test_noise_has_two_styles_a_batch_to_test_on_and_no_painter_in_both_folds(tmp_path):
    plan = device_plan("cpu", size=32, n_images=10, bs=4)
    design = noise_pictures(tmp_path, plan)
    assert design["fold"].value_counts().to_dict() == {"1": 10, "0": 4}
    assert (design.groupby("author")["fold"].nunique() == 1).all()
    steps = {}
    for row in design.itertuples():
        pixels = np.asarray(Image.open(tmp_path / row.filename)).astype(float)
        assert pixels.shape == (32, 32, 3)
        step = np.abs(np.diff(pixels, axis=0)).mean()
        steps.setdefault(row.label, []).append(step)
    assert max(steps["coarse"]) < min(steps["fine"])
