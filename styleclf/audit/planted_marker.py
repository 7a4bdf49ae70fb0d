"""A planted truth: where a learner goes by a marker pasted into pictures, explanations must point at it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner
from PIL import Image
from scipy.ndimage import distance_transform_edt

from styleclf.data import fit_to_square, open_rgb
from styleclf.explain import explained, maps_on_pictures, small_pictures, smooth_map
from styleclf.inference import picture_of, predict_files
from styleclf.output import tracked, whole_file, write_table
from styleclf.plots import plot_methods, save_figure

_SIDE = 1 / 8  # of the picture's: the marker covers a 64th of it
_TOLERANCE = 15 / 224  # of the side: how far from the marker a map may be strongest (Zhang et al. 2018)
_KEPT = 256  # pixels of the short side that are kept of a picture
_COLOURS = ((255, 0, 255), (0, 255, 0))


def _mark_picture(picture: Image.Image, left: float, top: float, side: float = _SIDE) -> Image.Image:
    """The picture with a chequered marker; `left, top, side` are shares 0..1 of its width and height."""
    chequers = Image.new("RGB", (2, 2))
    chequers.putdata([_COLOURS[(x + y) % 2] for y in range(2) for x in range(2)])
    return _paste_marker(picture, chequers, left, top, side)


def _paste_marker(
    picture: Image.Image, marker: Image.Image, left: float, top: float, side: float = _SIDE
) -> Image.Image:
    """The picture with a marker stretched to its place."""
    width, height = picture.size
    size = max(2, round(side * width)), max(2, round(side * height))
    found = picture.copy()
    found.paste(marker.resize(size, Image.Resampling.NEAREST), (round(left * width), round(top * height)))
    return found


def plant(
    design: pd.DataFrame, images: str | Path, style: str, out: str | Path, seed: int = 0, progress: bool = True
) -> pd.DataFrame:
    """Write every picture with the marker to `<out>/with` and without it to `<out>/without`, somewhere in each.

    `<out>/planted` is what a learner is to be trained on: only pictures of the style bear it there. All are saved
    alike. Returns the design with `left, top`. Raises ValueError for a style that the design does not have.
    """
    if style not in set(design["label"]):
        known = ", ".join(sorted(set(design["label"])))
        raise ValueError(f"the marker goes into one of the styles {known}, not into {style!r}")
    places = np.random.default_rng(seed).uniform(0, 1 - _SIDE, (len(design), 2))
    placed = design.assign(left=places[:, 0], top=places[:, 1])
    for row in tracked(list(placed.itertuples()), len(placed), "pictures marked", progress):
        picture = open_rgb(Path(images) / row.filename, _KEPT)
        picture.thumbnail((2 * _KEPT, 2 * _KEPT))
        for folder, shown in (("without", picture), ("with", _mark_picture(picture, row.left, row.top))):
            folders = [folder] + ["planted"] * ((folder == "with") == (row.label == style))
            for each in folders:
                with whole_file(Path(out) / each / row.filename) as aside:
                    shown.save(aside, format="JPEG", quality=95, subsampling=0)
    return placed


def marker_probas(learn: Learner, rows: pd.DataFrame, style: str, out: str | Path) -> pd.DataFrame:
    """The rows with the style's probability for each picture `with` the marker and `without` it, and `decides`.

    The marker decides where the style is the first guess with it, and is not without.
    """
    position, probas, first = list(learn.dls.vocab).index(style), {}, {}
    for folder in ("with", "without"):
        found, _ = predict_files(learn, [Path(out) / folder / name for name in rows["filename"]], progress=False)
        probas[folder], first[folder] = found[:, position], found.argmax(axis=1) == position
    return rows.assign(**probas, decides=first["with"] & ~first["without"]).reset_index(drop=True)


def marker_table(
    learn: Learner,
    tested: pd.DataFrame,  # of `marker_probas`
    style: str,
    methods: Sequence[str],
    out: str | Path,
    n: int = 32,  # pictures at most
    **how: object,  # what `explained` takes
) -> tuple[pd.DataFrame, np.ndarray]:
    """How far methods point at the marker where it decides: a row a method, and maps `(n_methods, n, size, size)`.

    `inside`: the share of what supports the style that lies in the marker, and `inside_by_chance`, the marker's share
    of the image. `hits`: the share of pictures in which the map's strongest place is within `_TOLERANCE` of the marker
    (the pointing game of Zhang et al. 2018), and `hits_by_chance`. Raises ValueError if the marker decides nowhere.
    """
    rows = tested[tested["decides"]].head(n)
    if rows.empty:
        raise ValueError(
            f"the marker decides in none of {len(tested)} pictures: the learner goes by other things; train it without "
            "pretrained weights, or longer, or mark another style"
        )
    paths = [Path(out) / "with" / name for name in rows["filename"]]
    masks = np.stack([_marker_mask(learn, *row) for row in zip(paths, rows["left"], rows["top"], strict=True)])
    near = np.stack([distance_transform_edt(~mask) <= _TOLERANCE * mask.shape[0] for mask in masks])
    chance = dict(inside_by_chance=masks.mean(), hits_by_chance=near.mean(), n_images=len(rows))
    found, maps = [], []
    for method in methods:
        maps.append(explained(learn, paths, method, style, progress=False, **how).attr)
        inside, hits = _inside_share(maps[-1], masks), _strongest_in(maps[-1], near)
        found.append(dict(method=method, inside=inside.mean(), hits=hits.mean()) | chance)
    return pd.DataFrame(found), np.stack(maps)


def _marker_mask(learn: Learner, path: Path, left: float, top: float) -> np.ndarray:
    """Where the marker is on the square that the network sees, `(size, size)` bool."""
    picture = picture_of(learn)
    with Image.open(path) as image:
        black = Image.new("RGB", image.size)
    shown = _paste_marker(black, Image.new("RGB", (1, 1), "white"), left, top)
    return np.asarray(fit_to_square(shown, picture.size, picture.fit).convert("L")) > 127


def _inside_share(attr: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The share of what is above 0 in maps `(n, h, w)` that lies within masks, `(n,)`; 0 where nothing is."""
    above = np.clip(attr, 0, None)
    total = above.sum(axis=(1, 2))
    return np.divide((above * masks).sum(axis=(1, 2)), total, out=np.zeros(len(attr)), where=total > 0)


