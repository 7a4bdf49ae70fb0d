"""Map, thumbnails and Plotly in one HTML file that fetches nothing."""

import html
import json
import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.atlas.data import atlas_data
from styleclf.atlas.sprite import Sprite, make_sprite
from styleclf.output import whole_file
from styleclf.plots import theme as look

_COLOURS = ("INK", "MUTED", "FAINT", "GRID", "PALE", "RIGHT", "WRONG")


def write_atlas(
    path: str | Path,
    predictions: pd.DataFrame,  # filename, label, author, fold, pred, proba_<style>…
    titles: Sequence[str],  # (n,)
    positions: np.ndarray,  # (n_epochs, n, 2 or 3), NaN where unknown
    epochs: Sequence[str],  # (n_epochs,) their names, in order
    images: str | Path,  # folder that `filename` is relative to
    fold: str,  # the test fold
    title: str = "Atlas",
    notes: Sequence[str] = (),  # sentences below the map: what it shows, and what it leaves out
    progress: bool = True,
    marked: Sequence[str] = (),  # styles that were withheld from the training: another symbol
    sphere: bool = False,  # whether the points of a map in space lie on the unit sphere, which is then drawn
) -> Path:
    """Write the page; it appears whole. Returns its path.

    Raises what `atlas_data`, `make_sprite` and `plotly_script` raise.
    """
    data = atlas_data(predictions, titles, positions, epochs, fold, marked, sphere)
    sprite = make_sprite([Path(images) / name for name in predictions["filename"]], progress)
    page = atlas_page(data, sprite, title, notes)
    with whole_file(path) as aside:
        aside.write_text(page, encoding="utf-8", newline="\n")
    return Path(path)


def atlas_page(data: dict, sprite: Sprite, title: str = "Atlas", notes: Sequence[str] = ()) -> str:
    """The HTML of the page. Whatever stands in names of files can neither break it nor run in it."""
    parts = {
        "title": html.escape(title),
        "notes": "".join(f"<p>{html.escape(note)}</p>" for note in notes),
        "colours": "".join(f"--{name.lower()}: {getattr(look, name)}; " for name in _COLOURS),
        "sprite": sprite.url,
        "data": _inline_json(data | {"box": sprite.box, "columns": sprite.columns}),
        "plotly": plotly_script(),
        "script": _package_text("page.js"),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _package_text("page.html"))


def _inline_json(values: dict) -> str:
    """JSON that may stand inside a <script>: without `<` it cannot end it. Raises ValueError for NaN."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _package_text(name: str) -> str:
    """A file that comes with this package."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def plotly_script() -> str:
    """Plotly's JavaScript. Raises ValueError where the package plotly is missing."""
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise ValueError("an atlas needs the package plotly: pip install styleclf[atlas]") from error
    return get_plotlyjs().replace("</script", "<\\/script")
