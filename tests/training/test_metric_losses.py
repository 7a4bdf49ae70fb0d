"""training.metric_losses: the library's losses with directions that live in the head, and what goes with them."""

import numpy as np
import pytest
import torch
from fastai.callback.core import Callback, CancelFitException
from torch import nn

from styleclf.data.authors import author_groups
from styleclf.data.dataloaders import get_dls
from styleclf.inference.predict import predict_files
from styleclf.models.cosine_head import CosineHead
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.fine_tuning import train
from styleclf.training.learner import arcface_learner, style_learner
from styleclf.training.losses import ANGULAR
from styleclf.training.metric_losses import METRIC_LOSSES, _keep_next_output, _metric_loss, metric_callbacks, prototypes
from tests.conftest import ARCH


@pytest.fixture
def learner(design, sample, weights_file, tmp_path):
    """A function that makes a tiny learner."""

    def make(**options):
        dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16)
        return style_learner(dls, ARCH, weights_file, embedding_size=4, path=tmp_path, **options)

    return make


EVERY_LOSS = [{"loss": name} for name in (*ANGULAR, *METRIC_LOSSES)]


@pytest.mark.parametrize("options", [*EVERY_LOSS, {"joint": "triplet"}])
def test_every_loss_trains_the_network_exports_and_predicts(learner, options, sample, design, tmp_path):
    learn = learner(**options)
    history = train(learn, 1, probe_share=0)
    assert np.isfinite(history[["train_loss", "test_loss"]].to_numpy()).all()
    assert not any(module._forward_hooks for module in learn.model.modules())
    loaded = load_style_learner(export_learner(learn, tmp_path / "model.pkl"))
    assert b"pytorch_metric_learning" not in (tmp_path / "model.pkl").read_bytes()
    files = [sample / name for name in design["filename"][:3]]
    probas, *_ = predict_files(loaded, files, progress=False)
    expected, *_ = predict_files(learn, files, progress=False)
    np.testing.assert_allclose(probas, expected, atol=1e-5)
    np.testing.assert_allclose(probas.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("name", ["cosface", "proxyanchor"])
def test_directions_of_a_loss_are_those_of_the_head_and_learn(learner, name):
    learn = learner(loss=name)
    before = learn.model[2].weight.detach().clone()
    with learn.no_bar(), learn.no_logging():
        learn.fit(1)
    assert not torch.allclose(before, learn.model[2].weight)


def test_a_loss_that_compares_images_leaves_the_head_at_their_prototypes(learner):
    learn = learner(loss="supcon", precision="fp32")
    train(learn, 1)
    dl = learn.dls.test_dl(learn.dls.train_ds.items, with_labels=True)
    learn.model.eval()
    directions, targs = [], []
    with torch.inference_mode():
        for x, y in dl:
            embeddings = learn.model[:2](x.as_subclass(torch.Tensor))
            directions.append(nn.functional.normalize(embeddings, dim=1))
            targs.append(torch.as_tensor(y))
    all_directions, all_targs = torch.cat(directions), torch.cat(targs)
    means = [all_directions[all_targs == style].mean(0) for style in range(8)]
    expected = nn.functional.normalize(torch.stack(means), dim=1)
    torch.testing.assert_close(learn.model[2].weight.data, expected, atol=1e-4, rtol=0)


def test_joint_training_adds_the_weighted_metric_loss(learner):
    learn = learner(joint="supcon", joint_weight=0.5, precision="fp32")
    tensors = []

    def stop():
        for tensor in (learn.xb[0], learn.yb[0], learn.loss.detach()):
            tensors.append(tensor.as_subclass(torch.Tensor))
        raise CancelFitException

    learn.add_cb(Callback(before_backward=lambda _: stop()))
    with learn.no_bar(), learn.no_logging():
        learn.fit(1)
    x, y, loss = tensors
    embeddings = learn.model[:2](x)
    plain_loss = nn.functional.cross_entropy(learn.model[2](embeddings), y, label_smoothing=0.1)
    metric_loss, *_ = _metric_loss("supcon", 4, 8, scale=1.0)
    expected = plain_loss + 0.5 * metric_loss(embeddings, y)
    assert float(loss) == pytest.approx(expected.item(), rel=1e-4)


def test_batches_hold_as_many_of_every_style_by_different_authors(learner):
    learn = learner(loss="triplet")
    items, loader = learn.dls.train_ds.items.reset_index(drop=True), learn.dls.train
    groups = author_groups(items)
    batches = np.array(loader.get_idxs()).reshape(-1, loader.bs)
    for batch in batches:
        assert (items["label"].iloc[batch].value_counts() == 2).all()
        assert len(set(batch)) == len(batch)
        for style, rows in items.iloc[batch].groupby("label"):
            if len(set(groups[items["label"] == style])) > 1:
                assert len(set(groups[rows.index])) == 2


def test_the_margin_grows_from_nothing_and_counts_in_full_for_tests(dls, weights_file, tmp_path):
    learn = arcface_learner(dls, ARCH, 4, weights=weights_file, path=tmp_path)
    shares = {True: [], False: []}
    learn.loss_func.register_forward_hook(lambda loss, *_: shares[learn.training].append(loss.share))
    with learn.no_bar(), learn.no_logging():
        learn.fit(2)
    assert shares[True][0] == 0
    assert shares[True] == sorted(shares[True])
    assert shares[True][-1] == 1
    assert set(shares[False]) == {1.0}
    assert learn.loss_func.share == 1
    sizes = [len(group) for group in learn.splitter(learn.model)]
    assert sizes[-2:] == [2, 1]


def test_a_hook_goes_with_the_next_output():
    layer, kept = nn.Linear(2, 2), []
    _keep_next_output(layer, kept)
    first = layer(torch.ones(1, 2))
    layer(torch.zeros(1, 2))
    assert len(kept) == 1
    assert kept[0] is first
    assert not layer._forward_hooks


def test_prototypes_are_mean_directions_and_zero_without_images():
    embeddings = torch.tensor([[2.0, 0.0], [0.0, 0.5], [0.0, -3.0]])
    targs = torch.tensor([0, 0, 2])
    diagonal = 0.5**0.5
    expected = torch.tensor([[diagonal, diagonal], [0, 0], [0, -1.0], [0, 0]])
    torch.testing.assert_close(prototypes(embeddings, targs, 4), expected)


def test_what_does_not_go_together_is_refused(learner, design):
    for loss, margin, joint, weight, what in [
        ("hinge", None, "none", 1, "supcon, not 'hinge'"),
        ("supcon", 0.1, "none", 1, "supcon has no margin"),
        ("triplet", None, "supcon", 1, "not triplet and supcon"),
        ("cross_entropy", None, "proxyanchor", 1, "triplet or supcon"),
        ("cross_entropy", None, "supcon", 0, "joint_weight must be above 0, not 0"),
        ("cross_entropy", None, "nonsense", 0.3, "joint must be one of none, triplet, supcon"),
    ]:
        with pytest.raises(ValueError, match=what):
            metric_callbacks(loss, margin, 12.0, joint=joint, joint_weight=weight)
    assert isinstance(learner(loss="subcenter").model[2], CosineHead)
