"""Folds: every fold once, kept when finished, the same whether alone, in parallel or after a break."""

import json
import os
import shutil

import joblib
import numpy as np
import pytest

from styleclf.common import alone_in, say
from styleclf.data.paintings import Paintings
from styleclf.evaluation import read_run
from styleclf.runs import folds
from styleclf.runs.folder import read_embeddings, write_embeddings
from tests.damage import damage_file


def test_every_fold_leaves_what_it_says(cv_run, design):
    folders = [folds.fold_folder(cv_run, str(i)) for i in range(4)]
    for i, folder in enumerate(folders):
        predictions = read_run(folder)
        assert predictions["filename"].tolist() == design["filename"][design["fold"] == str(i)].tolist()
        embeddings, filenames = read_embeddings(folder / "embeddings.npz")
        assert filenames.tolist() == predictions["filename"].tolist()
        assert np.isfinite(embeddings).all()
        assert {"metrics.csv", "history.csv", "model.pkl", folds._FINISHED_FILE} <= {
            file.name for file in folder.iterdir()
        }


def test_finished_folds_are_kept_and_a_missing_one_is_the_same_again(cv_run, design, sample, tmp_path, capsys, options):
    out = shutil.copytree(cv_run, tmp_path / "cv")
    folder = folds.fold_folder(out, "2")
    before, others = (folder / "predictions.csv").read_bytes(), folds.fold_folder(out, "1") / "model.pkl"
    changed_at = others.stat().st_mtime_ns
    (folder / folds._FINISHED_FILE).unlink()
    (folder / "predictions.csv").write_text("half a")
    left_by_killed = [folder / f".model.{'0' * 12}.part.pkl", folder / f"figures/.confusion.{'0' * 12}.part.png"]
    (folder / "figures").mkdir()
    for path in left_by_killed:
        path.write_text("half")
    folds.fitted_folds(Paintings(design, sample), out, **options)
    assert not any(path.exists() for path in left_by_killed)
    assert "3 of 4 folds are trained already" in capsys.readouterr().out
    assert (folder / "predictions.csv").read_bytes() == before
    assert others.stat().st_mtime_ns == changed_at


def test_folds_trained_otherwise_are_not_mixed_in(cv_run, design, sample, options):
    with pytest.raises(ValueError, match="embedding_size None instead of 4"):
        folds.fitted_folds(Paintings(design, sample), cv_run, **options, embedding_size=4)
    with pytest.raises(ValueError, match="design"):
        folds.fitted_folds(Paintings(design.iloc[1:], sample), cv_run, **options)
    with pytest.raises(ValueError, match="jobs must be 1 or more, not 0"):
        folds.fitted_folds(Paintings(design, sample), cv_run, jobs=0, **options)


def test_folds_are_dealt_to_tasks_and_the_processor_is_shared(design, tmp_path, monkeypatch, options):
    tasks, threads = [], []
    monkeypatch.setattr(folds, "_run_tasks", tasks.extend)
    folds.fitted_folds(Paintings(design, "images"), tmp_path, jobs=3, **options)
    assert [task.folds for task in tasks] == [["0", "3"], ["1"], ["2"]]
    assert [(task.number, task.n_tasks) for task in tasks] == [(0, 3), (1, 3), (2, 3)]
    monkeypatch.setattr(folds.torch, "set_num_threads", threads.append)
    monkeypatch.setattr(folds.os, "cpu_count", lambda: 8)
    folds._share_machine(1, 3)
    folds._share_machine(1, 16)
    assert threads == [2, 1]


