"""Figures: tables and arrays in, `matplotlib.figure.Figure` out.

Nothing here touches pyplot: a figure belongs to whoever asked for it, needs no display, and leaves no state behind.

theme.py          colours, sizes, titles and notes that all figures share
estimates.py      a value with its interval, drawn alike everywhere
picture_cells.py  a picture in its square, with names below it
picture_grid.py   columns of such cells under headings

Every other module draws one figure, or a few of one kind, and has its name.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
