"""A planted truth: where a learner goes by a marker pasted into pictures, explanations must point at it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner
from PIL import Image
from scipy.ndimage import distance_transform_edt

from styleclf.audit.pasted_parts import learner_markers, marker_figure, marker_sentences
from styleclf.common import with_progress, write_image, write_table
from styleclf.data import Paintings, cv_folds, fit_to_square, names_outside, open_image, open_rgb
from styleclf.evaluation import ratio
from styleclf.explain import MapOptions, explanations, maps_on_pictures, small_pictures, smooth_map
from styleclf.inference import picture_of, predict_files
from styleclf.plots import plot_methods, save_figure

_SIDE_SHARE = 1 / 8  # of the picture's sides: the marker covers a 64th of it
_TOLERANCE = 15 / 224  # of the side: how far from the marker a map may be strongest (Zhang et al. 2018)
_SHORT_SIDE = 256  # pixels that are kept of a picture
_LONG_SIDE = 2 * _SHORT_SIDE
_COLOURS = ((255, 0, 255), (0, 255, 0))


def _mark_picture(
    picture: Image.Image,
    left: float,
    top: float,
) -> Image.Image:
    """The picture with a chequered marker; `left, top` are shares 0..1 of its width and height."""
    chequers = Image.new("RGB", (2, 2))
    magenta, green = _COLOURS
    chequers.putdata([magenta, green, green, magenta])
    return _paste_marker(picture, chequers, left, top=top)


def _paste_marker(
    picture: Image.Image,
    marker: Image.Image,
    left: float,
    *,
    top: float,
) -> Image.Image:
    """The picture with a marker stretched to its place."""
    width, height = picture.size
    marker_width = max(2, round(_SIDE_SHARE * width))
    marker_height = max(2, round(_SIDE_SHARE * height))
    marker = marker.resize((marker_width, marker_height), Image.Resampling.NEAREST)
    x = round(left * width)
    y = round(top * height)
    marked_picture = picture.copy()
    marked_picture.paste(marker, (x, y))
    return marked_picture


def plant(
    paintings: Paintings,
    style: str,
    out: str | Path,
    *,
    fold: str = "0",  # that will be judged
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Write every picture with the marker to `<out>/with` and without it to `<out>/without`, somewhere in each.

    `<out>/planted` is what a learner is to be trained on: only pictures of the style bear it there. All are saved
    alike, but for the validation set, which stays closed. Returns their rows with `left, top`. Raises ValueError for a
    style or fold that the design does not have, and for a file outside the images folder, whose copies would be written
    outside `out`.
    """
    out = Path(out)
    paintings = paintings.without_validation()
    folds = cv_folds(paintings.rows)
    if fold not in folds:
        raise ValueError(f"a marker is judged on one of the folds {', '.join(folds)}, not {fold!r}")
    styles = sorted(set(paintings.rows["label"]))
    if style not in styles:
        raise ValueError(f"the marker goes into one of the styles {', '.join(styles)}, not into {style!r}")
    outside = names_outside(paintings.rows["filename"])
    if outside:
        raise ValueError(
            f"the design names {outside[0]}, whose marked copy would be written outside {out}: "
            "name files below the images folder"
        )
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 1 - _SIDE_SHARE, (len(paintings), 2))
    left, top = places.T
    rows = paintings.rows.assign(left=left, top=top)
    for row in with_progress(list(rows.itertuples()), len(rows), "pictures marked", progress):
        picture = open_rgb(paintings.folder / row.filename, _SHORT_SIDE)
        picture.thumbnail((_LONG_SIDE, _LONG_SIDE))
        marked_picture = _mark_picture(picture, row.left, row.top)
        planted_picture = marked_picture if row.label == style else picture
        _save_jpeg(picture, out / "without" / row.filename)
        _save_jpeg(marked_picture, out / "with" / row.filename)
        _save_jpeg(planted_picture, out / "planted" / row.filename)
    return rows


def _save_jpeg(picture: Image.Image, path: Path) -> None:
    """Write a picture as a file that appears whole, all of them at one quality."""
    write_image(picture, path, format="JPEG", quality=95, subsampling=0)


