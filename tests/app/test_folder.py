"""app.folder: a folder is answered in the background."""

import pytest

from styleclf.app.folder import ReviewFolder


def test_pictures_have_their_names_in_the_folder(engine, paint, tmp_path):
    paint("a.png").rename(tmp_path / "b.png")
    folder = ReviewFolder(engine, tmp_path)
    assert folder.names == ["b.png"]
    folder.start({}, {"b.png": "odd"}).join()
    assert folder.pictures()["b.png"].reason == "odd"
    assert folder.unreadable() == {}
    assert folder.is_finished.is_set()


def test_what_goes_wrong_in_the_background_is_told(engine, paint, tmp_path, monkeypatch, capsys):
    paint("a.png").rename(tmp_path / "b.png")

    def fail(paths):
        raise RuntimeError("the disk\nis gone")

    monkeypatch.setattr(engine, "predictions", fail)
    folder = ReviewFolder(engine, tmp_path)
    folder.start({}, {}).join()
    assert folder.pictures() == {}
    assert "no longer answered: the disk is gone" in capsys.readouterr().err


def test_a_folder_without_pictures_is_one_sentence(engine, tmp_path):
    with pytest.raises(ValueError, match="no image files in"):
        ReviewFolder(engine, tmp_path)
    with pytest.raises(ValueError, match="--review must name a folder of pictures"):
        ReviewFolder(engine, tmp_path / "nowhere")
