"""A run of years as one learner: of a probe, and of networks side by side."""

import numpy as np
import pandas as pd
import pytest

from styleclf.data import Paintings
from styleclf.inference import Backbone, label_thresholds_of, probas_and_embeddings, years_of
from styleclf.runs.date_probe import read_probe
from styleclf.runs.dated_learner import dated_learner, is_run_of_years
from styleclf.runs.years import cross_validate_years, with_dates
from styleclf.training import origin_of
from tests.conftest import ARCH
from tests.dated import DECADES, write_run_of_years

ROUNDING = 0.11  # a tenth of a year may be rounded otherwise


def test_the_learner_of_a_probe_says_what_the_probe_says(weights_file, design, sample, tmp_path):
    paths = [(sample / name).as_posix() for name in design["filename"]]
    features = Backbone(ARCH, weights_file, size=32, precision="fp32").cached_features(paths)
    flags = {"arch": ARCH, "weights": str(weights_file), "size": 32, "precision": "fp32"}
    run = write_run_of_years(tmp_path / "years", flags, features)
    assert is_run_of_years(run)
    assert not is_run_of_years(tmp_path)
    assert not is_run_of_years(run / "date_probe.npz")
    learn = dated_learner(run)
    assert list(learn.dls.vocab) == [f"{decade:.0f} or later" for decade in DECADES]
    assert label_thresholds_of(learn).tolist() == [0.5] * 3
    assert origin_of(learn)["n_images"] == 2
    assert origin_of(learn)["n_painters"] == 2
    probe = read_probe(run).probe
    logits = features @ probe.weights.T + probe.biases
    probas = probas_and_embeddings(learn, paths, progress=False).probas
    np.testing.assert_allclose(probas, 1 / (1 + np.exp(-logits)), atol=1e-4)
    table = pd.DataFrame({"filename": paths})
    by_run, by_learner = with_dates(table, run), with_dates(table, learn)
    pd.testing.assert_frame_equal(by_run, by_learner, atol=ROUNDING, rtol=0)
    assert by_run["year"].nunique() > 9
    assert years_of(learn).width == 20


@pytest.mark.slow
@pytest.mark.parametrize("arch", [ARCH, f"{ARCH}+{ARCH}"])
def test_the_learner_of_networks_says_their_mean(halves, sample, options, weights_file, tmp_path, arch):
    styles = sorted(set(halves["label"]))
    years = [str(1700 + 30 * styles.index(style)) for style in halves["label"]]
    dated = Paintings(halves.assign(year=years), sample)
    weights = "+".join([str(weights_file)] * (1 + arch.count("+")))
    flags = options | {"epochs": 1, "precision": "fp32", "arch": arch, "weights": weights}
    cross_validate_years(dated, flags, out=tmp_path)
    table = pd.DataFrame({"filename": [path.as_posix() for path in dated.paths()[:9]]})
    by_run, by_learner = with_dates(table, tmp_path), with_dates(table, dated_learner(tmp_path))
    pd.testing.assert_frame_equal(by_run, by_learner, atol=ROUNDING, rtol=0)
