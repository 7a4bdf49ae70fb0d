"""Training the last stages: AdamW and one cycle, an epoch for each view."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import torch

from styleclf.data import author_groups
from styleclf.models import autocast_context, channels_last
from styleclf.training import class_weights, logistic_regression
from tests.training.last_stages.network import LastStages, State, mean_state, mixed_state, state_of
from tests.training.last_stages.views import Views
from tests.training.last_stages.ways import Contest, Way

STRENGTH = 2e-3  # of probes, scikit-learn's C
_BATCH_SIZE = 32
_SMOOTHING = 0.1
_TEACHER_FOLDS = 3
_MIXED_BATCHES = 0.5  # share of batches whose statistics are mixed
_LEAST_DEVIATION = 1e-3
_KEPT_BY_MEAN = 0.98  # of a moving average of weights, by step


class Trained(NamedTuple):
    """What a training leaves."""

    state: State
    moving: State  # the moving average of weights along the steps


def trained(model: LastStages, views: Views, way: Way, *, rows: np.ndarray) -> Trained:
    """Train on these rows from the model's present weights; of several runs the averages."""
    contest = views.contest
    start = state_of(model)
    targets = soft_targets(contest, rows, way.teacher)
    states = []
    moving = []
    for seed in range(way.n_runs):
        model.load_state_dict(start)
        run = _Run(model, views, way, rows=rows, targets=targets, seed=seed)
        run.train()
        states.append(state_of(model))
        moving.append(run.moving)
    return Trained(mean_state(states), mean_state(moving))


class _Run:
    """One training: batch normalisation keeps its statistics."""

    def __init__(
        self,
        model: LastStages,
        views: Views,
        way: Way,
        *,
        rows: np.ndarray,
        targets: torch.Tensor,  # (n, n_styles)
        seed: int,
    ) -> None:
        contest = views.contest
        self.model = model.eval()
        self.views = views
        self.way = way
        self.rows = rows
        self.targets = targets
        self.targs = contest.targs
        labels = [contest.vocab[targ] for targ in self.targs[rows]]
        weight_of_styles = class_weights(labels, contest.vocab)
        self.weights = weight_of_styles[torch.from_numpy(self.targs)]
        self.rng = np.random.default_rng(seed)
        self.n_batches = len(rows) // _BATCH_SIZE
        n_steps = len(way.views) * self.n_batches
        groups = model.groups(way.rate, way.decay)
        peak_rates = [group["lr"] for group in groups]
        self.optimiser = torch.optim.AdamW(groups, betas=(0.95, 0.99), eps=1e-5, weight_decay=0.01)
        self.cycle = torch.optim.lr_scheduler.OneCycleLR(
            self.optimiser,
            peak_rates,
            total_steps=n_steps,
            div_factor=25,
            base_momentum=0.85,
        )
        self.moving = state_of(model)

    def train(self) -> None:
        """Train an epoch for each view."""
        for name in self.way.views:
            for batch in self._batches():
                loss = self._loss(name, batch)
                loss.backward()
                self.optimiser.step()
                self.optimiser.zero_grad()
                self.cycle.step()
                state = state_of(self.model)
                self.moving = mixed_state(state, self.moving, _KEPT_BY_MEAN)

    def _batches(self) -> Iterator[np.ndarray]:
        """The rows in a random order, in batches of one size; a remainder is left out."""
        order = self.rng.permutation(self.rows)
        n_whole = self.n_batches * _BATCH_SIZE
        yield from order[:n_whole].reshape(self.n_batches, _BATCH_SIZE)

    def _loss(self, name: str, batch: np.ndarray) -> torch.Tensor:
        """Cross-entropy of a batch, every style counting alike."""
        view = self.views.of(name, self.way.first)
        maps = view.maps[batch].float()
        if self.way.mixing:
            maps = mixed_statistics(maps, self.targs[batch], self.way.mixing, rng=self.rng)
        features = view.features[batch].float()
        with autocast_context(maps.device, "bf16"):
            logits = self.model(channels_last(maps), features)
        log_probas = logits.float().log_softmax(dim=1)
        weighted_log_probas = self.targets[batch] * log_probas
        losses = -weighted_log_probas.sum(dim=1)
        weights = self.weights[batch]
        total_loss = (weights * losses).sum()
        return total_loss / weights.sum()


def mixed_statistics(maps: torch.Tensor, targs: np.ndarray, alpha: float, *, rng: np.random.Generator) -> torch.Tensor:
    """Maps, half of the time with channel means and deviations mixed with those of a painting of the same style."""
    if rng.random() >= _MIXED_BATCHES:
        return maps
    partners = np.arange(len(targs))
    for targ in np.unique(targs):
        of_style = np.flatnonzero(targs == targ)
        partners[of_style] = rng.permutation(of_style)
    shares = rng.beta(alpha, alpha, (len(targs), 1, 1, 1))
    share = torch.from_numpy(shares).float()
    mean = maps.mean(dim=(2, 3), keepdim=True)
    deviation = maps.std(dim=(2, 3), keepdim=True) + _LEAST_DEVIATION
    new_mean = mean.lerp(mean[partners], 1 - share)
    new_deviation = deviation.lerp(deviation[partners], 1 - share)
    standardised = (maps - mean) / deviation
    return standardised * new_deviation + new_mean


def soft_targets(contest: Contest, rows: np.ndarray, share: float) -> torch.Tensor:
    """Targets `(n, n_styles)`: smoothed labels, or labels mixed with the answers of a teacher without the painter."""
    n_styles = len(contest.vocab)
    labels = np.eye(n_styles)[contest.targs]
    softer = np.full_like(labels, 1 / n_styles)
    if share > 0:
        softer = _teacher_probas(contest, rows, labels)
    weight = share or _SMOOTHING
    targets = (1 - weight) * labels + weight * softer
    return torch.from_numpy(targets).float()


def _teacher_probas(contest: Contest, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Probabilities of these rows `(n, n_styles)` by a probe of several bodies' features; the labels in all others.

    The probe is fitted three times, without a third of the training painters each, and predicts that third.
    """
    from scipy.special import softmax
    from sklearn.model_selection import StratifiedGroupKFold

    features_by_body = [np.load(file) for file in contest.teachers]
    features = np.concatenate(features_by_body, axis=1)
    probas = labels.copy()
    groups = author_groups(contest.paintings.rows)
    splitter = StratifiedGroupKFold(_TEACHER_FOLDS, shuffle=True, random_state=0)
    _, n_styles = labels.shape
    for train_positions, test_positions in splitter.split(rows, contest.targs[rows], groups[rows]):
        train = rows[train_positions]
        test = rows[test_positions]
        weight, bias = logistic_regression(features[train], contest.targs[train], STRENGTH, n_styles=n_styles)
        logits = features[test] @ weight.T + bias
        probas[test] = softmax(logits, axis=1)
    return probas
