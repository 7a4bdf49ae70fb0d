"""Random forests in place of the neural head, and beside it on the same folds, each body unknown to its fold's authors.

A network has fitted its training images, so that on their embeddings a forest looks better than it is: of paintings in
11 styles it got 95 % right out of bag, and 54 % of those by painters not trained on. Nothing is chosen by the former.

features.py   what the model of each fold makes of all images
space.py      what is searched
study.py      tuning by Optuna, and out-of-fold predictions that the choice among trials does not flatter
baselines.py  logistic regression, and a neural head for frozen features
outcome.py    who is better, by how much, with which interval
head.py       a forest as the head of a learner that is exported like any
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
