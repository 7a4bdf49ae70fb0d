"""styleclf.benchmark: fair turns, an honest clock, contenders that start alike, numbers that can be recomputed."""

import multiprocessing
import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image

from styleclf.benchmark import contenders, contest, measurement_tables as further, measurements as measures, report
from styleclf.benchmark.alternation import Entrant, TimeLeft, Turns, take_turns
from styleclf.benchmark.figure import _round_seconds, plot_benchmark
from styleclf.benchmark.stopwatch import watch_training
from styleclf.benchmark.task import (
    BenchmarkTask,
    _spread_evenly,
    check_task,
    find_images,
    of_images,
    parse_choice,
    parse_devices,
    repeat_images,
)
from styleclf.data import augment
from styleclf.data.pixel_cache import PixelStore
from styleclf.evaluation.metrics import top_k_accuracy
from styleclf.inference.predict import predict_design
from tests.conftest import ARCH
from tests.entrants import fails, refuses, two_turns, vanishes
from tests.recipes.test_recipes import python, run


class Alone(Turns):
    """Turns of a process without others: every one is followed by the next at once."""

    def __init__(self):
        super().__init__(None)
        self.news = []
        self.resume()

    def over(self, news=""):
        self.news.append(news)


@pytest.fixture(autouse=True)
def same_device_afterwards():
    """A task chooses the device of its process: here that of all tests."""
    from fastai.torch_core import defaults

    before = defaults.use_cuda
    yield
    defaults.use_cuda = before


@pytest.fixture
def task(design, sample, weights_file, tmp_path):
    """A tiny task with one epoch each."""
    counts = dict(size=32, bs=16, fastai_epochs=1, ancestor_epochs=1, epochs=1)
    return BenchmarkTask(design, sample, "0", ARCH, str(weights_file), cache=tmp_path, **counts)


# ------------------------------------------------------------------------------------------------ turns


def test_nobody_works_while_another_does_and_the_order_alternates(tmp_path):
    log = tmp_path / "log"
    found = take_turns([Entrant(name, two_turns, (log, name), 2) for name in "ab"], told=False)
    assert log.read_text().split("\n")[:-1] == [f"{name} {what}" for name in "abab" for what in ("begins", "ends")]
    assert [found[name][0] for name in "ab"] == ["a", "b"]
    assert found["a"][2] != found["b"][2] != os.getpid()
    assert all(seconds >= 0.04 for _, seconds, _ in found.values())


@pytest.mark.parametrize(
    "function, error, words",
    [
        (refuses, ValueError, "b: the size"),
        (vanishes, ChildProcessError, "exit code 9"),
        (fails, RuntimeError, "KeyError"),
    ],
)
def test_whoever_fails_is_named_and_all_others_are_ended(function, error, words, tmp_path):
    entrants = [Entrant("a", two_turns, (tmp_path / "log", "a")), Entrant("b", function, ())]
    before = set(multiprocessing.active_children())  # joblib keeps its processes for later
    with pytest.raises(error, match=words):
        take_turns(entrants, told=False)
    assert set(multiprocessing.active_children()) <= before


def test_the_clock_stands_still_while_paused():
    turns = Turns(None)
    assert turns.seconds == 0
    turns.resume()
    turns.pause()
    stood = turns.seconds
    time.sleep(0.01)
    assert turns.seconds == stood > 0
    turns.resume()
    time.sleep(0.01)
    assert turns.seconds > stood


def test_the_time_that_is_left_counts_turns():
    left = TimeLeft({"a": 3, "b": 1})
    assert left.seconds == 0
    left.add("a", 10, done=False)
    assert left.seconds == 2 * 10 + 10  # b is taken for an average one
    left.add("b", 2, done=True)
    left.add("a", 20, done=False)
    left.add("a", 20, done=False)
    assert left.seconds == 20  # more turns than expected: at least one is left
    left.add("a", 1, done=True)
    assert left.seconds == 0


# ------------------------------------------------------------------------------------------------ task


def test_tasks_are_cut_and_repeated_to_the_images_wanted(task, design):
    train, test = task.parts()
    short = of_images(task, 3 * len(train) + 1)
    assert len(short.parts()[0]) == 3 * len(train) + 1
    assert set(short.parts()[0]["filename"]) == set(train["filename"])
    assert set(short.parts()[1]["filename"]) <= set(test["filename"])
    once, thrice = repeat_images(task, 20, 1), repeat_images(task, 20, 3)
    assert len(once.design) == 20 and once.design["filename"].is_unique and once.design["label"].nunique() == 8
    assert (thrice.design["filename"].value_counts() == 3).all()
    assert set(thrice.design["filename"]) == set(once.design["filename"])
    assert "val" not in set(once.design["fold"])
    assert _spread_evenly(10, 5).tolist() == [0, 2, 4, 6, 8] and _spread_evenly(2, 5).tolist() == [0, 1, 0, 1, 0]


