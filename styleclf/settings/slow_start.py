"""A line while a recipe loads its libraries: they take seconds, in which nothing else can be said."""

import os
import sys
import threading

from styleclf.common import on_terminal, say
from styleclf.settings.next_steps import STEP_VARIABLE

_PATIENCE = 1.5  # seconds
_IMPORT_SYSTEM = "<frozen importlib"  # where the code of Python's import lies


def announce_slow_start() -> None:
    """Say in a moment that libraries are being loaded, if they still are then and somebody watches a terminal."""
    is_step = bool(os.environ.get(STEP_VARIABLE))  # whoever runs it has said what it does
    if is_step or not on_terminal():
        return
    timer = threading.Timer(_PATIENCE, _announce_imports)
    timer.daemon = True
    timer.start()


def _announce_imports() -> None:
    """Say that libraries are being loaded, if they are."""
    if _main_thread_imports():
        say("loading libraries, which takes some seconds")


def _main_thread_imports() -> bool:
    """Whether the main thread is in an import statement."""
    main_thread = threading.main_thread()
    frame = sys._current_frames().get(main_thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORT_SYSTEM):
            return True
        frame = frame.f_back
    return False
