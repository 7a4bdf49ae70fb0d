"""Predict the style of images with an exported learner: the top 3 on the screen, all probabilities in a table.

python recipes/predict.py --model runs/train/model.pkl --out runs/predict/predictions.csv data/sample/cubism
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from pathlib import Path

from styleclf.output import say
from styleclf.settings import run


def main(
    *paths: str,  # image files, and folders of them
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    dates: str | None = None,  # folder of recipes/cross_validate.py --target year: say when each was made as well
    sets: bool = False,  # tell all styles that may be it, of a model by recipes/validate.py --calibrate
    sheet: bool = True,  # write a page of small pictures by answer beside the table, too
    annotations: str | None = None,  # file for the answers as W3C Web Annotations (JSON-LD), too
    omeka: str | None = None,  # file for a table that the CSV importer of Omeka S takes, too
    records: str | None = None,  # table of recipes/collect.py: its canvases are what annotations are about
    out: str = "runs/predict/predictions.csv",  # filename, pred, proba_<style>… and more; or an .xlsx
):
    """Predict the style of images: top 3 on the screen, all probabilities in a table, small pictures on a page."""
    say(f"opening {model} takes some seconds")  # before anything large is imported

    from styleclf.bundle import open_learner
    from styleclf.inference import (
        check_table_path,
        image_files,
        predict_table,
        predictions_text,
        style_ids_of,
        threshold_of,
        truth_text,
        unlike_training,
        with_truth,
        write_for_museums,
        write_predictions,
    )
    from styleclf.report import write_contact_sheet
    from styleclf.runs import with_dates

    check_table_path(out)
    files = image_files(paths)
    learn = open_learner(model)
    threshold = threshold_of(learn, model) if sets else None
    predictions, unreadable = predict_table(learn, files, threshold)
    predictions = with_dates(with_truth(predictions), dates)
    write_predictions(predictions, out)
    write_for_museums(
        predictions,
        model=model,
        annotations=annotations,
        omeka=omeka,
        records=records,
        style_ids=style_ids_of(learn),
    )
    page = Path(out).with_suffix(".html")
    if sheet:
        sentences = truth_text(predictions).splitlines()
        write_contact_sheet(predictions, page, unreadable=unreadable, sentences=sentences)
    print(predictions_text(predictions, unreadable))
    written = f"{out}  {page}" if sheet else out
    print(f"{len(predictions)} of {len(files)} images predicted: {written}")
    difference = unlike_training(learn, [path for path in files if path not in unreadable])
    if difference:
        print(f"note: {difference}")
    return 0 if len(predictions) else 2


if __name__ == "__main__":
    run(main)
