"""Tables as text that fits the screen: columns for which there is no room go on below."""

from collections.abc import Sequence

import pandas as pd

from styleclf.common import screen_width, without_middle

_LONGEST_NAME = 40  # letters of a row's name, where the whole name would leave no room for numbers


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
    names_width = max(len(name) for name in table.index)
    widths = [_width_of(table.iloc[:, [n]]) - names_width for n in range(table.shape[1])]
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
    used = 0
    for position, width in enumerate(widths):
        if used + width > room and blocks[-1]:
            blocks.append([])
            used = 0
        blocks[-1].append(position)
        used += width
    return blocks
