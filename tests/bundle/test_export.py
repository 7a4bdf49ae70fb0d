"""bundle.export: a bundle holds no pickle and names nobody; learners that it could not tell of are refused."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from fastai.data.transforms import Normalize
from fastai.vision.augment import Rotate

from styleclf.app.engines import open_engine
from styleclf.bundle import bundle_text, export_bundle, facts_beside, load_bundle
from styleclf.common import write_json
from styleclf.data import get_dls
from styleclf.evaluation import AnswerRule, Hierarchy
from styleclf.inference import keep_label_thresholds, keep_rule, predict_files, predict_table
from styleclf.light import open_model
from styleclf.light.__main__ import main as light
from styleclf.training import learn_novelty, load_style_learner, set_temperature, style_learner
from tests.bundled import TINIEST
from tests.training.labelled import with_two_labels

FILES = ["README.md", "bundle.json", "model.onnx", "model.safetensors", "novelty.npz"]


@pytest.fixture
def learn(bundled):
    return load_style_learner(bundled / "model.pkl")


def values_of(folder):
    return json.loads((folder / "bundle.json").read_text(encoding="utf-8"))


def new_learner(design, sample, arch=TINIEST, *, contrast=5, **options):
    torch.manual_seed(0)
    dls = get_dls(design, sample, 0, arch=arch, size=options.pop("size", 32), bs=16, **options.pop("of_dls", {}))
    learn = style_learner(dls, arch, "none", precision="fp32", **options)
    with torch.no_grad():
        learn.model[1][-1].weight.mul_(contrast)  # an untrained neck is undecided
    return learn


def agree(learn, path, paths, tolerance=1e-4):
    """The largest difference of probabilities by the learner, the bundle's learner and its graph."""
    expected, _ = predict_files(learn, paths, progress=False)
    by_learner, _ = predict_files(load_bundle(path), paths, progress=False)
    by_graph = open_model(path).predict_files(paths).probas
    assert np.ptp(expected, axis=0).max() > 1e-3, "all pictures look alike to it: nothing is compared"
    assert np.abs(by_learner - expected).max() < tolerance
    assert np.abs(by_graph - expected).max() < tolerance


def test_it_holds_five_files_and_no_pickle(bundled, learn, tmp_path):
    assert sorted(file.name for file in (bundled / "bundle").iterdir()) == FILES
    with zipfile.ZipFile(export_bundle(learn, tmp_path / "model.zip")) as archive:
        assert sorted(archive.namelist()) == FILES
    assert not any(path.name.startswith(".") for path in tmp_path.iterdir())


def test_it_names_neither_painters_nor_folders_nor_the_maker(bundled, design, sample):
    content = b"".join(file.read_bytes() for file in (bundled / "bundle").iterdir())
    for folder in (sample, Path.home(), Path.cwd(), bundled):
        assert str(folder).encode() not in content
    for author in set(design["author"]) - {""}:
        assert author.encode() not in content
    model = open_model(bundled / "bundle")
    trained = design[(design["fold"] != "0") & (design["fold"] != "val") & (design["author"] != "")]["author"]
    held_out = set(design[design["fold"] == "0"]["author"]) - {""}
    assert all(model.was_trained_on(author) for author in trained)
    assert not any(model.was_trained_on(author) for author in held_out)


@pytest.mark.parametrize("arch", ["test_resnet", "test_efficientnet", "test_convnext", "test_vit"])
def test_bodies_with_style_features_agree(arch, design, sample, paths, tmp_path):
    size = 160 if "vit" in arch else 64
    learn = new_learner(design, sample, arch, size=size)
    agree(learn, export_bundle(learn, tmp_path / "model.zip"), paths[:6])


def test_bodies_side_by_side_agree_also_where_images_are_made_smaller_for_one(design, sample, paths, tmp_path):
    learn = new_learner(design, sample, "test_vit+test_efficientnet", size=None, of_dls={"weights": "none"})
    assert len({view.size for view in learn.model[0].views}) == 2
    path = export_bundle(learn, tmp_path / "bundle")
    agree(learn, path, paths[:6])
    assert "`test_vit` with style features beside `test_efficientnet`" in (path / "README.md").read_text()


