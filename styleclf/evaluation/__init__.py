"""Numbers that judge, as tables: metrics, intervals by author, comparison of runs, calibration. Without torch.

predictions.py    tables of predictions, and what is read from them
tables.py         checks of such a table before it is read
screen_tables.py  tables, and lines about files, as text that fits the screen
joint_works.py    works by several people, row by row
linking.py        rows that belong together, directly or by a chain of others
arithmetic.py     quotients and means of arrays

intervals.py               redrawn authors, which give any score its interval
estimates.py               a score with its interval, and how both are written
metrics.py                 scores of predictions
calibration_error.py       that one of them
by_style.py                styles and painters one by one
precision_recall_curves.py one style against the rest
comparison.py              runs on the same images
plain_words.py             a score for people who know none

calibration.py       probabilities that are right as often as they say
author_quantiles.py  what promises about the next author rest on
other_folds.py       promises learned for each fold from the others
conformal_sets.py    sets of styles that hold the true one as often as promised
novelty_model.py     how unlike the training's paintings a picture is
novelty.py           when it is "none of these", and how far to trust that
hierarchy.py         styles within wider ones
answers.py           the narrowest name that is likely enough

labels.py            several labels in one cell
multilabel.py        their scores
label_coverage.py    sets that hold them as often as promised
decades.py           years as ordered decades
year_answers.py      the year that their chances say
years.py             how far such years are from the true ones
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
