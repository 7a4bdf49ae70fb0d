"""Tuning: Optuna looks for the training that recognises most styles of painters it has never seen, fold by fold.

The target is class-weighted top-2 accuracy over the out-of-fold predictions of all folds; the validation set stays
closed. A study lives in a database, by default a file: whoever opens it goes on with it, several at a time.

search_space.py  what is searched, and from which configuration
trial.py         one configuration, trained and judged fold by fold
study.py         many trials in a database: drawn, stopped early, failed, interrupted, redone
optimism.py      how much of the winner's score is luck
results.py       a whole study: its tables, figures, settings ready to use, and summary
"""

import lazy_loader

from styleclf.common import needs_package

with needs_package("optuna", "tune", "tuning"):
    import optuna  # noqa: F401  (every module behind this door needs it)

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
