"""Find labels to look at again: works, painters and sources that models which had not seen them take for another style.

python recipes/doctor.py --cv runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import Range, Remembered
from styleclf.settings import Logbook, run

Doubt = Annotated[float, Range(above=0, most=1)]


def main(
    cv: str = "runs/cross_validate",  # folder of a cross-validation, whose labels are examined
    images: Remembered = "data/sample",  # folder of style folders
    design: Remembered = "runs/design/design.csv",  # that the cross-validation was made with
    sources: str | None = None,  # table filename,source, where the design has no column source
    least: Doubt = 0.5,  # how likely a label must be wrong to be doubted
    out: str = "runs/doctor",  # folder for the page, the tables, and decisions.csv to decide in
):
    """Find labels to look at again, and write a table to decide in."""
    logbook = Logbook(out, locals(), design, alone="a check of labels")

    from styleclf.curation import examined_labels, write_examination

    examination = examined_labels(cv, design, sources=sources, least=least)
    text = write_examination(examination, images, design=design, out=out)
    logbook.close("doctor.html", "decisions.csv", text=text)


if __name__ == "__main__":
    run(main)
