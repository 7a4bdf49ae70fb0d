"""Texts in several languages, in the forms of both versions."""

import pytest

from styleclf.data.collect.language import all_texts, plain_text


@pytest.mark.parametrize(
    "value, language, text",
    [
        ("Oil", "en", "Oil"),
        (1889, "en", "1889"),
        (None, "en", ""),
        (["Oil", "Canvas"], "en", "Oil; Canvas"),
        ({"@value": "Huile", "@language": "fr"}, "en", "Huile"),
        ([{"@value": "Huile", "@language": "fr"}, {"@value": "Oil", "@language": "en-GB"}], "en", "Oil"),
        ({"de": ["Öl"], "none": ["o/c"], "fr": ["Huile"]}, "en", "o/c"),
        ({"de": ["Öl"], "fr": ["Huile"]}, "en", "Öl"),
        ({"en": ["<p>Oil &amp; <i>gold</i></p>", ""]}, "en", "Oil & gold"),
        ({"en": [{"unexpected": 1}]}, "en", ""),
    ],
)
def test_one_text_is_taken(value, language, text):
    assert plain_text(value, language) == text


def test_all_languages_are_heard():
    assert all_texts({"en": ["Artist"], "de": ["Künstler"]}) == ["Artist", "Künstler"]
