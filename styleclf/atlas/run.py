"""The atlas of a training, from its folder to the page."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.atlas.collection import chosen_columns, with_columns
from styleclf.atlas.exports import PROGRAMS, Program, write_export
from styleclf.atlas.page import PageText, plotly_script, write_atlas
from styleclf.atlas.points import MapPoints, with_evolution
from styleclf.atlas.records import image_records
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
    columns: Sequence[str] | None = None,  # of the design, to show and to filter by; default: all of its collection
) -> Path:
    """Write a page with all images but the validation set: where a training has put them, and its predictions.

    The map is made of the images that were trained on. Returns the path of the page.

    Raises ValueError for other dimensions, another projection or an unknown column, for a design whose test fold has
    changed since the training, and if plotly is missing; what `predict_and_embed`, `with_evolution` and `write_atlas`
    raise.
    """
    run = Path(run)
    check_one_of(dims, (2, 3), "--dims")
    plotly_script()  # if it is missing, say so before the work
    paintings = _with_columns(paintings, columns)
    run_map = _run_map(run, paintings, fold, projection=projection, seed=seed, dims=dims)
    n_hidden = len(paintings) - len(run_map.paintings)
    path = write_atlas(
        page or run / "atlas.html",
        run_map.paintings.with_rows(run_map.predictions),
        run_map.paintings.rows,
        points=run_map.points,
        fold=fold,
        text=_page_text(run, run_map.paintings, n_hidden),
    )
    megabytes = path.stat().st_size / 1e6
    n_images = count_of(len(run_map.paintings), "image")
    n_epochs = count_of(len(run_map.points.epochs), "epoch")
    say(f"{n_images} at {n_epochs}, {megabytes:.1f} MB")
    return path


def export_run_atlas(
    run: str | Path,  # folder of the training
    paintings: Paintings,  # all of its design
    fold: str,  # that it was tested on
    *,
    program: Program,  # pixplot, vikus, csn or parquet
    out: str | Path | None = None,  # default: a folder of the program's name in that of the run
    projection: Projection = "umap",  # or pca
    seed: int = 0,  # of the map
    columns: Sequence[str] | None = None,  # of the design, to show and to filter by; default: all of its collection
) -> Path:
    """Write all images but the validation set, with their places on the map, as another program wants them.

    Says how to see them there. Returns the folder. Raises ValueError for an unknown program, and what
    `write_run_atlas` raises.
    """
    run = Path(run)
    check_one_of(program, PROGRAMS, "--to")
    out = Path(out or run / program)
    paintings = _with_columns(paintings, columns)
    run_map = _run_map(run, paintings, fold, projection=projection, seed=seed, dims=2)
    last_positions = run_map.points.positions[-1]
    records = image_records(run_map.paintings.rows, run_map.predictions, last_positions)
    advice = write_export(program, records, run_map.paintings.folder, out=out)
    say(f"{count_of(len(records), 'image')} in {out}; {advice}")
    return out


class _RunMap(NamedTuple):
    """What a training makes of all images but the validation set."""

    paintings: Paintings
    predictions: pd.DataFrame  # in the order of the paintings
    points: MapPoints


def _run_map(
    run: Path,
    paintings: Paintings,
    fold: str,
    *,
    projection: Projection,
    seed: int,
    dims: int,
) -> _RunMap:
    """Predictions and places on a map that is made of the images that were trained on."""
    check_one_of(projection, PROJECTIONS, "--projection")
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
    return _RunMap(on_page, predicted.table, MapPoints(positions, epochs))


def _with_columns(paintings: Paintings, names: Sequence[str] | None) -> Paintings:
    """The paintings with those columns of their collection that were chosen."""
    shown = chosen_columns(paintings.rows, names)
    if shown:
        say(f"columns: {', '.join(shown)}")
    return paintings.with_rows(with_columns(paintings.rows, shown))


def _page_text(run: Path, on_page: Paintings, n_hidden: int) -> PageText:
    """What the page says of itself."""
    notes = [
        f"Where {run / 'model.pkl'} puts the images, on a map made of those that it was trained on.",
        f"The {n_hidden} images of the validation set stay closed: they are not on this page.",
        "Strong: images it was tested on. Pale: images it learned from.",
    ]
    n_styles = count_of(on_page.rows["label"].nunique(), "style")
    return PageText(f"{count_of(len(on_page), 'picture')} of {n_styles}, as the network sees them", notes)


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
