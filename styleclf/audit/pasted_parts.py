"""Whether a small part of an image gives its style away wherever it is pasted: a stamp, a watermark, a signature.

Style is all over a painting: a sixteenth of it, pasted into another, changes little. From some images of each style
the part is taken that the model misses most when it is covered, and pasted at its place into images of other styles.
Parts taken at random are the control.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
import torch
from fastai.learner import Learner
from torch import Tensor, nn

from styleclf.audit.degradations import frozen_body
from styleclf.common import with_progress
from styleclf.data import VAL, Fit, Paintings, cached_pixels
from styleclf.explain import (
    BOX,
    Windows,
    network_inputs,
    patch_of_row,
    patch_windows,
    predictor,
    rows_to_judge,
    window_boxes,
    window_losses,
)
from styleclf.inference import Backbone, as_test_batch
from styleclf.models import autocast_context, fold_batchnorm, set_layout
from styleclf.plots import plot_markers
from styleclf.training import FewDimensions, ProbeRules

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_N_PARTS = 8  # images of each style, each by another painter where there are so many
_N_RECIPIENTS = 8  # images of other styles that each part is pasted into
# A part that certainly multiplies the odds by 4 times as much as a random one is no brush stroke. For 50 styles without
# a marker, by five learners, the largest certain lead was 0.75, as a logarithm; for a planted marker it was 3.6.
_NEAR_LEAD = np.log(4)
_BATCH_SIZE = 16
_PROBA_MARGIN = 1e-6  # from 0 and from 1, so that log-odds are finite
_DESCRIPTION = ["filename", "label", "author"]
_COLUMNS = ["style", "raised", "control", "lead", "lead_lo", *_DESCRIPTION, *BOX]


class _Search(NamedTuple):
    """The search for markers of one style."""

    log_odds: Callable[[Tensor], Tensor]  # images (n, 3, h, w) to log-odds (n, n_styles)
    position: int  # of the style
    windows: Windows
    images: Tensor  # (n, 3, h, w), of the style
    recipients: Tensor  # (m, 3, h, w), of other styles

    def telling_parts(self) -> Tensor:
        """The window of each image `(n,)` whose covering takes most of the style's log-odds."""
        covers = torch.zeros_like(self.images)
        losses, _ = window_losses(self.log_odds, self.images, covers, windows=self.windows, bs=_BATCH_SIZE)
        losses_of_style = losses[:, :, self.position]
        return losses_of_style.argmax(dim=1)

    def gains(self, parts: Tensor) -> np.ndarray:
        """What the recipients' log-odds gain on average by each image's part at its place, `(n,)`."""
        before = self._mean_log_odds(self.recipients)
        masks = self.windows.covered(parts)
        gains = []
        for image, inside in zip(self.images, masks, strict=True):
            composite = torch.where(inside, image, self.recipients)
            after = self._mean_log_odds(composite)
            gains.append(float(after - before))
        return np.array(gains)

    def _mean_log_odds(self, x: Tensor) -> Tensor:
        """The mean log-odds of the style in images."""
        log_odds = self.log_odds(x)[:, self.position]
        return log_odds.mean()


