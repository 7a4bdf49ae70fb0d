"""The audits: how much of an accuracy is recognising painters, scanners or files instead of style.

degradations.py       the frozen body's features of all images, as they are and degraded
probe_scores.py       out-of-fold predictions of the probe, scored under the same resamplings of authors
leak.py               author-grouped folds against random ones
duplicates.py         near-copies under several authors, and how to put them into one group
file_traits.py        what deliberately simple models see: files, borders, grain, colours
file_metadata.py      what files say of themselves: colour profile, camera and software
shortcuts.py          how far those get beside the probe
pasted_parts.py       whether a small part gives a style away wherever it is pasted
planted_marker.py     a planted truth: whether explanations and audit find a marker that a learner goes by
degraded_accuracy.py  the probe on shrunk, recompressed, blurred and grey images
sources.py            whether features reveal where an image comes from, and what an unseen source costs
left_out.py           what a model scores on a collection from which it has learned nothing
source_guesses.py     whether other styles' pictures from a style's sources are taken for that style
report.py             all of them, as tables and sentences

All of them work on the folds of a design; only near-copies are looked for in the validation set, too, as no model is
judged by them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
