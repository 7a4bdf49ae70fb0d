"""styleclf.precision: bf16 where it pays, float32 results, and no batch that leaves its precision behind."""

import pytest
import torch
from fastai.callback.core import Callback, CancelBatchException, CancelFitException
from fastai.callback.progress import ProgressCallback
from fastai.data.core import DataLoaders
from fastai.learner import Learner
from fastai.torch_core import TensorImage, set_seed
from torch import nn

from styleclf.models import precision
from styleclf.models.network import create_model
from tests.conftest import ARCH

CPU = torch.device("cpu")


def test_what_is_asked_for_is_done_and_auto_asks_the_device(monkeypatch):
    for has in (True, False):
        monkeypatch.setattr(precision, "_has_bf16", lambda device, has=has: has)
        assert [precision.resolve_precision(name, CPU) for name in ("fp32", "bf16")] == ["fp32", "bf16"]
        assert precision.resolve_precision("auto", CPU) == ("bf16" if has else "fp32")


def test_an_unknown_precision_is_refused_before_the_first_batch():
    for function in (lambda name: precision.resolve_precision(name, CPU), precision.FittingPrecision):
        with pytest.raises(ValueError, match="auto, fp32, bf16, fp16, not 'fp8'"):
            function("fp8")


@pytest.mark.parametrize("name, expected", [("meta", "fp32"), ("mps", "fp32"), ("cuda", "fp16")])
def test_without_bf16_only_cuda_computes_in_half_precision(monkeypatch, name, expected):
    monkeypatch.setattr(precision, "_has_bf16", lambda device: False)
    assert precision.resolve_precision("auto", torch.device(name)) == expected


@pytest.mark.parametrize("name, dtype", [("fp32", torch.float32), ("bf16", torch.bfloat16), ("fp16", torch.float16)])
def test_a_linear_layer_computes_in_the_precision(name, dtype):
    with precision.autocast_context(CPU, name):
        assert nn.Linear(3, 2)(torch.ones(1, 3)).dtype == dtype


@pytest.mark.parametrize("features", ["pooled", "style"])
@pytest.mark.parametrize("name, tolerance", [("bf16", 0.1), ("fp16", 0.02)])
def test_logits_in_half_precision_are_close_to_float32_beside_their_spread(features, name, tolerance):
    torch.manual_seed(0)
    model, x = create_model(ARCH, 8, features=features, weights="none").eval(), torch.randn(4, 3, 64, 64)
    logits = {}
    for each in ("fp32", name):
        with torch.no_grad(), precision.autocast_context(CPU, each):
            logits[each] = model(precision.channels_last(x)).float()
    assert 0 < (logits[name] - logits["fp32"]).abs().max() < tolerance * logits["fp32"].std()


def test_batches_are_laid_out_as_plain_tensors_with_channels_last():
    x = torch.randn(2, 3, 8, 8)
    result = precision.channels_last(TensorImage(x))
    assert type(result) is torch.Tensor
    assert torch.equal(result, x)
    assert result.is_contiguous(memory_format=torch.channels_last)


def entered():
    return torch.is_autocast_enabled("cpu")


class Watched(nn.Module):
    """A model that notes how it was called, and fails at will."""

    def __init__(self, error=None):
        super().__init__()
        self.conv, self.head = nn.Conv2d(3, 4, 3), nn.Linear(4, 2)
        self.error, self.seen = error, []

    def forward(self, x):
        self.seen.append((entered(), type(x), x.is_contiguous(memory_format=torch.channels_last)))
        if self.error is not None:
            raise self.error
        return self.head(self.conv(x).mean((2, 3)))


def loss_in_float32(logits, targs):
    assert logits.dtype == torch.float32
    assert not entered()
    return nn.functional.cross_entropy(logits, targs.as_subclass(torch.Tensor))


def watched_learner(name, error=None):
    images = [(TensorImage(torch.randn(3, 8, 8)), i % 2) for i in range(8)]
    dls = DataLoaders.from_dsets(images, images, bs=4, device=CPU)
    return Learner(dls, Watched(error), loss_in_float32, cbs=precision.FittingPrecision(name)).remove_cb(
        ProgressCallback
    )


def fit(learn):
    with learn.no_logging():
        learn.fit(1)


@pytest.mark.parametrize("name", ["fp32", "bf16", "fp16"])
def test_the_model_runs_in_the_precision_and_the_rest_in_float32(name):
    learn = watched_learner(name)
    fit(learn)
    assert set(learn.model.seen) == {(name != "fp32", torch.Tensor, True)}
    assert not entered()
    assert {p.grad.dtype for p in learn.model.parameters()} == {torch.float32}
    assert learn.model.conv.weight.is_contiguous(memory_format=torch.channels_last)
    preds, _ = learn.get_preds()
    assert preds.dtype == torch.float32
    assert not entered()
    learn.model(torch.randn(1, 3, 8, 8))
    assert not learn.model.seen[-1][0], "called by hand, the model runs as it is"


def test_gradients_of_fp16_are_scaled_back_before_the_step():
    gradients = {}
    for name in ("fp32", "fp16"):
        set_seed(0)
        learn = watched_learner(name)
        learn.add_cb(Gradients())
        fit(learn)
        gradients[name] = learn.gradients.found[0]
    assert torch.allclose(gradients["fp16"], gradients["fp32"], atol=0.01 * gradients["fp32"].abs().max().item())


def test_a_step_of_fp16_whose_gradients_overflow_is_left_out():
    learn = watched_learner("fp16")
    before = learn.model.head.weight.clone()
    learn.add_cb(Overflow())
    fit(learn)
    assert torch.equal(learn.model.head.weight, before)


class Gradients(Callback):
    """Keeps the gradients that the optimizer is given."""

    order = 11  # after the precision

    def before_fit(self):
        self.found = []

    def before_step(self):
        self.found.append(self.model.head.weight.grad.clone())


class Overflow(Callback):
    """Makes a gradient infinite."""

    order = 9

    def before_step(self):
        self.model.head.weight.grad[0, 0] = float("inf")


@pytest.mark.parametrize("error", [RuntimeError("out of memory"), KeyboardInterrupt()])
def test_a_batch_that_fails_leaves_the_precision(error):
    learn = watched_learner("bf16", error)
    with pytest.raises(type(error)):
        fit(learn)
    assert learn.model.seen[0][0]
    assert not entered()
    learn.model.error = None
    fit(learn)
    assert learn.model.seen[-1][0]
    assert not entered()


@pytest.mark.parametrize("error", [CancelBatchException, CancelFitException])
def test_a_batch_that_is_given_up_leaves_the_precision(error):
    learn = watched_learner("bf16", error)
    fit(learn)
    assert learn.model.seen[0][0]
    assert not entered()
