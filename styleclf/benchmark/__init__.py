"""The benchmark: styleclf beside what its user would write without it, on one machine, one fold, one set of weights.

folder.py              a whole benchmark: what is run, and what it leaves in its folder
flag_types.py          the names of which flags take some
task.py                what all contenders are given alike
alternation.py         processes that work by turns, so that a noisy machine slows all of them alike
stopwatch.py           the clock and the course of one training
contenders.py          four ways to train, each as its user would write it
contest.py             the contenders run, as tables
training_rates.py      how fast training is, beside the bare network that limits it
measurements.py        how long decoding, prediction, occlusion and imports take, and growth
measurement_tables.py  all of these measured, as a table
report.py              tables as Markdown
figure.py              tables as a figure
device_plan.py         what a device is checked with
device_task.py         one architecture and its noise on a device, the clock, and the rows that come of it
device_agreement.py    whether the device computes what a processor does
device_rates.py        how fast it embeds, trains and predicts
device_memory.py       what becomes of a training where its memory ends
device_check.py        all of that within minutes, as one table

A process imports torch and fastai itself, after its clock has started: every module here but stopwatch is light until
it is used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
