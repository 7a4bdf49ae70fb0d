"""From a folder of paintings to honest numbers, a report and a model: runs the other recipes in turn, and goes on.

python recipes/quickstart.py --images my/paintings --minutes 10

Without --images on a practice set, which it paints, and of which it opens the validation set.
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.common import Count, CountFromZero, Pixels, PixelsOrNone, PositiveNumberOrNone
from styleclf.settings import PracticeWay, WholeWay, command_of, run, show_page


def main(
    images: str = "data/sample",  # folder of style folders; the practice set is painted if it is missing
    arch: str = "resnet18",  # any architecture of timm
    weights: str = "auto",  # imagenet, none, a file, or auto: imagenet if they can be had within seconds
    minutes: PositiveNumberOrNone = None,  # of one's own images: shorten or leave out what does not fit
    epochs: CountFromZero = 6,  # of fine-tuning pretrained weights
    epochs_from_scratch: Count = 16,  # of training it from random weights
    size: PixelsOrNone = None,  # pixels a side with pretrained weights; default: what suits the body
    size_from_scratch: Pixels = 80,  # pixels a side from random weights
    browser: bool = True,  # open the report in a browser, where somebody watches a terminal
    out: str = "runs/quickstart",  # folder for everything that is written
):
    """Design, judge, audit, train, export and report; the validation set is opened of the practice set only."""
    from pathlib import Path

    from styleclf.common import lines_said_once, say

    say(f"looking for the weights of {arch} takes some seconds")  # before anything large is imported
    from styleclf.models import body_source, weights_at_hand

    chosen_weights = weights_at_hand(weights, arch)
    body_source(arch, chosen_weights)  # what cannot be had should be told before the first step
    if chosen_weights == "none":
        epochs = epochs_from_scratch
        size = size_from_scratch
    network = {"arch": arch, "weights": chosen_weights} | ({"size": size} if size else {})
    recipes = Path(__file__).parent
    is_practice = Path(images).resolve() == Path("data/sample").resolve()
    if is_practice:
        way = PracticeWay(recipes, images, Path(out), network, epochs)
    else:
        way = WholeWay(recipes, images, Path(out), network, epochs=epochs, minutes=minutes)
    with lines_said_once():
        folder = way.run()
    show_page(folder / "report.html", browser=browser)
    print(f"next: {command_of('predict', '--model', way.model, 'my/new-pictures')}")


if __name__ == "__main__":
    run(main)
