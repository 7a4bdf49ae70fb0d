"""light.contents: the files of a bundle in a folder, a zip file, or a zip file of a folder; nothing else is read."""

import zipfile

import pytest

from styleclf.light.contents import MANIFEST_FILE, is_bundle_path, open_contents


def zipped(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def test_a_zip_file_of_a_folder_is_read_and_what_else_is_in_it_is_not(tmp_path):
    members = [("my/bundle.json", "{}"), ("my/notes.txt", "x"), ("__MACOSX/my/bundle.json", "not this one")]
    contents = open_contents(zipped(tmp_path / "a.zip", members))
    assert contents.read(MANIFEST_FILE) == b"{}" and set(contents.members) == {MANIFEST_FILE}
    (tmp_path / MANIFEST_FILE).write_text("[]")
    assert open_contents(tmp_path).read(MANIFEST_FILE) == b"[]"


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ([("../bundle.json", "{}")], r"leads out of it"),
        ([("/bundle.json", "{}")], r"leads out of it"),
        ([("c:/bundle.json", "{}")], r"leads out of it"),
        ([("a\\..\\bundle.json", "{}")], r"leads out of it"),
        ([("bundle.json", "{}"), ("../../.ssh/keys", "x")], r"leads out of it"),
        ([("a/bundle.json", "{}"), ("b/bundle.json", "{}")], r"holds bundle\.json more than once"),
        ([("a/bundle.json", "{}"), ("b/model.onnx", "{}")], r"lie in several folders: a, b"),
        ([("model.onnx", "{}")], r"it has no bundle\.json"),
        ([("bundle.json", " " * 17_000_000)], r"bundle\.json in .* would have 17 MB"),
        ([("bundle.json", " " * 2_000_000)], r"is a zip bomb"),
        ([(f"{number}", "") for number in range(1_001)], r"holds 1,001 files"),
    ],
)
def test_zip_files_that_lead_elsewhere_or_grow_are_refused(members, sentence, tmp_path):
    with pytest.raises(ValueError, match=sentence):
        open_contents(zipped(tmp_path / "a.zip", members))


def test_what_is_no_bundle_is_told(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no bundle at .*nowhere\.zip"):
        open_contents(tmp_path / "nowhere.zip")
    with pytest.raises(ValueError, match=r"not a bundle of styleclf, it has no bundle\.json"):
        open_contents(tmp_path)
    (tmp_path / "fold-0").mkdir()
    (tmp_path / "fold-0/model.pkl").touch()
    with pytest.raises(ValueError, match=r"folder of a cross-validation and no model: name that of a fold, .*fold-0/"):
        open_contents(tmp_path)
    (tmp_path / "model.pkl").touch()
    with pytest.raises(ValueError, match=r"is the folder of a run and no bundle: name its model, .*/model\.pkl$"):
        open_contents(tmp_path)
    (tmp_path / "date_probe.npz").touch()
    with pytest.raises(ValueError, match=r"is a run that dates works, and no bundle: recipes/export\.py writes"):
        open_contents(tmp_path)
    (tmp_path / "text.zip").write_text("text")
    with pytest.raises(ValueError, match="it is not a zip file"):
        open_contents(tmp_path / "text.zip")


def test_a_pickle_is_not_taken_for_a_bundle_nor_a_bundle_for_a_pickle(tmp_path):
    assert not is_bundle_path(tmp_path / "model.pkl")
    assert is_bundle_path(tmp_path / "model.ZIP") and is_bundle_path(tmp_path)
