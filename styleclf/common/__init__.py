"""What every room uses: lines on the screen, files that appear whole, checks, flags, files of earlier runs.

lines.py      what is said on the screen: lines, final lines, notes and complaints
progress.py   bars, or lines with the time left
words.py      numbers, durations, names of files and commands as they stand in sentences
files.py      files of results, which appear whole
locks.py      which process works in a folder or on a file
saved.py      files of earlier runs, read again
resume.py     going on where earlier work stopped
checks.py     one of several names, packages that are extras
flags.py      types of a recipe's flags: ranges, several values, what a flag goes with
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
