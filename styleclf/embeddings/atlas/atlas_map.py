"""A map of images with all that an atlas says of them, and where it goes: onto a page, or to another program."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from styleclf.common import check_one_of, check_page, count_of, say
from styleclf.data import Paintings
from styleclf.embeddings.atlas.exports import PROGRAMS, Program, write_export
from styleclf.embeddings.atlas.page import PageText, plotly_script, write_atlas
from styleclf.embeddings.atlas.points import MapPoints
from styleclf.embeddings.atlas.records import image_records


@dataclass(frozen=True)
class AtlasMap:
    """Images, what a model makes of them, and where they are on a map."""

    paintings: Paintings  # with the columns of their collection that are shown
    predictions: pd.DataFrame  # in the order of the paintings
    points: MapPoints
    text: PageText
    fold: str = ""  # the test fold, if there is one
    is_out_of_fold: bool = False  # whether every image is judged by a model that never met its painter

    def write_page(self, path: str | Path) -> Path:
        """Write the page of the atlas and say how large it is. Returns its path. Raises what `write_atlas` raises."""
        page = write_atlas(
            path,
            self.paintings.with_rows(self.predictions),
            self.paintings.rows,
            points=self.points,
            fold=self.fold,
            is_out_of_fold=self.is_out_of_fold,
            text=self.text,
        )
        megabytes = page.stat().st_size / 1e6
        n_images = count_of(len(self.paintings), "image")
        n_epochs = len(self.points.epochs)
        at_epochs = f" at {n_epochs} epochs" if n_epochs > 1 else ""
        say(f"{n_images}{at_epochs}, {megabytes:.1f} MB")
        return page

    def export(self, program: Program, out: str | Path) -> Path:
        """Write all images with their places as another program wants them, and say how to see them there.

        Returns the folder. Raises ValueError for an unknown program.
        """
        check_one_of(program, PROGRAMS, "atlas.py --to")
        out = Path(out)
        last_positions = self.points.positions[-1]
        records = image_records(self.paintings.rows, self.predictions, last_positions)
        advice = write_export(program, records, self.paintings.folder, out=out)
        say(f"{count_of(len(records), 'image')} in {out}; {advice}")
        return out


def check_can_be_written(
    dims: int,
    program: str | None = None,  # None: the page
    *,
    out: str | Path = "atlas.html",
) -> None:
    """Raise ValueError, before the work, for a map that nothing can show, and for a page if plotly is missing.

    A page is an .html, so that a slip of the pen replaces no file of another kind.
    """
    check_one_of(dims, (2, 3), "atlas.py --dims")
    if program is None:
        check_page(out)
        plotly_script()
        return
    check_one_of(program, PROGRAMS, "atlas.py --to")
    if dims != 2:
        raise ValueError(f"atlas.py --to {program} needs a map in 2 dimensions, not {dims}: leave out dims")
