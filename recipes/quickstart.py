"""From a folder of paintings to a trained, judged and exported classifier: runs the other recipes in turn.

python recipes/quickstart.py
"""

from styleclf.settings import run, run_recipe


def main(
    images: str = "data/sample",  # folder of style folders; the practice set is painted if it is missing
    arch: str = "resnet18",  # any architecture of timm
    weights: str = "auto",  # imagenet, none, a file, or auto: imagenet if they can be had within seconds
    epochs: int = 6,  # of fine-tuning pretrained weights
    epochs_from_scratch: int = 16,  # of training it from random weights
    size: int = 224,  # pixels a side with pretrained weights
    size_from_scratch: int = 80,  # pixels a side from random weights
    out: str = "runs/quickstart",  # folder for everything that is written
):
    """Design, train, judge on the validation set, draw, export and predict."""
    from pathlib import Path

    import pandas as pd

    from styleclf.data import paint_samples
    from styleclf.evaluation import metrics_text

    if Path(images) == Path("data/sample"):
        paint_samples(images)
    if weights == "auto":
        from styleclf.models import imagenet_weights_at_hand

        weights = "imagenet" if imagenet_weights_at_hand(arch) else "none"
        if weights == "none":
            print("ImageNet weights cannot be had here: training starts from scratch, which costs accuracy")
    if weights == "none":
        epochs = epochs_from_scratch
        size = size_from_scratch

    recipes = Path(__file__).parent
    design = Path(out) / "design"
    training = Path(out) / "train"
    predictions = Path(out) / "predictions.csv"

    run_recipe(recipes / "design.py", "--images", images, "--out", design)
    data = ["--images", images, "--design", design / "design.csv"]
    model = ["--arch", arch, "--weights", weights, "--epochs", epochs, "--size", size]
    run_recipe(recipes / "train.py", *data, *model, "--validate", "--out", training)
    rows = pd.read_csv(design / "design.csv", dtype=str)
    not_trained_on = rows[rows["fold"].isin(["val", "0"])]
    one_per_style = not_trained_on.drop_duplicates("label")["filename"]
    files = [Path(images) / filename for filename in one_per_style]
    run_recipe(recipes / "predict.py", "--model", training / "model.pkl", "--out", predictions, *files)

    print("\nhow good it is on painters it has never seen (test: fold 0, val: the hard validation set)")
    print(metrics_text(pd.read_csv(training / "metrics.csv")))
    print("\nworth opening")
    figures = training / "figures"
    for path in (design / "figures/design.png", figures / "confusion.png", figures / "wrong.png", predictions):
        print(f"  {path}")


if __name__ == "__main__":
    run(main)
