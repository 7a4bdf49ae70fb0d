"""styleclf.common.saved: JSON that a crash or another program left is one sentence that names the file."""

import os

import pytest

from styleclf.common import read_arrays, read_json, read_table


@pytest.mark.parametrize("text", ["", "{", '{"a": 1', "[1, 2]", "null", "3", '"a"', "[" * 100_000, '{"b": 1}', "\0"])
def test_json_that_is_no_table_of_names_is_named(tmp_path, text):
    file = tmp_path / "run.json"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"run\.json is damaged, it .*: remove it, and run"):
        read_json(file, ["a"])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
@pytest.mark.parametrize("read", [read_json, read_table, lambda path: read_arrays(path, {"embeddings": "images"})])
def test_a_pipe_is_named_and_not_waited_for(tmp_path, read):
    os.mkfifo(tmp_path / "settings.json")
    with pytest.raises(ValueError, match=r"settings\.json is damaged, it is a pipe or a device and not a file"):
        read(tmp_path / "settings.json")


def test_json_comes_back(tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"a": [1], "b": null}')
    assert read_json(file, ["a", "b"]) == {"a": [1], "b": None}
    file.write_text('{"a": "é"}', encoding="utf-8-sig")  # saved again by an editor of Windows
    assert read_json(file) == {"a": "é"}
    with pytest.raises(OSError):
        read_json(tmp_path / "absent.json")


@pytest.mark.parametrize(
    "text",
    [
        '{"settings": null}',
        '{"settings": [1]}',
        '{"settings": {"images": 7}}',
        '{"settings": {"design": ["a.csv"]}}',
        '{"settings": {"fold": [1]}}',
        '{"settings": {}, "versions": null}',
        '{"settings": {}, "seconds": "x"}',
    ],
)
def test_settings_of_a_run_that_were_changed_by_hand_are_named(tmp_path, text):
    file = tmp_path / "settings.json"
    file.write_text(text)
    with pytest.raises(
        ValueError, match=r"settings\.json is damaged, .* and not (text|a number|a table of names): remove it"
    ):
        read_json(file)
    (tmp_path / "other.json").write_text(text)
    assert read_json(tmp_path / "other.json")


def test_settings_of_a_run_may_lack_what_it_did_not_need(tmp_path):
    file = tmp_path / "settings.json"
    file.write_text('{"settings": {"images": null, "epochs": 3}}')
    assert read_json(file)["settings"] == {"images": None, "epochs": 3}
