"""recipes/collect.py through its real command line: killed, and gone on with."""

import json
import time
from collections import Counter

import pandas as pd
import pytest

from tests.data.collect.museum import Museum
from tests.recipes.test_recipes import desk, run, started  # noqa: F401  (desk is a fixture)

STYLES = ("cubism", "rococo")


@pytest.fixture
def museum():
    with Museum() as museum:
        yield museum


def hang_paintings(museum, n_painters=4, n_works=2):
    """A collection of manifests of both versions, one for each painting."""
    addresses = []
    for style in STYLES:
        for painter in range(n_painters):
            for work in range(n_works):
                name = f"{style}-{painter}-{work}"
                museum.hang(name, colour=(60 * painter, 100 * work, 90 * STYLES.index(style)), size=(120, 80 + painter))
                words = {"Movement of art": style, "Artist": f"Painter {style[:3]}{'abcd'[painter]}"}
                manifest = museum.manifest_3 if work else museum.manifest_2
                addresses.append(manifest(f"/m/{name}", [name], metadata=words))
    return museum.collection_3("/collection", addresses), len(addresses)


def test_killed_and_gone_on_with_no_finished_picture_is_loaded_twice(desk, museum, tmp_path):
    address, n = hang_paintings(museum)
    out = tmp_path / "out"
    command = ["recipes/collect.py", address, "--out", str(out), "--private", "--size", "64", "--pause"]
    words = ["--fields", "label=Movement of art", "--permission", "the museum, 3 May"]
    recipe = started(desk, *command, "0.03", *words)
    while recipe.at_work() and not museum.asked("/full/"):
        time.sleep(0.005)
    recipe.kill()
    finished = {path.stem for path in (out / "images").glob("[!.]*")}
    done = run(desk, *command, "0", *words)
    assert done.returncode == 0, done.stderr
    requests = Counter(museum.requests)
    n_in_flight = 2
    assert sum(requests.values()) - len(requests) <= n_in_flight, "only what was asked for at that moment"
    assert len(finished) < n
    assert "next: python recipes/design.py --images" in done.stdout
    settings = json.loads((out / "settings.json").read_text(encoding="utf-8"))["settings"]
    assert settings["permission"] == "the museum, 3 May"
    table = pd.read_csv(out / "collected.csv")
    assert len(table) == n
    assert set(table["label"]) == set(STYLES)
    assert table["author"].nunique() == 8
