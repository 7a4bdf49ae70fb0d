"""What every room uses: lines on the screen, files that appear whole, checks, flags, files of earlier runs.

checks.py   one of several names, packages that are extras
flags.py    types of a recipe's flags: ranges, several values, what a flag goes with
output.py   lines, progress, files that appear whole
resume.py   going on where earlier work stopped
saved.py    files of earlier runs, read again
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
