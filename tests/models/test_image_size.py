"""models.image_size: which sizes an architecture takes is found out before any long work."""

import pytest

from styleclf.models.image_size import check_image_size, takes_image_size
from styleclf.models.network import create_body
from tests.conftest import ARCH


@pytest.mark.parametrize("features", ["pooled", "style"])
def test_a_transformer_of_one_size_names_it(features):
    body = create_body("vit_tiny_patch16_224", features, "none")
    assert takes_image_size(body, 224)
    with pytest.raises(ValueError, match=r"no images of 192 pixels a side \(Input height.*\): .*choose size 224"):
        check_image_size(body, 192)


@pytest.mark.parametrize("features", ["pooled", "style"])
def test_convolutions_take_any_size(features):
    check_image_size(create_body(ARCH, features, "none"), 97)
