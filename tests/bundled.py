"""A tiny learner in float32, as a file and as a bundle beside it, made once for all tests of bundles."""

import shutil

import pytest

TINIEST = "test_efficientnet"  # of timm's architectures: 0.1 million weights


@pytest.fixture(scope="session")
def bundled(design, sample, once):
    """A folder with model.pkl and the folder `bundle`; tests must leave it as it is.

    Half of the pictures of `paths` are none of its styles.
    """
    import numpy as np
    import torch

    from styleclf.bundle import export_bundle
    from styleclf.data import get_dls
    from styleclf.evaluation import fitted_novelty
    from styleclf.inference import embedded_files, keep_novelty, keep_threshold
    from styleclf.training import export_learner, style_learner

    def make(folder):
        folder.mkdir(exist_ok=True)
        dls = get_dls(design, sample, 0, arch=TINIEST, size=32, bs=16)
        torch.manual_seed(0)
        learn = style_learner(dls, TINIEST, "none", precision="fp32")
        learn.model[2][1].weight.data.mul_(5)  # an untrained head is undecided
        files = [sample / name for name in design["filename"]]
        features = embedded_files(learn, files, "body")
        model = fitted_novelty(features[20:80], design["label"][20:80].astype("category").cat.codes.to_numpy())
        keep_novelty(learn, model._replace(threshold=float(np.median(model.novelty(features[:20])))))
        keep_threshold(learn, [0.05 + 0.02 * style for style in range(len(dls.vocab))])
        export_learner(learn, folder / "model.pkl")
        export_bundle(learn, folder / "bundle", pictures=files[:8])

    return once("bundled", make)


@pytest.fixture
def bundle(bundled, tmp_path):
    """A copy of the bundle that may be changed."""
    return shutil.copytree(bundled / "bundle", tmp_path / "bundle")


@pytest.fixture(scope="session")
def paths(design, sample):
    """Twenty image files."""
    return [sample / name for name in design["filename"][:20]]
