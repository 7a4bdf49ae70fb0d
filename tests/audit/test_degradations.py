"""Degraded copies, and the features of a frozen body."""

import numpy as np
import pytest
from PIL import Image

from styleclf.audit import (
    degradations as views,
)
from styleclf.inference import Backbone
from tests.conftest import ARCH


def test_degraded_copies_keep_their_size_and_lose_what_they_should():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
    grain = {
        name: np.abs(np.diff(np.asarray(change(image), float), axis=0)).mean()
        for name, change in views.DEGRADED.items()
    }
    clean = np.abs(np.diff(np.asarray(image, float), axis=0)).mean()
    assert all(change(image).size == (40, 40) and change(image).mode == "RGB" for change in views.DEGRADED.values())
    assert grain.pop(views.SHARPENED) > clean > max(grain.values())
    grey = np.asarray(views._greyscale(image))
    assert (grey == grey[..., :1]).all()


def test_views_are_the_features_that_the_probe_sees(design, sample, weights_file):
    from styleclf.data.dataloaders import get_dls
    from styleclf.inference.features import body_features
    from styleclf.models.network import create_body

    paths = [sample / filename for filename in design["filename"]]
    result = views.view_features(paths, Backbone(ARCH, weights_file, size=32), ("greyscale",), progress=False)
    dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16)
    dl = dls.test_dl(design, with_labels=True)
    wanted, _ = body_features(create_body(ARCH, "style", weights_file).to(dls.device), dl, progress=False)
    assert result[views.CLEAN] == pytest.approx(wanted, abs=2e-2, rel=2e-2)  # half precision rounds by batch
    assert list(result) == [views.CLEAN, "greyscale"]
    assert (result["greyscale"] != result[views.CLEAN]).any()
    with pytest.raises(ValueError, match=r"degradation must be one of shrunk, .*, not 'torn'"):
        views.view_features(paths, Backbone(ARCH, weights_file), ("torn",), progress=False)


def test_a_frozen_body_is_the_same_for_a_seed_and_leaves_the_callers_random_numbers(weights_file):
    import torch

    backbone = Backbone(ARCH, "none", size=32)
    before = torch.get_rng_state()
    bodies = [views.frozen_body(backbone, seed) for seed in (0, 0, 1)]
    assert torch.equal(torch.get_rng_state(), before)
    first, same, another = (next(body.parameters()) for body in bodies)
    assert torch.equal(first, same)
    assert not torch.equal(first, another)
