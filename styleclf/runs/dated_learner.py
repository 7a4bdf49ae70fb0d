"""A run of years as one learner, which goes into bundles: its labels are decades.

Of a probe it is the body with the probe behind it; of fine-tuned networks all of them side by side, each with labels of
its own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
import torch
from fastai.data.transforms import Normalize
from fastai.learner import Learner
from scipy.special import logit
from torch import Tensor, nn

from styleclf.common import read_table
from styleclf.data import Picture
from styleclf.evaluation import YearAnswers, decade_labels, shares_of_later
from styleclf.inference import keep_label_thresholds, keep_years, learner_parts
from styleclf.models import BodyView, ImageStats, Precision, SideBySide
from styleclf.runs.date_probe import DATES_FILE, PROBE_FILE, read_probe
from styleclf.runs.folds import fold_folder
from styleclf.runs.year_folds import SCALE_FILE, YearScale, read_scale
from styleclf.training import YearProbe, assembled_learner, load_style_learner, origin_of_rows, set_origin

_HALF = 0.5
_PRECISION: Precision = "fp32"  # a year is the sum of some hundred products, whose rounding in fewer bits moves it


class _DatingNetwork(NamedTuple):
    """A network whose logits are those of decades, and what belongs to it."""

    network: nn.Sequential
    labels: list[str]
    answers: YearAnswers
    picture: Picture
    stats: ImageStats


def is_run_of_years(path: str | Path) -> bool:
    """Whether a path is the folder of a cross-validation of years."""
    folder = Path(path)
    return any((folder / name).is_file() for name in (PROBE_FILE, SCALE_FILE))


def dated_learner(run: str | Path) -> Learner:
    """A learner of several labels, which are decades, that says the years that a run says.

    It computes in float32. Raises OSError where a file of the run is missing, ValueError where one is damaged.
    """
    is_fine_tuned = (Path(run) / SCALE_FILE).is_file()
    dating = _of_networks(run) if is_fine_tuned else _of_probe(run)
    learn = assembled_learner(
        dating.network,
        dating.labels,
        dating.picture,
        stats=dating.stats,
        precision=_PRECISION,
        several_labels=True,
    )
    thresholds = np.full(len(dating.labels), _HALF)
    keep_label_thresholds(learn, thresholds)
    keep_years(learn, dating.answers)
    rows = read_table(Path(run) / DATES_FILE, ["filename", "author"])
    set_origin(learn, origin_of_rows(rows))
    return learn


def _of_probe(run: str | Path) -> _DatingNetwork:
    """The body of a run with its probe behind it."""
    probe, width, backbone = read_probe(run)
    answers = YearAnswers(probe.edges, width)
    return _DatingNetwork(
        network=_network_of_probe(backbone.body(), probe),
        labels=decade_labels(answers.decades),
        answers=answers,
        picture=Picture(backbone.image_size, backbone.fit),
        stats=backbone.source.stats,
    )


def _network_of_probe(body: nn.Module, probe: YearProbe) -> nn.Sequential:
    """Body, neck and head that give the probe's logits, whatever the picture.

    The head lets nothing below zero pass, so the embedding holds every logit twice, once with the other sign.
    """
    weights = torch.from_numpy(probe.weights)
    biases = torch.from_numpy(probe.biases)
    n_decades = len(biases)
    both_signs = torch.cat([weights, -weights])
    to_embedding = _linear(both_signs, torch.cat([biases, -biases]))
    identity = torch.eye(n_decades)
    difference = torch.cat([identity, -identity], dim=1)
    to_logits = _linear(difference, torch.zeros(n_decades))
    neck = nn.Sequential(nn.Identity(), to_embedding)
    head = nn.Sequential(nn.ReLU(), to_logits)
    return nn.Sequential(body, neck, head)


def _of_networks(run: str | Path) -> _DatingNetwork:
    """The networks of all folds side by side, whose chances are averaged."""
    scale = read_scale(Path(run) / SCALE_FILE)
    learners = []
    labels = []
    for fold in scale.years_of_folds:
        folder = fold_folder(run, fold)
        learners.append(load_style_learner(folder / "model.pkl"))
        for label in decade_labels(scale.decades):
            labels.append(f"{label} (fold {fold})")
    first, *_ = learners
    picture = learner_parts(first).picture
    return _DatingNetwork(
        network=_joined_network(learners, scale),
        labels=labels,
        answers=YearAnswers(scale.edges, scale.width, len(learners)),
        picture=Picture(picture.size, picture.fit),
        stats=_stats_of(first),
    )


def _joined_network(learners: Sequence[Learner], scale: YearScale) -> nn.Sequential:
    """One network of the networks of all folds, none of which sees what the others make of an image."""
    bodies: list[nn.Module] = []
    views: list[BodyView] = []
    necks = []
    heads = []
    for learn, years in zip(learners, scale.years_of_folds.values(), strict=True):
        parts = learner_parts(learn)
        if isinstance(parts.body, SideBySide):
            bodies += parts.body.bodies
            views += parts.body.views
        else:
            view = BodyView(_stats_of(learn), parts.picture.size)
            bodies.append(parts.body)
            views.append(view)
        activation, to_embedding = parts.neck
        necks.append(to_embedding)
        heads.append(_decades_of(parts.head, parts.vocab, scale, years))
    are_frozen = [True] * len(bodies)
    body = SideBySide(bodies, views, are_frozen)
    neck = nn.Sequential(activation, _beside_one_another(necks))
    head = nn.Sequential(nn.ReLU(), _beside_one_another(heads))
    return nn.Sequential(body, neck, head)


def _decades_of(head: nn.Module, vocab: Sequence[str], scale: YearScale, years: np.ndarray) -> nn.Linear:
    """The logits of decades among the labels of a fold's network, as they are in the works of `years` it learned from.

    Learning has later and earlier works count alike; see `unbalanced_chances`, which adds the same to the logits.
    """
    _, last = cast(nn.Sequential, head)
    layer = cast(nn.Linear, last)
    rows = [vocab.index(label) for label in decade_labels(scale.decades)]
    shares = shares_of_later(years, scale.decades)
    shift = torch.from_numpy(logit(shares))
    bias = layer.bias[rows] + shift
    return _linear(layer.weight[rows], bias)


def _beside_one_another(layers: Sequence[Any]) -> nn.Linear:
    """One layer of several, each of which takes its own part of the inputs to its own part of the outputs."""
    weights = [layer.weight for layer in layers]
    biases = [layer.bias for layer in layers]
    return _linear(torch.block_diag(*weights), torch.cat(biases))


def _linear(weight: Tensor, bias: Tensor) -> nn.Linear:
    """A layer with this weight `(n_out, n_in)` and this bias `(n_out,)`, in float32."""
    n_out, n_in = weight.shape
    layer = nn.Linear(n_in, n_out)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    return layer


def _stats_of(learn: Learner) -> ImageStats:
    """Mean and deviation per channel by which a learner normalises images."""
    for transform in learn.dls.valid.after_batch.fs:
        if isinstance(transform, Normalize):
            mean = transform.mean.flatten().tolist()
            std = transform.std.flatten().tolist()
            return tuple(mean), tuple(std)
    raise ValueError("a network of this run does not normalise images: run the cross-validation again")
