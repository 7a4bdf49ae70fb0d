"""app.page without Gradio: what its handlers hand to the page, at which tests/app/test_browser.py looks itself."""

import re
import sys
from types import SimpleNamespace

import pytest

from styleclf.app import page
from styleclf.app.decisions import DecisionTable
from styleclf.app.events import N_CHOICES, Events
from styleclf.app.page import _or_error, _PicturesTab, _ReviewTab, gradio_module, look_of_page
from tests.app.conftest import NASTY


class ShownError(Exception):
    """An error as Gradio shows it."""

    def __init__(self, message, print_exception=True):
        super().__init__(message)
        self.print_exception = print_exception


def component(*values, **options):
    return SimpleNamespace(values=values, options=options)


@pytest.fixture
def gradio(monkeypatch):
    """As much of Gradio as handlers ask for."""
    module = SimpleNamespace(Error=ShownError, Button=component, Row=component)
    module.Progress = lambda: lambda *step, desc: None
    module.themes = SimpleNamespace(Default=component)
    monkeypatch.setitem(sys.modules, "gradio", module)
    return module


@pytest.fixture
def events(engine, tmp_path):
    return Events(engine, tmp_path / "dropped", table=DecisionTable(tmp_path / "out/decisions.csv"))


@pytest.fixture
def tabs(events, gradio):
    """Both pages without their components, and the token of a browser that has dropped two pictures."""
    tabs = []
    for kind in (_PicturesTab, _ReviewTab):
        tab = kind.__new__(kind)
        tab.events = events
        tabs.append(tab)
    return tabs


@pytest.fixture
def token(tabs, paint):
    pictures, _ = tabs
    token, upload, message, overview = pictures._drop(None, [str(paint("a.png")), str(paint("b.png", "green"))])
    assert upload is None
    assert "2 pictures here" in message
    assert "a.png" in overview
    return token


def test_a_sentence_for_the_user_is_text_and_prints_no_traceback(events, gradio):
    def refuse(name):
        raise ValueError(f"no style {name}")

    with pytest.raises(ShownError, match="no style") as caught:
        _or_error(events, refuse, NASTY)
    assert "<img" not in str(caught.value)
    assert not caught.value.print_exception
    with pytest.raises(ZeroDivisionError):
        _or_error(events, lambda: 1 / 0)
    assert _or_error(events, max, 1, 2) == 2


def test_a_review_hands_out_one_value_for_every_component_and_a_button_for_every_key(tabs, token):
    _, review = tabs
    shown = review._show(token)
    buttons = shown[-N_CHOICES:]
    name, progress, style = shown[1], shown[4], shown[6]
    assert name == "b.png", "the least sure one comes first"
    assert "0 of 2 pictures" in progress
    assert style is None
    assert len(shown) == 8 + N_CHOICES
    assert [button.options["visible"] for button in buttons] == [True] * 3 + [False] * (N_CHOICES - 3)
    assert buttons[0].values[0].startswith("1")
    assert "green" in buttons[0].values[0]


def test_the_button_of_the_answer_stands_out_also_where_it_is_none_of_these(tabs, token, paint):
    pictures, review = tabs
    pictures._drop(token, [str(paint("c.png", "grey"))])
    shown = review._show(token)
    assert shown[1] == "c.png"
    assert "none of these" in shown[3]
    assert [button.options["variant"] for button in shown[7:9]] == ["primary", "secondary"]
    none, first, second = review._none(token, "c.png")[7:10]
    assert [button.options["variant"] for button in (none, first, second)] == ["secondary", "primary", "secondary"]


def test_every_decision_shows_the_next_picture_and_undo_the_last(tabs, token):
    _, review = tabs
    names = [review._choose(0, token, "b.png")[1], review._undo(token)[1], review._skip(token, "b.png")[1]]
    assert names == ["a.png", "b.png", "a.png"]
    assert review._correct(token, "a.png", None)[1] == "a.png", "nothing was typed: nothing is decided"
    review._correct(token, "a.png", "fauvism")
    decisions = review.events.table.all().values()
    assert [(decision.filename, decision.label) for decision in decisions if decision.label] == [("a.png", "fauvism")]


def test_the_button_of_the_map_leads_back_to_the_picture(tabs, token):
    for tab, place, key in zip(tabs, ((1,), ()), ("", " (M)"), strict=True):
        under_map, words = tab._map(token, *place, page._TO_MAP + key)
        alone, words_again = tab._map(token, *place, words)
        assert words == page._TO_PICTURE + key
        assert words_again == page._TO_MAP + key
        assert "b.png" in alone
        assert alone in under_map
        assert "Maps need torch" in under_map


def test_clearing_empties_the_page(tabs, token):
    pictures, _ = tabs
    assert "a.png" in pictures._show(token)
    message, overview, details, neighbours = pictures._clear(token)
    assert message == neighbours == ""
    assert "a.png" not in overview
    assert details.options == {"visible": False}


def test_nothing_of_the_page_comes_from_elsewhere(gradio):
    look = look_of_page()
    text = look["css"] + look["head"] + page._PICK
    assert not re.search(r"https?://|@import|url\(", text)
    assert look["theme"].options["font"] == page._FONTS


def test_without_gradio_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(ValueError, match=r'pip install "styleclf\[app\]"'):
        gradio_module()
