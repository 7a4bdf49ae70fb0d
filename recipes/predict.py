"""Predict the style of images with an exported learner: the top 3 on the screen, all probabilities in a table.

python recipes/predict.py --model runs/train/model.pkl --out runs/predict/predictions.csv data/sample/cubism
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.settings import run


def main(
    *paths: str,  # image files, and folders of them
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    sets: bool = False,  # tell all styles that may be it, of a model by recipes/validate.py --calibrate
    out: str = "runs/predict/predictions.csv",  # filename, pred, proba_<style>…, novelty, answer and, if asked for, set
):
    """Predict the style of images: top 3 on the screen, all probabilities in a table."""
    from styleclf.bundle import open_learner
    from styleclf.inference import image_files, predict_table, sets_text, threshold_of, top_3_text, unlike_training
    from styleclf.output import write_table

    files = image_files(paths)
    learn = open_learner(model)
    threshold = threshold_of(learn, model) if sets else None
    predictions, unreadable = predict_table(learn, files, threshold)
    write_table(predictions, out)
    print(sets_text(predictions) if sets else top_3_text(predictions))
    for path, reason in unreadable.items():
        print(f"not predicted: {path} ({reason})")
    print(f"{len(predictions)} of {len(files)} images predicted: {out}")
    difference = unlike_training(learn, [path for path in files if path not in unreadable])
    if difference:
        print(f"note: {difference}")
    return 0 if len(predictions) else 2


if __name__ == "__main__":
    run(main)
