"""bundle.loading: a bundle is a learner again; what arrives damaged, or was made to harm, runs nothing."""

import numpy as np
import pytest
import torch

from styleclf.bundle import load_bundle, open_learner
from styleclf.inference import embedded_files, predict_files, threshold_of
from styleclf.light import open_model
from styleclf.training import export_learner, load_style_learner, origin_of
from tests.bundle.crafted import crafted
from tests.bundle.mutations import mutated

N_MUTATIONS = 200
LONGEST_SENTENCE = 900  # characters, of which the path has many


@pytest.fixture(scope="module")
def loaded(bundled):
    return load_bundle(bundled / "bundle")


def test_it_predicts_embeds_and_remembers_as_the_exported_learner_does(bundled, loaded, paths, tmp_path):
    learn = load_style_learner(bundled / "model.pkl")
    expected, _ = predict_files(learn, paths, progress=False)
    probas, _ = predict_files(loaded, paths, progress=False)
    assert np.abs(probas - expected).max() < 1e-4
    assert np.abs(embedded_files(loaded, paths) - embedded_files(learn, paths)).max() < 1e-3
    assert threshold_of(loaded, "") == pytest.approx(threshold_of(learn, ""))
    assert (
        origin_of(loaded)["n_painters"]
        == origin_of(learn)["n_painters"]
        == len(origin_of(loaded)["painters"]["hashes"])
    )
    assert loaded.picture_profile == learn.picture_profile
    again = load_style_learner(export_learner(loaded, tmp_path / "model.pkl"))
    assert predict_files(again, paths, progress=False)[0] == pytest.approx(probas)


def test_fastais_verbs_take_it(loaded, paths):
    with loaded.no_bar():
        style, position, probas = loaded.predict(paths[0])
        batches = loaded.dls.test_dl(paths[:3])
        preds, _ = loaded.get_preds(dl=batches)
    assert style == loaded.dls.vocab[int(position)]
    assert probas.sum() == pytest.approx(1)
    assert torch.allclose(preds[0], probas, atol=1e-5)


def test_one_function_opens_both(bundled):
    vocabs = [list(open_learner(bundled / name).dls.vocab) for name in ("bundle", "model.pkl")]
    assert vocabs[0] == vocabs[1]


@pytest.mark.parametrize(
    ("mutation", "n_mutations"),
    [
        (mutated, 50),
        pytest.param(mutated, N_MUTATIONS, marks=pytest.mark.slow),
        pytest.param(crafted, N_MUTATIONS, marks=pytest.mark.slow),
    ],
)
def test_mutations_run_nothing_and_end_in_one_sentence(bundled, tmp_path, mutation, n_mutations):
    files = {file.name: file.read_bytes() for file in (bundled / "bundle").iterdir()}
    sentinel = tmp_path / "it ran"
    openers = {"learner": load_bundle, "light": open_model}
    refused = dict.fromkeys(openers, 0)
    for number in range(n_mutations):
        kind, readers, content = mutation(files, number, sentinel)
        path = tmp_path / "mutated.zip"
        path.write_bytes(content)
        for reader, opener in openers.items():
            try:
                opener(path)
            except ValueError as error:
                refused[reader] += 1
                sentence = str(error)
                assert "\n" not in sentence and 20 < len(sentence) < LONGEST_SENTENCE, (number, kind, sentence)
            else:
                assert reader not in readers, f"mutation {number}, {kind}, passed as {reader}"
        assert not sentinel.exists(), f"mutation {number}, {kind}, ran"
    assert min(refused.values()) > n_mutations / 2
