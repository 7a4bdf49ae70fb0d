"""Is fine-tuning the last stages worth its time on painters never seen? Ways to do so, on the same folds and views.

python -m tests.training.compare_last_stages --images FOLDER --design design.csv --weights FILE --out FOLDER

What a frozen early body makes of an image depends on no fold: a few views of every image, changed at random as in a
training, pass through it once and are kept, as maps before the last stages and as style features. Every fold and every
way of training the last stages goes on from there. Predictions of every fold are kept, so that a run can be resumed;
`--table` prints paired differences from the probe with 95 % intervals from resampling authors, by style and by source.
EfficientNets of timm alone, whose stages are `blocks`. The validation set is left out.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import torch
from fastai.data.transforms import Normalize
from fastai.vision.core import TensorImage
from torch import nn

from styleclf.data import Paintings, Shrink, author_groups, cached_pixels, make_design
from styleclf.data.augment import training_transforms
from styleclf.evaluation import AuthorBootstrap, mean_over_styles, targets, true_ranks
from styleclf.inference import Backbone
from styleclf.models import autocast_context, channels_last
from styleclf.models.style_statistics import StyleBody, mean_and_deviation
from styleclf.training import class_weights, feature_shares, logistic_regression
from styleclf.training.fine_tuning import _average
from styleclf.training.probe import write_linear_map

_ARCH = "tf_efficientnet_lite0"
_BEFORE_STAGES = 4  # the block whose maps are kept
_VIEW_SIZE = 192  # pixels a side of changed views, as in a training; clean ones keep theirs
_CLEAN = "clean"
_PREDICTED_AT_ONCE = 64
_BATCH_SIZE = 32
_RATE = 3e-4
_SMOOTHING = 0.1
_EMBEDDING = 16
_STRENGTH = 2e-3  # of the probe
_TEACHER_FOLDS = 3
_SHARES = (0.3, 0.5, 0.7)  # of the probe, in averages
CANDIDATES = ("alone", *(f"average {share}" for share in _SHARES), "probabilities")

State = dict[str, torch.Tensor]


class Way(NamedTuple):
    """A way to train the last stages."""

    first: int = 6  # block from which on is trained
    views: tuple[str, ...] = ("0", _CLEAN, "0")  # one an epoch
    rate: float = _RATE
    decay: float = 1.0  # of the rate, from one stage to the stage before
    mixing: float = 0.0  # beta's parameter, in mixing channel statistics of maps within a style (Zhou et al. 2021)
    teacher: float = 0.0  # share of a teacher's probabilities in the targets, by probes that never saw the painter


WAYS = {
    "last": Way(),
    "two": Way(first=5),
    "two-decay": Way(first=5, decay=0.6),
    "mixing": Way(mixing=0.3),
    "teacher": Way(teacher=0.5),
}


class Contest(NamedTuple):
    """What all ways have in common."""

    paintings: Paintings
    targs: np.ndarray  # (n,)
    vocab: list[str]
    backbone: Backbone
    folder: Path
    teachers: list[Path]  # features (n, d) of bodies side by side


# Views, made once


def kept_view(contest: Contest, view: str) -> tuple[torch.Tensor, torch.Tensor]:
    """Maps before the last stages `(n, c, h, w)` and style features `(n, d)` of one view of all images, float16."""
    file = contest.folder / f"view-{view}.npz"
    if not file.is_file():
        maps, features = _made_view(contest, view)
        np.savez(file, maps=maps, feats=features)
    with np.load(file) as arrays:
        return torch.from_numpy(arrays["maps"]), torch.from_numpy(arrays["feats"])


def _made_view(contest: Contest, view: str) -> tuple[np.ndarray, np.ndarray]:
    body = contest.backbone.body().eval()
    paths = contest.paintings.paths()
    store = cached_pixels(paths, contest.backbone.image_size, progress=False)
    rows = np.array([store.rows[Path(path)] for path in paths])
    kept_maps = []
    block = body.trunk.blocks[_BEFORE_STAGES]
    hook = block.register_forward_hook(lambda _, inputs, maps: kept_maps.append(_as_half(maps)))
    features = []
    torch.manual_seed(0 if view == _CLEAN else 1 + int(view))
    for batch in np.array_split(rows, len(rows) // _PREDICTED_AT_ONCE + 1):
        images = _as_view(contest, store.pixels[batch], view)
        with torch.inference_mode(), autocast_context(images.device, "bf16"):
            features.append(_as_half(body(channels_last(images))))
    hook.remove()
    return np.concatenate(kept_maps), np.concatenate(features)


def _as_half(numbers: torch.Tensor) -> np.ndarray:
    return numbers.detach().float().numpy().astype(np.float16)


def _as_view(contest: Contest, pixels: np.ndarray, view: str) -> torch.Tensor:
    """Pixels `(n, h, w, 3)` as the network gets them, changed at random but for the clean view."""
    images = TensorImage(torch.from_numpy(np.array(pixels)).permute(0, 3, 1, 2))
    to_float, *others = contest.backbone.normalisation().fs
    (normalise,) = [transform for transform in [to_float, *others] if isinstance(transform, Normalize)]
    if view == _CLEAN:
        return normalise.encodes(TensorImage(images / 255)).as_subclass(torch.Tensor)
    move, relight, erase = training_transforms()
    images = Shrink(_VIEW_SIZE).encodes(images)
    images = relight.encodes(move.encodes(TensorImage(images / 255)))
    images = erase.encodes(normalise.encodes(images))
    return images.as_subclass(torch.Tensor)


class Views:
    """Views as the trained stages get them, with those of the frozen ones before in place."""

    def __init__(self, contest: Contest) -> None:
        self.contest = contest
        self.trunk = contest.backbone.body().eval().trunk

    @cache  # noqa: B019  (lives as long as the script)
    def of(self, view: str, first: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Maps before block `first`, and features."""
        maps, features = kept_view(self.contest, view)
        stages = self.trunk.blocks[_BEFORE_STAGES + 1 : first]
        if len(stages) == 0:
            return maps, features
        passed = []
        with torch.inference_mode(), autocast_context(maps.device, "bf16"):
            for part in maps.split(_PREDICTED_AT_ONCE):
                passed.append(stages(channels_last(part.float())).half())
        return torch.cat(passed).clone(), features


