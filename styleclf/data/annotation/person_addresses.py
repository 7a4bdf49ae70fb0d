"""Painters who are named by an address, by a name, or by both, as aggregators such as Europeana give them.

Where one work has an address and one name beside it, that is the name of whoever has that address, in all other works
as well. Otherwise one painter would be two, and could stand in two folds.
"""

from collections.abc import Iterable, Mapping, Sequence

from styleclf.data.annotation.people import BY, SEPARATOR, people_of

_SCHEMES = ("http://", "https://")


def with_names_for_addresses(
    authors: Sequence[str],  # in lower case, people joined by `|`
    attributions: Sequence[str],  # as many for each, joined likewise, or ''
) -> tuple[list[str], list[str]]:
    """Authors and attributions with names in place of the addresses that have one.

    >>> with_names_for_addresses(["http://a.example/1|ann", "http://a.example/1", "ben"], ["", "after", ""])
    (['ann', 'ann', 'ben'], ['', 'after', ''])
    """
    name_of = _names_of_addresses(authors)
    named_authors: list[str] = []
    named_attributions: list[str] = []
    for author, attribution in zip(authors, attributions, strict=True):
        if any(address in author for address in name_of):
            author, attribution = _named_people(author, attribution, name_of)
        named_authors.append(author)
        named_attributions.append(attribution)
    return named_authors, named_attributions


def _names_of_addresses(authors: Iterable[str]) -> dict[str, str]:
    """The name that stands beside each address, where it is one address with one name."""
    name_of: dict[str, str] = {}
    for author in authors:
        people = people_of(author)
        if len(people) != 2:
            continue
        address, name = sorted(people, key=_is_address, reverse=True)
        if _is_address(address) and not _is_address(name):
            name_of.setdefault(address, name)
    return name_of


def _is_address(person: str) -> bool:
    return person.startswith(_SCHEMES)


def _named_people(
    author: str,
    attribution: str,
    name_of: Mapping[str, str],  # the name for each address
) -> tuple[str, str]:
    """`(author, attribution)` with names in place of addresses, each person once and with their qualifier."""
    people = people_of(author)
    words: Sequence[str] = [""] * len(people)
    if attribution:
        words = attribution.split(SEPARATOR)
    words_of: dict[str, str] = {}
    for person, words_of_person in zip(people, words, strict=True):
        name = name_of.get(person, person)
        is_qualified = words_of_person not in ("", BY)
        if is_qualified or name not in words_of:
            words_of[name] = words_of_person
    qualifiers = filter(None, words_of.values())
    return SEPARATOR.join(words_of), SEPARATOR.join(qualifiers)
