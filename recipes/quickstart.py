"""From a folder of paintings to a trained, judged and exported classifier: runs the other recipes in turn.

python recipes/quickstart.py
"""

from importlib.util import find_spec

if not find_spec("styleclf"):
    raise SystemExit("styleclf is not installed for this Python: make install puts it where .venv/bin/python finds it")

from styleclf.flags import Count, CountFromZero, Pixels, PixelsOrNone
from styleclf.settings import run, run_recipe


def main(
    images: str = "data/sample",  # folder of style folders; the practice set is painted if it is missing
    arch: str = "resnet18",  # any architecture of timm
    weights: str = "auto",  # imagenet, none, a file, or auto: imagenet if they can be had within seconds
    epochs: CountFromZero = 6,  # of fine-tuning pretrained weights
    epochs_from_scratch: Count = 16,  # of training it from random weights
    size: PixelsOrNone = None,  # pixels a side with pretrained weights; default: what suits the body
    size_from_scratch: Pixels = 80,  # pixels a side from random weights
    out: str = "runs/quickstart",  # folder for everything that is written
):
    """Design, train, judge, draw, export and predict; the validation set is opened of the practice set only."""
    from pathlib import Path

    import pandas as pd

    from styleclf.data import judged_on, paint_samples, read_design
    from styleclf.evaluation import metrics_text

    is_practice_set = Path(images).resolve() == Path("data/sample").resolve()
    if is_practice_set:
        paint_samples(images)
    if weights == "auto":
        from styleclf.models import weights_at_hand

        weights = weights_at_hand(weights, arch)
    if weights == "none":
        epochs = epochs_from_scratch
        size = size_from_scratch

    recipes = Path(__file__).parent
    design = Path(out) / "design"
    training = Path(out) / "train"
    predictions = Path(out) / "predictions.csv"

    run_recipe(recipes / "design.py", "--images", images, "--out", design)
    data = ["--images", images, "--design", design / "design.csv"]
    model = ["--arch", arch, "--weights", weights, "--epochs", epochs]
    if size:
        model += ["--size", size]
    opening = ["--validate"] if is_practice_set else []  # of one's own images it stays closed until the very end
    run_recipe(recipes / "train.py", *data, *model, *opening, "--out", training)
    rows = read_design(design / "design.csv")
    one_per_style = rows[rows["fold"] == "0"].drop_duplicates("label")["filename"]
    files = [Path(images) / filename for filename in one_per_style]
    run_recipe(recipes / "predict.py", "--model", training / "model.pkl", "--out", predictions, *files)

    validation = "val: the hard validation set" if is_practice_set else "the validation set is still closed"
    print(f"\n{judged_on(rows)} (test: fold 0; {validation})")
    print(metrics_text(pd.read_csv(training / "metrics.csv")))
    print("\nworth opening")
    figures = training / "figures"
    for path in (design / "figures/design.png", figures / "confusion.png", figures / "wrong.png", predictions):
        print(f"  {path}")


if __name__ == "__main__":
    run(main)
