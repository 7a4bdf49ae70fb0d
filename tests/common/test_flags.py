"""styleclf.common.flags: a value that has no effect beside the others is a sentence."""

from typing import Annotated

from styleclf.common import flags


def draw(
    *paths: str,
    flip: bool = False,
    ink: Annotated[str, flags.UsedWith("flip")] = "black",
    nib: Annotated[str, flags.UsedWith("ink", ("red", "blue", "green"))] = "broad",
    gloss: Annotated[str, flags.UsedWithAny(("flip", "varnish", "n_coats"))] = "matt",
    n_coats: int = 0,
    frame: Annotated[str, flags.UsedWithOne("paths")] = "oak",
    n_sheets: Annotated[int, flags.UsedWithout("paths")] = 1,
) -> None:
    """Nothing."""


DEFAULTS = {
    "flip": False,
    "ink": "black",
    "nib": "broad",
    "gloss": "matt",
    "n_coats": 0,
    "frame": "oak",
    "n_sheets": 1,
    "paths": (),
}


def idle(**values: object) -> list[str]:
    return flags.idle_flags(draw, DEFAULTS | values, DEFAULTS)


def test_a_flag_without_what_it_needs_is_a_sentence():
    assert idle(ink="red") == ["--ink has no effect without --flip"]
    assert idle(nib="fine") == ["--nib has no effect without --ink red, blue or green"]
    assert idle(ink="red", flip=True, nib="fine") == []


def test_a_flag_beside_what_excludes_it_is_a_sentence():
    assert idle(n_sheets=2, paths=("a.jpg",)) == ["--n-sheets has no effect beside the paths that are named"]
    assert idle(n_sheets=2) == []
    assert idle(paths=("a.jpg",)) == []


def test_a_flag_for_one_thing_beside_several_is_a_sentence():
    assert idle(frame="ash", paths=("a.jpg", "b.jpg")) == ["--frame has no effect beside several paths"]
    assert idle(frame="ash", paths=("a.jpg",)) == []
    assert idle(frame="ash") == []


def test_a_flag_without_any_of_those_it_needs_is_a_sentence():
    assert idle(gloss="silk") == ["--gloss has no effect without --flip or --n-coats"]
    assert idle(gloss="silk", n_coats=2) == idle(gloss="silk", flip=True) == []


def test_facts_of_two_classes_are_never_taken_for_one():
    same_value = ("flip",)
    annotations = [Annotated[str, flags.UsedWithAny(same_value)], Annotated[str, flags.RememberedBy(same_value)]]
    assert [type(annotation.__metadata__[0]) for annotation in annotations] == [flags.UsedWithAny, flags.RememberedBy]
    assert flags.UsedWithout("paths") != flags.UsedWithOne("paths")
