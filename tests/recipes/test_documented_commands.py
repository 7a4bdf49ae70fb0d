"""Every command of README and docs on tiny practice data: what a page tells people to type works, as the page has it.

Only what `REWRITTEN` and `SMALLER` declare differs from the page: a tiny architecture in place of the one that it has,
fewer trials. The commands that cannot be run here are in `NOT_RUN`, with the reason.
"""

import re
import shlex
import shutil
import time

import pandas as pd
import pytest
from PIL import Image, ImageOps

from styleclf.app.decisions import Decision
from styleclf.common import write_table
from tests.conftest import ARCH
from tests.recipes.test_recipes import TINY, desk, python, run  # noqa: F401  (a fixture)
from tests.test_papers import PAGES, ROOT, commands

PREPARED = (  # the runs that pages speak of, as the README makes them
    "recipes/design.py --images my/paintings --csv my/objects.csv --out runs/mine",
    "recipes/train.py --design runs/mine/design.csv --keep-epochs 0,last --out runs/mine/fold-0",
    "recipes/cross_validate.py --design runs/mine/design.csv --epochs 0 --out runs/mine/probe",
    "recipes/cross_validate.py --design runs/mine/design.csv --out runs/mine/cv",
    "recipes/validate.py --cv runs/mine/cv --calibrate",
    "recipes/export.py --model runs/mine/fold-0/model.pkl --out runs/mine/model.zip",
    "recipes/doctor.py --cv runs/mine/cv",
)
COPIES = {  # other names that pages give to the same runs
    "runs/design": "runs/mine",
    "runs/train": "runs/mine/fold-0",
    "runs/final": "runs/mine/fold-0",
    "runs/cross_validate": "runs/mine/cv",
    "runs/mine/cv-larger": "runs/mine/cv",
    "moved/paintings": "my/paintings",
}
REWRITTEN = {  # patterns of words, each with what stands in its place
    r"--arch (?!local-dir)\S+": f"--arch {ARCH}",
    r"--archs \S+": f"--archs {ARCH}=my/dinov2.safetensors",
    r"--images my/paintings --out runs/mine$": "--images my/paintings --out runs/plain",  # PREPARED makes runs/mine
    r"--hierarchy my/hierarchy.csv --out runs/mine/cv": "--hierarchy my/hierarchy.csv --out runs/mine/levels",
    r"--cv runs/mine/cv --closed$": "--cv runs/mine/levels --closed",  # the one with --calibrate stays for --sets
    r"--withhold photo (rococo|naturalism)": "--withhold photo",  # two of eight styles of so few pictures are too many
}
SMALLER = {  # flags behind a command, by recipe, so that it takes seconds
    "audit": "--seeds 1 --no-degraded --no-markers",
    "forest": "--trials 1",
    "league": "--draws 1",
    "quickstart": "--epochs 0 --epochs-from-scratch 1 --size-from-scratch 32 --no-browser",
    "tune": "--trials 2",
}
NOT_RUN = {  # patterns of commands, each with the reason
    r"museum\.example|my/list\.txt|runs/museum": "asks a museum's host; tests/data/collect has one of its own",
    r"(published_images|data|artwork_data|202001-rma-csv-collection|MetObjects|metadata)\.csv": "a museum's table",
    r"runs/(nga|cleveland|tate|rijksmuseum|chicago|wikidata)": "pictures of a museum",
    r"runs/(smk|harvard|europeana|met|wikiart|pixplot)": "pictures of a museum, too",
    r"app\.py(?!.*--space)": "serves until it is ended; tests/app starts it",
    r"gpu_check\.py": "asks about a GPU; tests/recipes/test_gpu_check.py measures on the CPU",
    r"quickstart\.py$": "paints the whole practice set; .ci/run runs it",
    r"transfer\.py": "wants eight pictures of a style from elsewhere; tests/recipes/test_transfer.py has them",
    r"marker\.py": "wants a learner that goes by the marker; tests/audit/test_planted_marker.py has one",
    r"benchmark\.py": "takes minutes; tests/recipes/test_benchmark.py runs it smaller",
}


