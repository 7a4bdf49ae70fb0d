"""The bundle of all tests."""

from tests.bundled import bundle, bundled, paths  # noqa: F401
