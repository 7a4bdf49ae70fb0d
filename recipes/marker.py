"""A control with a planted truth: paste a marker into one style's pictures, train, and see what points at it.

python recipes/marker.py --images data/sample --design runs/design/design.csv --weights none --epochs 12 --size 96

From pretrained weights styles are told so well that the marker is of little use; a network from scratch goes by it.
"""

from fastcore.meta import delegates

from styleclf.settings import run, save_settings
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: str = "data/sample",  # folder of style folders, such as the practice set
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    style: str | None = None,  # the one whose pictures bear the marker; default: the first
    method: str = "all",  # of explanation: one, or several by commas
    n: int = 32,  # pictures that are explained at most
    out: str = "runs/marker",  # folder for tables, figure, and three copies of all pictures
    **kwargs,
):
    """Train on marked pictures; tell whether explanations and audit find the marker."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.audit import (
        learner_markers,
        marker_figure,
        marker_probas,
        marker_sentences,
        marker_table,
        marker_text,
        plant,
        write_marker,
    )
    from styleclf.data import read_design
    from styleclf.explain import methods_of
    from styleclf.output import spoken_seconds, write_table
    from styleclf.plots import save_figure
    from styleclf.training import export_learner

    start, out, methods, table = time.monotonic(), Path(out), methods_of(method), read_design(design)
    style = style or min(table["label"])
    placed = plant(table, images, style, out, kwargs["seed"])
    learn = fitted_learner(table, out / "planted", fold, **kwargs)
    tested = marker_probas(learn, placed[placed["fold"] == fold], style, out)
    found, maps = marker_table(learn, tested, style, methods, out, n, seed=kwargs["seed"])
    write_marker(learn, tested, found, maps, style, out)
    print(f"\n{marker_text(tested, found, style)}\n")
    for name in ("without", "planted"):
        audit = learner_markers(learn, table, out / name, fold, kwargs["seed"])
        write_table(audit, out / f"audit_{name}.csv")
        save_figure(marker_figure(audit, out / name, kwargs["fit"]), out / f"figures/audit_{name}.png")
        print("\n".join(f"- audit of pictures {name}: {sentence}" for sentence in marker_sentences(audit)))
    export_learner(learn, out / "model.pkl")
    seconds = round(time.monotonic() - start, 1)
    save_settings(out, settings, design, seconds=seconds)
    print(f"\n{spoken_seconds(seconds)}: {out / 'marker.csv'}  {out / 'figures/marker.png'}")


if __name__ == "__main__":
    run(main)
