"""What a novelty is computed from: the training paintings' features, kept small, and numpy alone.

Two questions are asked of a picture's features, and their answers added up, as Wang et al. do (ViM: Out-of-distribution
with virtual-logit matching, 2022):

1. Does any style claim it? The cosine between the picture and the mean of each style, seen from the middle of all
   styles, in main components scaled so that paintings of one style vary alike in all directions. A probe's
   probabilities cannot say that: they sum to 1 wherever a picture lies, and are highest far out.
2. How far out does it lie, in all and outside of what paintings vary in most, their main components? That counts where
   it is farther than nearly all paintings of the style that claims it most, and tells photographs, text pages,
   screenshots and noise.

`NoveltyModel` holds plain arrays; its `arrays` go into exported learners and bundles.
"""

import warnings
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from styleclf.evaluation.arithmetic import one_hot

NONE_OF_THESE = "none of these"  # the answer for a picture of no style that was taught
_MOST_IMAGES = 2000  # that are learned from: with paintings in 11 styles, more recognised novelties no better
_MOST_AXES = 128
_IMAGES_PER_AXIS = 8  # at least, or the axes would hold the training images and no others
_LIMIT = 6.0  # deviations at which a feature is cut off: one that was nearly constant in training can be 1000 away
_SMALLEST_DEVIATION = 1e-3  # times the median one
_AMBIGUITY = 0.3  # how much it counts that a second style claims a picture as well
_TAIL = 2.0  # robust deviations above the median, from where on the part outside the axes counts
_TAIL_WEIGHT = 1.0
_IQR_OF_NORMAL = 1.349  # in deviations
_SMALLEST_FREEDOM = 0.1  # of a painting, that an axis of its own would take wholly
_SMALLEST_SPREAD = 1e-3
_SMALLEST_VARIANCE = 1e-6  # times the mean one
_TINY = 1e-12
_N_FOLDS = 4  # by author, of the training paintings themselves
_LARGE_ARRAY = "axes"
_NUMBER = "threshold"  # a field of a model that is not an array


