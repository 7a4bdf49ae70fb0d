"""Learn embeddings that tell styles by their direction, and judge them on styles that were withheld from the training.

python recipes/arcface.py --images data/sample --design runs/design/design.csv --withhold photo --out runs/arcface
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from fastcore.meta import delegates

from styleclf.common import CountFromTwo, CountFromZero, Remembered
from styleclf.settings import Logbook, run
from styleclf.training import fitted_learner


@delegates(fitted_learner)
def main(
    images: Remembered = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # test fold; the others are trained on
    withhold: Annotated[str | None, {"nargs": "+"}] = None,  # styles that no training sees, such as photo naturalism
    loss: str = "arcface",  # subcenter, cosface, proxyanchor, triplet, supcon; or cross_entropy with --joint
    embedding_size: CountFromTwo = 3,  # numbers in an embedding; 2 and 3 are drawn directly
    n_queries: CountFromZero = 6,  # paintings shown with their nearest by others
    out: str = "runs/arcface",  # folder for scores.csv, figures, pages and model.pkl
    **kwargs,
):
    """Train by a metric loss and by cross-entropy, without some styles; judge both beside the frozen body."""
    logbook = Logbook(out, locals(), design, alone="a comparison of losses")

    from styleclf.data import read_paintings
    from styleclf.metric_learning import scores_text, train_for_comparison, write_spaces
    from styleclf.training import settled_body

    paintings = read_paintings(design, images)
    body = settled_body(kwargs)
    flags = {**kwargs, "embedding_size": embedding_size}
    model_file = logbook.out / "model.pkl"
    models = train_for_comparison(paintings, fold, withhold or [], loss=loss, model_file=model_file, **flags)
    train_labels = models.train.rows["label"]
    scores = write_spaces(
        models.spaces, models.judged, train_labels, out=logbook.out, n_queries=n_queries, seed=kwargs["seed"]
    )
    text = f"95 % intervals in brackets\n{scores_text(scores)}\n\n{models.spoken_seconds()}"
    logbook.close("scores.csv", "figures", "model.pkl", text=text, seconds_by_model=models.seconds, body=body)


if __name__ == "__main__":
    run(main)
