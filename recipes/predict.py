"""Predict the style of images with an exported learner: the top 3 on the screen, all probabilities in a table.

python recipes/predict.py --model runs/train/model.pkl --out runs/predict/predictions.csv data/sample/cubism
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import say
from styleclf.settings import run, say_next


def main(
    *paths: str,  # image files, and folders of them
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    dates: str | None = None,  # run of recipes/cross_validate.py --target year, or its bundle: when each was made
    sets: bool = False,  # tell all styles that may be it, of a model by recipes/validate.py --calibrate
    sheet: bool = True,  # write a page of small pictures by answer beside the table, too
    annotations: str | None = None,  # file for the answers as W3C Web Annotations (JSON-LD), too
    omeka: str | None = None,  # file for a table that the CSV importers of Omeka take, too
    records: str | None = None,  # table of recipes/collect.py: its canvases are what annotations are about
    out: str = "runs/predict/predictions.csv",  # filename, pred, proba_<style>… and more; or an .xlsx
):
    """Predict the style of images: top 3 on the screen, all probabilities in a table, small pictures on a page."""
    say(f"opening {model} takes some seconds")  # before anything large is imported

    from pathlib import Path

    from styleclf.data import image_files
    from styleclf.inference import check_written_files

    check_written_files(out, annotations=annotations, omeka=omeka, records=records)
    files = image_files(paths)

    from styleclf.bundle import open_models  # with torch, which takes seconds
    from styleclf.inference import unlike_training
    from styleclf.runs import predict_images, write_predicted_images

    learn, dating = open_models(model, dates)
    predictions = predict_images(learn, files, model, sets=sets, dates=dating)
    outputs = write_predicted_images(
        predictions, out, sheet=sheet, annotations=annotations, omeka=omeka, records=records
    )
    print(predictions.text())
    print(f"{len(predictions.table)} of {len(files)} images predicted: {'  '.join(map(str, outputs))}")
    difference = unlike_training(learn, predictions.readable())
    if difference:
        print(f"note: {difference}")
    say_next(Path(out).parent, model=model, doubtful=predictions.least_sure())
    return 0 if len(predictions.table) else 2


if __name__ == "__main__":
    run(main)
