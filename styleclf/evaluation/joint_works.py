"""Works by several people: the people that an author stands for, and rows by person."""

import re

import pandas as pd

GROUP = "group"  # the column of a design whose images are kept together by more than their authors
_SEPARATORS = re.compile(r"[|;]")


def people_of(author: str) -> list[str]:
    """The people in the author of an annotation.

    >>> people_of("picasso|braque"), people_of("")
    (['picasso', 'braque'], [])
    """
    names = [name.strip() for name in _SEPARATORS.split(author)]
    return [name for name in names if name]


def people_by_row(rows: pd.DataFrame) -> pd.Series:
    """Every person that an image names as author, indexed by the position of its row.

    >>> people_by_row(pd.DataFrame({"author": ["picasso|braque", "", "gris"]})).to_list()
    ['picasso', 'braque', 'gris']
    """
    authors = rows["author"].fillna("").reset_index(drop=True)
    people = authors.astype(str).map(people_of).explode()
    return people.dropna().astype(str)


def group_names_by_row(rows: pd.DataFrame) -> pd.Series:
    """What keeps images together, indexed by the position of the row: the design's groups, else every person.

    >>> group_names_by_row(pd.DataFrame({"author": ["gris", "leger"], "group": ["met", ""]})).to_list()
    ['met']
    """
    if GROUP not in rows:
        return people_by_row(rows)
    names = rows[GROUP].fillna("").reset_index(drop=True)
    return names[names != ""].astype(str)


def rows_by_person(table: pd.DataFrame) -> pd.DataFrame:
    """The rows whose author is known, a joint work once for each of its people: `author` is a single person.

    >>> rows_by_person(pd.DataFrame({"author": ["picasso|braque", ""], "label": "cubism"}))["author"].to_list()
    ['picasso', 'braque']
    """
    people = people_by_row(table)
    rows = table.iloc[people.index]
    return rows.assign(author=people.to_numpy())


def count_authors(authors: pd.Series) -> int:
    """How many different people are named; '' and NaN stand for none.

    >>> count_authors(pd.Series(["picasso", "picasso|braque", "", "braque"]))
    2
    """
    return people_by_row(authors.to_frame("author")).nunique()


def judged_kind(n_authors: int) -> str:
    """What numbers are about that a model had not seen: painters, or only pictures where no painter is known.

    >>> judged_kind(12), judged_kind(0)
    ('painters', 'pictures')
    """
    return "painters" if n_authors else "pictures"
