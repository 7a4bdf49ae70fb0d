"""data.annotation.folders: what lies in a folder of images, and what nobody put there as a painting."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from styleclf.common import alone_in
from styleclf.data.annotation.catalog import annotate, make_catalogue
from styleclf.data.annotation.folders import OF_STYLECLF, OF_THE_SYSTEM, image_files, walk_folder
from tests.data.folders import draw

SYSTEM = ("@eaDir", "@SynoResource", "#recycle", "@Recycle", "__MACOSX", "lost+found", "$RECYCLE.BIN")
SYSTEM += ("System Volume Information",)


def passed_over(images):
    return {path.relative_to(images).as_posix(): reason for path, reason in walk_folder(images).passed_over}


def write_settings(folder, package="styleclf"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps({"settings": {}, "versions": {package: "0.1.0"}}))


@pytest.mark.parametrize("name", SYSTEM)
def test_folders_of_the_system_are_no_styles_and_hold_no_paintings(images, name):
    draw(images / name / "a" / "gris_1.jpg")
    draw(images / "cubism" / name / "gris_2.jpg")
    annotation, rejected = annotate(images, progress=False)
    assert set(annotation["label"]) == {"cubism", "photo"}
    assert len(annotation) == 4
    assert rejected.empty
    assert passed_over(images) == {name: OF_THE_SYSTEM, f"cubism/{name}": OF_THE_SYSTEM}


@pytest.mark.skipif(not Path("/proc/self/root").exists(), reason="there is no such folder")
def test_a_link_to_what_the_kernel_shows_is_not_followed(images, capsys):
    (images / "cubism" / "link").symlink_to("/proc/self")  # in which `root` leads to all files, and back
    assert len(annotate(images, progress=False)[0]) == 4
    assert passed_over(images) == {"cubism/link": OF_THE_SYSTEM}
    with pytest.raises(ValueError, match="no image files in /proc/self: name"):
        image_files(["/proc/self"])
    assert capsys.readouterr().out == "passed over: /proc/self (a folder of the system)\n"
    assert walk_folder(Path("/proc/self")).files == []


@pytest.mark.parametrize("name", [".Trash-1000", ".Trashes", ".thumbnails", ".cache"])
def test_hidden_folders_are_passed_over_without_a_word(images, name):
    draw(images / name / "files" / "gris_1.jpg")
    assert len(annotate(images, progress=False)[0]) == 4
    assert passed_over(images) == {}


def test_results_of_styleclf_are_no_style(images):
    write_settings(images / "results" / "run")
    draw(images / "results" / "run" / "figures" / "confusion.png")
    write_settings(images / "cubism" / "out")
    draw(images / "cubism" / "out" / "figures" / "design.png")
    assert len(annotate(images, progress=False)[0]) == 4
    assert passed_over(images) == {"results/run": OF_STYLECLF, "cubism/out": OF_STYLECLF}
    assert "left out: cubism/out" in make_catalogue(images, progress=False).text


def test_a_run_that_was_stopped_is_known_by_its_tables(images):
    draw(images / "results" / "figures" / "design.png")
    for name in ("annotation.csv", "rejected.csv"):
        (images / "results" / name).touch()
    draw(images / "cv" / "fold-0" / "figures" / "confusion.png")
    (images / "cv" / "fold-0" / "fold.json").touch()
    assert passed_over(images) == {"results": OF_STYLECLF, "cv/fold-0": OF_STYLECLF}
    assert len(annotate(images, progress=False)[0]) == 4


def test_a_run_that_has_just_begun_is_no_empty_style(images):
    with alone_in(images / "results" / "mine", "a design"):
        assert passed_over(images) == {"results/mine": OF_STYLECLF}
        assert annotate(images, progress=False)[1].empty
    with alone_in(images / "cubism", "a design"):  # paintings stay paintings
        assert passed_over(images) == {}


def test_figures_of_a_run_whose_folder_is_that_of_the_images_are_no_style(images):
    draw(images / "figures" / "design.png")
    assert passed_over(images) == {}
    write_settings(images)
    assert passed_over(images) == {"figures": OF_STYLECLF}


@pytest.mark.parametrize(
    "content", ["", "[]", "null", "[" * 100_000, '{"versions": null}', '{"versions": {"other": "1"}}', "\xff"]
)
def test_settings_of_others_mean_nothing(images, content):
    (images / "cubism" / "settings.json").write_text(content, encoding="latin-1")
    assert passed_over(images) == {}
    assert len(annotate(images, progress=False)[0]) == 4


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_a_pipe_that_is_called_settings_is_not_waited_for(images):
    os.mkfifo(images / "cubism" / "settings.json")
    assert passed_over(images) == {}


def test_image_files_walks_folders_and_leaves_hidden_and_other_files(tmp_path):
    for name in ("a.JPG", "sub/b.png", "sub/.c.png", ".hidden/d.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [path.relative_to(tmp_path).as_posix() for path in image_files([tmp_path])]
    assert names == ["a.JPG", "sub/b.png"]
    assert image_files([tmp_path / "notes.txt"]) == [tmp_path / "notes.txt"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        image_files([tmp_path / "nowhere"])
    with pytest.raises(ValueError, match="image files"):
        image_files([])


def test_what_passes_for_an_image_is_tried_and_the_rest_is_counted(tmp_path, capsys):
    names = ["water-lilies.jpg", "nympheas.jpg!Large", "default", "poplars.jpeg?sequence=1", "haystacks.jpx", "x.heic"]
    for name in names:
        Image.new("RGB", (8, 8)).save(tmp_path / name, format="JPEG")
    for name in ("notes.txt", "table.csv", "Makefile"):
        (tmp_path / name).write_text("no picture")
    Image.new("RGB", (8, 8)).save(tmp_path / "table.png")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "@eaDir").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "@eaDir" / "thumbnail.jpg")
    assert sorted(path.name for path in image_files([tmp_path])) == sorted([*names, "table.png"])
    assert capsys.readouterr().out.splitlines() == [
        f"passed over: {tmp_path / 'link'} (link to a folder above it)",
        f"3 files are not images and are passed over (such as {tmp_path / 'Makefile'})",
        f"passed over: {tmp_path / '@eaDir'} (a folder of the system)",
    ]


def test_a_folder_without_images_and_an_empty_path_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # an empty path would be this folder
    Image.new("RGB", (8, 8)).save("x.png")
    for path in ("", "  "):
        with pytest.raises(ValueError, match="empty path"):
            image_files([path])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no image files in empty"):
        image_files(["empty"])
