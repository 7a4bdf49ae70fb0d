"""What a hierarchy adds to a run's folder, and to the learner of all folds."""

from types import SimpleNamespace

import pandas as pd
import pytest

from styleclf.evaluation import fitted_rule
from styleclf.inference import rule_of
from styleclf.runs.hierarchy import learn_rule, write_hierarchy, write_hierarchy_of_validation
from tests.evaluation.test_answers import HIERARCHY, made_run


def test_tables_figure_and_what_the_learner_of_all_folds_takes_from_them(tmp_path):
    run = made_run()
    text = write_hierarchy(run, HIERARCHY, out=tmp_path)
    assert text.count("\n") == 3
    assert "chance 0.25" in text
    assert "answers: right for" in text
    assert (tmp_path / "figures/levels.png").is_file()
    assert len(pd.read_csv(tmp_path / "answers.csv")) == len(run)
    learn = SimpleNamespace()
    rule = learn_rule(learn, run, tmp_path)
    assert rule == fitted_rule(run, HIERARCHY) == rule_of(learn)
    write_hierarchy_of_validation(run.head(40), rule, out=tmp_path / "validation")
    assert len(pd.read_csv(tmp_path / "validation/answers.csv")) == 40


def test_without_a_hierarchy_there_is_no_rule(tmp_path):
    learn = SimpleNamespace()
    assert learn_rule(learn, made_run(), tmp_path) is None
    assert rule_of(learn) is None


def test_a_hierarchy_that_was_changed_since_is_refused(tmp_path):
    write_hierarchy(made_run(), HIERARCHY, out=tmp_path)
    (tmp_path / "hierarchy.csv").write_text("style,parent\ncubism,modern\n")
    with pytest.raises(ValueError, match="lacks the style impressionism"):
        learn_rule(SimpleNamespace(), made_run(), tmp_path)
