"""Make an atlas of a training: one HTML file with a map of all images, filters and thumbnails, to be opened offline.

python recipes/atlas.py --run runs/train
"""

from styleclf.settings import run, saved_settings


def main(
    run: str = "runs/train",  # folder of recipes/train.py, or of one fold of a cross-validation: runs/cv/fold-0
    images: str | None = None,  # folder of style folders; default: where it was at the training
    dims: int = 2,  # of the map; or 3
    projection: str = "umap",  # or pca
    seed: int = 0,  # of the map
    out: str | None = None,  # the page; default: atlas.html in the run's folder
):
    """Make an atlas of all images: where a training has put them, and what it takes them for."""
    import time
    from pathlib import Path

    from styleclf.atlas import plotly_script, with_evolution, write_atlas
    from styleclf.data import VAL, Paintings, against_rest, read_design
    from styleclf.embeddings import PROJECTIONS, placed
    from styleclf.evaluation import read_run
    from styleclf.output import spoken_seconds
    from styleclf.plots import count_of
    from styleclf.training import read_evolution

    start, run = time.monotonic(), Path(run)
    if (run / "fold.json").is_file():  # the cross-validation's folder has settings and design, as it was trained with
        chosen = saved_settings(run.parent) | {"fold": run.name.removeprefix("fold-"), "one_vs_rest": None}
        chosen["design"] = run.parent / "design.csv"
    else:
        chosen = saved_settings(run)
    if "fold" not in chosen:
        raise ValueError(f"{run} holds no single training: name the folder of one, or of a fold, such as {run}/fold-0")
    if dims not in (2, 3) or projection not in PROJECTIONS:
        raise ValueError(
            f"a map has --dims 2 or 3, and is made by {' or '.join(PROJECTIONS)}, not {dims}, {projection!r}"
        )
    plotly_script()  # if it is missing, that is told before the work
    design, fold = read_design(chosen["design"]), chosen["fold"]
    if chosen["one_vs_rest"]:
        design = against_rest(design, chosen["one_vs_rest"])
    table = design[design["fold"] != VAL].reset_index(drop=True)
    tested, judged = (table["fold"] == fold).to_numpy(), read_run(run)
    if set(table["filename"][tested]) != set(judged["filename"][judged["fold"] != VAL]):
        raise ValueError(f"{chosen['design']} has another fold {fold} than {run} was tested on: make it as it was")

    # not before: these take seconds to import, and what is wrong should be told at once
    from styleclf.inference import predict_and_embed
    from styleclf.training import load_style_learner

    images = images or chosen["images"]
    predicted = predict_and_embed(load_style_learner(run / "model.pkl"), Paintings(table, images))
    kept = run / "evolution.npz"
    evolution = read_evolution(kept) if kept.is_file() else None
    embeddings, epochs = with_evolution(predicted.embeddings, table["filename"], evolution)
    positions = placed(embeddings, ~tested, projection, seed, dims)
    notes = [
        f"Where {run / 'model.pkl'} puts the images, on a map made of those that it was trained on.",
        f"The {len(design) - len(table)} images of the validation set stay closed: they are not on this page.",
    ]
    what = (predicted.table, table["title"], positions, epochs, images, fold, f"Atlas of {run}", notes)
    page = write_atlas(out or run / "atlas.html", *what)
    size, seconds = page.stat().st_size / 1e6, spoken_seconds(time.monotonic() - start)
    print(f"{count_of(len(table), 'image')} at {count_of(len(epochs), 'epoch')}, {size:.1f} MB, {seconds}: {page}")


if __name__ == "__main__":
    run(main)