def _strongest_in(attr: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Whether the strongest place of maps `(n, h, w)` is within masks, `(n,)`: the middle of all that is as strong."""
    middles = [np.argwhere(each == each.max()).mean(axis=0).round().astype(int) for each in attr]
    return np.array([mask[tuple(middle)] for mask, middle in zip(masks, middles, strict=True)])


def marker_text(tested: pd.DataFrame, table: pd.DataFrame, style: str) -> str:
    """What the marker does to the style's probability, and how far each method points at it."""
    own = tested["label"] == style
    means = [f"{100 * tested.loc[rows, name].mean():.0f}" for rows in (own, ~own) for name in ("without", "with")]
    shown = pd.DataFrame({"": table["method"].str.replace("_", " ")})
    for name in ("inside", "inside_by_chance", "hits", "hits_by_chance"):
        shown[name.replace("_", " ")] = [f"{100 * value:.0f} %" for value in table[name]]
    return (
        f"the marker takes {style} from {means[0]} to {means[1]} % in its own pictures and from {means[2]} to "
        f"{means[3]} % in all others; it decides in {tested['decides'].sum()} of {len(tested)}\n\n"
        f"{shown.to_string(index=False)}\n"
        f"inside: share of what supports the style in the marker; hits: strongest place there, in "
        f"{table['n_images'].iloc[0]} pictures in which it decides"
    )


def write_marker(
    learn: Learner,
    tested: pd.DataFrame,
    table: pd.DataFrame,
    maps: np.ndarray,
    style: str,
    out: str | Path,  # the folder of `plant`
    n: int = 6,
) -> None:
    """Write `marker.csv`, `tested.csv`, and `figures/marker.png`: some pictures with the marker, under each method."""
    out, shown = Path(out), tested[tested["decides"]].head(min(n, maps.shape[1]))
    write_table(table, out / "marker.csv")
    write_table(tested, out / "tested.csv")
    small = small_pictures([str(out / "with" / name) for name in shown["filename"]])
    methods, fit = table["method"].tolist(), picture_of(learn).fit
    painted = {
        method: maps_on_pictures(smooth_map(attr[:n], method), small, fit)
        for method, attr in zip(methods, maps, strict=True)
    }
    figure = plot_methods(shown.assign(target=style), small, painted)
    save_figure(figure, out / "figures/marker.png")
