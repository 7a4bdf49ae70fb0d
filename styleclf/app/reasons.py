"""What went wrong, in words for a browser: files are named without the folders of the machine that serves them."""

import re
from collections.abc import Iterable
from pathlib import Path


def reason_for_browser(error: Exception, folders: Iterable[Path]) -> str:
    """What an exception says, with the names of files below the folders alone.

    >>> reason_for_browser(ValueError("/srv/art/runs/decisions.csv has no header"), [Path("/srv/art/runs")])
    'decisions.csv has no header'
    """
    reason = _sentence(error)
    for folder in folders:
        escaped_folder = re.escape(str(folder))
        inner_folders = r"(?:[^\s:'\"/\\]+[/\\])*"
        reason = re.sub(rf"{escaped_folder}[/\\]{inner_folders}", "", reason)
    return reason


def _sentence(error: Exception) -> str:
    """The text of an exception; of one by the system what it means, and the file's name."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        name = Path(str(error.filename)).name
        return f"{error.strerror}: {name}"
    return str(error)