# The network from the last stages on


class LastStages(nn.Module):
    """The last stages of a style body, its neck and head: computes what they decide of the features, takes the rest."""

    def __init__(self, body: StyleBody, first: int, n_styles: int) -> None:
        super().__init__()
        self.stages = body.trunk.blocks[first:]
        self.last = nn.Sequential(body.trunk.conv_head, body.trunk.bn2)
        self.neck = nn.Linear(body.head_hidden_size, _EMBEDDING)
        self.head = nn.Linear(_EMBEDDING, n_styles)
        names = [name for name in body.narrowing if int(name.split(".")[1]) >= first]
        self.hidden = [body.trunk.get_submodule(name) for name in names]
        self.read: dict[nn.Module, torch.Tensor] = {}
        for layer in self.hidden:
            layer.register_forward_pre_hook(self._note)
        self.widths = body.widths()
        self.n_stages_read = len(body.trunk.feature_info)

    def _note(self, layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        _, self.read[layer] = mean_and_deviation(inputs[0])

    def forward(self, maps: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Logits of maps before the first trained block and the frozen body's features of the same images."""
        maps = self.stages(maps)
        pooled = self.last(maps).mean(dim=(2, 3)).float()
        parts = list(features.split(self.widths, dim=1))
        parts[0] = pooled
        parts[self.n_stages_read] = torch.cat(mean_and_deviation(maps), dim=1)
        if self.hidden:
            parts[-len(self.hidden) :] = [self.read[layer] for layer in self.hidden]
        return self.head(torch.relu(self.neck(torch.cat(parts, dim=1))))

    def groups(self, rate: float, decay: float) -> list[dict]:
        """Parameters with their rates, lower from stage to stage before."""
        parts = [[self.neck, self.head], [self.last], *([stage] for stage in reversed(self.stages))]
        groups = []
        for depth, part in enumerate(parts):
            parameters = [parameter for module in part for parameter in module.parameters()]
            groups.append({"params": parameters, "lr": rate * decay ** max(0, depth - 1)})
        return groups


def write_probe(model: LastStages, features: np.ndarray, weights: tuple[np.ndarray, np.ndarray]) -> None:
    """Write the probe into neck and head."""
    neck = nn.Sequential(nn.Identity(), model.neck)
    head = nn.Sequential(nn.ReLU(), model.head)
    weight, bias = weights
    write_linear_map(nn.Sequential(nn.Identity(), neck, head), features, weight, bias=bias)


@torch.no_grad()
def probas_of(model: LastStages, state: State, view: tuple[torch.Tensor, torch.Tensor], rows: np.ndarray) -> np.ndarray:
    """Probabilities `(n_rows, n_styles)`."""
    model.load_state_dict(state)
    maps, features = view
    logits = []
    for batch in np.array_split(rows, len(rows) // _PREDICTED_AT_ONCE + 1):
        with autocast_context(maps.device, "bf16"):
            logits.append(model(channels_last(maps[batch].float()), features[batch].float()).float())
    return torch.cat(logits).softmax(dim=1).numpy()


# Training


def trained(
    model: LastStages, contest: Contest, views: Views, *, way: Way, rows: np.ndarray, soft: torch.Tensor
) -> State:
    """The state after one epoch for each view, by AdamW and one cycle; batch normalisation keeps its statistics."""
    rng = np.random.default_rng(0)
    targs = torch.from_numpy(contest.targs)
    labels = [contest.vocab[targ] for targ in contest.targs[rows]]
    weight = class_weights(labels, contest.vocab)
    groups = model.groups(way.rate, way.decay)
    optimiser = torch.optim.AdamW(groups, betas=(0.95, 0.99), eps=1e-5, weight_decay=0.01)
    n_batches = len(rows) // _BATCH_SIZE
    peaks = [group["lr"] for group in groups]
    cycle = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, peaks, total_steps=len(way.views) * n_batches, div_factor=25, base_momentum=0.85
    )
    model.eval()
    for name in way.views:
        maps, features = views.of(name, way.first)
        for batch in rng.permutation(rows)[: n_batches * _BATCH_SIZE].reshape(n_batches, _BATCH_SIZE):
            batch_maps = maps[batch].float()
            if way.mixing:
                batch_maps = mixed_statistics(batch_maps, contest.targs[batch], way.mixing, rng=rng)
            with autocast_context(maps.device, "bf16"):
                logits = model(channels_last(batch_maps), features[batch].float())
            loss_of_images = -(soft[batch] * logits.float().log_softmax(dim=1)).sum(dim=1)
            weights = weight[targs[batch]]
            loss = (weights * loss_of_images).sum() / weights.sum()
            loss.backward()
            optimiser.step()
            optimiser.zero_grad()
            cycle.step()
    return state_of(model)


def mixed_statistics(maps: torch.Tensor, targs: np.ndarray, alpha: float, *, rng: np.random.Generator) -> torch.Tensor:
    """Half of the batches with channel means and deviations mixed with those of another painting of the same style."""
    if rng.random() < 0.5:
        return maps
    others = np.arange(len(targs))
    for targ in np.unique(targs):
        of_style = np.flatnonzero(targs == targ)
        others[of_style] = rng.permutation(of_style)
    share = torch.from_numpy(rng.beta(alpha, alpha, (len(targs), 1, 1, 1))).float()
    mean = maps.mean(dim=(2, 3), keepdim=True)
    deviation = maps.std(dim=(2, 3), keepdim=True) + 1e-3
    new_mean = share * mean + (1 - share) * mean[others]
    new_deviation = share * deviation + (1 - share) * deviation[others]
    return (maps - mean) / deviation * new_deviation + new_mean


def state_of(model: nn.Module) -> State:
    """A copy of the model's weights."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def soft_targets(contest: Contest, rows: np.ndarray, share: float) -> torch.Tensor:
    """Targets `(n, n_styles)`: labels smoothed, or mixed with what a teacher says that never saw the painter.

    The teacher is a probe of several bodies' features side by side, fitted without a third of the training painters at
    a time, and asked about these.
    """
    n_styles = len(contest.vocab)
    labels = np.eye(n_styles)[contest.targs]
    if share == 0:
        return torch.from_numpy((1 - _SMOOTHING) * labels + _SMOOTHING / n_styles).float()
    from scipy.special import softmax
    from sklearn.model_selection import StratifiedGroupKFold

    features = np.concatenate([np.load(file) for file in contest.teachers], axis=1)
    said = labels.copy()
    groups = author_groups(contest.paintings.rows)
    splitter = StratifiedGroupKFold(_TEACHER_FOLDS, shuffle=True, random_state=0)
    for fitted, asked in splitter.split(rows, contest.targs[rows], groups[rows]):
        known, new = rows[fitted], rows[asked]
        weight, bias = logistic_regression(features[known], contest.targs[known], _STRENGTH, n_styles=n_styles)
        said[new] = softmax(features[new] @ weight.T + bias, axis=1)
    return torch.from_numpy((1 - share) * labels + share * said).float()


# A fold


def fold_probas(contest: Contest, views: Views, name: str, test: np.ndarray) -> dict[str, np.ndarray]:
    """Probabilities of the test images, by candidate, and `seconds` of processor time of the training."""
    way = WAYS[name]
    train, rows = np.flatnonzero(~test), np.flatnonzero(test)
    body = contest.backbone.body().eval()
    n_styles = len(contest.vocab)
    model = LastStages(body, way.first, n_styles)
    _, features = views.of(_CLEAN, way.first)
    train_features = features[train].float().numpy()
    shares = feature_shares(body)
    weights = logistic_regression(train_features, contest.targs[train], _STRENGTH, n_styles=n_styles, shares=shares)
    write_probe(model, train_features, weights)
    probe = state_of(model)
    soft = soft_targets(contest, train, way.teacher)
    start = time.process_time()
    tuned = trained(model, contest, views, way=way, rows=train, soft=soft)
    seconds = time.process_time() - start
    clean = views.of(_CLEAN, way.first)
    probas = {"probe": probas_of(model, probe, clean, rows), "alone": probas_of(model, tuned, clean, rows)}
    for share in _SHARES:
        model.load_state_dict(tuned)
        _average(model, probe, share)
        probas[f"average {share}"] = probas_of(model, state_of(model), clean, rows)
    probas["probabilities"] = (probas["probe"] + probas["alone"]) / 2
    return {**probas, "seconds": np.array(seconds)}


def folds_of(contest: Contest, names: Sequence[str]) -> Iterator[tuple[str, np.ndarray]]:
    """Of names such as '301:0', draw and fold: which images are tested."""
    annotation = contest.paintings.rows.drop(columns="fold")
    for name in names:
        draw, fold = map(int, name.split(":"))
        yield name, _draw(annotation, draw) == fold


def _draw(annotation: pd.DataFrame, seed: int) -> np.ndarray:
    return make_design(annotation, 4, val_share=0, seed=seed)["fold"].to_numpy(dtype=int)


def fold_file(contest: Contest, way: str, name: str) -> Path:
    """Where the predictions of a fold are kept."""
    return contest.folder / f"{way}-{name.replace(':', '-')}.npz"


def run(contest: Contest, ways: Sequence[str], names: Sequence[str]) -> None:
    """Train what is not finished."""
    views = Views(contest)
    for name, test in folds_of(contest, names):
        for way in ways:
            file = fold_file(contest, way, name)
            if file.is_file():
                continue
            probas = fold_probas(contest, views, way, test)
            np.savez(file, test=test, **probas)
            print(way, name, f"{float(probas['seconds']):.0f} s", *_top_texts(contest, probas, test), flush=True)


def _top_texts(contest: Contest, probas: dict[str, np.ndarray], test: np.ndarray) -> Iterator[str]:
    targs = contest.targs[test]
    for name, values in probas.items():
        if name != "seconds":
            top = [_top(values, targs, k) for k in (1, 2)]
            yield f"{name} {top[0]:.3f}/{top[1]:.3f}"


def _top(probas: np.ndarray, targs: np.ndarray, k: int) -> float:
    hits = true_ranks(probas, targs) < k
    return float(np.mean([hits[targs == targ].mean() for targ in np.unique(targs)]))


# The table


class Gains(NamedTuple):
    """What a candidate gains on the probe."""

    tested: np.ndarray  # (n,) how often each image was tested
    top: dict[int, np.ndarray]  # by number of guesses, (n,) how much more often it was right
    seconds: float  # of processor time, mean over folds


def gains_of(contest: Contest, way: str, candidate: str, *, names: Sequence[str]) -> Gains:
    """The gains of a candidate over the finished folds of a way."""
    n = len(contest.targs)
    tested = np.zeros(n)
    top = {1: np.zeros(n), 2: np.zeros(n)}
    seconds = []
    for name in names:
        with np.load(fold_file(contest, way, name)) as fold:
            test = fold["test"]
            tested[test] += 1
            seconds.append(float(fold["seconds"]))
            for k, gains in top.items():
                is_right = true_ranks(fold[candidate], contest.targs[test]) < k
                was_right = true_ranks(fold["probe"], contest.targs[test]) < k
                gains[test] += is_right * 1.0 - was_right
    return Gains(tested, top, float(np.mean(seconds)))


def table(contest: Contest, ways: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """One row per way and candidate: points above the probe, every style counting alike, with intervals; seconds."""
    groups = author_groups(contest.paintings.rows)
    bootstrap = AuthorBootstrap(groups, contest.targs)
    counts = bootstrap.counts_with_value
    n_styles = len(contest.vocab)
    rows = []
    for way in ways:
        finished = [name for name in names if fold_file(contest, way, name).is_file()]
        for candidate in CANDIDATES:
            gains = gains_of(contest, way, candidate, names=finished)
            row: dict[str, object] = {"way": way, "candidate": candidate, "folds": len(finished)}
            tested = mean_over_styles(gains.tested, contest.targs, n_styles, counts=counts)
            for k, of_images in gains.top.items():
                draws = mean_over_styles(of_images, contest.targs, n_styles, counts=counts)
                estimate = bootstrap.estimate(100 * draws / tested)
                row[f"top_{k}"] = f"{estimate.value:+.1f} ({estimate.lo:+.1f} to {estimate.hi:+.1f})"
            row["seconds"] = round(gains.seconds, 1)
            rows.append(row)
    return pd.DataFrame(rows)


def table_by(gains: Gains, groups: Sequence[str]) -> pd.DataFrame:
    """Points of top-1 and top-2 gained in every group of images, such as a style or a source; images count alike."""
    columns = {"images": gains.tested > 0, "tests": gains.tested, "top_1": gains.top[1], "top_2": gains.top[2]}
    sums = pd.DataFrame(columns).groupby(np.asarray(groups)).sum()
    points = sums[["top_1", "top_2"]].div(sums["tests"], axis=0) * 100
    return sums[["images"]].join(points.round(1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--teachers", type=Path, nargs="*", default=[], help="features (n, d) of other bodies, .npy")
    parser.add_argument("--ways", nargs="*", default=["last"], choices=WAYS)
    parser.add_argument("--folds", nargs="*", default=["301:0"], help="draw:fold")
    parser.add_argument("--views-only", nargs="*", default=[])
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--candidate", default="average 0.5", choices=CANDIDATES, help="shown by style and source")
    parser.add_argument("--sources", type=Path, help="table of filename and source")
    arguments = parser.parse_args()
    design = pd.read_csv(arguments.design, dtype=str, keep_default_na=False)
    rows = design[design["fold"] != "val"].reset_index(drop=True)
    paintings = Paintings(rows, Path(arguments.images))
    vocab = sorted(rows["label"].unique())
    backbone = Backbone(_ARCH, arguments.weights, "style", size=224)
    arguments.out.mkdir(parents=True, exist_ok=True)
    targs = targets(rows["label"], vocab)
    contest = Contest(paintings, targs, vocab, backbone, arguments.out, arguments.teachers)
    for view in arguments.views_only:
        kept_view(contest, view)
    if arguments.table:
        print(table(contest, arguments.ways, arguments.folds).to_string(index=False))
        groups = [rows["label"]]
        if arguments.sources:
            sources = pd.read_csv(arguments.sources).set_index("filename")["source"]
            groups += [rows["filename"].map(sources), rows["label"] + " of " + rows["filename"].map(sources)]
        for way in arguments.ways:
            gains = gains_of(contest, way, arguments.candidate, names=arguments.folds)
            for of_images in groups:
                print(f"\n{way}, {arguments.candidate}\n{table_by(gains, of_images)}")
    elif not arguments.views_only:
        run(contest, arguments.ways, arguments.folds)


if __name__ == "__main__":
    main()
