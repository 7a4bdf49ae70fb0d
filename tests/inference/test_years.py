"""inference.years: a learner of decades remembers what makes years of them, and no other learner has it."""

from types import SimpleNamespace

import numpy as np

from styleclf.evaluation import YearAnswers
from styleclf.inference.years import keep_years, years_of


def test_what_makes_years_of_labels_is_kept():
    learn = SimpleNamespace()
    assert years_of(learn) is None
    years = YearAnswers(np.array([1840.0, 1850.0, 1860.0]), 9.0)
    keep_years(learn, years)
    assert years_of(learn) is years