@pytest.mark.parametrize(
    "options",
    [{"features": "pooled", "contrast": 50}, {"features": "imagenet"}, {"loss": "subcenter", "embedding_size": 8}],
)
def test_other_features_and_cosine_heads_go_along(options, design, sample, paths, tmp_path):
    learn = new_learner(design, sample, **options)
    path = export_bundle(learn, tmp_path / "bundle")
    agree(learn, path, paths)
    assert (values_of(path)["prototypes"] is not None) == ("loss" in options)


def test_a_temperature_is_told_and_stays_in_the_weights(learn, paths, tmp_path):
    set_temperature(learn, 2.0)
    path = export_bundle(learn, tmp_path / "bundle")
    agree(learn, path, paths)
    assert values_of(path)["temperature"] == 2
    assert open_model(path).manifest.temperature == 2


def test_what_the_run_knew_goes_along_and_stays_when_a_bundle_is_exported_again(learn, tmp_path):
    (tmp_path / "metrics.csv").write_text(
        "part,metric,value,lo,hi,n_images,n_authors\ntest,top_1_accuracy,0.5,0.4,0.6,9,3\ntest,ece,0.1,,,9,3\n"
    )
    settings = {"weights": "/home/somebody/secret.safetensors"}
    write_json({"settings": settings, "design_blake2b": "ab12", "versions": {}}, tmp_path / "settings.json")
    facts = facts_beside(tmp_path / "model.pkl")
    path = export_bundle(learn, tmp_path / "bundle", facts=facts, licence="mit")
    values = values_of(path)
    assert values["metrics"][0] == dict(
        part="test", metric="top_1_accuracy", value=0.5, lo=0.4, hi=0.6, n_images=9, n_authors=3
    )
    assert values["metrics"][1]["lo"] is None
    assert values["training"]["design_blake2b"] == "ab12"
    assert values["weights"] == "secret.safetensors"
    assert (
        "| a fold not trained on | top_1_accuracy | 0.500 | 0.400 to 0.600 | 9 | 3 |"
        in (path / "README.md").read_text()
    )
    again = export_bundle(load_bundle(path), tmp_path / "again", facts=facts_beside(path), graph="none")
    for key in ("metrics", "weights_licence", "training", "sets", "picture_profile", "styles"):
        assert values_of(again)[key] == values[key], key
    assert "model.onnx" not in bundle_text(again)


def test_a_hierarchy_goes_along(learn, paths, tmp_path):
    styles = list(learn.dls.vocab)
    ways = {style: (f"kind {place % 2}", style) for place, style in enumerate(styles)}
    probas, _ = predict_files(learn, paths, progress=False)
    keep_rule(learn, AnswerRule(Hierarchy(ways), float(np.median(probas.max(axis=1)))))
    path = export_bundle(learn, tmp_path / "bundle")
    expected, _ = predict_table(learn, paths)
    by_learner, _ = predict_table(load_bundle(path), paths)
    assert by_learner[["answer", "level"]].equals(expected[["answer", "level"]])
    by_graph = [(picture.answer, picture.level) for picture in open_model(path).predict(paths)]
    assert by_graph == list(zip(expected["answer"], expected["level"], strict=True))
    assert set(expected["level"]) == {0, 1, 2}
    assert "it answers with the name that they share" in (path / "README.md").read_text()
    assert values_of(path)["format_version"] == 1  # an earlier styleclf opens it and answers with styles


def test_several_labels_go_along(design, sample, paths, tmp_path):
    learn = new_learner(with_two_labels(design), sample)
    n_labels = len(learn.dls.vocab)
    probas, _ = predict_files(learn, paths, progress=False)
    keep_label_thresholds(learn, np.median(probas, axis=0))
    assert len(learn_novelty(learn).directions) > n_labels  # it learns what is together in a cell
    path = export_bundle(learn, tmp_path / "bundle")
    agree(learn, path, paths)
    expected, _ = predict_table(learn, paths)
    by_learner, _ = predict_table(load_bundle(path), paths)
    assert light([str(path), *map(str, paths), "--out", str(tmp_path / "light.csv")]) == 0
    by_graph = pd.read_csv(tmp_path / "light.csv", keep_default_na=False)
    assert list(by_learner["pred"]) == list(by_graph["pred"]) == list(expected["pred"])
    assert list(by_graph.columns) == list(expected.columns)
    assert expected["pred"].nunique() > 2
    assert f"Gives a painting any of {n_labels} labels" in (path / "README.md").read_text()
    assert values_of(path)["format_version"] == 2
    with pytest.raises(ValueError, match="gives several labels to a picture, and the app asks for one style"):
        open_engine(path, light=True)


