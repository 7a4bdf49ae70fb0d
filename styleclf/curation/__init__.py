"""The curator's loop: which labels to look at again, what to collect and to label next, and whether it has helped.

doubts.py          how likely every label is wrong, alone or with all works of its painter
examination.py     the labels of a cross-validation, examined: doubts by image, painter and source
doctor_report.py   the examination as a page, tables, and a table to decide in
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