def test_a_gpu_is_given_to_one_task_only(monkeypatch):
    chosen = []
    monkeypatch.setattr(folds.torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(folds.torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(folds.torch.cuda, "set_device", chosen.append)
    assert [folds._n_places(jobs) for jobs in (1, 2, 4)] == [1, 2, 2]
    folds._share_machine(1, 2)
    assert chosen == [1]


@pytest.mark.slow  # four trainings in processes of their own
@pytest.mark.parametrize("cluster", [None, "local"])
def test_folds_in_parallel_are_those_trained_alone(cluster, cv_run, design, sample, tmp_path, options):
    if cluster:
        pytest.importorskip("distributed")
    shutil.copytree(folds.fold_folder(cv_run, "3"), folds.fold_folder(tmp_path, "3"))  # two folds and one are left
    with folds.joblib_backend(cluster, 2):
        assert ("Dask" in type(joblib.parallel.get_active_backend()[0]).__name__) == bool(cluster)
        folds.fitted_folds(Paintings(design, sample), tmp_path, jobs=2, **options)
        pids = joblib.Parallel(n_jobs=2)(joblib.delayed(os.getpid)() for _ in range(8))
    assert os.getpid() not in pids
    for fold in "012":
        one, other = (read_run(folds.fold_folder(out, fold)) for out in (cv_run, tmp_path))
        assert one.drop(columns=one.filter(like="proba_").columns).equals(other[one.columns[:5]])
        assert other.filter(like="proba_").to_numpy() == pytest.approx(one.filter(like="proba_").to_numpy(), abs=1e-4)


def test_lines_of_folds_trained_in_parallel_say_which_fold_they_are_about(design, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(folds, "_share_machine", lambda *_: None)
    monkeypatch.setattr(folds, "_fit_fold", lambda task, fold: say(f"half of {task.paintings.folder}"))
    folds._fit_folds(folds._Task(Paintings(design, "images"), ["1"], tmp_path, number=0, n_tasks=2, parent=0, flags={}))
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["fold 1: training without fold 1", "fold 1: half of images", "fold 1: fold 1 is done"]


def test_what_a_fold_was_trained_with_is_readable(cv_run):
    result = json.loads((folds.fold_folder(cv_run, "0") / folds._FINISHED_FILE).read_text())
    assert result["trained_with"]["epochs"] == 0
    assert result["seconds"] > 0


@pytest.mark.parametrize("text", ["", "[]", "null", '{"seconds": 3}', '{"trained_with": 3}', '{"trained_wi'])
def test_a_damaged_sign_of_the_end_is_named(cv_run, design, sample, tmp_path, options, text):
    folder = folds.fold_folder(tmp_path, "0")
    folder.mkdir()
    (folder / folds._FINISHED_FILE).write_text(text)
    with pytest.raises(ValueError, match=r"fold-0.*(damaged|nobody can read).*remove it"):
        folds.fitted_folds(Paintings(design, sample), tmp_path, **options)


def test_two_cross_validations_in_one_folder_are_not_mixed(design, sample, tmp_path, options):
    refused = pytest.raises(ValueError, match="another run is at work on a cross-validation in")
    with alone_in(tmp_path, "a cross-validation", part="folds"), refused:
        folds.fitted_folds(Paintings(design, sample), tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("address", ["", "http://example.invalid"])
def test_what_is_no_address_of_a_cluster_is_one_sentence(address):
    pytest.importorskip("distributed")
    complaint = r"the address of the Dask cluster is empty|is not the address of a Dask cluster"
    with pytest.raises(ValueError, match=complaint), folds.joblib_backend(address):
        pass


def test_a_cluster_that_does_not_answer_is_one_sentence():
    pytest.importorskip("distributed")
    import dask

    sentence = "no Dask cluster answers at tcp://127.0.0.1:1: start its scheduler"
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.2s"}),
        pytest.raises(OSError, match=sentence),
        folds.joblib_backend("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.parametrize("damage", ["empty", "half", "pickle"])
def test_damaged_embeddings_of_a_fold_are_named(tmp_path, damage):
    file = tmp_path / "embeddings.npz"
    write_embeddings(np.ones((3, 2)), ["a", "b", "c"], file)
    damage_file(file, damage)
    with pytest.raises(ValueError, match=r"embeddings\.npz is damaged"):
        read_embeddings(file)


@pytest.mark.parametrize("name", ["predictions.csv", "embeddings.npz"])
def test_a_fold_that_lost_a_file_is_not_finished(cv_run, design, tmp_path, options, name):
    folder = shutil.copytree(folds.fold_folder(cv_run, "0"), tmp_path / "fold-0")
    trained_with = folds._trained_with(design, options)
    assert folds._is_finished(folder, trained_with)
    (folder / name).unlink()
    assert not folds._is_finished(folder, trained_with)
