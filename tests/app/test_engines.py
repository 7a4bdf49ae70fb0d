"""app.engines: a bundle by onnxruntime and a learner by torch say the same."""

import numpy as np
import pytest

from styleclf.app.engines import LearnerEngine, LightEngine, open_engine
from tests.bundled import bundled, paths  # noqa: F401


def test_both_runtimes_say_the_same(bundled, paths, tmp_path):
    light, learner = open_engine(bundled / "bundle", light=True), open_engine(bundled / "bundle")
    assert isinstance(light, LightEngine)
    assert isinstance(learner, LearnerEngine)
    assert light.styles == learner.styles
    assert light.embedding_size == learner.embedding_size == 16
    (tmp_path / "empty.jpg").touch()
    files = [*paths[:6], tmp_path / "empty.jpg"]
    answers, expected = light.predictions(files), learner.predictions(files)
    assert answers[-1] == expected[-1] == "empty file"
    for answer, other in zip(answers[:-1], expected[:-1], strict=True):
        assert answer.answer == other.answer
        assert answer.style_set == other.style_set
        assert [style for style, _ in answer.likeliest] == [style for style, _ in other.likeliest]
        assert np.abs(answer.probas - other.probas).max() < 1e-4
        assert answer.novelty == pytest.approx(other.novelty, abs=1e-3)
    assert len({answer.answer == "none of these" for answer in answers[:-1]}) == 2  # some are, some are not
    assert light.fingerprint() != learner.fingerprint()
    with pytest.raises(ValueError, match="Maps need torch"):
        light.occlusion(paths[0], light.styles[0])


def test_a_map_is_a_picture_of_the_same_proportions(bundled, sample, design):
    row = design.iloc[0]
    engine = open_engine(bundled / "model.pkl")
    painted = engine.occlusion(sample / row["filename"], engine.styles[0])
    assert engine.no_maps == ""
    assert painted.mode == "RGB"
    assert painted.width / painted.height == pytest.approx(row["width"] / row["height"], rel=0.05)
