"""Addresses of single pictures that no manifest describes."""

from pathlib import Path
from urllib.parse import urlsplit

from styleclf.data import IMAGE_SUFFIXES
from styleclf.data.collect.image_service import ImageService, service_of_request
from styleclf.data.collect.presentation import CanvasPicture

_INFO = "/info.json"
_SCHEMES = ("http://", "https://")


def is_address(text: str) -> bool:
    """Whether a text is an address of http or https, which alone are asked."""
    return text.lower().startswith(_SCHEMES)


def names_picture(address: str) -> bool:
    """Whether an address is one of a picture or an image service by the look of it.

    >>> names_picture("https://museum.example/42.jpg"), names_picture("https://museum.example/42/manifest")
    (True, False)
    """
    suffix = Path(urlsplit(address).path).suffix.lower()
    return suffix in IMAGE_SUFFIXES or address.endswith(_INFO) or service_of_request(address) is not None


def bare_picture(address: str) -> CanvasPicture:
    """A picture of which nothing but its address is known."""
    service = service_of_request(address)
    if address.endswith(_INFO):
        service = ImageService(address.removesuffix(_INFO))
    return CanvasPicture(
        image=service.address if service else address,
        service=service,
        canvas="",
        manifest="",
        title="",
        date="",
        source=urlsplit(address).netloc.rpartition("@")[2],
        rights="",
        attribution="",
        fields=(),
        statements=(),
    )
