"""Random forests in place of the neural head, and beside it on the same folds, each body unknown to its fold's authors.

A network has fitted its training images, so that on their embeddings a forest looks better than it is: of paintings in
11 styles it got 95 % right out of bag, and 54 % of those by painters not trained on. Nothing is chosen by the former.

options.py       how forests are tuned, fitted and calibrated
features.py      what the model of each fold makes of all images
search_space.py  the parameters of forests that are searched
tuning.py        studies of forests by Optuna, and out-of-fold predictions that the choice among trials does not flatter
baselines.py     logistic regression, and a neural head for frozen features
two_by_two.py    network, forest and logistic regression, on embeddings and on frozen features
head.py          a forest as the head of a learner that is exported like any other
trees.py         the same forest as tensors, for bundles
export.py        the forest of all folds, judged beside the network and exported
comparison.py    which model is better, by how much, with which interval
report.py        the tables and figures of a comparison
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
