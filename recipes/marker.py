"""A control with a planted truth: paste a marker into one style's pictures, train, and see what points at it.

python recipes/marker.py --images data/sample --design runs/design/design.csv --weights none --epochs 12 --size 96

With pretrained weights styles are recognised so well that the marker is of little use; a network from scratch uses it.
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from fastcore.meta import delegates

from styleclf.common import Count, Names, Remembered
from styleclf.settings import Logbook, run
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: Remembered = "data/sample",  # folder of style folders, such as the practice set
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    style: str | None = None,  # the one whose pictures bear the marker; default: the first
    method: Names = Names("all"),  # of explanation: one, or several by commas
    n: Count = 32,  # pictures that are explained at most
    out: str = "runs/marker",  # folder for tables, figure, and three copies of all pictures
    **kwargs,
):
    """Train on marked pictures; tell whether explanations and audit find the marker."""
    logbook = Logbook(out, locals(), design, alone="a planted marker")

    from styleclf.audit import plant, write_marker_test
    from styleclf.data import read_paintings
    from styleclf.explain import methods_of
    from styleclf.training import export_learner

    methods = methods_of(method)
    paintings = read_paintings(design, images)
    style = style or min(paintings.rows["label"])
    rows = plant(paintings, style, out, fold=fold, seed=kwargs["seed"])
    learn = fitted_learner(rows, logbook.out / "planted", fold, **kwargs)
    text = write_marker_test(learn, rows, style, fold=fold, methods=methods, out=out, n=n, seed=kwargs["seed"])
    export_learner(learn, logbook.out / "model.pkl")
    logbook.close("marker.csv", "figures/marker.png", text=text)


if __name__ == "__main__":
    run(main)
