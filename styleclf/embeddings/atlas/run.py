"""The map of one training: where it has put all images, including those that it learned from."""

from collections.abc import Sequence
from pathlib import Path

from styleclf.common import check_one_of, count_of
from styleclf.data import VAL, Paintings
from styleclf.embeddings import PROJECTIONS, Projection, map_positions_by_epoch
from styleclf.embeddings.atlas.atlas_map import AtlasMap
from styleclf.embeddings.atlas.collection import with_shown_columns
from styleclf.embeddings.atlas.page import PageText, hidden_sentence
from styleclf.embeddings.atlas.points import MapPoints, with_evolution
from styleclf.evaluation import read_run
from styleclf.report import run_answer
from styleclf.training import Evolution, read_evolution


def training_map(
    run: str | Path,  # folder of the training
    paintings: Paintings,  # all of its design
    fold: str,  # that it was tested on
    *,
    dims: int = 2,  # of the map; or 3
    projection: Projection = "umap",  # or pca
    seed: int = 0,  # of the map
    columns: Sequence[str] | None = None,  # of the design, to show and to filter by; default: all of its collection
) -> AtlasMap:
    """All images but the validation set where a training has put them, with its predictions.

    The map is made of the images that were trained on.

    Raises ValueError for another projection or an unknown column, and for a design whose test fold has changed since
    the training; what `predict_and_embed` and `with_evolution` raise.
    """
    run = Path(run)
    check_one_of(projection, PROJECTIONS, "atlas.py --projection")
    on_page = with_shown_columns(paintings.without_validation(), columns)
    _check_same_test_fold(run, on_page, fold)
    text = _page_text(run, on_page, n_hidden=len(paintings) - len(on_page))

    # not earlier: these take seconds to import, and what is wrong should be said at once
    from styleclf.inference import predict_and_embed
    from styleclf.training import load_style_learner

    learn = load_style_learner(run / "model.pkl")
    predictions = predict_and_embed(learn, on_page)
    filenames = on_page.rows["filename"]
    embeddings, epochs = with_evolution(predictions.embeddings, filenames, _evolution_of(run))
    is_trained_on = (on_page.folds != fold).to_numpy()
    positions = map_positions_by_epoch(embeddings, is_trained_on, projection=projection, seed=seed, dims=dims)
    points = MapPoints(positions, epochs)
    return AtlasMap(on_page, predictions.table, points, text, fold=fold)


def _page_text(run: Path, on_page: Paintings, n_hidden: int) -> PageText:
    """What the page says of itself."""
    notes = [
        f"Where {run / 'model.pkl'} puts the images, on a map made of those that it was trained on.",
        hidden_sentence(n_hidden),
        "Strong: images it was tested on. Pale: images it learned from.",
    ]
    n_styles = count_of(on_page.rows["label"].nunique(), "style")
    title = f"{count_of(len(on_page), 'picture')} of {n_styles}, as the network sees them"
    return PageText(title, notes, answer=run_answer(run))


def _check_same_test_fold(
    run: Path,
    paintings: Paintings,
    fold: str,
) -> None:
    """Raise ValueError unless the fold has the images that the training was tested on."""
    tested_files = set(paintings.rows["filename"][paintings.folds == fold])
    predictions = read_run(run)
    predictions = predictions[predictions["fold"] != VAL]
    if tested_files != set(predictions["filename"]):
        advice = "give it the folds that it had then"
        raise ValueError(f"the design of {run} has another fold {fold} than {run} was tested on: {advice}")


def _evolution_of(run: Path) -> Evolution | None:
    """The embeddings that the training kept of several epochs, if it did."""
    file = run / "evolution.npz"
    return read_evolution(file) if file.is_file() else None
