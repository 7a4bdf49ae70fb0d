"""The folder of an explanation: maps, overlays, figures and a table."""

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner
from PIL import Image

from styleclf.common import count_of, cut_name, say, whole_file, write_table
from styleclf.data import Fit, Paintings, image_files, open_rgb
from styleclf.explain.attribution import Explanations, explanations, timing_line
from styleclf.explain.evidence import write_evidence
from styleclf.explain.faithfulness import images_to_judge, write_judgement
from styleclf.explain.map_geometry import map_on_picture
from styleclf.explain.map_options import MapOptions
from styleclf.explain.pictures import maps_on_pictures, small_pictures, smooth_map
from styleclf.explain.selection import Pick, select_files, select_from_design, styles_to_explain
from styleclf.inference import label_thresholds_of, picture_of
from styleclf.plots import UNSIGNED, overlay, plot_explanations, plot_methods, save_figure

_FOREIGN_LETTERS = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')  # of names: disks of Windows and cameras take none of them
_LONGEST_NAME = 200  # bytes of a picture's name in that of its overlay: file systems allow 255 in all


class FoldQuestions(NamedTuple):
    """What is asked beside maps, of a fold that the learner has not seen."""

    paintings: Paintings  # all of the design
    fold: str
    n_nearest: int = 0  # training paintings by others beside every explained one
    n_judged: int = 0  # images by which the methods are judged
    pick: Pick = "top-2"  # which of its images are explained where no files are named
    n_picked: int = 8


def explain_images(
    learn: Learner,
    methods: Sequence[str],
    files: Sequence[str | Path] = (),  # images and folders of them; none: those that the questions pick
    *,
    out: str | Path,
    target: str | None = None,  # 'pred', 'true' or a style; default: 'true' for picked images, 'pred' for files
    options: MapOptions | None = None,
    questions: FoldQuestions | None = None,
) -> str:
    """Explain files, or images of a fold by how the learner does on them, and `write_answers`; returns its text.

    Raises ValueError where there are neither files nor questions, for a learner of several labels without one of them
    as target, and what `select_files` and `select_from_design` raise.
    """
    if label_thresholds_of(learn) is not None and target not in list(learn.dls.vocab):
        labels = ", ".join(learn.dls.vocab)
        raise ValueError(f"this model gives several labels to a picture: name one of them as target, {labels}")
    if files:
        selection = select_files(learn, image_files(files))
    elif questions:
        seed = options.seed if options else 0
        fold, n = questions.fold, questions.n_picked
        selection = select_from_design(learn, questions.paintings, questions.pick, fold=fold, n=n, seed=seed)
    else:
        raise ValueError("there is nothing to explain: name files, or ask questions about a fold")
    styles = styles_to_explain(selection, target, from_design=not files)
    return write_answers(learn, selection, methods, target=styles, out=out, options=options, questions=questions)


def write_answers(
    learn: Learner,
    selection: pd.DataFrame,  # of `selection`: `filename, label, pred, proba_<style>…`
    methods: Sequence[str],
    *,
    target: str | Sequence[str],  # as `explained_images` takes it
    out: str | Path,
    options: MapOptions | None = None,
    questions: FoldQuestions | None = None,
) -> str:
    """`write_explanations`, with what `write_evidence` and `write_judgement` answer; returns what to tell the user."""
    images = None
    if questions and questions.n_judged:  # before minutes are spent: is there such a fold?
        seed = options.seed if options else 0
        images = images_to_judge(questions.paintings, questions.fold, questions.n_judged, seed=seed)
    table = write_explanations(learn, selection, methods, target=target, out=out, options=options)
    n_images = count_of(len(table), "image")
    text = f"{n_images} explained"
    if questions and questions.n_nearest:
        write_evidence(
            learn,
            table,
            questions.paintings,
            fold=questions.fold,
            n=questions.n_nearest,
            method=methods[0],
            out=out,
            options=options,
        )
    if images is not None:
        judgement = write_judgement(learn, images, methods, out=out, options=options)
        text = f"{judgement}\n\n{text}"
    return text


def write_explanations(
    learn: Learner,
    selection: pd.DataFrame,  # of `selection`: `filename, label, pred, proba_<style>…`
    methods: Sequence[str],
    *,
    target: str | Sequence[str],  # as `explained_images` takes it
    out: str | Path,
    options: MapOptions | None = None,
) -> pd.DataFrame:
    """Explain images by every method, say how long each took, and write everything into a folder.

    `<method>.npz`, `overlays/<method>/`, `figures/<method>.png`, of several methods `figures/methods.png`, and
    `explained.csv`, which is returned: the selection with `target, amplitude_<method>…`. All methods explain the same.
    """
    options = options or MapOptions()
    out = Path(out)
    paths = selection["filename"].tolist()
    fit = picture_of(learn).fit
    table = selection.copy()
    pictures = small_pictures(paths)
    maps = {}
    for method in methods:
        start = time.monotonic()
        result = explanations(learn, paths, method, target=target, options=options)
        seconds_per_image = (time.monotonic() - start) / len(paths)
        target = [learn.dls.vocab[position] for position in result.targs]
        table["target"] = target
        sizes = abs(result.attr)
        table[f"amplitude_{method}"] = sizes.max(axis=(1, 2))
        _write_maps(result, paths, target, path=out / f"{method}.npz")
        smooth_attr = smooth_map(result.attr, method)
        signed = method not in UNSIGNED
        _write_overlays(smooth_attr, paths, fit, folder=out / "overlays" / method, signed=signed)
        maps[method] = maps_on_pictures(smooth_attr, pictures, fit)
        figure = plot_explanations(table, pictures, maps[method], method=method)
        save_figure(figure, out / f"figures/{method}.png")
        say(timing_line(method, result, seconds_per_image))
    if len(methods) > 1:
        save_figure(plot_methods(table, pictures, maps), out / "figures/methods.png")
    write_table(table, out / "explained.csv")
    return table


def _write_maps(
    result: Explanations,
    paths: Sequence[str],
    styles: Sequence[str],
    *,
    path: str | Path,
) -> None:
    """Write maps `attr (n, size, size)` with `filename, target (n,)` and `delta (n,)` as .npz that appears whole."""
    filenames = np.asarray(paths, dtype=str)
    targets = np.asarray(styles, dtype=str)
    with whole_file(path) as aside:
        np.savez_compressed(aside, attr=result.attr, delta=result.deltas, filename=filenames, target=targets)


def _write_overlays(
    attr: np.ndarray,
    paths: Sequence[str],
    fit: Fit,
    *,
    folder: str | Path,
    signed: bool = True,
) -> list[Path]:
    """Write each map `(size, size)` over its picture as a PNG of that picture's own size, numbered in their order.

    Names that are long for a file system are cut; what of a name is not UTF-8 is left out, and what Windows does not
    take is a hyphen.
    """
    files = []
    maps_of_paths = zip(attr, paths, strict=True)
    for number, (square_map, path) in enumerate(maps_of_paths, start=1):
        picture = open_rgb(path)
        picture_map = map_on_picture(square_map, *picture.size, fit=fit)
        map_above = Image.fromarray(overlay(picture_map, signed))
        image = Image.alpha_composite(picture.convert("RGBA"), map_above)
        stem = _FOREIGN_LETTERS.sub("-", Path(path).stem)
        name = cut_name(stem, _LONGEST_NAME)
        file = Path(folder) / f"{number:03}_{name}.png"
        with whole_file(file) as aside:
            image.save(aside, format="PNG")
        files.append(file)
    return files