def test_choices_are_checked(task, tmp_path):
    assert (
        parse_choice("all", "ab", "x") == ["a", "b"]
        and parse_choice("none", "ab", "x") == []
        and parse_choice("b,a", "ab", "x") == ["a", "b"]
    )
    for wrong in ("c", "", "a,c"):
        with pytest.raises(ValueError, match="--contenders"):
            parse_choice(wrong, "ab", "--contenders")
    assert parse_devices("cpu,cpu") == ["cpu"] and len(parse_devices("auto")) == 1
    with pytest.raises(ValueError, match="abacus"):
        parse_devices("abacus")
    assert find_images(str(tmp_path)) == tmp_path
    with pytest.raises(FileNotFoundError):
        check_task(replace(task, weights="no.pth"))
    for wrong in ({"bs": 0}, {"fold": "9"}, {"precision": "fp7"}, {"stats_imagenet": (0.5,)}, {"arch": "resnet1"}):
        with pytest.raises(ValueError):
            check_task(replace(task, **wrong))
    with pytest.raises(ValueError, match="repeats"):
        check_task(task, repeats=0)
    check_task(task, repeats=1)


# ------------------------------------------------------------------------------------------------ contenders


def test_all_contenders_start_from_the_same_body(task, weights_file):
    from timm.models import load_state_dict

    wanted = load_state_dict(str(weights_file))
    theirs, ours = contenders.fastai_learner(task), contenders.styleclf_learner(task)
    assert contenders.lacks_1000(task)
    assert contest.notes(task, ["ancestor"]) and not contest.notes(task, ["fastai"])
    for body in (theirs.model[0].model, ours.model[0].trunk, contenders._ancestor_model(task, 8)[0]):
        found = body.state_dict()
        assert all(torch.equal(found[name], value) for name, value in wanted.items())
    assert not theirs.model[0].model.conv1[0].weight.requires_grad, "frozen, as vision_learner freezes its own weights"
    assert list(theirs.dls.vocab) == list(ours.dls.vocab)
    normalised = [tfm for tfm in theirs.dls.valid.after_batch.fs if type(tfm).__name__ == "Normalize"]
    assert len(normalised) == 1, "vision_learner adds none where weights are not its own"


def test_the_ancestor_takes_a_file_with_the_1000_way_layer(task, tmp_path):
    import timm
    from safetensors.torch import save_file

    whole = timm.create_model(ARCH)
    save_file(whole.state_dict(), tmp_path / "whole.safetensors")
    given = replace(task, weights_imagenet=str(tmp_path / "whole.safetensors"), stats_imagenet=(0.5, 0.25))
    model = contenders._ancestor_model(given, 8)
    assert torch.equal(model[0].get_classifier().weight, whole.get_classifier().weight)
    assert model[1][1].in_features == 1000 and model[1][1].out_features == 16
    assert not contenders.lacks_1000(given) and not contest.notes(given, ["ancestor"])
    assert contenders._ancestor_stats(given) == ((0.5,) * 3, (0.25,) * 3)
    assert contenders._ancestor_stats(task) == contenders._ancestor_stats(replace(given, weights_imagenet=None))
    assert not contenders.lacks_1000(replace(task, weights=str(tmp_path / "whole.safetensors")))


@pytest.mark.parametrize("name", list(contenders.CONTENDERS))
def test_every_contender_is_scored_and_timed_alike(name, task):
    turns = Alone()
    found = contenders.CONTENDERS[name].function(task, turns)
    assert found["n_epochs"] == len(turns.news) == contenders.CONTENDERS[name].epochs(task)
    assert 0 < found["first_batch_s"] < found["total_s"] and found["memory_mib"] > 100
    seconds = [point["seconds"] for point in found["curve"]]
    assert seconds == sorted(seconds) and seconds[-1] == found["total_s"]
    assert found["curve"][-1]["top_2"] == found["top_2"] and found["top_2_lo"] <= found["top_2"] <= found["top_2_hi"]
    assert len(found["curve"]) >= 1 + found["n_epochs"]
    if name in ("fastai", "ancestor"):
        assert found["curve"][-2]["top_1"] == pytest.approx(found["top_1"]), "the last epoch's score is the final one"
    assert (found["images_per_s"] > 0) == (found["n_epochs"] > 0)


