"""Numbers, durations, names of files and commands as they stand in sentences."""

import os
import re
import shlex
import subprocess
import unicodedata
from collections.abc import Iterable

ESCAPED = "backslashreplace"  # how a name that is not UTF-8 is written
_CONTROLS = {"Cc", "Zl", "Zp"}  # categories of Unicode: control characters, and what parts lines and paragraphs
_COPY = re.compile(r"\(\d+\)$")  # how browsers and file managers number copies
_RUNNING_NUMBER = re.compile(r"(?<=[a-zß-ÿ]{2})[-_ ]+(0\d{2,}|\d{5,})$")  # of an archive, which is no part of a title
_YEAR = re.compile(r"(?<=\w)[-_ ]+(1[2-9]\d\d|20\d\d)$")
_WORDS_FOR_FILES = re.compile(r"(img|image|dsc|dscn|scan|photo|picture|pic|foto|bild|file)[-_ ]*\d+$", re.IGNORECASE)
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def count_of(n: int, noun: str) -> str:
    """A number with its noun, in the plural unless the number is 1.

    >>> count_of(1, "image"), count_of(1200, "image")
    ('1 image', '1,200 images')
    """
    plural = "" if n == 1 else "s"
    return f"{n:,} {noun}{plural}"


def names_with_counts(pairs: Iterable[tuple[object, int]]) -> list[str]:
    """Every name with its number behind it.

    >>> names_with_counts([("cubism", 24), ("rococo", 1200)])
    ['cubism (24)', 'rococo (1,200)']
    """
    return [f"{name} ({n:,})" for name, n in pairs]


def spoken_seconds(seconds: float) -> str:
    """A duration as people say it: `4 s`, `2 min 05 s`, `1 h 20 min`."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min"


def reason_of(error: Exception) -> str:
    """What an error says, on one line; its kind where it says nothing.

    >>> reason_of(ValueError("no such\\n  style")), reason_of(MemoryError())
    ('no such style', 'MemoryError')
    """
    words = str(error).split()
    if not words:
        return type(error).__name__
    return " ".join(words)


def shown_text(text: str) -> str:
    """The text as it can be written in UTF-8: what of a file's name is not UTF-8 is escaped.

    >>> shown_text("mu\\udcf1oz")
    'mu\\\\udcf1oz'
    """
    escaped = text.encode("utf-8", ESCAPED)
    return escaped.decode("utf-8")


def shown_name(name: str) -> str:
    """The name of a file as it can stand in a line: what is not UTF-8 is escaped, as line breaks and the like are.

    >>> shown_name("mu\\udcf1oz\\n_a.jpg")
    'mu\\\\udcf1oz\\\\n_a.jpg'
    """
    letters = []
    for letter in shown_text(name):
        letters.append(_escaped(letter) if is_control(letter) else letter)
    return "".join(letters)


def without_controls(text: str) -> str:
    """The text with every control character escaped but line breaks and tabs, by which terminals are steered.

    >>> without_controls("a\\tb\\x1b[2J\\n")
    'a\\tb\\\\x1b[2J\\n'
    """
    return _STEERING.sub(lambda match: _escaped(match.group()), text)


def is_control(letter: str) -> bool:
    """Whether a letter is a control character or breaks a line."""
    return unicodedata.category(letter) in _CONTROLS


def _escaped(letter: str) -> str:
    """A letter as Python writes it."""
    return letter.encode("unicode_escape").decode("ascii")


def written_title(title: str) -> str:
    """A title that stands in a file's name, as a person would write it: without hyphens and running numbers.

    >>> [written_title(title) for title in ("harbour-at-dusk-0339", "three-bollards-1970(2)", "IMG_0001")]
    ['Harbour at dusk', 'Three bollards, 1970', 'IMG 0001']
    """
    title = _COPY.sub("", title)
    if not _WORDS_FOR_FILES.match(title):
        title = _RUNNING_NUMBER.sub("", title)
        title = _YEAR.sub(r", \1", title)
    words = title.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def cut_name(name: str, n_bytes: int) -> str:
    """The beginning of a file's name that takes at most `n_bytes` in UTF-8, without what is not UTF-8.

    >>> cut_name("портрет", 5)
    'по'
    """
    content = name.encode("utf-8", "surrogateescape")
    beginning = content[:n_bytes]
    return beginning.decode("utf-8", "ignore")


def typed_command(*words: object) -> str:
    """Words as one command to type, quoted as the command line of this system wants it.

    >>> typed_command("python", "recipes/audit.py", "--cv", "runs/cv")
    'python recipes/audit.py --cv runs/cv'
    """
    texts = [str(word) for word in words]
    if os.name == "posix":
        return shlex.join(texts)
    return subprocess.list2cmdline(texts)
