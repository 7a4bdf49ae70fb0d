"""What to collect next is told of folds by painter."""

import pytest

from styleclf.curation.collection_report import read_collection
from styleclf.data import Paintings
from styleclf.data.groups import FOLD_NAME, FOLDS_BY
from tests.curation.made_up import made_collection


def test_folds_by_collection_are_refused_before_a_picture_is_read(tmp_path):
    rows = made_collection(n_painters=4).rows
    by_source = rows.assign(**{FOLDS_BY: "source", FOLD_NAME: rows["fold"]})
    with pytest.raises(ValueError, match=r"what to collect next needs folds by painter, but those .* values of source"):
        read_collection(Paintings(by_source, tmp_path), backbone=None)
