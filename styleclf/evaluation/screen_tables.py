"""Tables, and lines about files, as text that fits the screen."""

import os
from collections.abc import Iterable, Sequence

import pandas as pd

from styleclf.common import screen_width, shown_name, without_middle

_LONGEST_NAME = 40  # letters of a row's name, where the whole name would leave no room for numbers
_GAP = "  "  # between the name of a file and what is said of it
_SHORTEST_NAME = 32  # letters left of a file's long name, where the rest of the line leaves no room for more


def screen_text(table: pd.DataFrame, width: int | None = None) -> str:
    """A table, with the names of its rows, in lines of at most `width` letters; default: those of the terminal.

    Columns that do not fit stand in a further block below, beside the same names, and the blocks are about equally
    wide. A single column that is wider than the screen is left as it is.

    >>> table = pd.DataFrame({"images": [24, 7], "painters": [8, 5]}, index=["cubism", "rococo"])
    >>> table = table.assign(recall=[0.52, 0.41])
    >>> print(screen_text(table, 24))
            images  painters
    cubism      24         8
    rococo       7         5
    <BLANKLINE>
            recall
    cubism    0.52
    rococo    0.41
    """
    width = width or screen_width()
    if _width_of(table) <= width:
        return table.to_string()
    names = [without_middle(str(name), _LONGEST_NAME) for name in table.index]
    table = table.set_axis(names)
    names_width = max(map(len, names))
    widths = []
    for position in range(table.shape[1]):
        column = table.iloc[:, [position]]
        widths.append(_width_of(column) - names_width)
    room = max(width - names_width, *widths)
    n_blocks = len(_blocks(widths, room))
    while room > max(widths) and len(_blocks(widths, room - 1)) == n_blocks:
        room -= 1
    blocks = [table.iloc[:, positions].to_string() for positions in _blocks(widths, room)]
    return "\n\n".join(blocks)


def _width_of(table: pd.DataFrame) -> int:
    """Letters in the longest line of a table as text."""
    return max(map(len, table.to_string().splitlines()))


def _blocks(widths: Sequence[int], room: int) -> list[list[int]]:
    """Positions of columns that stand side by side: as many as there is room for, then the next ones."""
    blocks: list[list[int]] = [[]]
    block_width = 0
    for position, width in enumerate(widths):
        if block_width + width > room and blocks[-1]:
            blocks.append([])
            block_width = 0
        blocks[-1].append(position)
        block_width += width
    return blocks


def file_lines(filenames: Iterable[str], texts: Sequence[str]) -> str:
    """A line per file: its name, and the text about it.

    Where a line would be wider than the screen, the folder of all files is said once, before them, and names lose
    their middle.

    >>> print(file_lines(["cubism/gris_1.jpg", "rococo/b.jpg"], ["cubism 90%", "rococo 80%"]))
    cubism/gris_1.jpg  cubism 90%
    rococo/b.jpg       rococo 80%
    """
    room = screen_width() - len(_GAP) - max(map(len, texts), default=0)
    names = list(map(shown_name, filenames))
    lines = []
    if max(map(len, names), default=0) > room:
        folder = _common_folder(names)
        names = [without_middle(name[len(folder) :], max(room, _SHORTEST_NAME)) for name in names]
        lines += [f"in {folder}"] if folder else []
    width = max(map(len, names), default=0)
    for name, text in zip(names, texts, strict=True):
        lines.append(f"{name:<{width}}{_GAP}{text}")
    return "\n".join(lines)


def _common_folder(names: Sequence[str]) -> str:
    """The folder that all names begin with, as far as it is the same, with the slash behind it; '' if there is none."""
    beginning = os.path.commonprefix(names)  # noqa: RUF071 - only what stands before a slash counts
    return beginning[: beginning.rfind("/") + 1]
