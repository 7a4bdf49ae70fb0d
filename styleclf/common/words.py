"""Numbers, durations, names of files and commands as they stand in sentences."""

import os
import shlex
import subprocess

ESCAPED = "backslashreplace"  # how a name that is not UTF-8 is written


def count_of(n: int, noun: str) -> str:
    """A number with its noun, in the plural unless the number is 1.

    >>> count_of(1, "image"), count_of(1200, "image")
    ('1 image', '1,200 images')
    """
    plural = "" if n == 1 else "s"
    return f"{n:,} {noun}{plural}"


def spoken_seconds(seconds: float) -> str:
    """A duration as people say it: `4 s`, `2 min 05 s`, `1 h 20 min`."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def reason_of(error: Exception) -> str:
    """What an error says, on one line; its kind where it says nothing.

    >>> reason_of(ValueError("no such\\n  style")), reason_of(MemoryError())
    ('no such style', 'MemoryError')
    """
    return " ".join(str(error).split()) or type(error).__name__


def shown_text(text: str) -> str:
    """The text as it can be written in UTF-8: what of a file's name is not UTF-8 is escaped.

    >>> shown_text("mu\\udcf1oz")
    'mu\\\\udcf1oz'
    """
    return text.encode("utf-8", ESCAPED).decode("utf-8")


def cut_name(name: str, n_bytes: int) -> str:
    """The beginning of a file's name that takes at most `n_bytes` in UTF-8, without what is not UTF-8.

    >>> cut_name("портрет", 5)
    'по'
    """
    return name.encode("utf-8", "surrogateescape")[:n_bytes].decode("utf-8", "ignore")


def typed_command(*words: object) -> str:
    """Words as one command to type, quoted as the command line of this system wants it.

    >>> typed_command("python", "recipes/audit.py", "--cv", "runs/cv")
    'python recipes/audit.py --cv runs/cv'
    """
    texts = [str(word) for word in words]
    return shlex.join(texts) if os.name == "posix" else subprocess.list2cmdline(texts)
