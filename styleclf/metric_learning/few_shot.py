"""New styles by a few examples: how often an image is nearest to the mean of examples of its own style."""

import numpy as np

from styleclf.data import alternate_groups
from styleclf.evaluation import AuthorBootstrap, mean_over_styles, ratio
from styleclf.metric_learning.judged_images import JudgedImages


def few_shot_values(
    judged: JudgedImages,  # images of withheld styles
    nearest: np.ndarray,  # (n,) cosine of each with the nearest prototype of a trained style
    k: int,
    *,
    n_draws: int,
    rng: np.random.Generator,
) -> np.ndarray | None:
    """Accuracies with prototypes of `k` example images per style, drawn again and again: `(n_draws, 2, 2)`.

    Examples are drawn as `_examples` does. Images by none of their authors are then given to the style of the nearest
    prototype. `[:, 0]` is the accuracy among the withheld styles, `[:, 1]` the one where trained styles can be chosen
    too; `[…, 0]` is the value of the draw, `[…, 1]` the value when the judged authors are resampled as well. Every
    style counts the same. None where a style has too few images.
    """
    cosines = judged.units @ judged.units.T
    values = np.empty((n_draws, 2, 2))
    for draw in range(n_draws):
        examples = _examples_of_styles(judged, k, rng)
        if examples is None:
            return None
        to_prototypes = _cosines_with_prototypes(cosines, examples)
        is_right = to_prototypes.argmax(axis=1) == judged.targs
        is_right_of_all = is_right & (to_prototypes.max(axis=1) > nearest)
        example_authors = judged.groups[examples]
        is_judged = ~np.isin(judged.groups, example_authors)
        targs = judged.targs[is_judged]
        bootstrap = AuthorBootstrap(judged.groups[is_judged], targs, n_resamples=1, seed=rng)
        counts = bootstrap.counts_with_value
        for column, hits in enumerate((is_right, is_right_of_all)):
            scores = hits[is_judged].astype(float)
            values[draw, column] = mean_over_styles(scores, targs, judged.n_styles, counts=counts)
    return values


def _cosines_with_prototypes(
    cosines: np.ndarray,  # (n, n) of all images with one another
    examples: np.ndarray,  # (n_styles, k) positions
) -> np.ndarray:
    """`(n, n_styles)` cosines of all images with the mean of every style's `examples (n_styles, k)`.

    `cosines (n, n)` are those of the images with one another.
    """
    among_examples = cosines[examples[:, :, None], examples[:, None]]  # (n_styles, k, k)
    lengths = np.sqrt(among_examples.sum(axis=(1, 2)).clip(min=0))
    return ratio(cosines[:, examples].sum(axis=2), lengths, default=0)


def _examples_of_styles(judged: JudgedImages, k: int, rng: np.random.Generator) -> np.ndarray | None:
    """`(n_styles, k)` positions of example images of every style, None where a style has too few."""
    examples = []
    for style in range(judged.n_styles):
        members = np.flatnonzero(judged.targs == style)
        examples.append(_examples(members, judged.groups, k, rng=rng))
    if any(positions is None for positions in examples):
        return None
    return np.array(examples)


def _examples(
    members: np.ndarray,  # positions of the style's images
    groups: np.ndarray,  # (n,) authors of all images
    k: int,
    *,
    rng: np.random.Generator,
) -> np.ndarray | None:
    """`k` of a style's images `members` at random, by as many authors as possible, but one author is left to be judged.

    None where that leaves fewer than `k` images.
    """
    authors, n_images = np.unique(groups[members], return_counts=True)
    if len(authors) <= k:
        dispensable = authors[len(members) - n_images >= k]
        if len(dispensable) == 0:
            return None
        members = members[groups[members] != rng.choice(dispensable)]
    order = rng.permutation(members)
    return order[alternate_groups(groups[order])[:k]]
