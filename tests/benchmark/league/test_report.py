"""What a league leaves: table, figure, and a winner that a training takes."""

import pandas as pd
import pytest

from styleclf.benchmark import league_settings, write_league
from tests.damage import damage_file


def test_table_figure_and_winner(league, capsys):
    out, contest = league
    text = write_league(contest, out)
    table = pd.read_csv(out / "league.csv")
    assert len(table) == 3
    assert (out / "figures/league.png").stat().st_size
    assert "knows most" in text
    assert set(pd.read_csv(out / "skipped.csv")["body"]) == {"nonsense", "resnet18"}
    settings = league_settings(out)
    assert settings["features"] == "style"
    assert settings["size"] == 32
    assert settings["arch"] in set(table["arch"])
    assert settings["weights"] == table.set_index("arch")["weights"][settings["arch"]]
    assert "the winner of" in capsys.readouterr().out


def test_no_league_and_a_damaged_winner_are_one_sentence(league, tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no finished league"):
        league_settings(tmp_path)
    (tmp_path / "winner.json").write_text('{"arch": "resnet18", "weights": "none"}')
    with pytest.raises(ValueError, match="lacks 'body'"):
        league_settings(tmp_path)
    damage_file(tmp_path / "winner.json", "half")
    with pytest.raises(ValueError, match="is damaged"):
        league_settings(tmp_path)