@pytest.mark.parametrize(("graph", "tolerance", "share"), [("fp16", 0.01, 0.6), ("int8", 0.2, 0.6)])
def test_graphs_of_fewer_bits_are_smaller_and_say_how_far_off_they_are(graph, tolerance, share, learn, paths, tmp_path):
    path = export_bundle(learn, tmp_path / "bundle", graph=graph, pictures=paths)
    whole = export_bundle(learn, tmp_path / "whole")
    facts = values_of(path)["files"]["model.onnx"]
    expected, _ = predict_files(learn, paths, progress=False)
    difference = np.abs(open_model(path).predict_files(paths).probas - expected).max()
    assert 0 < facts["agreement"]["largest"] < tolerance
    assert difference < tolerance
    assert facts["agreement"]["n_pictures"] == (20 if graph == "fp16" else 10)
    assert (path / "model.onnx").stat().st_size < share * (whole / "model.onnx").stat().st_size
    assert f"The graph is in {graph}. On {facts['agreement']['n_pictures']} pictures" in bundle_text(path)


def test_what_cannot_be_told_is_refused_before_a_file_appears(learn, design, sample, tmp_path):
    with pytest.raises(ValueError, match="the graph must be one of fp32, fp16, int8, none, not 'int4'"):
        export_bundle(learn, tmp_path / "bundle", graph="int4")
    with pytest.raises(ValueError, match=r"a graph in 8 bits learns .* --images"):
        export_bundle(learn, tmp_path / "bundle", graph="int8")
    turning = new_learner(design, sample)
    turn = Rotate(max_deg=45, p=1.0)
    turn.split_idx = None
    turning.dls.valid.after_batch.add(turn)
    with pytest.raises(ValueError, match="does more to test images than normalise them"):
        export_bundle(turning, tmp_path / "bundle")
    foreign = new_learner(design, sample)
    foreign.model[0].trunk.pretrained_cfg = {}
    with pytest.raises(ValueError, match="timm did not make this body"):
        export_bundle(foreign, tmp_path / "bundle")
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"is a file: name an?(other)? folder"):
        export_bundle(learn, tmp_path / "file")
    (tmp_path / "file").unlink()
    with pytest.raises(ValueError, match=r"model\.onnx is the name of a file: end it with \.zip, or name a folder"):
        export_bundle(learn, tmp_path / "model.onnx")
    (tmp_path / "cubism").mkdir()
    with pytest.raises(ValueError, match="holds something else than a bundle: name an empty folder"):
        export_bundle(learn, tmp_path)
    (tmp_path / "cubism").rmdir()
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(ValueError, match=r"holds a README\.md of no finished bundle, which would be lost: remove it"):
        export_bundle(learn, tmp_path)
    assert (tmp_path / "README.md").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_statistics_of_images_are_those_of_the_learner(design, sample, tmp_path):
    learn = new_learner(design, sample, of_dls={"stats": ((0.1, 0.2, 0.3), (0.4, 0.5, 0.6))})
    values = values_of(export_bundle(learn, tmp_path / "bundle", graph="none"))
    assert values["input"]["mean"] == pytest.approx([0.1, 0.2, 0.3], abs=1e-5)
    assert values["input"]["std"] == pytest.approx([0.4, 0.5, 0.6], abs=1e-5)
    norms = [tfm for tfm in load_bundle(tmp_path / "bundle").dls.valid.after_batch.fs if isinstance(tfm, Normalize)]
    assert norms[0].std.flatten().tolist() == pytest.approx([0.4, 0.5, 0.6], abs=1e-5)
