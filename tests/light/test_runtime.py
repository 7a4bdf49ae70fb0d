"""light.runtime: a bundle predicts as its learner does, without torch, from one thread or many."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from styleclf.evaluation import NONE_OF_THESE, prediction_sets
from styleclf.inference import predict_files, predict_table, threshold_of
from styleclf.light import GRAPH_FILE, open_model
from styleclf.training import load_style_learner

WITHOUT_TORCH = """
import importlib.abc, sys

class Missing(importlib.abc.MetaPathFinder):
    packages = {"torch", "torchvision", "fastai", "fastcore", "timm", "pandas", "scipy", "sklearn", "matplotlib"}
    packages |= {"safetensors", "onnx"}
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.packages:
            raise ImportError(f"{name} is not installed here")

sys.meta_path.insert(0, Missing())
from styleclf.light import open_model
model = open_model(sys.argv[1])
prediction = model.predict(sys.argv[2:])[0]
print(prediction.likeliest[0][0], len(prediction.probas), sorted(Missing.packages & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def model(bundled):
    return open_model(bundled / "bundle")


@pytest.fixture(scope="module")
def learn(bundled):
    return load_style_learner(bundled / "model.pkl")


def test_probabilities_and_embeddings_are_those_of_the_learner(model, learn, paths):
    expected, _ = predict_files(learn, paths, progress=False)
    predictions = model.predict_files(paths, bs=7)
    assert np.abs(predictions.probas - expected).max() < 1e-4
    assert np.ptp(expected, axis=0).max() > 0.01  # the pictures are told apart
    assert predictions.embeddings.shape == (len(paths), 16)
    assert not predictions.unreadable


def test_sets_and_likeliest_styles_are_those_of_predict(model, learn, paths):
    threshold = threshold_of(learn, "model.pkl")
    table, _ = predict_table(learn, paths, threshold)
    for row, prediction in zip(table.itertuples(), model.predict(paths), strict=True):
        assert prediction.likeliest[0][0] == row.pred
        assert ", ".join(prediction.style_set) == row.set
        assert prediction.answer == row.answer
        assert prediction.novelty == pytest.approx(row.novelty, abs=1e-3)
        assert [proba for _, proba in prediction.likeliest] == sorted(prediction.probas, reverse=True)[:3]
    sets = prediction_sets(model.predict_files(paths).probas, np.array(threshold))
    assert 1 < sets.sum(axis=1).mean() < len(model.styles)  # the test can fail
    assert 0 < (table["answer"] == NONE_OF_THESE).sum() < len(table)


def test_it_works_where_neither_torch_nor_any_of_its_company_is_installed(bundled, paths):
    command = [sys.executable, "-c", WITHOUT_TORCH, str(bundled / "bundle"), str(paths[0])]
    done = subprocess.run(command, capture_output=True, text=True)
    expected = open_model(bundled / "bundle").predict(paths[:1])[0]
    assert done.stdout.split() == [expected.likeliest[0][0], str(len(expected.probas)), "[]"], done.stderr


def test_importing_it_takes_little():
    code = "import time; start = time.process_time(); import styleclf.light; print(time.process_time() - start)"
    seconds = [float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout) for _ in "ab"]
    assert min(seconds) < 0.5


def test_threads_get_what_one_thread_gets(model, paths):
    expected = model.predict_files(paths).probas
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: model.predict_files(paths, bs=3).probas, range(8)))
    for probas in results:
        assert np.abs(probas - expected).max() < 1e-6


def test_a_graph_that_answers_for_another_number_of_pictures_is_told(model, monkeypatch):
    monkeypatch.setattr("styleclf.light.runtime.outputs_in_time", lambda *_, **__: [np.zeros((1, 8))])
    with pytest.raises(ValueError, match=r"the graph's logits of 3 pictures have the shape \(1, 8\)"):
        model.outputs_of(np.zeros((3, 32, 32, 3), dtype=np.uint8), "logits")


def test_files_that_are_no_pictures_are_named_with_the_reason(model, paths, tmp_path):
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("no picture")
    files = [tmp_path / "empty.jpg", paths[0], tmp_path / "text.jpg", tmp_path / "nowhere.jpg"]
    predictions = model.predict_files(files)
    assert predictions.unreadable == {0: "empty file", 2: "not a readable image", 3: "file not found"}
    assert np.isnan(predictions.probas[[0, 2, 3]]).all()
    assert np.isfinite(predictions.probas[1]).all()
    with pytest.raises(OSError, match=r"empty\.jpg cannot be read as an image: empty file"):
        model.predict(files)


def test_a_picture_of_30000_pixels_and_one_turned_by_exif(model, learn, tmp_path):
    Image.new("RGB", (30_000, 40), "navy").save(tmp_path / "long.png")
    tall = Image.linear_gradient("L").resize((60, 90)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    tall.save(tmp_path / "turned.jpg", exif=exif)
    files = [tmp_path / "long.png", tmp_path / "turned.jpg"]
    expected, _ = predict_files(learn, files, progress=False)
    assert np.abs(model.predict_files(files).probas - expected).max() < 1e-4
    with Image.open(files[1]) as image:
        assert np.abs(model.predict_image(image).probas - expected[1]).max() < 1e-4


def test_a_bundle_without_a_graph_says_so(bundle):
    (bundle / GRAPH_FILE).unlink()
    with pytest.raises(ValueError, match=r"has no model\.onnx, which predictions without torch need"):
        open_model(bundle)
