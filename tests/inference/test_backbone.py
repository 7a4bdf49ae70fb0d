"""inference.backbone: its features are those that a body has for the same images."""

import pytest

from styleclf.inference.backbone import Backbone
from styleclf.inference.embed import body_embeddings
from tests.conftest import ARCH


def test_cached_features_are_those_of_the_body_and_do_not_change_when_read_again(design, sample, weights_file):
    paths = [sample / name for name in design["filename"][:6]]
    backbone = Backbone(ARCH, weights_file, "pooled", size=32)
    features = backbone.cached_features(paths, progress=False)
    assert features.shape == (6, backbone.body().num_features)
    assert (features == backbone.cached_features(paths, progress=False)).all()
    assert (features == body_embeddings(paths, ARCH, weights_file, size=32, progress=False)).all()


def test_an_unknown_architecture_is_refused_before_any_image_is_opened():
    with pytest.raises(ValueError, match="resnet999"):
        Backbone("resnet999").cached_features(["nowhere.jpg"])
