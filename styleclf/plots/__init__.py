"""Figures: tables and arrays in, `matplotlib.figure.Figure` out.

Nothing here touches pyplot: a figure belongs to whoever asked for it, needs no display, and leaves no state behind.

look.py       colours, sizes and words that all figures share
tables.py     what they read off the tables they are given
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
