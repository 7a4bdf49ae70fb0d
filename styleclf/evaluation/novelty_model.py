"""What a novelty is computed from: the training paintings' features, kept small, and numpy alone.

Two questions are asked of a picture's features, and their answers added up, as Wang et al. do (ViM: Out-of-distribution
with virtual-logit matching, 2022):

1. Does any style claim it? Kernel ridge regression answers 1 for a style's own paintings and 0 far from all of them
   (Rifkin and Klautau, In defense of one-vs-all classification, 2004). A probe's probabilities cannot: they sum to 1
   wherever a picture lies, and are highest far out.
2. How far out does it lie, in all and outside of what paintings vary in most, their main components? That counts where
   it is farther than nearly all paintings of the style that claims it most, and tells photographs, text pages,
   screenshots and noise.

`NoveltyModel` holds plain arrays; its `arrays` go into exported learners and bundles.
"""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

_MOST_IMAGES = 2000  # that are learned from: 11 styles' paintings told novelties apart no better from more
_MOST_AXES = 64
_IMAGES_PER_AXIS = 8  # at least, or the axes would hold the training images and no others
_LIMIT = 6.0  # deviations at which a feature is cut off: one that was nearly constant in training can be 1000 away
_SMALLEST_DEVIATION = 1e-3  # times the median one
_RIDGE = 3e-3
_TAIL = 1.0  # robust deviations above the median, from where on the part outside the axes counts
_TAIL_WEIGHT = 0.2
_IQR_OF_NORMAL = 1.349  # in deviations
_SMALLEST_FREEDOM = 0.1  # of a painting, that an axis of its own would take wholly
_SMALLEST_SPREAD = 1e-3
_TINY = 1e-12


