"""From a folder of paintings to a trained, judged and exported classifier: runs the other recipes in turn.

python recipes/quickstart.py
"""

from styleclf.settings import run


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
    import subprocess
    import sys
    from pathlib import Path

    import pandas as pd

    from styleclf.data import paint_samples
    from styleclf.evaluation import metrics_text

    recipes, out = Path(__file__).parent, Path(out)
    if Path(images) == Path("data/sample"):
        paint_samples(images)
    if weights == "auto":
        from styleclf.models import imagenet_weights_at_hand

        weights = "imagenet" if imagenet_weights_at_hand(arch) else "none"
        if weights == "none":
            print("ImageNet weights cannot be had here: training starts from scratch, which costs accuracy")
    if weights == "none":
        epochs, size = epochs_from_scratch, size_from_scratch

    def step(recipe: str, *arguments: object) -> None:
        print(f"\n$ python recipes/{recipe} {' '.join(map(str, arguments))}", flush=True)
        done = subprocess.run([sys.executable, recipes / recipe, *map(str, arguments)])
        if done.returncode:
            sys.exit(done.returncode)

    design, trained, predicted = out / "design", out / "train", out / "predictions.csv"
    step("design.py", "--images", images, "--out", design)
    data = ["--images", images, "--design", design / "design.csv"]
    model = ["--arch", arch, "--weights", weights, "--epochs", epochs, "--size", size]
    step("train.py", *data, *model, "--validate", "--out", trained)
    rows = pd.read_csv(design / "design.csv", dtype=str)
    unseen = rows[rows["fold"].isin(["val", "0"])].drop_duplicates("label")["filename"]
    step("predict.py", "--model", trained / "model.pkl", "--out", predicted, *(Path(images) / name for name in unseen))

    print("\nhow good it is on painters it has never seen (test: fold 0, val: the hard validation set)")
    print(metrics_text(pd.read_csv(trained / "metrics.csv")))
    print("\nworth opening")
    figures = trained / "figures"
    for path in (design / "figures/design.png", figures / "confusion.png", figures / "wrong.png", predicted):
        print(f"  {path}")


if __name__ == "__main__":
    run(main)