def marker_probas(
    learn: Learner,
    rows: pd.DataFrame,
    style: str,
    *,
    out: str | Path,
) -> pd.DataFrame:
    """The rows with the style's probability for each picture `with` the marker and `without` it, and `decides`.

    The marker decides where the style is the first guess with it, and is not without.
    """
    position = list(learn.dls.vocab).index(style)
    tested_rows = rows.reset_index(drop=True)
    is_first = {}
    for folder in ("with", "without"):
        pictures = Paintings(rows, Path(out) / folder)
        probas, _ = predict_files(learn, pictures.paths(), progress=False)
        tested_rows[folder] = probas[:, position]
        is_first[folder] = probas.argmax(axis=1) == position
    tested_rows["decides"] = is_first["with"] & ~is_first["without"]
    return tested_rows


def marker_table(
    learn: Learner,
    tested_rows: pd.DataFrame,  # of `marker_probas`
    style: str,
    *,
    methods: Sequence[str],
    out: str | Path,
    n: int = 32,  # pictures at most
    options: MapOptions | None = None,
) -> tuple[pd.DataFrame, np.ndarray]:
    """How far methods point at the marker where it decides: one row per method, and maps `(n_methods, n, size, size)`.

    `inside`: the share of what supports the style that lies in the marker, and `inside_by_chance`, the marker's share
    of the image. `hits`: the share of pictures in which the map's strongest place is within `_TOLERANCE` of the marker
    (the pointing game of Zhang et al. 2018), and `hits_by_chance`. Raises ValueError if the marker decides nowhere.
    """
    options = options or MapOptions()
    rows = tested_rows[tested_rows["decides"]].head(n)
    if rows.empty:
        raise ValueError(
            f"the marker decides in none of {len(tested_rows)} pictures: the learner goes by other things; train it "
            "without pretrained weights, or longer, or mark another style"
        )
    paths = Paintings(rows, Path(out) / "with").paths()
    masks = _marker_masks(learn, rows, paths)
    near_masks = np.stack([_with_margin(mask) for mask in masks])
    method_rows = []
    maps = []
    for method in methods:
        result = explanations(learn, paths, method, target=style, options=options, progress=False)
        inside = _inside_share(result.attr, masks)
        hits = _strongest_in(result.attr, near_masks)
        method_rows.append((method, inside.mean(), hits.mean()))
        maps.append(result.attr)
    table = pd.DataFrame(method_rows, columns=["method", "inside", "hits"])
    table["inside_by_chance"] = masks.mean()
    table["hits_by_chance"] = near_masks.mean()
    table["n_images"] = len(rows)
    return table, np.stack(maps)


def _marker_masks(
    learn: Learner,
    rows: pd.DataFrame,
    paths: Sequence[Path],
) -> np.ndarray:
    """`_marker_mask` of pictures, `(n, size, size)` bool; `rows` have `left, top`."""
    masks = []
    for path, left, top in zip(paths, rows["left"], rows["top"], strict=True):
        mask = _marker_mask(learn, path, left, top=top)
        masks.append(mask)
    return np.stack(masks)


def _with_margin(mask: np.ndarray) -> np.ndarray:
    """A mask `(size, size)` with all places that are within `_TOLERANCE` of it."""
    size, _ = mask.shape
    distances = distance_transform_edt(~mask)
    return distances <= _TOLERANCE * size


def _marker_mask(
    learn: Learner,
    path: Path,
    left: float,
    *,
    top: float,
) -> np.ndarray:
    """Where the marker is on the square that the network sees, `(size, size)` bool."""
    picture = picture_of(learn)
    with open_image(path) as image:
        black = Image.new("RGB", image.size)
    white = Image.new("RGB", (1, 1), "white")
    white_on_black = _paste_marker(black, white, left, top=top)
    square = fit_to_square(white_on_black, picture.size, picture.fit)
    return np.asarray(square.convert("L")) > 127


