"""What an image service is asked for: never more than is needed, in words that it understands."""

import pytest

from styleclf.data.collect.image_service import (
    ImageService,
    described_service,
    picture_address,
    read_service,
    service_of_request,
)

HERE = "https://museum.example/iiif/7"


@pytest.mark.parametrize("version, quality", [(1, "native"), (2, "default"), (3, "default")])
def test_the_longest_side_is_asked_for_by_the_width(version, quality):
    wide = ImageService(HERE, version, level=2, width=6000, height=3000)
    high = ImageService(HERE, version, level=1, width=3000, height=6000)
    assert picture_address(wide, 1000) == f"{HERE}/full/1000,/0/{quality}.jpg"
    assert picture_address(high, 1000) == f"{HERE}/full/500,/0/{quality}.jpg"


def test_nothing_is_enlarged_and_limits_of_the_service_are_kept():
    assert picture_address(ImageService(HERE, 3, 2, width=300, height=200), 1000) == f"{HERE}/full/300,/0/default.jpg"
    limited = ImageService(HERE, 3, 2, width=6000, height=3000, max_width=600)
    assert picture_address(limited, 1000) == f"{HERE}/full/600,/0/default.jpg"
    small_area = ImageService(HERE, 3, 2, width=6000, height=6000, max_area=10_000)
    assert picture_address(small_area, 1000) == f"{HERE}/full/100,/0/default.jpg"


@pytest.mark.parametrize("side, width", [(100, 150), (150, 150), (151, 600), (5000, 1200)])
@pytest.mark.parametrize("version", [2, 3])
def test_of_fixed_sizes_the_smallest_that_is_large_enough_is_taken(version, side, width):
    service = ImageService(HERE, version, level=0, sizes=((1200, 800), (150, 100), (600, 400)))
    size = f"{width},{width * 2 // 3}" if version == 3 else f"{width},"
    assert picture_address(service, side) == f"{HERE}/full/{size}/0/default.jpg"


def test_too_little_is_known():
    assert picture_address(ImageService(HERE, 3, level=2), 1000) is None


def test_descriptions_of_all_versions_are_understood():
    three = {"id": f"{HERE}/", "type": "ImageService3", "profile": "level1", "width": 40, "height": "30", "maxArea": 90}
    two = {"@context": "http://iiif.io/api/image/2/context.json", "@id": HERE, "width": 40, "height": 30}
    two["profile"] = ["http://iiif.io/api/image/2/level1.json", {"maxArea": 90}]
    one = {"@id": HERE, "profile": "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1"}
    for node, version in ((three, 3), (two, 2)):
        service = described_service(node)
        assert service == ImageService(HERE, version, level=1, width=40, height=30, max_area=90)
    assert read_service(one) == ImageService(HERE, 1, level=1)


def test_other_services_are_passed_over():
    login = {"@id": "https://museum.example/login", "profile": "http://iiif.io/api/auth/1/login"}
    image = {"@id": HERE, "@context": "http://iiif.io/api/image/2/context.json"}
    assert read_service([login, image]).address == HERE
    assert read_service([login, 7, None]) is None
    assert read_service(None) is None


@pytest.mark.parametrize("size", ["full", "max", "843,", "!400,400", "pct:50"])
def test_an_address_that_is_a_request_tells_its_service(size):
    assert service_of_request(f"{HERE}/full/{size}/0/default.jpg").address == HERE


@pytest.mark.parametrize("address", [f"{HERE}/0,0,9,9/max/0/default.jpg", f"{HERE}.jpg", f"{HERE}/full.jpg"])
def test_other_addresses_do_not(address):
    assert service_of_request(address) is None


@pytest.mark.parametrize("node", [{}, {"@id": 7}, {"@id": "", "sizes": [1, {"width": "x"}], "profile": [[]]}])
def test_nonsense_is_no_service(node):
    assert described_service(node) is None
