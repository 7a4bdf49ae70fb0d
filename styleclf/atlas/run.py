"""The atlas of a training, from its folder to the page."""

from pathlib import Path

from styleclf.atlas.page import PageText, plotly_script, write_atlas
from styleclf.atlas.points import MapPoints, with_evolution
from styleclf.checks import check_one_of
from styleclf.data import VAL, Paintings
from styleclf.embeddings import PROJECTIONS, Projection, placed
from styleclf.evaluation import read_run
from styleclf.output import count_of, say
from styleclf.training import Evolution, read_evolution


def write_run_atlas(
    run: str | Path,  # folder of the training
    paintings: Paintings,  # all of its design
    fold: str,  # that it was tested on
    *,
    page: str | Path | None = None,  # default: atlas.html in the run's folder
    dims: int = 2,  # of the map; or 3
    projection: Projection = "umap",  # or pca
    seed: int = 0,  # of the map
) -> Path:
    """Write a page with all images but the validation set: where a training has put them, and its predictions.

    The map is made of the images that were trained on. Returns the path of the page.

    Raises ValueError for other dimensions or another projection, for a design whose test fold has changed since the
    training, and if plotly is missing; what `predict_and_embed`, `with_evolution` and `write_atlas` raise.
    """
    run = Path(run)
    check_one_of(dims, (2, 3), "--dims")
    check_one_of(projection, PROJECTIONS, "--projection")
    plotly_script()  # if it is missing, say so before the work
    on_page = paintings.without_validation()
    _check_same_test_fold(run, on_page, fold)

    # not earlier: these take seconds to import, and what is wrong should be said at once
    from styleclf.inference import predict_and_embed
    from styleclf.training import load_style_learner

    learn = load_style_learner(run / "model.pkl")
    predicted = predict_and_embed(learn, on_page)
    filenames = on_page.rows["filename"]
    embeddings, epochs = with_evolution(predicted.embeddings, filenames, _evolution_of(run))
    is_trained_on = (on_page.folds != fold).to_numpy()
    positions = placed(embeddings, is_trained_on, projection=projection, seed=seed, dims=dims)
    n_hidden = len(paintings) - len(on_page)
    path = write_atlas(
        page or run / "atlas.html",
        on_page.with_rows(predicted.table),
        on_page.rows["title"],
        points=MapPoints(positions, epochs),
        fold=fold,
        text=_page_text(run, n_hidden),
    )
    megabytes = path.stat().st_size / 1e6
    n_images = count_of(len(on_page), "image")
    n_epochs = count_of(len(epochs), "epoch")
    say(f"{n_images} at {n_epochs}, {megabytes:.1f} MB")
    return path


def _page_text(run: Path, n_hidden: int) -> PageText:
    """What the page says of itself."""
    notes = [
        f"Where {run / 'model.pkl'} puts the images, on a map made of those that it was trained on.",
        f"The {n_hidden} images of the validation set stay closed: they are not on this page.",
    ]
    return PageText(f"Atlas of {run}", notes)


def _check_same_test_fold(
    run: Path,
    paintings: Paintings,
    fold: str,
) -> None:
    """Raise ValueError unless the fold has the images that the training was tested on."""
    tested_files = set(paintings.rows["filename"][paintings.folds == fold])
    judged = read_run(run)
    judged = judged[judged["fold"] != VAL]
    if tested_files != set(judged["filename"]):
        advice = "give it the folds that it had then"
        raise ValueError(f"the design of {run} has another fold {fold} than {run} was tested on: {advice}")


def _evolution_of(run: Path) -> Evolution | None:
    """The embeddings that the training kept of several epochs, if it did."""
    file = run / "evolution.npz"
    return read_evolution(file) if file.is_file() else None
