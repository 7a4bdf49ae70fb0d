"""The benchmark: styleclf beside what its user would write without it, on one machine, one fold, one set of weights.

task.py        what all contenders are given alike
turns.py       processes that work by turns, so that a noisy machine hurts all alike
watch.py       the clock and the course of one training
contenders.py  four ways to train, each as its user would write it
measures.py    what is measured apart from a whole training: loops, decoding, prediction, growth
contest.py     the contenders run, as tables
further.py     the measures run, as a table
report.py      tables as Markdown
figure.py      tables as a figure

A process imports torch and fastai itself, after its clock has started: every module here
but watch is light until it is used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
