"""styleclf.common.signatures: types and facts of parameters."""

from typing import Annotated

import pytest

from styleclf.common import signatures


def paint(width: int, *paths: str, blend: Annotated[float | None, "a share"] = None, ink: str = "black") -> None:
    """Nothing."""


@pytest.mark.parametrize(
    "annotation, kind, with_none",
    [
        (int, int, False),
        (float | None, float, True),
        (Annotated[float | None, "a share"], float, True),
        (Annotated[str, "a name"], str, False),
    ],
)
def test_types_are_told_from_annotations(annotation, kind, with_none):
    assert signatures.type_of(annotation) is kind
    assert signatures.accepts_none(annotation) is with_none


def test_facts_stand_beside_the_type():
    assert signatures.fact_of(Annotated[int, 2.5, "a share"], str) == "a share"
    assert signatures.fact_of(Annotated[int, 2.5], str) is None
    assert signatures.fact_of(int, str) is None


def test_settings_are_handed_on_to_the_keywords_that_there_are():
    assert signatures.keywords_of(paint) == ["blend", "ink"]
    assert signatures.among({"ink": "red", "width": 3, "nib": "fine"}, paint) == {"ink": "red"}