def test_a_probe_needs_pretrained_weights(task):
    with pytest.raises(ValueError, match="pretrained"):
        contest._contest_table(replace(task, weights="none"), ["probe"])


def test_the_watch_leaves_the_learner_as_it_was_and_scores_the_whole_test_fold(task):
    turns, learn = Alone(), contenders.styleclf_learner(task)
    before, hooks = list(learn.cbs), len(learn.model[0]._forward_pre_hooks)
    with watch_training(learn, turns) as watch, learn.no_bar():
        learn.fit(1)
    assert [cb for cb in before if type(cb).__name__ != "ProgressCallback"] == list(learn.cbs)
    assert len(learn.model[0]._forward_pre_hooks) == hooks
    test = task.parts()[1]
    found = predict_design(learn, test, task.images, progress=False)
    targs = np.array([list(learn.dls.vocab).index(label) for label in test["label"]])
    probas = found.filter(like="proba_").to_numpy()
    assert watch.curve[0]["top_2"] == pytest.approx(top_k_accuracy(probas, targs, 2), abs=0.05)
    assert watch.n_images == len(task.parts()[0]) // task.bs * task.bs


# ------------------------------------------------------------------------------------------------ tables


@pytest.fixture
def raced():
    """Results and curves of an invented contest."""
    curves = pd.DataFrame(
        [
            ("plain fastai", "cpu", 50, 0.3, 0.5),
            ("plain fastai", "cpu", 100, 0.5, 0.7),
            ("plain fastai", "cpu", 101, 0.5, 0.7),
            ("ancestor's recipe", "cpu", 400, 0.4, 0.6),
            ("styleclf probe", "cpu", 20, 0.5, 0.75),
            ("styleclf fine-tune", "cpu", 25, 0.5, 0.7),
            ("styleclf fine-tune", "cpu", 60, 0.6, 0.8),
        ],
        columns=["contender", "device", "seconds", "top_1", "top_2"],
    )
    last = curves.groupby(["contender", "device"], sort=False).last().reset_index()
    results = last.rename(columns={"seconds": "total_s"}).assign(
        precision="fp32", n_epochs=3, first_batch_s=9.0, images_per_s=12.3, memory_mib=1500.0, gpu_mib=float("nan")
    )
    for name in ("top_1", "top_2"):
        results[f"{name}_lo"], results[f"{name}_hi"] = results[name] - 0.05, results[name] + 0.05
    return results, curves


def test_the_target_is_plain_fastais_unless_another_is_asked_for(raced):
    results, curves = raced
    table = contest._with_target(results, curves).set_index("contender")
    assert (table["target_top_2"] == 0.7).all()
    assert table["target_s"].dropna().to_dict() == {"plain fastai": 100, "styleclf probe": 20, "styleclf fine-tune": 25}
    assert table.loc["styleclf fine-tune", "ratio"] == 4 and table.loc["plain fastai", "ratio"] == 1
    assert np.isnan(table.loc["ancestor's recipe", "ratio"])
    higher = contest._with_target(results, curves, 0.8).set_index("contender")
    assert higher["target_s"].dropna().to_dict() == {"styleclf fine-tune": 60} and higher["ratio"].isna().all()
    without = results[results["contender"] != "plain fastai"]
    assert contest._with_target(without, curves.iloc[3:])["target_s"].isna().all()


def test_the_report_is_a_table_that_people_can_read(raced, task):
    table = contest._with_target(*raced)
    rows = [
        {
            "device": "cpu",
            "part": "training",
            **further._table_row("styleclf, x", 120, "images/s", 3, "plain fastai", 0.87),
        },
        {"device": "cpu", "part": "imports", **further._table_row("fastai", 4.2, "s")},
    ]
    text = report.markdown(task, table, pd.DataFrame(rows), ["A note."])
    assert (
        "| styleclf fine-tune" in text and "4.00 ×" in text and "25 s" in text and "87%" in text and "- A note." in text
    )
    assert "what plain fastai ended with" in text and "nan" not in text
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({len(line) for line in block.splitlines()}) == 1, "the source is aligned too"
    assert report.seconds_text(float("nan")) == "–" and report.seconds_text(4.23) == "4.2 s"
    assert [report.number_text(value) for value in (1234.5, 12.34, 1.234)] == ["1,234", "12.3", "1.23"]


