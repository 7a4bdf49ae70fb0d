"""What every room uses: lines on the screen, files that appear whole, checks, flags, files of earlier runs.

lines.py            what is said on the screen: lines, final lines, notes and complaints
colours.py          colours and weights of words on a terminal
progress.py         bars, or lines with the time left
expectations.py     when all the work of the process will be done
words.py            numbers, durations, names of files and commands as they stand in sentences
files.py            files of results, which appear whole
locks.py            work in a folder that one run at a time does
file_locks.py       the locks of this system on files, by which unfinished files are guarded, too
saved.py            JSON of earlier runs, read again
saved_tables.py     arrays and tables of earlier runs, read again
resume.py           going on where earlier work stopped
checks.py           one of several names, packages that are extras
ranges.py           numbers that a flag may have, as types of parameters
several_values.py   flags of several values: numbers, names, pairs
flags.py            what a flag goes with, and whose settings it takes
signatures.py       names, types and facts of a function's parameters
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
