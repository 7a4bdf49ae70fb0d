"""Texts as IIIF has them, in several languages and as HTML, as one plain text."""

import html
import re
from collections.abc import Iterable, Iterator

_TAG = re.compile(r"<[^<>]*>")
_BETWEEN = "; "  # several values of one field
_NO_LANGUAGE = ("none", "@none", "")
_PLAIN = (str, int, float)


def plain_text(value: object, language: str = "en") -> str:
    """One text of a string, of values with languages (Presentation 2), of a language map (3), or of a list of them.

    Of several languages it is the one asked for, or else what has no language, or else the first. HTML becomes text.

    >>> plain_text({"en": ["Oil <b>on</b> canvas"], "de": ["Oel auf Leinwand"]})
    'Oil on canvas'
    >>> plain_text([{"@value": "Ansicht", "@language": "de"}, {"@value": "View", "@language": "en"}], "de")
    'Ansicht'
    """
    texts = _texts_by_language(value)
    for wanted_language in (language, *_NO_LANGUAGE, *texts):
        for tag, parts in texts.items():
            if _is_language(tag, wanted_language):
                return _BETWEEN.join(_plain_parts(parts))
    return ""


def _is_language(tag: str, language: str) -> bool:
    """Whether a tag such as en-GB stands for a language such as en."""
    main_tag, _, _ = tag.partition("-")
    return language in (tag, main_tag)


def all_texts(value: object) -> list[str]:
    """The plain texts in every language."""
    texts: list[str] = []
    for parts in _texts_by_language(value).values():
        texts += _plain_parts(parts)
    return texts


def _plain_parts(parts: Iterable[str]) -> list[str]:
    """The texts without markup, those that hold nothing else left out."""
    plain_parts = map(without_markup, parts)
    return list(filter(None, plain_parts))


def without_markup(text: str) -> str:
    """The text without tags and character references of HTML, blanks made one."""
    without_tags = _TAG.sub(" ", text)
    plain = html.unescape(without_tags)
    return " ".join(plain.split())


def _texts_by_language(value: object) -> dict[str, list[str]]:
    """The parts in each language; '' stands for no language."""
    texts: dict[str, list[str]] = {}
    for language, text in _language_pairs(value):
        texts.setdefault(language, []).append(text)
    return texts


def _language_pairs(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for part in value:
            yield from _language_pairs(part)
    elif isinstance(value, dict) and "@value" in value:
        language = value.get("@language") or ""
        yield str(language), str(value["@value"])
    elif isinstance(value, dict):
        for language, parts in value.items():
            for part in _as_list(parts):
                if isinstance(part, _PLAIN):
                    yield str(language), str(part)
    elif isinstance(value, _PLAIN):
        yield "", str(value)


def _as_list(value: object) -> list:
    return value if isinstance(value, list) else [value]
