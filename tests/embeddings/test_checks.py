"""embeddings.checks: NaN and infinity are refused with the row."""

import numpy as np
import pytest

from styleclf.embeddings.checks import check_finite


def test_embeddings_with_infinity_are_refused_and_others_are_not():
    embeddings = np.ones((3, 2))
    check_finite(embeddings)
    embeddings[1, 0] = np.inf
    with pytest.raises(ValueError, match="1 of 3 embeddings contain NaN or infinity, the first at row 1"):
        check_finite(embeddings)
