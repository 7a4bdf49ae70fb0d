"""One body of each family of timm lives its whole life in styleclf: weights, training, predictions, maps, an export."""

import pytest

from styleclf.data import annotate, make_design
from tests.bodies import FAMILIES, METHODS, lived, weights_file
from tests.conftest import ARCH


@pytest.fixture(scope="module")
def few(sample):
    """The design of two styles in two folds: some twenty images."""
    annotation, _ = annotate(sample, progress=False)
    two_styles = sorted(annotation["label"].unique())[:2]
    return make_design(annotation[annotation["label"].isin(two_styles)], n_folds=2, val_share=0)


@pytest.mark.parametrize("arch, size", [(ARCH, 32), ("test_vit", 64), ("convnext_atto", 32), ("levit_128s", 64)])
def test_small_bodies_of_four_kinds_live(arch, size, few, sample, tmp_path):
    refusals = lived(arch, "none", few, sample, tmp_path, size=size)
    assert not {"occlusion", "saliency"} & set(refusals)


@pytest.mark.slow
@pytest.mark.timeout(1200)  # a base-sized transformer at 384 pixels takes five minutes of one busy core
@pytest.mark.parametrize("arch", FAMILIES.values(), ids=FAMILIES)
def test_a_body_of_every_family_lives_at_default_settings(arch, few, sample, tmp_path):
    refusals = lived(arch, weights_file(arch, tmp_path), few, sample, tmp_path)
    assert not {"occlusion", "saliency"} & set(refusals)
    assert all("use " in sentence and "\n" not in sentence for sentence in refusals.values())
    assert set(refusals) <= set(METHODS)
