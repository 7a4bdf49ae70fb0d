"""Three ways to say who painted what, shown with a user's own names of files."""

from pathlib import PurePosixPath

import pandas as pd

_PAINTER = "gris"  # of the examples


def author_advice(annotation: pd.DataFrame) -> str:
    """Lines on how to name painters, where no image has one; else nothing.

    >>> annotation = pd.DataFrame({"filename": ["cubism/IMG_0001.jpg"], "author": [""]})
    >>> print(author_advice(annotation))
    No painter can be read from the names of files, so one painter's pictures may be trained on and judged: too good to be true.
    Say who painted what in one of three ways, here for cubism/IMG_0001.jpg if it is by gris:
      in the name    cubism/gris_IMG_0001.jpg
      by folders     cubism/gris/IMG_0001.jpg      and design.py --layout style/author
      in a table     painters.csv with the lines filename,author and cubism/IMG_0001.jpg,gris      and design.py --csv painters.csv
    """  # noqa: E501 - lines as they are printed
    if annotation.empty or (annotation["author"] != "").any():
        return ""
    file = PurePosixPath(annotation["filename"].iloc[0])
    named = file.with_name(f"{_PAINTER}_{file.name}")
    in_folder = file.parent / _PAINTER / file.name
    table = f"painters.csv with the lines filename,author and {file},{_PAINTER}"
    lines = [
        "No painter can be read from the names of files, so one painter's pictures may be trained on and judged: "
        "too good to be true.",
        f"Say who painted what in one of three ways, here for {file} if it is by {_PAINTER}:",
        f"  in the name    {named}",
        f"  by folders     {in_folder}      and design.py --layout style/author",
        f"  in a table     {table}      and design.py --csv painters.csv",
    ]
    return "\n".join(lines)
