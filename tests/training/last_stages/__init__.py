"""Ways to fine-tune the last stages of a body, on the same folds and views; `compare_last_stages` runs them.

ways.py      the ways, and what all of them have in common
views.py     what the frozen stages make of every image, computed once
network.py   the stages that are trained, with neck and head
fitting.py   one training of them
folds.py     one fold: the probe, a training, and averages of both
gains.py     what the ways gain on the probe
"""
