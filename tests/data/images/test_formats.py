"""data.images.formats: what is opened, what never is, and what to install for the rest."""

import importlib
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from styleclf.data.images import formats
from styleclf.data.images.formats import missing_package, readable_formats

DANGEROUS = {"EPS", "PSD", "WMF", "MPEG", "FITS", "HDF5", "GRIB", "DDS", "ICNS", "PCD", "IM"}
HEIC = bytes(4) + b"ftypheic" + bytes(4)
JPEG_XL = b"\xff\x0a" + bytes(14)
JPEG_XL_IN_A_BOX = b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(4)


@pytest.fixture
def fresh_formats():
    """Formats are looked for once: let them be looked for anew in a test, and again after it."""
    readable_formats.cache_clear()
    yield
    readable_formats.cache_clear()


def test_only_formats_of_paintings_are_opened():
    formats = set(readable_formats())
    assert {"JPEG", "PNG", "TIFF", "WEBP", "GIF", "JPEG2000", "BMP"} <= formats
    assert not formats & DANGEROUS
    assert formats <= set(Image.OPEN)


def test_nowhere_is_pillow_asked_to_guess_the_format():
    package = Path(formats.__file__).parent.parent
    for file in package.rglob("*.py"):
        for line in file.read_text(encoding="utf-8").splitlines():
            if "Image.open(" in line:
                assert "formats=" in line, f"{file}: {line.strip()}"


def without(monkeypatch, *modules):
    """Make the modules impossible to import."""
    for module in modules:
        monkeypatch.setitem(sys.modules, module, None)


def test_heic_and_jpeg_xl_name_their_package(monkeypatch, fresh_formats):
    without(monkeypatch, "pillow_heif", "pillow_jxl")
    assert missing_package(HEIC) == "HEIC image: pip install pillow-heif"
    assert (
        missing_package(JPEG_XL) == missing_package(JPEG_XL_IN_A_BOX) == "JPEG XL image: pip install pillow-jxl-plugin"
    )
    assert missing_package(b"\x89PNG\r\n\x1a\n") == missing_package(b"") == ""


def test_a_pillow_without_avif_is_told_to_be_renewed(monkeypatch, fresh_formats):
    without(monkeypatch, "PIL.AvifImagePlugin", "pillow_heif")
    assert "AVIF" not in readable_formats()
    assert missing_package(bytes(4) + b"ftypavif") == "AVIF image: pip install --upgrade pillow"


def test_formats_of_installed_packages_are_opened(monkeypatch, fresh_formats):
    calls = []
    plugin = SimpleNamespace(register_heif_opener=lambda: calls.append("registered"))
    monkeypatch.setitem(sys.modules, "pillow_heif", plugin)
    monkeypatch.setitem(sys.modules, "pillow_jxl", SimpleNamespace())
    assert {"HEIF", "JXL"} <= set(readable_formats())
    assert calls == ["registered"]
    assert missing_package(HEIC) == missing_package(JPEG_XL) == ""


@pytest.mark.parametrize("package, save_as", [("pillow_heif", "HEIF"), ("pillow_jxl", "JXL")])
def test_heic_and_jpeg_xl_are_read_where_their_package_is_installed(picture, tmp_path, package, save_as):
    pytest.importorskip(package)
    from styleclf.data.images.decoding import open_rgb

    if package == "pillow_heif":
        importlib.import_module(package).register_heif_opener()
    path = tmp_path / f"x.{save_as.lower()}"
    picture.save(path, format=save_as)
    assert open_rgb(path).size == picture.size
