"""Addresses of pictures by themselves: told by their look, and nothing is made up about them."""

import dataclasses

import pytest

from styleclf.data.collect.picture_addresses import bare_picture, is_address, names_picture

SERVICE = "https://museum.example/iiif/42"


@pytest.mark.parametrize(
    "address", ["https://a.b/7.JPG", "https://a.b/7.tif?x=1", "https://a.b/7/full/max/0/default.jpg"]
)
def test_addresses_of_pictures_are_known_by_their_look(address):
    assert names_picture(address)
    assert not names_picture("https://a.b/manifest.json")


@pytest.mark.parametrize(
    "text, expected",
    [("HTTPS://a.b/c", True), ("http://a.b", True), ("ftp://a.b", False), ("file:///etc/passwd", False), ("", False)],
)
def test_only_http_and_https_are_asked(text, expected):
    assert is_address(text) == expected


@pytest.mark.parametrize("address", [f"{SERVICE}/info.json", f"{SERVICE}/full/max/0/default.jpg"])
def test_a_service_is_known_from_its_description_and_from_any_request(address):
    picture = bare_picture(address)
    assert picture.image == picture.service.address == SERVICE


def test_of_a_picture_alone_nothing_but_its_server_is_known():
    picture = bare_picture("https://user:secret@museum.example:8443/7.jpg")
    values = dataclasses.asdict(picture) if dataclasses.is_dataclass(picture) else picture._asdict()
    assert values.pop("source") == "museum.example:8443", "a password is no source"
    assert values.pop("image") == "https://user:secret@museum.example:8443/7.jpg"
    assert not any(values.values())
