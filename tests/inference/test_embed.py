"""inference.embed: embeddings are those of prediction, and a bare body embeds as in a learner."""

import pytest

from styleclf.data.paintings import Paintings
from styleclf.inference import embed
from styleclf.inference.predict import predict_and_embed
from tests.conftest import ARCH


def test_embeddings_are_those_of_prediction_and_the_body_has_its_features(trained, design, sample):
    paths = [sample / name for name in design["filename"]]
    result = embed.embedded_files(trained, paths, progress=False)
    assert result == pytest.approx(
        predict_and_embed(trained, Paintings(design, sample), progress=False).embeddings, abs=0.05
    )
    features = embed.embedded_files(trained, paths, "body", progress=False)
    assert features.shape == (len(design), trained.model[0].head_hidden_size)
    with pytest.raises(ValueError, match="head"):
        embed.embedded_files(trained, paths, "head", progress=False)


def test_a_bare_body_embeds_as_in_a_learner_of_the_same_weights(learn, design, sample, weights_file):
    paths = [sample / name for name in design["filename"][:8]]
    bare = embed.body_embeddings(paths, ARCH, weights_file, features="style", size=32, progress=False)
    assert bare == pytest.approx(embed.embedded_files(learn, paths, "body", progress=False), abs=1e-5)
