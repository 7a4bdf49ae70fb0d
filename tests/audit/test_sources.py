"""Sources: recognised and missed where they leave traces, and nowhere else."""

import numpy as np
import pandas as pd
import pytest

from styleclf.audit import (
    sources,
)
from styleclf.data.authors import author_groups
from styleclf.training import ProbeRules
from tests.audit.conftest import STYLES, painted_features, painters_design


def sourced(trace, seed=0):
    """Features that show the style and, as strongly as `trace`, one of two sources; whole authors share a source."""
    design, targs = painters_design()
    number = np.array([int(author.split("-")[1]) // 4 % 2 for author in design["author"]])
    rng = np.random.default_rng(seed)
    marks = rng.normal(size=(2, 30))[number] * trace
    # every style is marked by its source in a way of its own: who relies on it, fails with the other source
    own = rng.normal(size=(3, 2, 30))[targs, number] * trace
    return design, painted_features(design, targs, style=0.7, seed=seed) + marks + own, number.astype(str)


def audited_sources(design, features, names):
    folds, groups = design["fold"].to_numpy(), author_groups(design)
    return sources.source_audit(
        features, design["label"].to_numpy(), names, folds=folds, rules=ProbeRules(0.1), groups=groups, progress=False
    )


def test_a_source_that_leaves_traces_is_told_and_missed():
    table = audited_sources(*sourced(trace=1.5))
    told, unseen = (
        table[table["question"] == question] for question in (sources._WHICH_SOURCE, sources._UNSEEN_SOURCE)
    )
    assert told["label"].tolist() == list(STYLES)
    assert (told["lo"] > 0.5).all()
    assert (told["reference"] == 0.5).all()
    pooled = unseen.set_index("source").loc[""]
    assert pooled["difference_hi"] < 0
    assert pooled["n_images"] == 180
    assert unseen["source"].tolist() == ["0", "1", ""]
    assert len(sources.source_sentences(table)) == 2


def test_a_source_without_traces_is_neither():
    table = audited_sources(*sourced(trace=0))
    assert ((table["difference_lo"] < 0) & (table["difference_hi"] > 0)).sum() >= 5  # of six intervals of 95 %


def test_styles_of_one_source_have_nothing_to_tell():
    design, features, _ = sourced(trace=1)
    table = audited_sources(design, features, np.full(len(design), "museum"))
    assert table.empty
    assert list(table) == sources._COLUMNS
    assert "no style has two sources" in sources.source_sentences(table)[0]


def test_sources_are_read_by_filename(tmp_path):
    design, _ = painters_design()
    known = design[["filename"]].iloc[:7].assign(source="museum").iloc[::-1]
    known.to_csv(tmp_path / "sources.csv", index=False)
    assert sources.read_sources(tmp_path / "sources.csv", design).tolist() == ["museum"] * 7 + [""] * 173
    pd.concat([known, known.iloc[:1].assign(source="dealer")]).to_csv(tmp_path / "two.csv", index=False)
    with pytest.raises(ValueError, match=r"two\.csv says that .* comes from 'museum' and from 'dealer': leave one"):
        sources.read_sources(tmp_path / "two.csv", design)
    known.assign(filename="x.jpg").to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(ValueError, match="the source of no image of the design"):
        sources.read_sources(tmp_path / "other.csv", design)
    known[["filename"]].to_csv(tmp_path / "short.csv", index=False)
    with pytest.raises(ValueError, match="lacks the columns source; it has filename"):
        sources.read_sources(tmp_path / "short.csv", design)
