"""Of bodies side by side fine-tuning trains one: the one whose own features tell the styles of unseen painters best."""

import math
from collections.abc import Sequence

from fastai.learner import Learner

from styleclf.common import say
from styleclf.data import takes_several_labels
from styleclf.inference import learner_parts
from styleclf.models import SideBySide
from styleclf.training.few_dimensions import FewDimensions
from styleclf.training.linear_probe import inner_losses
from styleclf.training.probe import layer_shares, probe_images


def choose_trained_body(learn: Learner) -> None:
    """Of pretrained bodies side by side let the one learn that is worth most alone, and say which.

    A probe of each body's features is judged on inner folds by author of the training images; the lowest log loss is
    worth most. Nothing changes for a single body, for bodies from random weights, which all learn, where authors are
    too few for inner folds, and where images have several labels. The learner gets a new optimiser with its choice.
    """
    body = learner_parts(learn).body
    if not isinstance(body, SideBySide) or not any(body.frozen):
        return
    if takes_several_labels(learn.dls):
        return
    losses = losses_by_body(learn, body)
    if math.inf in losses:
        return
    best = losses.index(min(losses))
    if body.frozen[best]:
        body.train_only(best)
        learn.create_opt()
    say(_sentence(body, losses, best))


def losses_by_body(learn: Learner, body: SideBySide) -> list[float]:
    """The lowest class-weighted log loss of each body's own probe on inner folds, infinite with too few authors."""
    precision = learner_parts(learn).precision
    images = probe_images(learn.model, learn.dls, precision, progress=False, mirrored=False)
    losses = []
    start = 0
    for widths in body.widths_by_body():
        end = start + sum(widths)
        features = images.inputs[:, start:end]
        reduced = FewDimensions(features, layer_shares(widths))
        of_strengths = inner_losses(reduced.coordinates, images.targs, images.groups)
        lowest = math.inf if of_strengths is None else float(of_strengths.min())
        losses.append(lowest)
        start = end
    return losses


def _sentence(body: SideBySide, losses: Sequence[float], best: int) -> str:
    """Which body is trained, and why."""
    names = body.names()
    texts = []
    for name, loss in zip(names, losses, strict=True):
        texts.append(f"{name} {loss:.2f}")
    text = ", ".join(texts)
    return f"fine-tuning trains {names[best]}, which alone tells styles of unseen painters best (log loss: {text})"
