"""The atlas for other programs: PixPlot, VIKUS Viewer, Collection Space Navigator, embedding-atlas, FiftyOne."""

from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

import pandas as pd

from styleclf.common import check_one_of
from styleclf.embeddings.atlas.csn import write_csn
from styleclf.embeddings.atlas.parquet import write_parquet
from styleclf.embeddings.atlas.pixplot import write_pixplot
from styleclf.embeddings.atlas.vikus import write_vikus

Program = Literal["pixplot", "vikus", "csn", "parquet"]
PROGRAMS = get_args(Program)
_WRITERS: dict[str, Callable[..., str]] = {
    "pixplot": write_pixplot,
    "vikus": write_vikus,
    "csn": write_csn,
    "parquet": write_parquet,
}


def write_export(
    program: Program,
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    *,
    out: Path,
    progress: bool = True,
) -> str:
    """Write all images as another program wants them; returns how to see them there.

    Raises ValueError for an unknown program, and what its writer raises.
    """
    check_one_of(program, PROGRAMS, "atlas.py --to")
    return _WRITERS[program](records, folder, out, progress=progress)
