"""The practice set: eight styles of pictures by invented painters, so that everything can be tried without a download.

practice_set.py            the folder of JPEG files
plan.py, names.py          who paints what, and what the files are called
painters.py, palettes.py   a painter's hand: palette, stroke, favourite motifs
motifs/                    what is shown: shapes, free of any style
styles/                    how it is painted: one school per file
colours.py, textures.py,
outlines.py, canvas.py,
brush.py                   what every painter finds in the studio
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
