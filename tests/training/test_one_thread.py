"""training.one_thread: fits that do not wait for one another's threads."""

import numpy as np
import pytest
import threadpoolctl
from sklearn.linear_model import LogisticRegression

from styleclf.training.one_thread import fit_in_one_thread


class Witness(LogisticRegression):
    """A regression that counts the threads of its fit."""

    def fit(self, features, targs):
        self.threads_ = numbers_of_threads()
        return super().fit(features, targs)


def numbers_of_threads():
    return [library["num_threads"] for library in threadpoolctl.threadpool_info()]


def test_a_fit_has_one_thread_and_leaves_as_many_as_before():
    rng = np.random.default_rng(0)
    features, targs = rng.normal(size=(40, 3)), np.arange(40) % 3
    with threadpoolctl.threadpool_limits(2):
        before = numbers_of_threads()
        witness = Witness()
        fit_in_one_thread(witness, features, targs)
        assert numbers_of_threads() == before
        assert max(before) == 2
    assert set(witness.threads_) == {1}
    assert witness.coef_ == pytest.approx(LogisticRegression().fit(features, targs).coef_)
