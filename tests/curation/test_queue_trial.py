"""The trial of the queue on known labels."""

import numpy as np
import pytest

from styleclf.curation.queue_trial import Trial, try_queue
from styleclf.evaluation import Estimate
from tests.curation.made_up import made_collection


def test_a_trial_compares_the_same_numbers_on_the_same_images():
    trial = try_queue(made_collection(n_painters=8), 20, n_draws=1, progress=False)
    assert trial.gain.value == pytest.approx(trial.chosen - trial.random)
    assert trial.gain.lo <= trial.gain.value <= trial.gain.hi
    assert 0.3 < trial.chosen <= 1
    assert trial.n_labels == 20
    assert try_queue(made_collection(n_painters=8), 20, n_draws=1, progress=False) == trial


def test_no_more_than_half_of_the_pool_is_chosen():
    assert try_queue(made_collection(n_painters=4, n_works=2), 1000, n_draws=1, progress=False).n_labels == 6


@pytest.mark.parametrize("lo, words", [(0.01, "chosen so beat"), (-0.01, "random.csv has a random order")])
def test_where_choosing_does_not_help_it_says_so_and_offers_random(lo, words):
    trial = Trial(Estimate(0.02, lo, 0.05), 0.6, 0.58, 100)
    assert words in str(trial)
    assert trial.helps == (lo > 0)
    assert "+2.0 points" in str(trial)


def test_too_few_painters_are_one_sentence():
    collection = made_collection(n_painters=1, n_works=1)
    collection.rows["fold"] = np.array(["0", "1", "1"])
    with pytest.raises(ValueError, match="too few painters"):
        try_queue(collection, 5, progress=False)
