"""The whole audit: what is asked for is checked before minutes are spent; tests of recipes run all of it."""

import inspect

import pytest

from styleclf.audit.report import audit_design
from tests.conftest import ARCH


def test_bad_input_is_a_sentence_at_once(design):
    with pytest.raises(ValueError, match="n_seeds must be 1 or more, not 0"):
        audit_design(design, "nowhere", ARCH, n_seeds=0)


def test_the_backbones_keywords_are_those_of_the_audit():
    assert {"weights", "features", "size", "fit"} <= set(inspect.signature(audit_design).parameters)
