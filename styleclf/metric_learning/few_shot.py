"""New styles by a few examples: how often an image is nearest to the mean of examples of its own style."""

import numpy as np

from styleclf.data import alternate_groups
from styleclf.evaluation import AuthorBootstrap, mean_over_styles, ratio
from styleclf.metric_learning.judged_images import JudgedImages


def few_shot_values(
    images: JudgedImages,  # of withheld styles
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
    cosines = images.units @ images.units.T
    values = np.empty((n_draws, 2, 2))
    for draw in range(n_draws):
        examples = _examples_of_styles(images, k, rng)
        if examples is None:
            return None
        to_prototypes = _cosines_with_prototypes(cosines, examples)
        best = to_prototypes.argmax(axis=1)
        cosine_of_best = to_prototypes.max(axis=1)
        is_right = best == images.targs
        is_right_of_all = is_right & (cosine_of_best > nearest)
        example_authors = images.groups[examples]
        is_judged = ~np.isin(images.groups, example_authors)
        targs = images.targs[is_judged]
        groups = images.groups[is_judged]
        bootstrap = AuthorBootstrap(groups, targs, n_resamples=1, seed=rng)
        counts = bootstrap.counts_with_value
        for column, hits in enumerate((is_right, is_right_of_all)):
            scores = hits[is_judged].astype(float)
            accuracy = mean_over_styles(scores, targs, images.n_styles, counts=counts)
            values[draw, column] = accuracy
    return values


def _cosines_with_prototypes(
    cosines: np.ndarray,  # (n, n) of all images with one another
    examples: np.ndarray,  # (n_styles, k) positions
) -> np.ndarray:
    """`(n, n_styles)` cosines of all images with the mean of every style's `examples (n_styles, k)`.

    `cosines (n, n)` are those of the images with one another.
    """
    among_examples = cosines[examples[:, :, None], examples[:, None]]  # (n_styles, k, k)
    squares = among_examples.sum(axis=(1, 2))
    lengths = np.sqrt(squares.clip(min=0))
    with_examples = cosines[:, examples].sum(axis=2)
    return ratio(with_examples, lengths, default=0)


def _examples_of_styles(
    images: JudgedImages,
    k: int,  # examples per style
    rng: np.random.Generator,
) -> np.ndarray | None:
    """`(n_styles, k)` positions of example images of every style, None where a style has too few."""
    all_examples = []
    can_be_drawn = True
    for style in range(images.n_styles):
        members = np.flatnonzero(images.targs == style)
        examples = _examples(members, images.groups, k, rng=rng)
        can_be_drawn = can_be_drawn and examples is not None
        all_examples.append(examples)
    return np.array(all_examples) if can_be_drawn else None


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
    groups_of_members = groups[members]
    authors, n_images = np.unique(groups_of_members, return_counts=True)
    if len(authors) <= k:
        dispensable = authors[len(members) - n_images >= k]
        if len(dispensable) == 0:
            return None
        left_out = rng.choice(dispensable)
        members = members[groups_of_members != left_out]
    order = rng.permutation(members)
    alternating = alternate_groups(groups[order])
    return order[alternating[:k]]
