"""recipes/transfer.py through its real command line."""

import json

import pandas as pd

from styleclf.common import write_table
from styleclf.data.design import make_design
from tests.recipes.test_recipes import desk, first_run, run  # noqa: F401

LINE = (
    "recipes/transfer.py --images my/paintings --design runs/by-source/design.csv --leave-out source "
    "--out runs/transfer"
)


def test_every_collection_is_judged_by_who_has_learned_nothing_from_it(desk, halves):
    annotation = halves.drop(columns="fold")
    numbers, _ = pd.factorize(annotation["author"].where(annotation["author"] != "", annotation["filename"]))
    sources = [f"museum {number % 4}" for number in numbers]
    design = make_design(annotation.assign(source=sources), n_folds=2, val_share=0)
    write_table(design, desk / "runs/by-source/design.csv")
    done = first_run(desk, *LINE.split())
    assert done.returncode == 0, done.stderr
    out = desk / "runs/transfer"
    table = pd.read_csv(out / "left_out.csv")
    assert table["collection"].iat[-1] == "all of them"
    assert len(table) > 2
    assert table["n_images"].iloc[:-1].sum() == table["n_images"].iat[-1]
    saved = json.loads((out / "settings.json").read_text(encoding="utf-8"))
    assert saved["sentences"][0].startswith("by painter ")
    assert saved["sentences"][0] in done.stdout
    assert (out / "figures/left_out.png").is_file()
    refused = run(desk, *LINE.replace("--leave-out source", "--leave-out sauce").split())
    assert refused.returncode == 2
    assert "did you mean 'source'?" in refused.stderr
