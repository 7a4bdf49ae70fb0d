"""Pictures in the size that is needed, from services of every level, checked before they count."""

import pytest
from PIL import Image

from styleclf.data.collect.downloads import FetchError, ReservedError
from styleclf.data.collect.folder import Folder, file_stem
from styleclf.data.collect.picture_addresses import bare_picture
from styleclf.data.collect.pictures import load_picture
from styleclf.data.collect.sources import SourceReader
from tests.data.collect.museum import jpeg


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path, {})


def picture_of(museum, client, tmp_path, name, version=3):
    address = (museum.manifest_3 if version == 3 else museum.manifest_2)(f"/m{version}/{name}", [name])
    (picture,) = SourceReader(client, tmp_path / "manifests").read([address]).pictures
    museum.requests.clear()
    return picture


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("level", [1, 2])
def test_a_service_that_scales_is_asked_once(museum, client, folder, tmp_path, version, level):
    museum.hang("harbour", size=(400, 300), level=level)
    picture = picture_of(museum, client, tmp_path, "harbour", version)
    loaded = load_picture(client, picture, folder, 100)
    assert museum.requests == [f"/image{version}/harbour/full/100,/0/default.jpg"]
    assert (loaded.width, loaded.height) == (100, 75)
    assert loaded.filename.endswith(".jpg")


@pytest.mark.parametrize("version", [2, 3])
def test_of_a_service_with_fixed_sizes_the_next_larger_one_is_taken(museum, client, folder, tmp_path, version):
    museum.hang("harbour", size=(400, 300), level=0)
    loaded = load_picture(client, picture_of(museum, client, tmp_path, "harbour", version), folder, 150)
    assert (loaded.width, loaded.height) == (200, 150)
    assert [path.rsplit("/", 1)[-1] for path in museum.requests] == ["info.json", "default.jpg"]


def test_a_picture_smaller_than_needed_is_taken_as_large_as_it_is(museum, client, folder, tmp_path):
    loaded = load_picture(client, picture_of(museum, client, tmp_path, "one"), folder, 1000)
    assert (loaded.width, loaded.height) == (120, 80)


def test_a_manifest_with_wrong_sizes_is_corrected_by_the_service(museum, client, folder, tmp_path):
    picture = picture_of(museum, client, tmp_path, "one")
    museum.hang("one", size=(60, 40))
    loaded = load_picture(client, picture, folder, 100)
    assert (loaded.width, loaded.height) == (60, 40)
    assert len(museum.requests) == 3


def test_without_a_description_the_service_is_asked_all_the_same(museum, client, folder):
    museum.put("/image2/one/info.json", (404, {}, b""))
    loaded = load_picture(client, bare_picture(f"{museum.url}/image2/one/full/full/0/default.jpg"), folder, 60)
    assert (loaded.width, loaded.height) == (60, 40)


def test_without_a_service_the_picture_is_taken_as_it_is_and_named_by_its_type(museum, client, folder):
    museum.put("/7.jpg", png(Image.new("RGB", (9, 5))))
    loaded = load_picture(client, bare_picture(f"{museum.url}/7.jpg"), folder, 60)
    assert (loaded.width, loaded.height) == (9, 5)
    assert loaded.filename.endswith(".png")


def png(picture):
    return 200, {"Content-Type": "application/octet-stream"}, _encoded(picture, "PNG")


def _encoded(picture, kind):
    import io

    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


@pytest.mark.parametrize("content", [b"", b"<html>no", jpeg(Image.effect_noise((64, 64), 50))[:-900]])
def test_what_is_no_whole_picture_leaves_nothing_behind(museum, client, folder, content):
    picture = bare_picture(museum.put("/7.jpg", content))
    with pytest.raises(FetchError, match="is not a picture that can be read"):
        load_picture(client, picture, folder, 60)
    assert list(folder.images.iterdir()) == []
    assert not folder.has(picture)


def test_a_picture_written_just_before_the_end_is_not_loaded_again(museum, client, folder, tmp_path):
    picture = bare_picture(f"{museum.url}/7.jpg")
    (folder.images / f"{file_stem(picture)}.jpg").write_bytes(jpeg(Image.new("RGB", (9, 5))))
    loaded = load_picture(client, picture, Folder(tmp_path, {}), 60)
    assert (loaded.width, loaded.height) == (9, 5)
    assert museum.requests == []


def test_a_service_that_forbids_machine_learning_is_obeyed(museum, client, folder):
    node = {"@id": f"{museum.url}/image2/one", "width": 120, "height": 80, "attribution": "No machine learning."}
    museum.put("/image2/one/info.json", node)
    with pytest.raises(ReservedError, match="No machine learning"):
        load_picture(client, bare_picture(f"{museum.url}/image2/one/info.json"), folder, 60)