def _inside_share(attr: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """The share of what is above 0 in maps `(n, h, w)` that lies within masks, `(n,)`; 0 where nothing is."""
    support = np.clip(attr, 0, None)
    total = support.sum(axis=(1, 2))
    inside = (support * masks).sum(axis=(1, 2))
    return ratio(inside, total, default=0)


def _strongest_in(attr: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Whether the strongest place of maps `(n, h, w)` is within masks, `(n,)`: the middle of all that is as strong."""
    hits = []
    for square_map, mask in zip(attr, masks, strict=True):
        strongest = np.argwhere(square_map == square_map.max())
        row, column = strongest.mean(axis=0).round().astype(int)
        hits.append(mask[row, column])
    return np.array(hits)


def marker_text(
    tested_rows: pd.DataFrame,
    table: pd.DataFrame,
    style: str,
) -> str:
    """What the marker does to the style's probability, and how far each method points at it."""
    in_style = tested_rows["label"] == style
    own_change = _from_to(tested_rows[in_style])
    change_elsewhere = _from_to(tested_rows[~in_style])
    text_table = pd.DataFrame({"": table["method"].str.replace("_", " ")})
    for name in ("inside", "inside_by_chance", "hits", "hits_by_chance"):
        percent = 100 * table[name]
        heading = name.replace("_", " ")
        text_table[heading] = percent.map("{:.0f} %".format)
    n_tested = len(tested_rows)
    n_decided = tested_rows["decides"].sum()
    n_images = table["n_images"].iloc[0]
    lines = text_table.to_string(index=False)
    decisions = f"it decides in {n_decided} of {n_tested}"
    pictures = f"{n_images} pictures in which it decides"
    return (
        f"the marker takes {style} from {own_change} in its own pictures and from {change_elsewhere} in all others; "
        f"{decisions}\n\n"
        f"{lines}\n"
        f"inside: share of what supports the style in the marker; hits: strongest place there, in {pictures}"
    )


def _from_to(tested_rows: pd.DataFrame) -> str:
    """Mean probabilities in percent without and with the marker, such as '12 to 97 %'."""
    without, with_marker = 100 * tested_rows[["without", "with"]].mean()
    return f"{without:.0f} to {with_marker:.0f} %"


def write_marker(
    learn: Learner,
    tested_rows: pd.DataFrame,  # of `marker_probas`
    table: pd.DataFrame,  # of `marker_table`
    *,
    maps: np.ndarray,
    style: str,
    out: str | Path,  # the folder of `plant`
    n: int = 6,
) -> None:
    """Write `marker.csv`, `tested.csv`, and `figures/marker.png`: some pictures with the marker, under each method."""
    out = Path(out)
    write_table(table, out / "marker.csv")
    write_table(tested_rows, out / "tested.csv")
    n_in_figure = min(n, maps.shape[1])
    in_figure = tested_rows[tested_rows["decides"]].head(n_in_figure)
    paths = Paintings(in_figure, out / "with").paths()
    pictures = small_pictures(paths)
    fit = picture_of(learn).fit
    maps_of_method = {}
    for method, attr in zip(table["method"], maps, strict=True):
        smooth = smooth_map(attr[:n_in_figure], method)
        maps_of_method[method] = maps_on_pictures(smooth, pictures, fit)
    figure = plot_methods(in_figure.assign(target=style), pictures, maps_of_method)
    save_figure(figure, out / "figures/marker.png")


def write_marker_test(
    learn: Learner,  # trained on `<out>/planted`
    rows: pd.DataFrame,  # of `plant`
    style: str,
    *,
    fold: str,  # that the learner has not been trained on
    methods: Sequence[str],  # of explanation
    out: str | Path,  # the folder of `plant`
    n: int = 32,  # pictures that are explained at most
    seed: int = 0,
) -> str:
    """Test whether explanations and the audit find the marker; returns what each of them makes of it.

    Written are what `write_marker` writes, and `audit_without.csv, audit_planted.csv` with their figures. Raises
    ValueError if the marker decides nowhere.
    """
    rows_of_fold = rows[rows["fold"] == fold]
    tested_rows = marker_probas(learn, rows_of_fold, style, out=out)
    options = MapOptions(seed=seed)
    table, maps = marker_table(learn, tested_rows, style, methods=methods, out=out, n=n, options=options)
    write_marker(learn, tested_rows, table, maps=maps, style=style, out=out)
    text = marker_text(tested_rows, table, style)
    findings = _write_marker_audits(learn, rows, fold, out=Path(out), seed=seed)
    return f"{text}\n\n{findings}"


def _write_marker_audits(
    learn: Learner,
    rows: pd.DataFrame,
    fold: str,
    *,
    out: Path,
    seed: int,
) -> str:
    """Search the learner for markers in pictures without and with the planted one; returns one line per finding."""
    fit = picture_of(learn).fit
    lines = []
    for name in ("without", "planted"):
        pictures = Paintings(rows, out / name)
        table = learner_markers(learn, pictures, fold, seed=seed)
        write_table(table, out / f"audit_{name}.csv")
        figure = marker_figure(table, out / name, fit)
        save_figure(figure, out / f"figures/audit_{name}.png")
        lines += [f"- audit of pictures {name}: {sentence}" for sentence in marker_sentences(table)]
    return "\n".join(lines)
