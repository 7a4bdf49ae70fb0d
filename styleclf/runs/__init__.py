"""The life of a run: judging a learner, writing its folder, training every fold, cross-validating, tracking.

design_run.py        what a design leaves in its folder
judging.py           how good one learner is on the parts of a design; the record of the validation set's openings
folder.py            what one training leaves in its folder
folds.py             every fold trained once, several at a time where there is room
cross_validation.py  metrics and predictions of all folds together, and at the end of the validation set
one_training.py      a training from beginning to end, and what there is to say of it
all_folds.py         the same for a cross-validation
predictions.py       what is made of image files, and the files that this leaves
hierarchy.py         metrics at each level of a hierarchy, and answers as narrow as allowed
labels.py            several labels per image
years.py             when paintings were made, by a probe or by networks that are fine-tuned
date_probe.py        the probe of years that is kept
dated_learner.py     a run of years as one learner, for bundles
year_folds.py        the networks, and what makes years of their labels
novelty.py           pictures of none of the styles, and the threshold beyond which they are called so
targets.py           which of these a cross-validation is about
processes.py         processes that work for another one
report.py            what a cross-validation and a validation leave in their folders
tracking.py          folders of finished runs, logged to MLflow
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
