"""Ids of styles on their whole way: from a table's column to predictions, a bundle, the atlas and the report."""

import json
import zipfile

import pandas as pd
import pytest

from tests.recipes.test_recipes import desk, run  # noqa: F401


def done(desk, line):
    finished = run(desk, *line.split())
    assert finished.returncode == 0, finished.stderr
    return finished


@pytest.mark.slow  # six recipes
def test_ids_reach_predictions_bundle_atlas_and_report(desk, halves):
    ids = {style: f"Q{number}" for number, style in enumerate(sorted(set(halves["label"])), start=1)}
    table = halves[["filename", "label"]].assign(aat=halves["label"].map(ids), Ort="Paris")
    table.to_csv(desk / "ids.csv", index=False)
    columns = "style=label,label_id=aat,place=Ort"
    done(desk, f"recipes/design.py --images my/paintings --csv ids.csv --columns {columns} --out runs/ids")
    design = pd.read_csv(desk / "runs/ids/design.csv", dtype=str)
    assert (design["label_id"] == design["label"].map(ids)).all()
    assert set(design["place"]) == {"Paris"}
    done(desk, "recipes/train.py --images my/paintings --design runs/ids/design.csv --out runs/ids/fold-0")
    predictions = pd.read_csv(desk / "runs/ids/fold-0/predictions.csv")
    assert (predictions["label_id"] == predictions["label"].map(ids)).all()
    assert (predictions["pred_id"] == predictions["pred"].map(ids)).all()
    report = (desk / "runs/ids/fold-0/report.html").read_text(encoding="utf-8")
    assert all(f"<small>{style_id}</small>" in report for style_id in set(predictions["label_id"]))
    done(desk, "recipes/export.py --model runs/ids/fold-0/model.pkl --out runs/ids/model.zip")
    with zipfile.ZipFile(desk / "runs/ids/model.zip") as bundle:
        name = next(name for name in bundle.namelist() if name.endswith("bundle.json"))
        assert json.loads(bundle.read(name))["style_ids"] == ids
    done(desk, "recipes/predict.py --model runs/ids/model.zip --out runs/ids/new.csv my/new-pictures")
    new = pd.read_csv(desk / "runs/ids/new.csv")
    assert (new["pred_id"] == new["pred"].map(ids)).all()
    done(desk, "recipes/atlas.py --run runs/ids/fold-0 --projection pca")
    page = (desk / "runs/ids/fold-0/atlas.html").read_text(encoding="utf-8")
    assert all(f"{style} ({style_id})" in page for style, style_id in ids.items())
