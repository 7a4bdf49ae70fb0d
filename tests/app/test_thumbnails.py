"""app.thumbnails: pictures as text."""

import base64
import io

from PIL import Image

from styleclf.app.thumbnails import large_picture, small_picture


def opened(uri):
    kind, _, content = uri.partition(";base64,")
    assert kind == "data:image/jpeg"
    return Image.open(io.BytesIO(base64.b64decode(content)))


def test_pictures_are_shrunk_and_never_enlarged(tmp_path):
    Image.new("RGBA", (1200, 300), "red").save(tmp_path / "a.png")
    Image.new("L", (20, 10)).save(tmp_path / "b.png")
    assert opened(small_picture(tmp_path / "a.png")).size == (200, 50)
    assert opened(large_picture(tmp_path / "a.png")).size == (900, 225)
    assert opened(small_picture(tmp_path / "b.png")).size == (20, 10)


def test_a_picture_that_is_gone_is_nothing(tmp_path):
    assert small_picture(tmp_path / "nowhere.png") == ""
