"""Two recipes that paint, and how they are run."""

import os
import subprocess
import sys

BRUSH = '''
"""A recipe."""

import json
import os
import signal
import sys
import time
import warnings
from typing import Annotated

from styleclf.common import Count, Range, Share, UsedWith
from styleclf.settings import run


class Brittle:
    """Is interrupted as it goes."""

    def __del__(self):
        raise KeyboardInterrupt


def main(
    *paths: str,  # files to look at
    plain: str = "signature",  # set nowhere else
    shared: str = "signature",  # set for all recipes
    own: str = "signature",  # set for this recipe as well
    said: str = "signature",  # set everywhere
    size: Count = 32,  # pixels a side
    rate: Annotated[float | None, Range(above=0)] = 0.1,  # learning rate
    blend: Share = 0.5,  # of two colours
    ink: Annotated[str, UsedWith("flip")] = "black",  # of the mirror image
    nib: Annotated[str, UsedWith("ink", ("red", "blue"))] = "broad",  # of coloured ink
    flip: bool = False,  # mirror the images
    act: str = "print",  # what to do
):
    """Paint."""
    if act == "print":
        print(json.dumps(locals()))
    if act == "warn":
        warnings.warn("the paint is wet", stacklevel=1)
        warnings.warn_explicit("not our business", UserWarning, "other.py", 1, module="other")
        return 7
    if act == "value":
        raise ValueError("two colours\\nare too many")
    if act == "flag":
        raise ValueError("brush.py --hue must be warm")
    if act == "missing":
        open("absent.csv")
    if act == "interrupt":
        raise KeyboardInterrupt
    if act == "drop":
        Brittle()
        for _ in range(900):
            time.sleep(0.01)
    if act == "terminate":
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(9)


if __name__ == "__main__":
    run(main)
'''
CHISEL = BRUSH.replace("plain:", "edge: str = 'signature',  # of the chisel\n    plain:")
INI = """
[DEFAULT]
shared = DEFAULT
own = DEFAULT
said = DEFAULT
size = 64  # pixels
edge = sharp

[brush]
own = recipe
said = recipe
rate =
flip = yes
"""


def run(recipes, *arguments, ini=None, cwd=None, **environment):
    """Run the brush in a process of its own, with another settings.ini if one is given."""
    file = recipes.parent / "settings.ini"
    if ini is not None:
        file = recipes.parent / "other.ini"
        file.write_text(ini)
    environment = {**os.environ, "STYLECLF_SETTINGS": str(file), "STYLECLF_DEBUG": "", **environment}
    command = [sys.executable, str(recipes / "brush.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd or recipes.parent)


def error_line(result):
    """The only line that a recipe says before it leaves with exit code 2."""
    assert result.returncode == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("brush.py: ")
    return line