def test_the_figure_draws_what_there_is(raced):
    rows = [
        further._table_row("plain fastai, the whole network", 30, "images/s"),
        further._table_row("styleclf, the whole network", 90, "images/s", 3, "plain fastai", 0.9),
        further._table_row("bare network, the whole network: the limit", 100, "images/s", 3.3, "plain fastai"),
        further._table_row("styleclf, the late half: waiting for decoded images", 1.3, "% of an epoch"),
    ]
    rates = pd.DataFrame([{"device": "cpu", "part": "training", **each} for each in rows])
    results, curves = contest._with_target(*raced), raced[1]
    for tables in ((results, curves, rates), (results, curves, rates[:0]), (results[:0], curves[:0], rates)):
        fig = plot_benchmark(*tables)
        fig.canvas.draw()
        assert np.asarray(fig.canvas.buffer_rgba()).std() > 5
    with pytest.raises(ValueError, match="nothing to draw"):
        plot_benchmark(results[:0], curves[:0], rates[:0])
    shown = _round_seconds(9, 700)
    assert 4 < len(shown) < 15 and shown[0] == 10 and shown == sorted(shown)


# ------------------------------------------------------------------------------------------------ measures


def test_loops_and_the_bare_network_tell_a_rate_a_turn(task):
    for function, arguments in (
        (measures.bare_network, (task, 1)),
        (measures.fastai_loop, (task,)),
        (measures.styleclf_loop, (task, 0)),
    ):
        turns = Alone()
        rates = function(*arguments, 32, 2, turns)
        assert len(rates) == 2 and min(rates) > 0 and len(turns.news) == 3, "the first warms up"


def test_waiting_is_the_share_of_an_epoch_that_passes_in_the_loader(task, monkeypatch):
    def slowed(function):
        return lambda *arguments: (time.sleep(0.05), function(*arguments))[1]

    quick = measures.waiting_shares(task, 1, 32, 2, Alone())
    assert min(quick.values()) > 0 and sum(quick.values()) < 1
    monkeypatch.setattr(PixelStore, "get", slowed(PixelStore.get))
    slow_images = measures.waiting_shares(task, 1, 32, 2, Alone())
    monkeypatch.undo()
    monkeypatch.setattr(augment, "_relight", slowed(augment._relight))
    slow_changes = measures.waiting_shares(task, 1, 32, 2, Alone())
    assert slow_images["images"] > quick["images"] and slow_changes["changes"] > quick["changes"]


def test_timing_leaves_the_loader_as_it_was(task):
    learn = contenders.styleclf_learner(task)
    loader, transforms = learn.dls.train, learn.dls.train.after_batch
    with measures._timed_loader(learn, Alone()) as seconds, learn.no_bar(), learn.no_logging():
        learn.fit(2)
    assert learn.dls.train is loader and loader.after_batch is transforms
    assert len(seconds["all"]) == 2 and all(0 < c < a for c, a in zip(seconds["changes"], seconds["all"], strict=True))


def test_decoding_and_prediction_are_timed_in_every_way(task, tmp_path):
    Image.effect_noise((300, 200), 40).save(tmp_path / "one.jpg")
    found = measures.decoding([tmp_path / "one.jpg"], 32, 2, tmp_path / "cache", Alone())
    assert list(found) == ["full", "draft", "store", "cached"] and min(found.values()) > 0
    assert len(list((tmp_path / "cache").iterdir())) == 3, "every first pass has a folder of its own"
    n_train = len(task.parts()[0])
    counts = (1, 16, n_train + 1)
    found = measures.prediction(task, counts, 16, 1, Alone())
    assert set(found) == {"embedding", "bare", *(f"{who}{n}" for n in counts for who in ("", "fastai "))}
    assert min(found.values()) > 0 and found[f"{n_train + 1}"] > found["1"]


def test_occlusion_is_timed_beside_captums_on_the_same_maps(task, monkeypatch):
    found = measures.occlusion(task, 2, 2, 1, Alone())
    assert min(found[name] for name in ("captum", "fp32", "own")) > 0 and found["apart fp32"] < 1e-4
    monkeypatch.setattr(further, "_measure_alone", lambda *_: found | {"captum": 3.0, "fp32": 1.0, "own": 0.5})
    rows = further._occlusion_rows(task, 1, (4,), 2)
    assert [row["value"] for row in rows] == [1500, 500, found["apart fp32"], 250, found["apart own"]]
    assert [row["ratio"] for row in rows] == [None, 3, None, 6, None]


