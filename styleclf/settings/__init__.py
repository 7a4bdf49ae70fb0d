"""Settings of recipes, and what a run writes down and remembers. Only recipes import this.

command_line.py   a recipe's `main` as its command line; bad input as one sentence
slow_start.py     a line while libraries are being loaded
common_flags.py   flags that every recipe has, and which stand first in its help
ini.py            settings.ini: that of styleclf, and a project's own over it
logbook.py        the life of a run: its clock, settings.json, its last lines
earlier_runs.py   settings of earlier runs, found again, and the flags that need not be repeated
next_steps.py     what to type after each recipe
completion.py     scripts by which shells complete the command `styleclf`
whole_way.py      all recipes in turn for a folder of one's own
foresight.py      how long its steps will take
console.py        the command `styleclf`: every recipe by its name
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
