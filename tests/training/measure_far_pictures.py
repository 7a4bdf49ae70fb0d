"""How many pictures of no style are called so, by models of a body as its weights have it and without their style.

python -m tests.training.measure_far_pictures --images my/paintings --design runs/design/design.csv --without photo \
    --far FOLDER --arch tf_efficientnet_lite0 --weights FILE --size 224

Images of the styles left out are judged by the model that has not seen their fold, those in folders below --far by the
models of all folds. Thresholds come from the training's own painters; the validation set stays closed.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from styleclf.data import Paintings, author_groups, cv_folds, image_files, read_without_validation
from styleclf.evaluation import fitted_novelty, inner_novelty, novelty_threshold
from styleclf.inference import Backbone
from styleclf.training import feature_shares
from tests.far_pictures import draw_far_pictures


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", required=True)
    parser.add_argument("--design", required=True)
    parser.add_argument("--without", default="", help="styles left out of the training, by commas")
    parser.add_argument("--far", help="folder of folders of pictures; default: text, screenshots, noise, blank pages")
    parser.add_argument("--arch", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--size", type=int)
    return parser.parse_args()


def model_of(features, rows, shares):
    """The novelty model of training images, with the threshold that a learner of a frozen body has."""
    targs = np.unique(rows["label"], return_inverse=True)[1]
    model = fitted_novelty(features, targs, shares)
    novelty = inner_novelty(features, targs, author_groups(rows), shares=shares)
    is_judged = np.isfinite(novelty)
    return model._replace(threshold=novelty_threshold(novelty[is_judged], rows["author"][is_judged]))


def called_new(model, features):
    return model.is_new(model.novelty(features))


def measure(options, far):
    rows = read_without_validation(options.design)
    is_left_out = rows["label"].isin(options.without.split(",")).to_numpy()
    backbone = Backbone(options.arch, options.weights, size=options.size)
    features = backbone.cached_features(Paintings(rows, options.images).paths())
    files = [path for path in image_files([far]) if path.is_file()]
    of_far = backbone.cached_features(files)
    shares = feature_shares(backbone.body())
    judged = []
    for fold in cv_folds(rows):
        is_test = (rows["fold"].astype(str) == fold).to_numpy()
        is_train = ~is_test & ~is_left_out
        model = model_of(features[is_train], rows[is_train].reset_index(drop=True), shares)
        tested = rows[is_test]
        kinds = np.where(is_left_out[is_test], tested["label"], np.where(tested["author"] == "", "", "false alarms"))
        judged.append(pd.DataFrame({"kind": kinds, "new": called_new(model, features[is_test])}))
        judged.append(pd.DataFrame({"kind": [path.parent.name for path in files], "new": called_new(model, of_far)}))
    table = pd.concat(judged)
    print(table[table["kind"] != ""].groupby("kind")["new"].agg(["mean", "sum", "count"]).round(3))


if __name__ == "__main__":
    given = arguments()
    with tempfile.TemporaryDirectory() as aside:
        if given.far is None:
            draw_far_pictures(Path(aside))
        measure(given, given.far or aside)
