"""recipes/gpu_check.py through its real command line, on the processor."""

import pandas as pd
import pytest

from tests.recipes.test_recipes import ROOT, first_run

TINY = "[DEFAULT]\n"


@pytest.mark.slow  # trains in every precision
def test_a_processor_passes_and_leaves_one_table(tmp_path):
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    flags = "--device cpu --archs test_resnet --size 32 --n-images 8 --bs 8 --out out"
    done = first_run(tmp_path, "recipes/gpu_check.py", *flags.split(), settings=TINY)
    assert done.returncode == 0, done.stderr + done.stdout
    out = tmp_path / "out"
    table = pd.read_csv(out / "gpu_check.csv", keep_default_na=False)
    assert {file.name for file in out.iterdir()} == {"gpu_check.csv", "gpu_check.md", "settings.json"}
    checks = {"features", "extraction", "training", "gradients", "occlusion", "batch that does not fit"}
    assert checks | {"practice set: training", "practice set: probe"} <= set(table["check"])
    assert not set(table["verdict"]) & {"failed"}
    assert set(table["arch"]) == {"test_resnet"}
    assert (out / "gpu_check.md").read_text(encoding="utf-8") in done.stdout


def test_a_device_that_is_not_there_is_one_sentence(tmp_path):
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    done = first_run(tmp_path, "recipes/gpu_check.py", "--device", "abacus", "--out", "out", settings=TINY)
    assert done.returncode == 2
    assert "this machine has no device 'abacus'" in done.stderr
