"""A tiny learner in float32, as a file and as a bundle beside it, made once for all tests of bundles."""

import shutil

import pytest


TINIEST = "test_efficientnet"  # of timm's architectures: 0.1 million weights


@pytest.fixture(scope="session")
def bundled(design, sample, once):
    """A folder with model.pkl and the folder `bundle`; tests must leave it as it is."""
    import torch

    from styleclf.bundle import export_bundle
    from styleclf.data import get_dls
    from styleclf.inference import keep_threshold
    from styleclf.training import export_learner, style_learner

    def make(folder):
        folder.mkdir(exist_ok=True)
        dls = get_dls(design, sample, 0, arch=TINIEST, size=32, bs=16)
        torch.manual_seed(0)
        learn = style_learner(dls, TINIEST, "none", precision="fp32")
        learn.model[2][1].weight.data.mul_(5)  # an untrained head is undecided
        keep_threshold(learn, [0.05 + 0.02 * style for style in range(len(dls.vocab))])
        export_learner(learn, folder / "model.pkl")
        export_bundle(learn, folder / "bundle", pictures=[sample / name for name in design["filename"][:8]])

    return once("bundled", make)


@pytest.fixture
def bundle(bundled, tmp_path):
    """A copy of the bundle that may be changed."""
    return shutil.copytree(bundled / "bundle", tmp_path / "bundle")


@pytest.fixture(scope="session")
def paths(design, sample):
    """Twenty image files."""
    return [sample / name for name in design["filename"][:20]]
