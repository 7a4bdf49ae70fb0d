"""Bodies side by side: each sees what its weights want, and only what is worth it learns."""

import pickle

import numpy as np
import pytest
import torch

from styleclf.data import get_dls
from styleclf.explain import attribute
from styleclf.inference import Backbone, embedded_files, predict_files
from styleclf.models import create_body, create_model, parameter_groups
from styleclf.models.side_by_side import BodyView, SideBySide, views_of
from styleclf.training import export_learner, feature_shares, load_style_learner, style_learner, train
from tests.conftest import ARCH, changed, state

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
HALVES = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
PAIR = f"{ARCH}+mobilenetv3_small_050"


@pytest.fixture(scope="module")
def bodies():
    torch.manual_seed(0)
    return [create_body(arch, "style", "none").eval() for arch in PAIR.split("+")]


@pytest.fixture(scope="module")
def images():
    """Two images, 0..1."""
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))


def normalised(images, stats):
    mean, deviation = (torch.tensor(numbers).view(3, 1, 1) for numbers in stats)
    return (images - mean) / deviation


@torch.no_grad()
def test_every_body_sees_images_normalised_for_its_weights(bodies, images):
    body = SideBySide(bodies, [BodyView(IMAGENET, 64), BodyView(HALVES, 64)], [False, True]).eval()
    apart = [each(normalised(images, stats)) for each, stats in zip(bodies, (IMAGENET, HALVES), strict=True)]
    torch.testing.assert_close(body(normalised(images, IMAGENET)), torch.cat(apart, dim=1), rtol=1e-3, atol=1e-3)
    assert sum(body.widths()) == body.head_hidden_size == apart[0].shape[1] + apart[1].shape[1]


def test_smaller_bodies_see_smaller_images_in_proportion(bodies, images):
    body = SideBySide(bodies, [BodyView(IMAGENET, 64), BodyView(IMAGENET, 48)], [False, True])
    assert body._seen_by(0, images).shape[-1] == 64
    assert body._seen_by(1, images).shape[-1] == 48
    assert body._seen_by(1, images[..., :32, :32]).shape[-1] == 24, "images shrunk for training stay smaller"
    flat = torch.full((1, 3, 64, 64), 0.3)
    assert body._seen_by(1, flat).numpy() == pytest.approx(0.3)


def test_each_has_its_own_size_at_the_largest_and_the_given_one_elsewhere():
    assert [view.size for view in views_of([IMAGENET, HALVES], [224, 260], 260)] == [224, 260]
    assert [view.size for view in views_of([IMAGENET, HALVES], [224, 260], 128)] == [128, 128]


def test_the_first_body_is_trained_and_the_others_stay_as_they_are(weights_file):
    model = create_model(f"{ARCH}+{ARCH}", 3, features="style", weights=str(weights_file), size=64)
    body = model[0].train()
    first, second = body.bodies
    assert first.training
    assert not second.training
    assert not any(parameter.requires_grad for parameter in second.parameters())
    grouped = {id(parameter) for group in parameter_groups(model) for parameter in group}
    assert grouped == {id(parameter) for parameter in model.parameters()} - {id(p) for p in second.parameters()}
    assert len(parameter_groups(model)) == 3


def test_random_bodies_are_all_trained():
    model = create_model(PAIR, 3, features="pooled", weights="none", size=64)
    assert model[0].frozen == (False, False)
    assert sum(len(group) for group in parameter_groups(model)) == len(list(model.parameters()))


def test_shares_are_those_of_all_layers_together(bodies):
    body = SideBySide(bodies, [BodyView(IMAGENET, 64), BodyView(IMAGENET, 64)], [False, True])
    shares = feature_shares(body)
    assert len(shares) == body.head_hidden_size
    assert np.mean(shares**2) == pytest.approx(1, rel=1e-4)


@torch.no_grad()
def test_a_copy_from_a_pickle_gives_the_same(bodies, images):
    body = SideBySide(bodies, [BodyView(IMAGENET, 64), BodyView(HALVES, 48)], [False, True]).eval()
    again = pickle.loads(pickle.dumps(body))
    assert torch.equal(again(images), body(images))
    assert repr(again) == repr(body)
    assert not [name for name in body.state_dict() if name.startswith(("scale", "shift"))], "weights are the bodies'"


def test_the_1000_way_layers_stand_side_by_side_too():
    model = create_model(f"{ARCH}+{ARCH}", 3, features="imagenet", weights="none", size=64).eval()
    assert model[0](torch.zeros(1, 3, 64, 64)).shape == (1, 2000)
    assert model[0].widths() == [1000, 1000]


@pytest.fixture(scope="module")
def trained_pair(design, sample, weights_file, tmp_path_factory):
    """A learner of two bodies after its probe and one epoch, what the second body was before, and its export."""
    dls = get_dls(design, sample, 0, arch=f"{ARCH}+{ARCH}", weights=weights_file, size=32, bs=16)
    learn = style_learner(dls, f"{ARCH}+{ARCH}", f"{weights_file}+{weights_file}")
    before = [state(body) for body in learn.model[0].bodies]
    train(learn, 1)
    return learn, before, export_learner(learn, tmp_path_factory.mktemp("pair") / "model.pkl")


def test_fine_tuning_changes_the_first_body_alone(trained_pair):
    learn, before, _ = trained_pair
    first, second = learn.model[0].bodies
    assert changed(before[0], first)
    assert not changed(before[1], second)


def test_an_exported_pair_predicts_embeds_and_is_explained_like_any_learner(trained_pair, design, sample):
    learn, _, file = trained_pair
    again = load_style_learner(file)
    paths = [sample / filename for filename in design["filename"][:3]]
    assert predict_files(again, paths)[0] == pytest.approx(predict_files(learn, paths)[0], abs=1e-4)
    assert embedded_files(again, paths, layer="body").shape == (3, again.model[0].head_hidden_size)
    options = {"squares": 2, "progress": False}
    assert np.abs(attribute(again, paths, "occlusion", **options)).sum() > 0
    with pytest.raises(ValueError, match="gradcam needs stages of feature maps, and a SideBySide names none"):
        attribute(again, paths, "gradcam", **options)


def test_a_backbone_of_two_gives_the_features_of_both(weights_file, design, sample):
    paths = [sample / filename for filename in design["filename"][:3]]
    single = Backbone(ARCH, weights_file, size=32).cached_features(paths, progress=False)
    pair = Backbone(f"{ARCH}+{ARCH}", f"{weights_file}+{weights_file}", size=32).cached_features(paths, progress=False)
    assert pair == pytest.approx(np.concatenate([single, single], axis=1), rel=0.02, abs=0.02)
