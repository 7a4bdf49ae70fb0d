"""Tables of names in JSON that runs have left, read again: what is damaged, or of another program, is one sentence."""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

ADVICE = "remove it, and run the recipe that wrote it again"
_SETTINGS_FILE = "settings.json"
_TABLES_OF_FACTS = ("settings", "places", "versions")
_TEXTS_OF_SETTINGS = ("images", "design", "fold", "one_vs_rest", "arch", "weights", "model", "cv")  # or null


def damage(path: str | Path, fault: str) -> ValueError:
    """The error for a file that is not as a run writes it."""
    return ValueError(f"{path} is damaged, {fault}: {ADVICE}")


def check_is_no_pipe(path: str | Path) -> None:
    """Raise ValueError for a pipe or a device, of which reading might never end."""
    path = Path(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise damage(path, "it is a pipe or a device and not a file")


def file_digest(path: str | Path) -> str:
    """A short fingerprint of a file's bytes."""
    content = Path(path).read_bytes()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def read_json(path: str | Path, keys: Collection[str] = ()) -> dict[str, Any]:
    """The table of names in a JSON file, `keys` among them.

    Raises OSError where the file cannot be read, ValueError where it is damaged.
    """
    check_is_no_pipe(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")  # editors of Windows begin a file with a byte order mark
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damage(path, f"it is not JSON ({error})") from error
    if not isinstance(values, dict):
        kind = _kind_of(values)
        raise damage(path, f"it holds {kind} and not a table of names")
    for key in keys:
        if key not in values:
            raise damage(path, f"it lacks {key!r}")
    if Path(path).name == _SETTINGS_FILE:
        _check_facts(values, path)
    return values


def _check_facts(facts: Mapping[str, Any], path: str | Path) -> None:
    """Raise ValueError where the facts of a run are of another kind than a run writes, as after a change by hand."""
    for name in _TABLES_OF_FACTS:
        table = facts.get(name, {})
        if not isinstance(table, dict):
            raise damage(path, f"its {name} are {table!r} and not a table of names")
    settings = facts.get("settings", {})
    for name in _TEXTS_OF_SETTINGS:
        value = settings.get(name)
        if value is not None and not isinstance(value, str):
            raise damage(path, f"the setting {name} is {value!r} and not text")
    seconds = facts.get("seconds", 0)
    if not isinstance(seconds, int | float):
        raise damage(path, f"its seconds are {seconds!r} and not a number")


def _kind_of(value: object) -> str:
    """What a value of a JSON file is, in words."""
    if value is None:
        return "null"
    if isinstance(value, list):
        return "a list"
    return f"only {value!r}"
