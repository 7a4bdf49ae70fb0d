"""recipes/benchmark.py through its real command line."""

import pandas as pd
import pytest

from tests.conftest import ARCH
from tests.recipes.test_recipes import ROOT, first_run, run


@pytest.mark.slow  # trains by turns
def test_a_contest_and_a_measurement_leave_tables_report_and_figure(sample, weights_file, tmp_path):
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    settings = f"[DEFAULT]\nimages = {sample}\narch = {ARCH}\nsize = 32\nepochs = 1\nweights = {weights_file}\n"
    line = "recipes/benchmark.py --out out --bs 16 --fastai-epochs 1"
    some = "--contenders fastai,finetune --further decoding --repeats 1"
    done = first_run(tmp_path, *line.split(), *some.split(), settings=settings)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    results, curves = pd.read_csv(out / "benchmark.csv"), pd.read_csv(out / "curves.csv")
    assert results["contender"].tolist() == ["plain fastai", "styleclf fine-tune"] == list(curves["contender"].unique())
    assert results["target_top_2"].iloc[0] == results["top_2"].iloc[0]
    assert results["ratio"].iloc[0] == 1
    assert results["n_epochs"].tolist() == [2, 1]
    assert len(curves) == 3 + 3
    measured = pd.read_csv(out / "further.csv")
    assert set(measured["part"]) == {"decoding"}
    assert len(measured) == 4
    text = (out / "benchmark.md").read_text(encoding="utf-8")
    assert text in done.stdout
    assert " left" in done.stdout
    assert (out / "figures/benchmark.png").stat().st_size
    assert (out / "settings.json").is_file()
    assert {file.name for file in out.iterdir()} == {
        *("benchmark.csv", "benchmark.md", "curves.csv", "design.csv", "figures", "further.csv", "settings.json")
    }
    for flags, message in (("--contenders fastay", "fastay"), ("--scaling 0", "--scaling"), ("--fold 9", "9")):
        done = run(tmp_path, *line.split(), *flags.split(), settings=settings)
        *notes, sentence = done.stderr.strip().splitlines()
        assert done.returncode == 2 and message in sentence, done.stderr
        assert all(note.startswith("note: ") for note in notes), done.stderr


def test_a_measurement_alone_leaves_its_table(sample, weights_file, tmp_path):
    (tmp_path / "recipes").symlink_to(ROOT / "recipes")
    settings = f"[DEFAULT]\nimages = {sample}\narch = {ARCH}\nsize = 32\nweights = {weights_file}\n"
    line = "recipes/benchmark.py --out out --contenders none --further decoding --repeats 1"
    done = run(tmp_path, *line.split(), settings=settings)
    assert done.returncode == 0, done.stderr
    assert set(pd.read_csv(tmp_path / "out/further.csv")["part"]) == {"decoding"}
