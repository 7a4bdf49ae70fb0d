"""The task of a league: what is judged, and until when."""

import math
import time

from styleclf.benchmark import LeagueRules
from styleclf.benchmark.league.rules import check_league_made_alike, league_task


def test_the_validation_set_is_left_out_and_the_deadline_is_in_time(paintings, tmp_path):
    task = league_task(paintings, tmp_path, LeagueRules(), minutes=2)
    assert "val" not in set(task.paintings.folds)
    assert len(task.targs) == len(task.paintings) < len(paintings)
    assert 100 < task.seconds_left < 120
    assert task.deadline > time.monotonic()
    assert league_task(paintings, tmp_path, LeagueRules()).seconds_left == math.inf


def test_a_folder_takes_the_same_league_again(paintings, tmp_path):
    for _ in range(2):
        check_league_made_alike(league_task(paintings, tmp_path, LeagueRules()))