def tables(annotation):
    """The tables of one's own that pages speak of, by their names."""
    n = len(annotation)
    objects = annotation[["filename", "author"]].assign(label=annotation["label"])
    objects["source"] = ["archive", "museum", "museum"] * (n // 3)
    objects["series"] = [
        f"series of {author}" if author else f"series {i}" for i, author in enumerate(objects["author"])
    ]
    objects["date"] = [1850 + i for i in range(n)]
    ids = {style: f"30002{i}" for i, style in enumerate(sorted(set(annotation["label"])))}
    museum = pd.DataFrame({"Image": annotation["filename"], "Movement": annotation["label"]})
    museum["Artist Display Name"] = annotation["author"]
    museum["AAT"] = annotation["label"].map(ids)
    styles = sorted(set(annotation["label"]))
    parents = {style: "paintings" if i % 2 else "prints" for i, style in enumerate(styles)}
    hierarchy = pd.DataFrame({"style": [*parents, "paintings", "prints"], "parent": [*parents.values(), "", ""]})
    both = annotation["label"] + ["|portrait", ""] * (n // 2)
    return {
        "objects.csv": objects,
        "museum.csv": museum,
        "sources.csv": objects[["filename", "source"]],
        "table.csv": objects.rename(columns={"label": "period", "author": "maker"}),
        "labels.csv": annotation[["filename", "author"]].assign(label=both),
        "hierarchy.csv": hierarchy,
    }


def decisions(pictures):
    """What somebody has decided in the app about new pictures."""
    rows = []
    for i, path in enumerate(sorted(pictures.iterdir())):
        label = "cubism" if i % 2 else "rococo"
        author = path.name.partition("_")[0]
        rows.append(Decision(path.name, label, author, "corrected", label, "0.5", "", "2026-11-28T12:00:00Z"))
    return pd.DataFrame(rows)


def mirror(link):
    """In place of a link to pictures that a design has already, the same ones mirrored, which it has not."""
    originals = sorted(link.resolve().iterdir())
    link.unlink()
    link.mkdir()
    for original in originals:
        with Image.open(original) as image:
            ImageOps.mirror(image).save(link / original.name)


def furnish(folder, design, weights_file, weights_folder):
    """Put tables and weights of one's own on a desk that has recipes and pictures."""
    for name, table in tables(design).items():
        write_table(table, folder / "my" / name)
    shutil.copy(ROOT / "styleclf/data/annotation/attribution.csv", folder / "my/attribution.csv")
    shutil.copy(weights_file, folder / "my/dinov2.safetensors")
    mirror(folder / "my/new-pictures")
    (folder / "runs/app").mkdir(parents=True)
    write_table(decisions(folder / "my/new-pictures"), folder / "runs/app/decisions.csv")
    shutil.copytree(weights_folder, folder / "my/dinov2")
    shutil.copytree(folder / "my/paintings", folder / "data/sample")  # no link, or quickstart takes both for one
    for copy, original in COPIES.items():
        (folder / copy).parent.mkdir(parents=True, exist_ok=True)
        (folder / copy).symlink_to(folder / original)


def to_run():
    """The commands of all pages in their order, each once, after those that prepare what pages speak of."""
    documented = list(PREPARED)
    for page in PAGES:
        documented += [command for command in commands(page) if is_run(command)]
    return list(dict.fromkeys(documented))


def decide(path):
    """What a person writes into the doctor's table: the first label is to be changed, the next one kept."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[:1, "decision"] = ["change", "keep"]
    write_table(table, path)


def failure(folder, command):
    """What a command that is run as it is rewritten complains of; '' if it succeeds."""
    if "doctor/decisions.csv" in command:
        decide(folder / "runs/doctor/decisions.csv")
    settings = TINY.replace("weights = none", "weights = my/dinov2.safetensors")  # probes need some
    start = python if "quickstart" in command else run  # joblib's processes, for whose end a fork would wait for ever
    begin = time.monotonic()
    done = start(folder, *rewritten(command), settings=settings)
    seconds = time.monotonic() - begin
    print(f"{seconds:5.0f} s  {'failed' if done.returncode else 'ok':6}  {command}", flush=True)  # pytest -s shows it
    return f"{command}\n{done.stderr}" if done.returncode else ""


def rewritten(command):
    """The words of a command with what is declared in place of what a page has."""
    if "Movement" in command:
        command = command.replace("my/objects.csv", "my/museum.csv")
    for pattern, words in REWRITTEN.items():
        command = re.sub(pattern, words, command)
    recipe = re.search(r"recipes/(\w+)\.py", command)[1]
    return [*shlex.split(command), *SMALLER.get(recipe, "").split()]


def is_run(command):
    return not any(re.search(pattern, command) for pattern in NOT_RUN)


def test_every_reason_is_needed():
    documented = [command for page in PAGES for command in commands(page)]
    for pattern in NOT_RUN:
        assert any(re.search(pattern, command) for command in documented), f"no page has {pattern}"


@pytest.mark.slow  # a hundred recipes
@pytest.mark.timeout(3600)
def test_every_documented_command_runs(desk, design, weights_file, weights_folder):
    furnish(desk, design, weights_file, weights_folder)
    failures = [failure(desk, command) for command in to_run()]
    assert not any(failures), "\n\n".join(filter(None, failures))
