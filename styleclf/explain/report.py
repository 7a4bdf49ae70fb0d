"""What an explanation leaves in its folder, and what its figures are drawn from."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from fastai.learner import Learner
from PIL import Image

from styleclf.data import Fit, open_rgb
from styleclf.explain.attribution import Explained, explained, timing_line
from styleclf.explain.map_geometry import map_on_picture
from styleclf.explain.pictures import maps_on_pictures, small_pictures, smooth_map
from styleclf.inference import picture_of
from styleclf.output import whole_file, write_table
from styleclf.plots import UNSIGNED, overlay, plot_explanations, plot_methods, save_figure


def write_explanations(
    learn: Learner,
    table: pd.DataFrame,  # of `picks`: `filename, label, pred, proba_<style>…`
    methods: Sequence[str],
    target: str | Sequence[str],  # as `explained` takes it
    out: str | Path,
    **how: object,  # what else `explained` takes
) -> pd.DataFrame:
    """Explain images by every method, print what each took, and write everything into a folder.

    `<method>.npz`, `overlays/<method>/`, `figures/<method>.png`, of several methods `figures/methods.png`, and
    `explained.csv`, which is returned: the table with `target, amplitude_<method>…`. All methods explain the same.
    """
    out, paths, fit = Path(out), table["filename"].tolist(), picture_of(learn).fit
    table, pictures, maps = table.copy(), small_pictures(paths), {}
    for method in methods:
        start = time.monotonic()
        found = explained(learn, paths, method, target, **how)
        seconds = (time.monotonic() - start) / len(paths)
        table["target"] = target = [learn.dls.vocab[i] for i in found.targs]
        table[f"amplitude_{method}"] = abs(found.attr).max(axis=(1, 2))
        _write_maps(found, paths, target, out / f"{method}.npz")
        shown = smooth_map(found.attr, method)
        _write_overlays(shown, paths, fit, out / "overlays" / method, signed=method not in UNSIGNED)
        maps[method] = maps_on_pictures(shown, pictures, fit)
        save_figure(plot_explanations(table, pictures, maps[method], method), out / f"figures/{method}.png")
        print(timing_line(method, found, seconds), flush=True)
    if len(methods) > 1:
        save_figure(plot_methods(table, pictures, maps), out / "figures/methods.png")
    write_table(table, out / "explained.csv")
    return table


def _write_maps(found: Explained, paths: Sequence[str], styles: Sequence[str], path: str | Path) -> None:
    """Write maps `attr (n, size, size)` with `filename, target (n,)` and `delta (n,)` as .npz that appears whole."""
    names = dict(filename=np.asarray(paths, dtype=str), target=np.asarray(styles, dtype=str))
    with whole_file(path) as aside:
        np.savez_compressed(aside, attr=found.attr, delta=found.deltas, **names)


def _write_overlays(
    attr: np.ndarray, paths: Sequence[str], fit: Fit, folder: str | Path, signed: bool = True
) -> list[Path]:
    """Write each map `(size, size)` as a transparent PNG of its picture's own size, numbered in their order."""
    written = []
    for i, (each, path) in enumerate(zip(attr, paths, strict=True), start=1):
        image = Image.fromarray(overlay(map_on_picture(each, *open_rgb(path).size, fit), signed))
        written.append(Path(folder) / f"{i:03}_{Path(path).stem}.png")
        with whole_file(written[-1]) as aside:
            image.save(aside, format="PNG")
    return written