class NoveltyModel(NamedTuple):
    """Training paintings of a body, as far as novelty needs them: `d` features, `k` axes.

    A picture is called new if its novelty is above `threshold`, which is infinite where none could be learned.
    """

    mean: np.ndarray  # (d,) of the features
    scale: np.ndarray  # (d,) one over their deviations
    shares: np.ndarray  # (d,) how much each counts
    axes: np.ndarray  # (d, k) main components of the scaled features
    centre: np.ndarray  # (d,) of the scaled features: along the axes the middle of all styles, otherwise the mean
    whitening: np.ndarray  # (k, k) turns coordinates into such in which paintings of one style vary alike
    directions: np.ndarray  # (n_styles, k) of length 1: where the mean of each style lies then
    medians: np.ndarray  # (2, n_styles) of the logarithms of each style's rests, and of whole squared lengths
    spreads: np.ndarray  # (2,) their robust deviations within styles
    threshold: float = np.inf

    def novelty(self, features: np.ndarray) -> np.ndarray:
        """`(n,)` how unlike the training paintings pictures are, from their features `(n, d)`.

        About 1 where no style claims a picture, and NaN for features that contain NaN.
        """
        unclaimed, excess = self.two_answers(features)
        beyond_tail = np.maximum(excess - _TAIL, 0)
        return unclaimed + _TAIL_WEIGHT * beyond_tail

    def two_answers(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """`(n,)` how little one style alone claims each; `(n,)` deviations by which a picture lies far out."""
        coordinates, rests = self._coordinates(features)
        seen_from_centre = _of_length_1(coordinates @ self.whitening)
        claims = seen_from_centre @ self.directions.T
        likeliest = claims.argmax(axis=1)
        lengths = _log_lengths(coordinates, rests)
        medians = self.medians[:, likeliest]
        spreads = self.spreads[:, None]
        excesses = (lengths - medians) / spreads
        excess = excesses.max(axis=0)
        return _unclaimed_part(claims), excess

    def is_new(self, novelty: np.ndarray) -> np.ndarray:
        """`(n,)` bool: which pictures are none of the styles."""
        return novelty > self.threshold

    def arrays(self) -> dict[str, np.ndarray]:
        """Everything as arrays by name, the large one in half precision: for a learner's export, or a bundle."""
        arrays = {}
        for name, value in self._asdict().items():
            arrays[name] = np.asarray(value, dtype=np.float32)
        arrays[_LARGE_ARRAY] = arrays[_LARGE_ARRAY].astype(np.float16)
        return arrays

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "NoveltyModel":
        """The model of `arrays`. Raises ValueError where one is missing or not of the shape that the others ask for."""
        values: dict[str, Any] = {}
        for name in cls._fields:
            if name not in arrays:
                raise ValueError(f"the novelty model lacks {name}, as earlier versions made it: train anew")
            values[name] = np.asarray(arrays[name], dtype=np.float32)
        shapes = _fitting_shapes(values["axes"], values["directions"])
        for name, shape in shapes.items():
            actual = values[name].shape
            if actual != shape:
                raise ValueError(f"the novelty model's {name} is of shape {actual}, not {shape}")
        values[_NUMBER] = float(values[_NUMBER])
        return cls(**values)

    def _coordinates(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Coordinates `(n, k)` on the axes, and the squared length `(n,)` of what lies outside of them."""
        scaled = _scaled_features(features, self.mean, self.scale)
        centred = scaled * self.shares - self.centre
        return _placed_on(self.axes, centred)


def _unclaimed_part(claims: np.ndarray) -> np.ndarray:
    """`(n,)` how far the largest of the claims `(n, n_styles)` is below 1, and more where a second one is large."""
    in_order = np.sort(claims, axis=1)
    unclaimed = 1 - in_order[:, -1]
    if claims.shape[1] > 1:
        unclaimed += _AMBIGUITY * in_order[:, -2]
    return unclaimed


def _fitting_shapes(axes: np.ndarray, directions: np.ndarray) -> dict[str, tuple[int, ...]]:
    """The shapes of the arrays of a model that has these axes and answers, by their names."""
    d, k = _shape_of_table(axes)
    n_styles, _ = _shape_of_table(directions)
    return {
        "mean": (d,),
        "scale": (d,),
        "shares": (d,),
        "centre": (d,),
        "threshold": (),
        "axes": (d, k),
        "whitening": (k, k),
        "directions": (n_styles, k),
        "medians": (2, n_styles),
        "spreads": (2,),
    }


def _shape_of_table(array: np.ndarray) -> tuple[int, ...]:
    """The shape of an array of two dimensions; zeros where it has other dimensions."""
    if array.ndim != 2:
        return 0, 0
    return array.shape


def fitted_novelty(
    features: np.ndarray,  # (n, d) of training paintings
    targs: np.ndarray,  # (n,) numbers of their styles
    shares: np.ndarray | float = 1.0,  # (d,) how much each feature counts: see `layer_shares`
) -> NoveltyModel:
    """The novelty model of training paintings, as yet without a threshold; of more than 2,000, some of every style.

    Raises ValueError for no paintings.
    """
    if len(features) == 0:
        raise ValueError("novelty is learned from paintings, and there are none")
    rows = _evenly_chosen(targs, _MOST_IMAGES)
    features = np.asarray(features[rows], dtype=np.float32)
    _, numbers = np.unique(targs[rows], return_inverse=True)
    mean = features.mean(axis=0)
    scale = _scale(features)
    shares = np.asarray(shares, dtype=np.float32)
    all_shares = np.broadcast_to(shares, mean.shape)
    scaled = _scaled_features(features, mean, scale) * all_shares
    centre = scaled.mean(axis=0)
    scaled -= centre
    axes = _main_axes(scaled)
    paintings, rests = _placed_on(axes, scaled)
    means = _style_means(paintings, numbers)
    whitening = _whitening(paintings - means[numbers])
    middle = means.mean(axis=0)
    medians, spreads = _typical_lengths(paintings - middle, rests, numbers)
    return NoveltyModel(
        mean=mean,
        scale=scale,
        shares=all_shares,
        axes=axes,
        centre=centre + axes @ middle,
        whitening=whitening,
        directions=_of_length_1((means - middle) @ whitening),
        medians=medians,
        spreads=spreads,
    )


def _scale(features: np.ndarray) -> np.ndarray:
    """`(d,)` one over the deviations of features, of which none counts as far smaller than most."""
    deviation = features.std(axis=0)
    median = float(np.median(deviation))
    smallest = max(median, _TINY) * _SMALLEST_DEVIATION
    return 1 / np.maximum(deviation, smallest)


def _evenly_chosen(targs: np.ndarray, most: int) -> np.ndarray:
    """Positions of at most `most` images, in their order: of every style the same share, evenly spread."""
    if len(targs) <= most:
        return np.arange(len(targs))
    by_style = np.argsort(targs, kind="stable")
    last = len(targs) - 1
    places = np.linspace(0, last, most).round()
    rows = by_style[places.astype(int)]
    return np.sort(rows)


def _scaled_features(
    features: np.ndarray,  # (n, d)
    mean: np.ndarray,  # (d,)
    scale: np.ndarray,  # (d,)
) -> np.ndarray:
    """Features `(n, d)` in deviations from the mean, cut off where they are absurdly many."""
    deviations = (features - mean) * scale
    return np.clip(deviations, -_LIMIT, _LIMIT)


def _main_axes(scaled: np.ndarray) -> np.ndarray:
    """`(d, k)` the main components of centred features, as many as the images can tell of.

    They are sums over images, so the products `(n, n)` of few images with one another are enough to find them.
    """
    n, d = scaled.shape
    most = min(_MOST_AXES, n // _IMAGES_PER_AXIS, d - 1)
    n_axes = max(1, most)
    if n > d:
        return _last_eigenvectors(scaled.T @ scaled, n_axes)
    of_images = _last_eigenvectors(scaled @ scaled.T, n_axes)
    axes = of_images.T @ scaled
    return _of_length_1(axes).T


def _last_eigenvectors(products: np.ndarray, n_vectors: int) -> np.ndarray:
    """`(n, n_vectors)` those of a symmetric matrix `(n, n)` with the largest eigenvalues, the largest first."""
    from scipy.linalg import eigh

    last = len(products) - 1
    first = last - n_vectors + 1
    _, vectors = eigh(products, subset_by_index=(first, last))
    largest_first = vectors[:, ::-1]
    return largest_first.astype(products.dtype)


def _placed_on(axes: np.ndarray, scaled: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates `(n, k)` of scaled features on the axes, and the squared length `(n,)` of the rest of each."""
    coordinates = scaled @ axes
    squares = _squared_lengths(scaled)
    squares_on_axes = _squared_lengths(coordinates)
    rests = np.maximum(squares - squares_on_axes, 0)
    return coordinates, rests


def _squared_lengths(points: np.ndarray) -> np.ndarray:
    """`(n,)` of points `(n, k)`."""
    squares = points**2
    return squares.sum(axis=1)


def _of_length_1(points: np.ndarray) -> np.ndarray:
    """Points `(n, k)` as directions; one at 0 stays there."""
    squares = _squared_lengths(points)
    lengths = np.sqrt(squares)
    return points / np.maximum(lengths, _TINY)[:, None]


def _style_means(
    paintings: np.ndarray,  # (n, k)
    numbers: np.ndarray,  # (n,) of the styles
) -> np.ndarray:
    """`(n_styles, k)` the mean coordinates of each style."""
    n_styles = numbers.max() + 1
    is_style = one_hot(numbers, n_styles)
    sums = is_style.T @ paintings
    n_images = is_style.sum(axis=0)
    return sums / n_images[:, None]


def _whitening(differences: np.ndarray) -> np.ndarray:
    """`(k, k)` what makes differences `(n, k)` from the means of their styles vary alike in all directions.

    Their covariance is shrunk as Ledoit and Wolf do (A well-conditioned estimator for large-dimensional covariance
    matrices, 2004).
    """
    from scipy.linalg import solve_triangular
    from sklearn.covariance import ledoit_wolf

    covariance, _ = ledoit_wolf(differences, assume_centered=True)
    identity = np.eye(len(covariance))
    mean_variance = np.trace(covariance) / len(covariance)
    floor = mean_variance * _SMALLEST_VARIANCE + _TINY
    root = np.linalg.cholesky(covariance + floor * identity)
    inverse = solve_triangular(root, identity, lower=True)
    return inverse.T


def _log_lengths(coordinates: np.ndarray, rests: np.ndarray) -> np.ndarray:
    """`(2, n)` logarithms of the squared lengths of what lies outside the axes, and of all."""
    lengths = rests + _squared_lengths(coordinates)
    both_lengths = np.stack([rests, lengths])
    return np.log(both_lengths + _TINY)


def _typical_lengths(
    paintings: np.ndarray,  # (n, k)
    rests: np.ndarray,  # (n,)
    numbers: np.ndarray,  # (n,) of the styles
) -> tuple[np.ndarray, np.ndarray]:
    """Medians `(2, n_styles)` of log lengths, as of paintings that the axes have not seen, and their spreads `(2,)`.

    The axes lean towards the paintings they were made of. By how much, their leverage says, as for the residuals of a
    regression whose own observation is left out.
    """
    leverage = _leverage(paintings)
    freedom = np.maximum(1 - leverage, _SMALLEST_FREEDOM)
    unseen_rests = rests / freedom**2
    _, log_lengths = _log_lengths(paintings, rests)
    log_rests = np.log(unseen_rests + _TINY)
    logs = np.stack([log_rests, log_lengths])
    of_styles = []
    for style in range(numbers.max() + 1):
        of_style = logs[:, numbers == style]
        median = np.median(of_style, axis=1)
        of_styles.append(median)
    medians = np.stack(of_styles, axis=1)
    differences = logs - medians[:, numbers]
    low, high = np.percentile(differences, (25, 75), axis=1)
    spreads = (high - low) / _IQR_OF_NORMAL
    return medians, np.maximum(spreads, _SMALLEST_SPREAD)


def _leverage(paintings: np.ndarray) -> np.ndarray:
    """`(n,)` how much of the axes, of `k`, is each painting's own doing."""
    squares = paintings**2
    of_axes = squares.sum(axis=0)
    of_axes = np.maximum(of_axes, _TINY)
    shares = squares / of_axes
    return shares.sum(axis=1)


def inner_novelty(
    features: np.ndarray,
    targs: np.ndarray,
    groups: np.ndarray,  # (n,) authors
    *,
    shares: np.ndarray | float = 1.0,
) -> np.ndarray:
    """`(n,)` the novelty of each training painting by a model that has seen no painting by its author.

    Features must come from a body that has not been trained on these paintings. Of more than 2,000 some are chosen
    as in `fitted_novelty`, and the others are NaN, as are all where authors are too few for four folds, and paintings
    whose style only their own author painted.
    """
    novelty = np.full(len(targs), np.nan)
    rows = _evenly_chosen(targs, _MOST_IMAGES)
    folds = _author_folds(targs[rows], groups[rows])
    for train_places, test_places in folds:
        train = rows[train_places]
        test = rows[test_places]
        model = fitted_novelty(features[train], targs[train], shares)
        is_taught = np.isin(targs[test], targs[train])
        test = test[is_taught]
        novelty[test] = model.novelty(features[test])
    return novelty


def _author_folds(
    targs: np.ndarray,  # (n,)
    groups: np.ndarray,  # (n,)
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Positions of images to learn from and to judge, no author in both; none where authors or images are too few."""
    from sklearn.model_selection import StratifiedGroupKFold

    n_groups = len(np.unique(groups))
    largest_style = np.bincount(targs).max()
    if n_groups < _N_FOLDS or largest_style < _N_FOLDS:
        return []
    splitter = StratifiedGroupKFold(_N_FOLDS, shuffle=True, random_state=0)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The least populated class", UserWarning)  # styles of few images
        folds = splitter.split(targs, targs, groups)
        return list(folds)