def _marker_audit(
    predict: Callable[[Tensor], Tensor],  # images (n, 3, h, w) to probabilities (n, n_styles)
    x: Tensor,  # (n, 3, h, w), images that the model has not been trained on
    rows: pd.DataFrame,  # their `filename, label, author`
    *,
    vocab: Sequence[str],
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """What parts of images multiply their style's odds by in others: one row per style that has images beside others.

    Columns: `style, raised, control, lead, lead_lo, near`, as logarithms, means over parts and the images that they are
    pasted into, and `filename, label, author, left, top, right, bottom` of the part that raises it most.
    `lead_lo` is the lower end of a 95 % interval of the lead over the control.
    """
    windows = patch_windows(x.shape[-1]).to(x.device)
    boxes = window_boxes(windows)
    log_odds = _log_odds_of(predict)
    rng = np.random.default_rng(seed)
    labels = rows["label"].to_numpy()
    table = []
    styles = with_progress(vocab, len(vocab), "styles searched for markers", progress)
    for position, style in enumerate(styles):
        in_style = np.flatnonzero(labels == style)
        in_others = np.flatnonzero(labels != style)
        recipients = rng.permutation(in_others)[:_N_RECIPIENTS]
        if len(in_style) == 0 or len(recipients) == 0:
            continue
        search = _Search(log_odds, position, windows, images=x[in_style], recipients=x[recipients])
        parts = search.telling_parts()
        random_windows = rng.integers(len(boxes), size=len(in_style))
        random_parts = torch.from_numpy(random_windows).to(x.device)
        gains = search.gains(parts)
        control = search.gains(random_parts)
        best = int(gains.argmax())
        lead = _lead(gains, control)
        description = rows.iloc[in_style[best]][_DESCRIPTION]
        box = boxes[int(parts[best])]
        table.append((style, *lead, *description, *box))
    table = pd.DataFrame(table, columns=_COLUMNS)
    return table.assign(near=table["lead_lo"] > _NEAR_LEAD)


def probe_markers(
    paintings: Paintings,  # of a design without its validation set
    reduced: FewDimensions,  # features (n, d) of the images, as the probe sees them
    targs: np.ndarray,
    *,
    rules: ProbeRules,
    backbone: Backbone,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """`_marker_audit` of the probe of all folds but the first, on images of the first."""
    folds = paintings.rows["fold"]
    test = (folds == min(folds)).to_numpy()
    train = ~test
    vocab = sorted(paintings.rows["label"].unique())
    n_styles = len(vocab)
    probe = rules.fitted(reduced.coordinates[train], targs[train], n_styles=n_styles)
    weight, bias = probe.of_features(reduced)
    test_rows = paintings.rows[test].assign(row=np.flatnonzero(test))
    rows = rows_to_judge(test_rows, _N_PARTS * n_styles, seed)
    store = cached_pixels(paintings.paths(), backbone.image_size, backbone.fit, progress=progress)
    pixels = store.pixels[rows["row"].to_numpy()]
    x = as_test_batch(pixels, backbone.normalisation(), torch.device("cpu"))
    unfolded_body = frozen_body(backbone, seed).eval()
    body = fold_batchnorm(unfolded_body, x[:1])
    predict = _probe_predictor(body, weight, bias, activated=backbone.features != "style")
    return _marker_audit(predict, x, rows, vocab=vocab, seed=seed, progress=progress)


def learner_markers(
    learn: Learner,
    paintings: Paintings,
    fold: str,
    *,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """`_marker_audit` of a learner, on images of a fold that it has not been trained on.

    Raises ValueError for the validation set or a fold that the design does not have, OSError for lost images.
    """
    folds = paintings.folds
    if fold == VAL or fold not in set(folds):
        raise ValueError(f"a learner is searched for markers on one of the folds, not on {fold!r}")
    vocab = list(learn.dls.vocab)
    candidates = paintings.where(folds == fold)
    rows = rows_to_judge(candidates.rows, _N_PARTS * len(vocab), seed)
    judged_paintings = paintings.with_rows(rows)
    batches = [x for _, x in network_inputs(learn, judged_paintings.paths(), progress=False)]
    x = torch.cat(batches)
    return _marker_audit(predictor(learn), x, rows, vocab=vocab, seed=seed, progress=progress)


def _log_odds_of(predict: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """What turns images into log-odds, in batches, from what turns them into probabilities."""

    def log_odds(x: Tensor) -> Tensor:
        """Log-odds of images."""
        # a split would turn partly changed copies, which come in batches already, into full ones
        batches = x.split(_BATCH_SIZE) if len(x) > _BATCH_SIZE else [x]
        probas = torch.cat([predict(batch) for batch in batches])
        return probas.logit(_PROBA_MARGIN)

    return log_odds


def _probe_predictor(
    body: nn.Module,
    weight: np.ndarray,
    bias: np.ndarray,
    *,
    activated: bool,
) -> Callable[[Tensor], Tensor]:
    """What turns images `(n, 3, h, w)` into probabilities `(n, n_styles)` by the probe of a frozen body."""
    weight_tensor = torch.from_numpy(weight).float()
    bias_tensor = torch.from_numpy(bias).float()
    set_layout(body)

    @torch.inference_mode()
    def predict(x: Tensor) -> Tensor:
        """Probabilities of images."""
        images = x.contiguous(memory_format=torch.channels_last)
        with autocast_context(x.device):
            features = body(images).float()
        if activated:
            features = features.relu()
        logits = features @ weight_tensor.T + bias_tensor
        return logits.softmax(1)

    return predict


def _lead(gains: np.ndarray, control: np.ndarray) -> tuple[float, float, float, float]:
    """Means of both, of their paired difference, and the lower end of its 95 % interval (Student's)."""
    from scipy.stats import t

    leads = gains - control
    lead = leads.mean()
    n = len(leads)
    lowest_lead = -np.inf
    if n > 1:
        standard_error = leads.std(ddof=1) / n**0.5
        lowest_lead = lead - t.ppf(0.975, n - 1) * standard_error
    return gains.mean(), control.mean(), lead, lowest_lead


def marker_sentences(table: pd.DataFrame) -> list[str]:
    """A sentence for every style that a small part gives away, or one sentence that says there is none."""
    sentences = []
    for row in table[table["near"]].itertuples():
        factor = np.exp(row.raised)
        random_factor = np.exp(row.control)
        sentences.append(
            f"a sixteenth of an image of {row.style} multiplies its odds by {factor:.0f} in other images "
            f"(a random one by {random_factor:.1f}): look for a stamp or a watermark in {row.filename}"
        )
    return sentences or ["no small part of images gives a style away"]


def marker_figure(
    table: pd.DataFrame,
    images: str | Path,
    fit: Fit = "squash",
) -> Figure:
    """`plots.audit.plot_markers` of a table of markers, with the parts cut from the images."""
    return plot_markers(table, lambda row: patch_of_row(row, images, fit))
