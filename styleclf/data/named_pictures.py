"""Pictures of a design by what somebody types: their filenames, paths as a shell completes them, or bare names."""

import difflib
import os
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath, PurePosixPath

from styleclf.data.paintings import Paintings

_MOST_NAMES = 3  # in a sentence


def named_filenames(paintings: Paintings, pictures: Sequence[str]) -> list[str]:
    """The filenames, as the paintings have them, of pictures that somebody names.

    A picture is named by its filename, by a path that leads to it from the working directory, or by the last part of
    its filename where no other picture has the same. Raises ValueError for what names none, or several.
    """
    filename_of_key = {_key(filename): filename for filename in paintings.rows["filename"]}
    return [_named_filename(name, filename_of_key, paintings.folder) for name in pictures]


def _named_filename(name: str, filename_of_key: Mapping[str, str], folder: Path) -> str:
    """The filename of one picture; `filename_of_key` has them by their composed names."""
    for way in (name, *_ways_from(folder, name)):
        key = _key(way)
        if key in filename_of_key:
            return filename_of_key[key]
    same_ending = []
    for key, filename in filename_of_key.items():
        if PurePosixPath(key).name == _key(name):
            same_ending.append(filename)
    if len(same_ending) == 1:
        return same_ending[0]
    raise ValueError(_not_one_sentence(name, list(filename_of_key.values()), same_ending))


def _ways_from(folder: Path, path: str) -> list[str]:
    """The ways from the folder of images to a path, with and without links followed."""
    ways = []
    for place in (os.path.abspath, os.path.realpath):
        try:
            ways.append(os.path.relpath(place(path), place(folder)))
        except ValueError:  # another drive
            continue
    return ways


def _key(name: str) -> str:
    """A filename with one composition of accents and slashes that lean forward."""
    return unicodedata.normalize("NFC", PurePath(name).as_posix())


def _not_one_sentence(name: str, filenames: Sequence[str], same_ending: Sequence[str]) -> str:
    """What to say of a name that no picture has, or several have."""
    if same_ending:
        examples = " and ".join(same_ending[:_MOST_NAMES])
        return f"the design has {len(same_ending)} images called {name}, such as {examples}: name one with its folder"
    similar = difflib.get_close_matches(name, filenames, n=1)
    advice = f"did you mean {similar[0]}?" if similar else f"such as {filenames[0]}"
    return f"the design has no image {name}: give a filename as the design has it, or a path to one, {advice}"
