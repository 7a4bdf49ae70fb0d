"""What is on disk, and the journal by which a collection goes on."""

import pytest

from styleclf.data.collect.folder import Folder, LoadedPicture, file_sha256, file_stem
from styleclf.data.collect.picture_addresses import bare_picture

PICTURE = bare_picture("https://museum.example/7.jpg")


def loaded(folder, content=b"picture"):
    """A picture in the folder as if it had been loaded."""
    path = folder.images / "7.jpg"
    path.write_bytes(content)
    record = LoadedPicture(PICTURE.image, "7.jpg", PICTURE.image, 4, 3, len(content), file_sha256(path))
    folder.record(record)
    return record


def test_the_journal_brings_back_what_was_written(tmp_path):
    record = loaded(Folder(tmp_path, {"longest_side": 64}))
    assert Folder(tmp_path, {"longest_side": 64}).sound_picture(PICTURE) == record


@pytest.mark.parametrize("content", [b"pixture", b"short", None])
def test_a_file_that_changed_or_went_is_not_sound(tmp_path, content):
    folder = Folder(tmp_path, {})
    loaded(folder)
    (folder.images / "7.jpg").unlink()
    if content:
        (folder.images / "7.jpg").write_bytes(content)
    assert folder.sound_picture(PICTURE) is None
    assert folder.has(PICTURE)


def test_a_line_that_was_cut_off_costs_only_itself(tmp_path):
    record = loaded(Folder(tmp_path, {}))
    with open(tmp_path / "loaded.jsonl", "ab") as stream:
        stream.write(b'{"image": "https://museum.exam')
    folder = Folder(tmp_path, {})
    folder.record(record._replace(image="https://museum.example/8.jpg"))
    again = Folder(tmp_path, {})
    assert again.sound_picture(PICTURE) == record
    assert again.has(bare_picture("https://museum.example/8.jpg"))


def test_another_size_is_refused(tmp_path):
    Folder(tmp_path, {"longest_side": 64})
    with pytest.raises(ValueError, match="was collected with longest_side 64 instead of 128"):
        Folder(tmp_path, {"longest_side": 128})


def test_what_a_killed_process_left_unfinished_is_removed(tmp_path):
    folder = Folder(tmp_path, {})
    (folder.images / f".{file_stem(PICTURE)}.0123456789ab.part").write_bytes(b"half")
    Folder(tmp_path, {})
    assert list(folder.images.iterdir()) == []


def test_names_of_files_can_be_written_anywhere_and_are_unlike(tmp_path):
    other = type(PICTURE)(**{**vars(PICTURE), "title": 'CON / Öl: "Ünter" <3>\n' + "x" * 300})
    stem = file_stem(other)
    assert stem.startswith("con-ol-unter-3-x")
    assert len(stem) < 80
    assert file_stem(PICTURE) != file_stem(bare_picture("https://museum.example/8.jpg"))
