"""Learners whose labels are decades: what makes years of their chances."""

from fastai.learner import Learner

from styleclf.evaluation import YearAnswers

_YEARS = "year_answers"  # the learner's attribute


def keep_years(learn: Learner, years: YearAnswers) -> None:
    """Have the learner, and a bundle of it, remember what makes years of its labels, which are decades."""
    setattr(learn, _YEARS, years)


def years_of(learn: Learner) -> YearAnswers | None:
    """What makes years of the learner's labels; None of a learner that does not date."""
    return getattr(learn, _YEARS, None)
