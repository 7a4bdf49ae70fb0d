"""Learn embeddings that tell styles by their direction, and judge them on styles that were withheld from the training.

python recipes/arcface.py --images data/sample --design runs/design/design.csv --withhold photo --out runs/arcface
"""

from typing import Annotated

from fastcore.meta import delegates

from styleclf.settings import run, save_settings
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    withhold: Annotated[str | None, {"nargs": "+"}] = None,  # styles that no training sees, such as photo naturalism
    loss: str = "arcface",  # subcenter, cosface, proxyanchor, triplet, supcon; or cross_entropy with --joint
    embedding_size: int = 3,  # numbers in an embedding; 2 and 3 are drawn directly
    n_queries: int = 6,  # paintings shown with their nearest by others
    out: str = "runs/arcface",  # folder for scores.csv, figures, pages and model.pkl
    **kwargs,
):
    """Train by a metric loss and by cross-entropy, without some styles; judge both beside the frozen body."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.atlas import plotly_script
    from styleclf.data import judged_rows, read_design, training_rows, without_styles
    from styleclf.metric_learning import calculator_class, frozen_space, learner_space, scores_text, write_comparison
    from styleclf.output import spoken_seconds
    from styleclf.training import export_learner

    start, out, table, withhold, seconds = time.monotonic(), Path(out), read_design(design), withhold or [], {}
    trained, judged = without_styles(table, withhold), judged_rows(table, fold, withhold)
    train, _, _ = training_rows(table, fold, withhold), plotly_script(), calculator_class()  # if missing, told now
    size = {"embedding_size": embedding_size}
    plain = {**kwargs, **size, "loss": "cross_entropy", "joint": "none", "margin": None}
    body = {key: kwargs[key] for key in ("arch", "weights", "features", "size", "fit", "precision")}
    spaces = {"frozen features": frozen_space(judged, train, images, **body)}
    seconds["frozen features"] = round(time.monotonic() - start, 1)
    learn = fitted_learner(trained, images, fold, **plain)
    spaces["cross-entropy"] = learner_space(learn, judged, train, images)
    seconds["cross-entropy"] = round(time.monotonic() - start - sum(seconds.values()), 1)
    name = loss if kwargs["joint"] == "none" else f"{loss} with {kwargs['joint']}"
    learn = fitted_learner(trained, images, fold, **kwargs, **size, loss=loss)
    export_learner(learn, out / "model.pkl")
    spaces[name] = learner_space(learn, judged, train, images)
    seconds[name] = round(time.monotonic() - start - sum(seconds.values()), 1)
    scores = write_comparison(spaces, judged, train["label"], images, out, n_queries, kwargs["seed"])
    save_settings(out, settings, design, seconds=seconds)
    print(f"\n95 % intervals in brackets\n{scores_text(scores)}\n")
    print(*(f"{model}: {spoken_seconds(each)}" for model, each in seconds.items()), sep=", ")
    print(f"\n{out / 'scores.csv'}  {out / 'figures'}  {out / 'model.pkl'}")


if __name__ == "__main__":
    run(main)