def test_growth_is_told_as_what_an_image_costs(task, monkeypatch, tmp_path):
    grown_to = measures.growth(repeat_images(task, 24, 1), Alone())
    assert grown_to["seconds"] > 0 and grown_to["memory_mib"] > 100
    costs = {24: {"seconds": 2.0, "memory_mib": 100.0}, 48: {"seconds": 5.0, "memory_mib": 110.0}}
    monkeypatch.setattr(further, "_measure_alone", lambda name, function, each: costs[len(each.design)])
    rows = further._scaling_rows(task, 24, (1, 2), tmp_path)
    assert [row["ratio"] for row in rows] == [None, pytest.approx(0.8), None, pytest.approx(2 * 100 / 110)]


def test_rows_tell_rates_against_limits_and_waiting_in_percent(task, monkeypatch, tmp_path):
    def told(entrants):
        assert all(entrant.function.__module__ == "styleclf.benchmark.measurements" for entrant in entrants)
        rates = {entrant.name: [10.0, 20.0, 60.0] for entrant in entrants}
        return rates | {"waiting": {"images": 0.02, "changes": 0.1}, "plain fastai": [10.0]}

    monkeypatch.setattr(further, "take_turns", told)
    rows = {row["what"]: row for row in further._training_rows(task, 64, 3, tmp_path)}
    assert rows["styleclf, the late half"]["ratio"] == 2 and rows["styleclf, the late half"]["limit_share"] == 1
    shares = {name: row["value"] for name, row in rows.items() if row["unit"] == "% of an epoch"}
    assert list(shares.values()) == [2, 10] and "decoded" in min(shares, key=shares.get)
    seconds = {"1": 0.01, "fastai 1": 0.02, "1000": 4.0, "fastai 1000": 20.0, "embedding": 2.0, "bare": 1.0}
    monkeypatch.setattr(further, "_measure_alone", lambda *_: seconds)
    rows = {row["what"]: row for row in further._prediction_rows(task, 3, tmp_path, (1, 1000), 256)}
    assert rows["styleclf, predict 1 file"]["value"] == 10 and rows["styleclf, predict 1 file"]["ratio"] == 2
    assert rows["styleclf, predict 1,000 files"]["ratio"] == 5 and "fastai, get_preds of 1,000 files" in rows
    assert rows["styleclf, embedding of decoded images"]["limit_share"] == 0.5


def test_files_to_decode_are_originals_or_the_images_themselves(task, tmp_path):
    files, sentence = further.files_to_decode(str(tmp_path / "none"), task)
    assert 0 < len(files) <= 64 and all(file.is_file() for file in files) and "no folder" in sentence
    files, sentence = further.files_to_decode(str(task.images), task)
    assert len(files) == 64 and str(task.images) in sentence


# ------------------------------------------------------------------------------------------------ the recipe


def test_the_recipe_through_its_command_line(sample, weights_file, tmp_path):
    (tmp_path / "recipes").symlink_to(Path(__file__).parent.parent.parent / "recipes")
    settings = f"[DEFAULT]\nimages = {sample}\narch = {ARCH}\nsize = 32\nepochs = 1\nweights = {weights_file}\n"
    line = "recipes/benchmark.py --out out --bs 16 --fastai-epochs 1"
    some = "--contenders fastai,finetune --further decoding --repeats 1"
    done = python(tmp_path, *line.split(), *some.split(), settings=settings)
    assert done.returncode == 0, done.stderr
    out = tmp_path / "out"
    results, curves = pd.read_csv(out / "benchmark.csv"), pd.read_csv(out / "curves.csv")
    assert results["contender"].tolist() == ["plain fastai", "styleclf fine-tune"] == list(curves["contender"].unique())
    assert results["target_top_2"].iloc[0] == results["top_2"].iloc[0] and results["ratio"].iloc[0] == 1
    assert results["n_epochs"].tolist() == [2, 1] and len(curves) == 3 + 3
    measured = pd.read_csv(out / "further.csv")
    assert set(measured["part"]) == {"decoding"} and len(measured) == 4
    text = (out / "benchmark.md").read_text(encoding="utf-8")
    assert text in done.stdout and " left" in done.stdout
    assert (out / "figures/benchmark.png").stat().st_size and (out / "settings.json").is_file()
    assert {file.name for file in out.iterdir()} == {
        *("benchmark.csv", "benchmark.md", "curves.csv", "design.csv", "figures", "further.csv", "settings.json")
    }
    for flags, what in (("--contenders fastay", "fastay"), ("--scaling 0", "--scaling"), ("--fold 9", "9")):
        done = run(tmp_path, *line.split(), *flags.split(), settings=settings)
        assert done.returncode == 2 and what in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
