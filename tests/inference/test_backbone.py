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


def test_features_follow_the_normalisation_that_the_weights_want(design, sample, weights_folder):
    paths = [sample / name for name in design["filename"][:3]]
    file = weights_folder / "model.safetensors"
    of_folder = Backbone(ARCH, weights_folder, "pooled", size=32)
    mean, deviation = of_folder.source.stats
    assert (mean, deviation) == ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))
    features = of_folder.cached_features(paths, progress=False)
    given = Backbone(ARCH, file, "pooled", size=32, image_mean=(0.5, 0.5, 0.5), image_std=(0.5, 0.5, 0.5))
    assert not (features == given.cached_features(paths, progress=False)).all()
    again = Backbone(ARCH, file, "pooled", size=32, image_mean=mean, image_std=deviation)
    assert (features == again.cached_features(paths, progress=False)).all()


def test_the_size_of_images_is_that_of_the_weights_unless_it_is_given():
    assert Backbone("vit_small_patch14_dinov2", "none").image_size == 518
    assert Backbone("vit_small_patch14_dinov2", "none", size=224).image_size == 224


def test_an_unknown_architecture_is_refused_before_any_image_is_opened():
    with pytest.raises(ValueError, match="resnet999"):
        Backbone("resnet999").cached_features(["nowhere.jpg"])


def test_images_that_are_not_there_are_one_sentence(weights_file, tmp_path):
    files = [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    with pytest.raises(FileNotFoundError, match=r"no image at .*a\.jpg: give the folder from which"):
        Backbone("resnet10t", weights_file, size=32).cached_features(files)
