"""app.space: a folder that starts elsewhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from styleclf.app.space import write_space
from styleclf.common import read_json, write_json
from tests.bundled import bundled, paths  # noqa: F401

STARTED = """
import sys
sys.modules |= dict.fromkeys(("torch", "fastai", "fastcore", "timm", "sklearn", "scipy", "matplotlib", "safetensors"))
import styleclf.app.server as server
assert server.__file__.startswith(sys.argv[1]), server.__file__
server.start_app = lambda options: print(type(server.make_events(options, server.Path("x"))).__name__, options.host)
import styleclf.app
styleclf.app.start_app = server.start_app
exec(open("app.py").read())
"""


def test_a_space_starts_where_there_is_no_torch(bundled, tmp_path):
    space = write_space(bundled / "bundle", tmp_path / "space")
    assert write_space(bundled / "bundle", space) == space  # once more
    names = {path.name for path in space.iterdir()}
    assert names == {"app.py", "model", "requirements.txt", "README.md", "styleclf", ".gitattributes"}
    assert {path.name for path in (space / "model").iterdir()} == {"bundle.json", "model.onnx", "novelty.npz"}
    done = subprocess.run([sys.executable, "-c", STARTED, str(space)], cwd=space, capture_output=True, text=True)
    assert done.stdout == "Events 0.0.0.0\n", done.stderr
    header = (space / "README.md").read_text(encoding="utf-8").split("---")[1]
    assert "sdk: gradio\n" in header
    assert "app_file: app.py\n" in header
    assert "license: other\n" in header


def test_it_asks_for_what_the_project_asks_for(bundled, tmp_path):
    project = (Path(__file__).parent.parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    space = write_space(bundled / "bundle", tmp_path / "space")
    for line in (space / "requirements.txt").read_text().splitlines():
        assert f'"{line}"' in project
    gradio = re.search(r'sdk_version: "([\d.]+)"', (space / "README.md").read_text(encoding="utf-8"))[1]
    assert f'"gradio>={gradio.rpartition(".")[0]}"' in project


def test_what_is_no_bundle_or_lies_there_already_is_one_sentence(bundled, tmp_path):
    with pytest.raises(ValueError, match=r"a Space opens no pickles such as .*model\.pkl"):
        write_space(bundled / "model.pkl", tmp_path / "space")
    (tmp_path / "mine.txt").touch()
    with pytest.raises(ValueError, match="holds something else than a Space"):
        write_space(bundled / "bundle", tmp_path)
    with pytest.raises(FileNotFoundError, match="no bundle at"):
        write_space("nowhere.zip", tmp_path / "space")


def test_a_bundle_of_several_labels_is_refused(bundled, tmp_path):
    labelled = shutil.copytree(bundled / "bundle", tmp_path / "labelled")
    manifest = read_json(labelled / "bundle.json")
    thresholds = [0.5] * len(manifest["styles"])
    write_json(manifest | {"labels": {"thresholds": thresholds}}, labelled / "bundle.json")
    with pytest.raises(ValueError, match="gives several labels to a picture, and the app asks for one style"):
        write_space(labelled, tmp_path / "space")
    assert not (tmp_path / "space").exists()
