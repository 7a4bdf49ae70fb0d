"""recipes/app.py through its command line; the page itself is tested in tests/app/test_browser.py."""

import pytest

from tests.bundled import bundled  # noqa: F401
from tests.recipes.test_recipes import ROOT, run


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    return tmp_path


def test_it_writes_a_space_and_says_what_is_wrong_in_one_sentence(desk, bundled):
    done = run(desk, "recipes/app.py", "--model", str(bundled / "bundle"), "--space", "space")
    assert done.returncode == 0 and (desk / "space/app.py").is_file(), done.stderr
    assert "a Space, to be pushed as it is: space" in done.stdout
    for flags, sentence in (
        (["--model", str(bundled / "model.pkl"), "--space", "other"], "app.py: a Space opens no pickles"),
        (["--port", "70000"], "--port must be a whole number from 0 to 65,535, not 70000"),
    ):
        done = run(desk, "recipes/app.py", *flags)
        assert done.returncode == 2 and sentence in done.stderr and len(done.stderr.strip().splitlines()) == 1, (
            done.stderr
        )
