"""Numbers, durations, names of files and commands as they stand in sentences."""

import os
import re
import shlex
import shutil
import subprocess
import unicodedata
from collections.abc import Iterable

ESCAPED = "backslashreplace"  # how a name that is not UTF-8 is written
_CONTROLS = {"Cc", "Zl", "Zp"}  # categories of Unicode: control characters, and what parts lines and paragraphs
_WITHOUT_TERMINAL = (100, 24)  # columns and lines of a screen where nobody says how wide it is
_COPY = re.compile(r"\(\d+\)$")  # how browsers and file managers number copies
_RUNNING_NUMBER = re.compile(r"(?<=[a-zß-ÿ]{2})[-_ ]+(0\d{2,}|\d{5,})$")  # of an archive, which is no part of a title
_YEAR = re.compile(r"(?<=\w)[-_ ]+(1[2-9]\d\d|20\d\d)$")
_WORDS_FOR_FILES = re.compile(r"(img|image|dsc|dscn|scan|photo|picture|pic|foto|bild|file)[-_ ]*\d+$", re.IGNORECASE)
_MONTH = re.compile(r"\b(january|february|april|june|july|september|october|november|december)\b")
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day\b")
_DATED_MONTH = re.compile(r"\b(may|march|august)(?= \d\d?\b)|(?<=\b[io][nf] )(may|august)(?=,|$)")  # else other words
_RUSSIAN_WITH = r"\w+(?:[aiy]mi|[oe]j)\b"  # the ending of a noun after the Russian word s
_GENITIVE = re.compile(
    rf"(?<=[^\W\d_]{{3}}) s (?!and\b|by\b|for\b|from\b|in\b|of\b|on\b|with\b|{_RUSSIAN_WITH})(?=[^\W\d_])"
)
_ELISION = re.compile(r"\b(?<!of )([dl]) (?=[aeiouyhàâéèêëîïôùûœ]\w)", re.IGNORECASE)
_IRISH = re.compile(r"(?<=[^\W\d_] )o (?=[^\W\d_]{3,}$)")
_SMALL_PREFIX = re.compile(r"\b(d|dell)['’]", re.IGNORECASE)
_ROMAN_IN_TITLE = re.compile(r"\b(ii|iii|iv|vii|viii|ix|xii|xiv|xvi|i(?=,|$))(?=\W|$)")
_WORD = re.compile(r"[^\W\d_]+")
_PARTICLES = (
    *("af", "al", "and", "circle", "da", "de", "degli", "dei", "del", "della", "den", "der", "des", "di", "do", "dos"),
    *("du", "el", "follower", "of", "school", "ten", "ter", "the", "van", "von", "workshop", "y", "zu"),
)
_ROMAN_NUMBER = re.compile(r"[ivx]{2,}")
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
    escaped_bytes = text.encode("utf-8", ESCAPED)
    return escaped_bytes.decode("utf-8")


def shown_name(name: str) -> str:
    """The name of a file as it can stand in a line: what is not UTF-8 is escaped, as line breaks and the like are.

    >>> shown_name("mu\\udcf1oz\\n_a.jpg")
    'mu\\\\udcf1oz\\\\n_a.jpg'
    """
    letters = []
    for letter in shown_text(name):
        letters.append(_escape_sequence(letter) if is_control(letter) else letter)
    return "".join(letters)


def without_controls(text: str) -> str:
    """The text with every control character escaped but line breaks and tabs, by which terminals are steered.

    >>> without_controls("a\\tb\\x1b[2J\\n")
    'a\\tb\\\\x1b[2J\\n'
    """
    return _STEERING.sub(lambda match: _escape_sequence(match.group()), text)


def is_control(letter: str) -> bool:
    """Whether a letter is a control character or breaks a line."""
    return unicodedata.category(letter) in _CONTROLS


def _escape_sequence(letter: str) -> str:
    """A letter as Python writes it."""
    return letter.encode("unicode_escape").decode("ascii")


def written_title(title: str) -> str:
    """A title that stands in a file's name, as a person would write it: without hyphens and running numbers.

    Months, weekdays and Roman numbers have capitals where the word can be nothing else in English, and apostrophes
    that a hyphen replaced come back.

    >>> [written_title(title) for title in ("harbour-at-dusk-0339", "three-bollards-in-june-1970(2)", "IMG_0001")]
    ['Harbour at dusk', 'Three bollards in June, 1970', 'IMG 0001']
    >>> written_title("the-artist-s-daughter-at-the-villa-d-este")
    "The artist's daughter at the villa d'este"
    """
    title = _COPY.sub("", title)
    if not _WORDS_FOR_FILES.match(title):
        title = _RUNNING_NUMBER.sub("", title)
        title = _YEAR.sub(r", \1", title)
    words = title.replace("-", " ").replace("_", " ").strip()
    for date in (_MONTH, _WEEKDAY, _DATED_MONTH):
        words = date.sub(lambda match: match.group().capitalize(), words)
    words = _ROMAN_IN_TITLE.sub(lambda match: match.group().upper(), words)
    words = _ELISION.sub(r"\1'", _GENITIVE.sub("'s ", words))
    return _with_capital(words)


def written_painter(name: str) -> str:
    """The painter of an annotation, as a caption: every name has its capital. A name that has one already stays.

    Only where it has no blanks are hyphens taken for them, or for the apostrophe of O'Keeffe and d'Orsay. Painters of
    a joint work are parted by `|` or `;`.

    >>> [written_painter(name) for name in ("vincent-van-gogh", "jean-baptiste greuze", "m.c.-escher", "El Greco", "")]
    ['Vincent van Gogh', 'Jean-Baptiste Greuze', 'M.C. Escher', 'El Greco', '']
    >>> written_painter("picasso|braque")
    'Picasso and Braque'
    """
    people = [_written_person(person.strip()) for person in re.split(r"[|;]", name)]
    return " and ".join(filter(None, people))


def _written_person(name: str) -> str:
    """One painter, as a caption."""
    if name != name.lower():
        return name
    if " " not in name:
        name = name.replace("-", " ")
        name = _ELISION.sub(r"\1'", _IRISH.sub("o'", name))
    name = _WORD.sub(_written_part, name)
    name = _SMALL_PREFIX.sub(lambda match: match.group().lower(), name)
    return _with_capital(name)


def _written_part(match: re.Match) -> str:
    """A part of a name with its capital, unless it is one like 'van'."""
    part = match.group()
    if part in _PARTICLES:
        return part
    if _ROMAN_NUMBER.fullmatch(part):
        return part.upper()
    if part.startswith("mc"):
        return f"Mc{_with_capital(part[2:])}"
    return _with_capital(part)


def _with_capital(words: str) -> str:
    """The words with a capital at their beginning, and all else as it is."""
    return words[:1].upper() + words[1:]


def without_middle(name: str, n_letters: int) -> str:
    """The name if it has at most that many letters, else its beginning and its end.

    >>> without_middle("watteau_the-embarkation-for-cythera.jpg", 16)
    'watteau…hera.jpg'
    """
    if len(name) <= n_letters:
        return name
    n_last = n_letters // 2
    n_first = n_letters - n_last - 1
    return f"{name[:n_first]}…{name[len(name) - n_last :]}"


def screen_width() -> int:
    """Letters in a line of the screen, or a usual number of them where nobody says how wide it is."""
    return shutil.get_terminal_size(_WITHOUT_TERMINAL).columns


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
