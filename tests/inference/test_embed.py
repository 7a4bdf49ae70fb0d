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


def test_no_files_have_no_embeddings(trained, weights_file):
    assert embed.embedded_files(trained, []).shape == (0, trained.model[1][-1].out_features)
    assert embed.embedded_files(trained, [], "body").shape == (0, trained.model[0].head_hidden_size)
    with pytest.raises(ValueError, match="files is an empty list: name the images to embed"):
        embed.body_embeddings([], ARCH, weights_file, size=32)


@pytest.mark.parametrize(
    "path, reason",
    [
        ("gone.jpg", "file not found"),
        ("a\0b.jpg", "file not found"),
        ("a" * 5000, "cannot be read from disk"),
        ("https://museum.example/a.jpg", "an address and no file: load it first"),
    ],
)
def test_files_that_are_not_there_are_one_sentence(trained, path, reason):
    with pytest.raises(OSError, match=f"cannot be read as an image: {reason}"):
        embed.embedded_files(trained, [path], progress=False)
