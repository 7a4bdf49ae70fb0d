"""app.kept_pictures: a decided picture is there under its name in the table, until the decision is taken back."""

from types import SimpleNamespace

from styleclf.app.kept_pictures import KeptPictures
from styleclf.app.review import ReviewedPicture


def test_a_kept_picture_is_a_copy_until_it_is_forgotten(tmp_path):
    dropped = tmp_path / "upload-17"
    dropped.write_bytes(b"pixels")
    pictures = KeptPictures(tmp_path / "pictures")
    pictures.keep(ReviewedPicture("guitar.jpg", SimpleNamespace(path=dropped), ""))
    dropped.unlink()
    copy = tmp_path / "pictures/guitar.jpg"
    assert copy.read_bytes() == b"pixels"
    pictures.forget("guitar.jpg")
    pictures.forget("guitar.jpg")
    assert not copy.exists()
