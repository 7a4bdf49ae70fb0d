"""styleclf.benchmark.measurement_tables: rates against limits, costs per image, and what is measured at all."""

from dataclasses import replace

import pandas as pd
import pytest

from styleclf.benchmark import measurement_tables as tables


def by_subject(rows):
    """Rows by what they say something of."""
    return pd.DataFrame(rows).set_index("what")


@pytest.fixture
def training_rows(task, monkeypatch, tmp_path):
    """Rows of training, where everything has a median of 20 images per second but for plain fastai, which has 10."""

    def rates_of(entrants):
        rates = {}
        for entrant in entrants:
            assert entrant.function.__module__ == "styleclf.benchmark.training_rates"
            rates[entrant.name] = [10.0, 20.0, 60.0]
        rates["plain fastai"] = [10.0]
        rates["waiting"] = {"images": 0.02, "changes": 0.1}
        return rates

    monkeypatch.setattr(tables, "take_turns", rates_of)
    return by_subject(tables._training_rows(task, 64, 3, folder=tmp_path))


def test_rows_of_training_say_rates_against_others_and_limits(training_rows):
    row = training_rows.loc["styleclf, the late half"]
    assert row["ratio"] == 2
    assert row["limit_share"] == 1


def test_rows_of_training_say_waiting_in_percent(training_rows):
    waiting = training_rows[training_rows["unit"] == "% of an epoch"]["value"]
    assert waiting.tolist() == [2, 10]
    assert "decoded" in waiting.idxmin()


def test_rows_of_prediction_say_seconds_against_others_and_limits(task, monkeypatch, tmp_path):
    seconds = {
        "1": 0.01,
        "fastai 1": 0.02,
        "1000": 4.0,
        "fastai 1000": 20.0,
        "embedding": 2.0,
        "bare": 1.0,
    }
    monkeypatch.setattr(tables, "_measure_alone", lambda *_: seconds)
    rows = by_subject(tables._prediction_rows(task, 3, tmp_path, counts=(1, 1000), n_embedded=256))
    assert rows["value"]["styleclf, predict 1 file"] == 10
    assert rows["ratio"]["styleclf, predict 1 file"] == 2
    assert rows["ratio"]["styleclf, predict 1,000 files"] == 5
    assert "fastai, get_preds of 1,000 files" in rows.index
    assert rows["limit_share"]["styleclf, embedding of decoded images"] == 0.5


def test_files_to_decode_are_originals_or_the_images_themselves(task, tmp_path):
    files, sentence = tables.files_to_decode(str(tmp_path / "none"), task)
    assert 0 < len(files) <= 64
    assert all(file.is_file() for file in files)
    assert "no folder" in sentence
    files, sentence = tables.files_to_decode(str(task.images), task)
    assert len(files) == 64
    assert str(task.images) in sentence


def test_occlusion_is_compared_with_captums(task, monkeypatch):
    measured = {
        "captum": 3.0,
        "fp32": 1.0,
        "own": 0.5,
        "apart fp32": 1e-6,
        "apart own": 1e-3,
    }
    monkeypatch.setattr(tables, "_measure_alone", lambda *_: measured)
    rows = tables._occlusion_rows(task, 1, (4,), n_images=2)
    assert [row["value"] for row in rows] == [1500, 500, measured["apart fp32"], 250, measured["apart own"]]
    assert [row["ratio"] for row in rows] == [None, 3, None, 6, None]


def test_growth_is_told_as_what_an_image_costs(task, monkeypatch, tmp_path):
    costs = {
        24: {"seconds": 2.0, "memory_mib": 100.0},
        48: {"seconds": 5.0, "memory_mib": 110.0},
    }

    def measured(name, function, arguments):
        task, *_ = arguments
        return costs[len(task.design)]

    monkeypatch.setattr(tables, "_measure_alone", measured)
    rows = tables._scaling_rows(task, 24, (1, 2), folder=tmp_path)
    ratios = [row["ratio"] for row in rows]
    ratio_of_seconds = (2.0 / 24) / (5.0 / 48)
    ratio_of_memory = (100.0 / 24) / (110.0 / 48)
    assert ratios == [None, pytest.approx(ratio_of_seconds), None, pytest.approx(ratio_of_memory)]


def test_a_plan_has_its_parts_in_their_order_and_files(task):
    plan = tables.measurement_plan(task, ["imports", "training"], repeats=1)
    assert plan.parts == ["training", "imports"]
    assert len(plan.files) == 64
    assert "64 of the images" in plan.files_text


@pytest.mark.parametrize(
    "option, complaint",
    [
        ({"parts": ["trainings"]}, "--further"),
        ({"rate_images": 0}, "rate_images"),
        ({"scaling_images": 0}, "scaling_images"),
        ({"repeats": 0}, "repeats"),
    ],
)
def test_a_plan_is_checked_before_the_work(task, option, complaint):
    with pytest.raises(ValueError, match=complaint):
        tables.measurement_plan(task, **option)


def test_what_needs_no_device_is_measured_once(task, monkeypatch):
    monkeypatch.setattr(tables, "_part_rows", lambda part, *_, **__: [tables._table_row(part, 1.0, "s")])
    plan = tables.MeasurementPlan(parts=["decoding", "prediction", "imports"])
    measured = tables.measure_parts([task, replace(task, device="cuda")], plan)
    assert measured["part"].tolist() == ["decoding", "prediction", "imports", "prediction"]
    assert measured["device"].tolist() == ["cpu", "cpu", "cpu", "cuda"]
    assert list(measured) == tables._COLUMNS