class NoveltyModel(NamedTuple):
    """Training paintings of a body, as far as novelty needs them: `n` of them, `d` features, `k` axes.

    A picture is called new if its novelty is above `threshold`, which is infinite where none could be learned.
    """

    mean: np.ndarray  # (d,) of the features
    scale: np.ndarray  # (d,) one over their deviations
    shares: np.ndarray  # (d,) how much each counts
    axes: np.ndarray  # (d, k) main components of the scaled features
    centre: np.ndarray  # (d,) of the scaled features
    paintings: np.ndarray  # (n, k) coordinates of the training paintings
    rests: np.ndarray  # (n,) squared length of what of each painting lies outside the axes
    answers: np.ndarray  # (n, n_styles) what each painting adds to the answer of each style
    width: float  # squared distance at which a painting's part in the answers is down to 1/e
    medians: np.ndarray  # (2, n_styles) of the logarithms of each style's rests, and of whole squared lengths
    spreads: np.ndarray  # (2,) their robust deviations within styles
    threshold: float = np.inf

    def novelty(self, features: np.ndarray) -> np.ndarray:
        """`(n,)` how unlike the training paintings pictures are, from their features `(n, d)`; about 0 to 1 if alike.

        NaN for features that contain NaN.
        """
        unclaimed, excess = self.two_answers(features)
        return unclaimed + _TAIL_WEIGHT * np.maximum(excess - _TAIL, 0)

    def two_answers(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`(n,)` how far the most that a style claims is below 1; `(n,)` deviations by which a picture lies far out."""
        coordinates, rests = self._placed(features)
        squares = _squared_distances(coordinates, self.paintings) + rests[:, None] + self.rests
        claims = np.exp(-squares / self.width) @ self.answers
        medians = self.medians[:, claims.argmax(axis=1)]
        excesses = (_log_lengths(coordinates, rests) - medians) / self.spreads[:, None]
        return 1 - claims.max(axis=1), excesses.max(axis=0)

    def is_new(self, novelty: np.ndarray) -> np.ndarray:
        """`(n,)` bool: which pictures are none of the styles."""
        return novelty > self.threshold

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything as arrays by name, the large ones in half precision: for a learner's export, or a bundle."""
        arrays = {name: np.asarray(value, dtype=np.float32) for name, value in self._asdict().items()}
        for name in ("axes", "paintings"):
            arrays[name] = arrays[name].astype(np.float16)
        return arrays

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "NoveltyModel":
        """The model of `arrays`. Raises ValueError where one is missing or not of the shape that the others ask for."""
        missing = [name for name in cls._fields if name not in arrays]
        if missing:
            raise ValueError(f"the novelty model lacks {missing[0]}: export the learner again")
        values = {name: np.asarray(arrays[name], dtype=np.float32) for name in cls._fields}
        d, k = _shape(values["axes"], 2)
        n, n_styles = _shape(values["answers"], 2)
        vectors = dict.fromkeys(("mean", "scale", "shares", "centre"), (d,))
        numbers = dict.fromkeys(("width", "threshold"), ())
        of_paintings = {"axes": (d, k), "paintings": (n, k), "rests": (n,), "answers": (n, n_styles)}
        shapes = vectors | numbers | of_paintings | {"medians": (2, n_styles), "spreads": (2,)}
        for name, shape in shapes.items():
            if values[name].shape != shape:
                raise ValueError(f"the novelty model's {name} is of shape {values[name].shape}, not {shape}")
        fields: dict[str, Any] = dict(values)
        fields |= {name: float(values[name]) for name in numbers}
        return cls(**fields)

    def _placed(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates `(n, k)` on the axes, and the squared length `(n,)` of what lies outside of them."""
        scaled = _scaled(features, self.mean, self.scale) * self.shares - self.centre
        return _placed_on(self.axes, scaled)


def _shape(array: np.ndarray, n_dimensions: int) -> tuple[int, ...]:
    """The shape of an array; as many zeros if it does not have so many dimensions."""
    return array.shape if array.ndim == n_dimensions else (0,) * n_dimensions


def fitted_novelty(
    features: np.ndarray,  # (n, d) of training paintings
    targs: np.ndarray,  # (n,) numbers of their styles
    shares: np.ndarray | float = 1.0,  # (d,) how much each feature counts: see `layer_shares`
) -> NoveltyModel:
    """The novelty model of training paintings, as yet without a threshold; of more than 2,000, some of every style.

    Raises ValueError for no paintings.
    """
    if len(features) == 0:
        raise ValueError("novelty cannot be learned from no paintings")
    chosen = _evenly_chosen(targs, _MOST_IMAGES)
    features = np.asarray(features[chosen], dtype=np.float32)
    targs = targs[chosen]
    mean = features.mean(axis=0)
    deviation = features.std(axis=0)
    floor = max(float(np.median(deviation)), _TINY) * _SMALLEST_DEVIATION
    scale = 1 / np.maximum(deviation, floor)
    all_shares = np.broadcast_to(np.asarray(shares, dtype=np.float32), mean.shape)
    scaled = _scaled(features, mean, scale) * all_shares
    centre = scaled.mean(axis=0)
    scaled -= centre
    axes = _main_axes(scaled)
    paintings, rests = _placed_on(axes, scaled)
    squares = _squared_distances(paintings, paintings) + rests[:, None] + rests
    np.fill_diagonal(squares, 0)
    width = max(float(np.median(squares)), _TINY)
    numbers = np.unique(targs, return_inverse=True)[1]
    medians, spreads = _typical_lengths(paintings, rests, numbers)
    return NoveltyModel(
        mean=mean,
        scale=scale,
        shares=all_shares,
        axes=axes,
        centre=centre,
        paintings=paintings,
        rests=rests,
        answers=_answers(np.exp(-squares / width), numbers),
        width=width,
        medians=medians,
        spreads=spreads,
    )


def _evenly_chosen(targs: np.ndarray, most: int) -> np.ndarray:
    """Positions of at most `most` images, in their order: of every style the same share, evenly spread."""
    if len(targs) <= most:
        return np.arange(len(targs))
    by_style = np.argsort(targs, kind="stable")
    places = np.linspace(0, len(targs) - 1, most).round().astype(int)
    return np.sort(by_style[places])


def _scaled(features: np.ndarray, mean: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Features `(n, d)` in deviations from the mean, cut off where they are absurdly many."""
    return np.clip((features - mean) * scale, -_LIMIT, _LIMIT)


def _main_axes(scaled: np.ndarray) -> np.ndarray:
    """`(d, k)` the main components of centred features, as many as the images can tell of."""
    from sklearn.utils.extmath import randomized_svd

    n, d = scaled.shape
    n_axes = max(1, min(_MOST_AXES, n // _IMAGES_PER_AXIS, d - 1))
    _, _, axes = randomized_svd(scaled, n_axes, random_state=0)
    return axes.T


def _placed_on(axes: np.ndarray, scaled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates `(n, k)` of scaled features on the axes, and the squared length `(n,)` of the rest of each."""
    coordinates = scaled @ axes
    squares = (scaled**2).sum(axis=1)
    rests = squares - (coordinates**2).sum(axis=1)
    return coordinates, np.maximum(rests, 0)


def _squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """`(n, m)` between points `(n, k)` and `(m, k)`."""
    products = first @ second.T
    squares = (first**2).sum(axis=1)[:, None] + (second**2).sum(axis=1) - 2 * products
    return np.maximum(squares, 0)


def _log_lengths(coordinates: np.ndarray, rests: np.ndarray) -> np.ndarray:
    """`(2, n)` logarithms of the squared lengths of what lies outside the axes, and of all."""
    lengths = rests + (coordinates**2).sum(axis=1)
    return np.log(np.stack([rests, lengths]) + _TINY)


def _typical_lengths(paintings: np.ndarray, rests: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Medians `(2, n_styles)` of log lengths, as of paintings that the axes have not seen, and their spreads `(2,)`.

    The axes lean towards the paintings they were made of. By how much, their leverage says, as for the residuals of a
    regression whose own observation is left out.
    """
    squares = paintings**2
    leverage = (squares / np.maximum(squares.sum(axis=0), _TINY)).sum(axis=1)
    unseen_rests = rests / np.maximum(1 - leverage, _SMALLEST_FREEDOM) ** 2
    logs = np.stack([np.log(unseen_rests + _TINY), _log_lengths(paintings, rests)[1]])
    of_styles = [np.median(logs[:, numbers == style], axis=1) for style in range(numbers.max() + 1)]
    medians = np.stack(of_styles, axis=1)
    low, high = np.percentile(logs - medians[:, numbers], (25, 75), axis=1)
    return medians, np.maximum((high - low) / _IQR_OF_NORMAL, _SMALLEST_SPREAD)


def _answers(kernel: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """`(n, n_styles)` the weights of a kernel ridge regression that answers 1 for a style and 0 for all others.

    Every style counts the same, however many images it has.
    """
    from scipy.linalg import solve

    n_images = np.bincount(numbers)
    root = np.sqrt(len(numbers) / (len(n_images) * n_images))[numbers]
    weighted = root[:, None] * kernel.astype(float) * root
    np.fill_diagonal(weighted, weighted.diagonal() + _RIDGE)
    is_style = np.eye(len(n_images))[numbers]
    return root[:, None] * solve(weighted, root[:, None] * is_style, assume_a="pos")


def inner_novelty(
    features: np.ndarray,
    targs: np.ndarray,
    groups: np.ndarray,  # (n,) authors
    *,
    shares: np.ndarray | float = 1.0,
    n_folds: int = 4,
) -> np.ndarray:
    """`(n,)` the novelty of each training painting by a model that has seen no painting by its author.

    Features must come from a body that has not been trained on these paintings. Of more than 2,000 some are chosen
    as in `fitted_novelty`, and the others are NaN, as are all where authors are too few for `n_folds`, and paintings
    whose style only their own author painted.
    """
    novelty = np.full(len(targs), np.nan)
    chosen = _evenly_chosen(targs, _MOST_IMAGES)
    for train, test in _author_folds(targs[chosen], groups[chosen], n_folds):
        model = fitted_novelty(features[chosen[train]], targs[chosen[train]], shares)
        is_taught = np.isin(targs[chosen[test]], targs[chosen[train]])
        judged = chosen[test[is_taught]]
        novelty[judged] = model.novelty(features[judged])
    return novelty


def _author_folds(targs: np.ndarray, groups: np.ndarray, n_folds: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions of images to learn from and to judge, no author in both; none where authors or images are too few."""
    from sklearn.model_selection import StratifiedGroupKFold

    if len(np.unique(groups)) < n_folds or np.bincount(targs).max() < n_folds:
        return []
    splitter = StratifiedGroupKFold(n_folds, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # styles of few images
        return list(splitter.split(targs, targs, groups))
