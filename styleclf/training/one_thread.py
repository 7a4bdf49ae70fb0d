"""Fits of scikit-learn in one thread, where several would wait for one another."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import ThreadpoolController


def fit_in_one_thread(solver: LogisticRegression, features: np.ndarray, targs: np.ndarray) -> None:
    """Fit a `solver` to `(n, d)` features and `(n,)` targets in one thread.

    Its products are so small that two threads take 16 times as long. The process has as many as before afterwards.
    """
    with _numerical_libraries().limit(limits=1):
        solver.fit(features, targs)


@cache
def _numerical_libraries() -> ThreadpoolController:
    """The libraries that compute in threads, searched for once: a search among all that are loaded takes milliseconds.

    Whoever has a solver has loaded those that it computes with.
    """
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
