"""Map, thumbnails and Plotly in one HTML file that fetches nothing."""

import html
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.common import count_of, needs_package, write_text
from styleclf.data import Paintings
from styleclf.embeddings.atlas.data import atlas_data
from styleclf.embeddings.atlas.points import MapPoints
from styleclf.embeddings.atlas.sprite import Sprite, make_sprite
from styleclf.plots import theme

_COLOURS = ("INK", "MUTED", "FAINT", "GRID", "PALE", "RIGHT", "WRONG")  # of plots.theme, as the page's variables


@dataclass(frozen=True)
class PageText:
    """What stands on the page besides the map."""

    title: str = "Atlas"
    notes: Sequence[str] = ()  # sentences about the map: what it shows, and what it leaves out
    answer: str = ""  # how good the model is, in plain words


def hidden_sentence(n_hidden: int) -> str:
    """What a page says of the images of the validation set, which are not on it.

    >>> hidden_sentence(1)
    'The validation set stays closed: its 1 image is not on this page.'
    """
    if not n_hidden:
        return "The design has no validation set: all of its images are on this page."
    verb = "is" if n_hidden == 1 else "are"
    return f"The validation set stays closed: its {count_of(n_hidden, 'image')} {verb} not on this page."


def write_atlas(
    path: str | Path,
    paintings: Paintings,  # rows of predictions: filename, label, author, fold, pred, proba_<style>…
    design: pd.DataFrame,  # of the same images: title, and the columns to show and to filter by
    *,
    points: MapPoints,
    fold: str = "",  # the test fold, if there is one
    is_out_of_fold: bool = False,  # whether every image is judged by a model that never met its painter
    withheld: Sequence[str] = (),  # styles that the model was never trained on: they get another symbol
    text: PageText | None = None,
) -> Path:
    """Write the page; it appears whole. Returns its path.

    Raises what `atlas_data`, `make_sprite` and `plotly_script` raise.
    """
    data = atlas_data(
        paintings.rows,
        design,
        points,
        fold=fold,
        is_out_of_fold=is_out_of_fold,
        withheld=withheld,
    )
    sprite = make_sprite(paintings.paths())
    write_text(atlas_page(data, sprite, text), path)
    return Path(path)


def atlas_page(
    data: dict[str, Any],  # of `atlas_data`
    sprite: Sprite,
    text: PageText | None = None,
) -> str:
    """The HTML of the page. Nothing in the names of files can break it or run in it.

    `data` is what `atlas_data` returns. Raises what `plotly_script` raises, and ValueError for NaN in the data.
    """
    text = text or PageText()
    boxes = {"box": sprite.box, "columns": sprite.columns}
    notes = [f"<p>{html.escape(note)}</p>" for note in text.notes]
    parts = {
        "title": html.escape(text.title),
        "answer": html.escape(text.answer),
        "notes": "".join(notes),
        "colours": _colour_variables(),
        "sprite": sprite.url,
        "data": _inline_json(data | boxes),
        "plotly": plotly_script(),
        "script": _package_text("page.js"),
    }
    template = _package_text("page.html")
    return re.sub(r"\{\{(\w+)\}\}", lambda field: parts[field[1]], template)


def plotly_script() -> str:
    """Plotly's JavaScript. Raises ValueError if the package plotly is missing."""
    with needs_package("plotly", extra="atlas", purpose="an atlas"):
        from plotly.offline import get_plotlyjs
    return get_plotlyjs().replace("</script", "<\\/script")


def _colour_variables() -> str:
    """The colours of all figures as CSS variables."""
    variables = []
    for name in _COLOURS:
        colour = getattr(theme, name)
        variables.append(f"--{name.lower()}: {colour}; ")
    return "".join(variables)


def _inline_json(values: dict[str, Any]) -> str:
    """JSON that may stand inside a <script>: without `<` it cannot end it. Raises ValueError for NaN."""
    text = json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def _package_text(name: str) -> str:
    """The text of a file that comes with this package."""
    return (files(__package__) / name).read_text(encoding="utf-8")
