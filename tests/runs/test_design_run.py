"""styleclf.runs.design_run: what a design leaves in its folder."""

import pandas as pd
import pytest

from styleclf.runs.design_run import write_design_run


def test_a_design_leaves_its_tables_and_its_figure_and_says_how_even_it_is(design, tmp_path, capsys):
    text = write_design_run(design, tmp_path)
    assert text == f"{len(design)} images, {design['label'].nunique()} styles"
    assert "imbalance of the folds" in capsys.readouterr().out
    assert len(pd.read_csv(tmp_path / "design.csv")) == len(design)
    assert (tmp_path / "design_table.csv").is_file()
    assert (tmp_path / "figures/design.png").is_file()


def test_a_design_is_written_before_anything_is_said_of_it(design, tmp_path, monkeypatch):
    def interrupted(text):
        raise KeyboardInterrupt

    monkeypatch.setattr("styleclf.runs.design_run.say", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_design_run(design, tmp_path)
    assert (tmp_path / "design.csv").is_file()
