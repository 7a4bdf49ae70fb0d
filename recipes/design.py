"""Catalogue a folder of paintings and deal its authors to folds and a hard validation set.

python recipes/design.py --images data/sample --out runs/design
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import Count, CountFromTwo, Names, RememberedBy, Seed, Share, UsedWith, UsedWithAny, UsedWithout
from styleclf.settings import Logbook, run

Decider = Annotated[str, UsedWithAny(("decisions", "undo"))]
OfDecisions = Annotated[str, RememberedBy(("decisions", "undo"))]


def main(
    images: OfDecisions = "data/sample",  # folder of style folders: <style>/<author>_<title>.jpg
    csv: str | None = None,  # table of file names with styles, authors or both, where the folders do not tell
    columns: Annotated[str | None, UsedWith("csv")] = None,  # such as label=Movement,label_id=AAT,author=Artist
    out: str = "runs/design",  # folder for annotation.csv, design.csv and the figure
    layout: str = "auto",  # levels of folders: style, style/author, part/style, author/style, or auto: what they show
    authorless: Names = Names(),  # styles whose files have no author, whatever their names say, such as photo,cartoon
    attribution: str | None = None,  # table of words such as "workshop of": attribution.csv of an earlier run, changed
    merge: str | None = None,  # table of spellings to merge: merges.csv of an earlier run, looked through
    min_images: Count = 2,  # a style with fewer readable images is left out
    n_folds: Annotated[CountFromTwo, UsedWithout("leave_out")] = 4,  # folds for cross-validation
    group: Names = Names("author"),  # columns of which no value stands in two folds, such as author,source
    leave_out: str | None = None,  # column, such as source, each of whose values is one fold, in place of n_folds folds
    val_share: Share = 0.05,  # share of each style's images in the validation set
    seed: Seed = 0,  # of the draws that decide between equals
    decisions: str | None = None,  # table of recipes/doctor.py, filled in, for a new design with the same folds
    design: OfDecisions = "runs/design/design.csv",  # that these decisions are about
    undo: str | None = None,  # in place of decisions, design.csv whose last round of them is taken back
    who: Decider = "",  # decided, for label_history.csv; default: the user of this computer
):
    """Catalogue images and deal their authors to folds."""
    logbook = Logbook(out, locals(), f"{out}/design.csv", alone="a design")

    from styleclf.data import make_catalogue, make_design, mapped_table, revised_design, write_catalogue
    from styleclf.runs import write_design_run

    facts = {}
    if decisions or undo:
        logbook.parent = undo or design
        rows = revised_design(logbook.parent, decisions, out=out, who=who)
    else:
        table = mapped_table(csv, columns)
        names = {"layout": layout, "attribution": attribution, "merge": merge}
        catalogue = make_catalogue(images, table, authorless, min_images=min_images, **names)
        write_catalogue(catalogue, out)
        folds = {"group": group, "leave_out": leave_out, "seed": seed}
        rows = make_design(catalogue.annotation, n_folds, val_share, authorless=authorless, **folds)
        facts["n_rejected"] = len(catalogue.rejections)
    text = write_design_run(rows, out, seed=seed)
    logbook.close("design.csv", "figures/design.png", text=text, n_images=len(rows), **facts)


if __name__ == "__main__":
    run(main)
