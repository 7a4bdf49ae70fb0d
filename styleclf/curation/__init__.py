"""The curator's loop: which labels to look at again, what to collect and to label next, and whether it has helped.

doubts.py          how likely every label is wrong, alone or with all works of its painter
examination.py     the labels of a cross-validation, examined: doubts by image, painter and source
doctor_report.py   the examination as a page, tables, and a table to decide in
paired_gains.py    how much better one way of predicting is than another
quick_probe.py     a probe of few numbers, for many fits
learning_curves.py what the last doubling of painters or works was worth, and the next one may be
collection_report.py  these as a table, a figure and sentences
label_queue.py     which pictures without a label are worth one, by doubt, novelty and diversity
queue_trial.py     whether choosing so beats drawing at random, on labels that are known
queue_report.py    a folder of pictures as a queue
design_history.py  every cross-validation of a design and its successors
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
