"""styleclf.benchmark.measurement_tables: rates against limits, costs per image, and what is measured at all."""

from dataclasses import replace

import pytest

from styleclf.benchmark import measurement_tables as tables


def test_rows_tell_rates_against_limits_and_waiting_in_percent(task, monkeypatch, tmp_path):
    def rates_of(entrants):
        assert all(entrant.function.__module__ == "styleclf.benchmark.training_rates" for entrant in entrants)
        rates = {entrant.name: [10.0, 20.0, 60.0] for entrant in entrants}
        return rates | {"waiting": {"images": 0.02, "changes": 0.1}, "plain fastai": [10.0]}

    monkeypatch.setattr(tables, "take_turns", rates_of)
    rows = {row["what"]: row for row in tables._training_rows(task, 64, 3, folder=tmp_path)}
    assert rows["styleclf, the late half"]["ratio"] == 2
    assert rows["styleclf, the late half"]["limit_share"] == 1
    shares = {name: row["value"] for name, row in rows.items() if row["unit"] == "% of an epoch"}
    assert list(shares.values()) == [2, 10]
    assert "decoded" in min(shares, key=shares.get)
    seconds = {"1": 0.01, "fastai 1": 0.02, "1000": 4.0, "fastai 1000": 20.0, "embedding": 2.0, "bare": 1.0}
    monkeypatch.setattr(tables, "_measure_alone", lambda *_: seconds)
    rows = {row["what"]: row for row in tables._prediction_rows(task, 3, tmp_path, counts=(1, 1000), n_embedded=256)}
    assert rows["styleclf, predict 1 file"]["value"] == 10
    assert rows["styleclf, predict 1 file"]["ratio"] == 2
    assert rows["styleclf, predict 1,000 files"]["ratio"] == 5
    assert "fastai, get_preds of 1,000 files" in rows
    assert rows["styleclf, embedding of decoded images"]["limit_share"] == 0.5


def test_files_to_decode_are_originals_or_the_images_themselves(task, tmp_path):
    files, sentence = tables.files_to_decode(str(tmp_path / "none"), task)
    assert 0 < len(files) <= 64
    assert all(file.is_file() for file in files)
    assert "no folder" in sentence
    files, sentence = tables.files_to_decode(str(task.images), task)
    assert len(files) == 64
    assert str(task.images) in sentence


def test_occlusion_is_compared_with_captums(task, monkeypatch):
    measured = {"captum": 3.0, "fp32": 1.0, "own": 0.5, "apart fp32": 1e-6, "apart own": 1e-3}
    monkeypatch.setattr(tables, "_measure_alone", lambda *_: measured)
    rows = tables._occlusion_rows(task, 1, (4,), n_images=2)
    assert [row["value"] for row in rows] == [1500, 500, measured["apart fp32"], 250, measured["apart own"]]
    assert [row["ratio"] for row in rows] == [None, 3, None, 6, None]


def test_growth_is_told_as_what_an_image_costs(task, monkeypatch, tmp_path):
    costs = {24: {"seconds": 2.0, "memory_mib": 100.0}, 48: {"seconds": 5.0, "memory_mib": 110.0}}
    monkeypatch.setattr(tables, "_measure_alone", lambda name, function, arguments: costs[len(arguments[0].design)])
    rows = tables._scaling_rows(task, 24, (1, 2), folder=tmp_path)
    assert [row["ratio"] for row in rows] == [None, pytest.approx(0.8), None, pytest.approx(2 * 100 / 110)]


def test_a_plan_is_checked_before_the_work(task):
    plan = tables.measurement_plan(task, ["imports", "training"], repeats=1)
    assert plan.parts == ["training", "imports"]
    assert len(plan.files) == 64
    assert "64 of the images" in plan.files_text
    for wrong, message in (
        (dict(parts=["trainings"]), "--further"),
        (dict(rate_images=0), "rate_images"),
        (dict(scaling_images=0), "scaling_images"),
        (dict(repeats=0), "repeats"),
    ):
        with pytest.raises(ValueError, match=message):
            tables.measurement_plan(task, **wrong)


def test_what_needs_no_device_is_measured_once(task, monkeypatch):
    monkeypatch.setattr(tables, "_part_rows", lambda part, *_, **__: [tables._table_row(part, 1.0, "s")])
    plan = tables.MeasurementPlan(parts=["decoding", "prediction", "imports"])
    measured = tables.measure_parts([task, replace(task, device="cuda")], plan)
    assert measured["part"].tolist() == ["decoding", "prediction", "imports", "prediction"]
    assert measured["device"].tolist() == ["cpu", "cpu", "cpu", "cuda"]
    assert list(measured) == tables._COLUMNS
