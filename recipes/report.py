"""Write the report of a finished run: one HTML page that opens offline, can be mailed and printed.

python recipes/report.py runs/cross_validate
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import RememberedBy, UsedWithOne
from styleclf.settings import run, say_next

OfOneRun = Annotated[str | None, RememberedBy(("runs",)), UsedWithOne("runs")]


def main(
    *runs: str,  # folder of a finished run; several trainings, cross-validations or validations are compared
    images: OfOneRun = None,  # folder of the pictures, if it is not where it was
    out: str | None = None,  # the page; default: report.html in the run, or comparison.html in the first of several
):
    """Write a report of a run, or of several side by side."""
    from styleclf.report import write_report

    page = write_report(runs, out, images=images)
    print(f"open {page}")
    say_next(page.parent, runs=runs)


if __name__ == "__main__":
    run(main)
