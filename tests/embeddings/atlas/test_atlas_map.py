"""styleclf.embeddings.atlas.atlas_map: what cannot be shown is refused before the work."""

import pytest

from styleclf.embeddings.atlas.atlas_map import check_can_be_written


@pytest.mark.parametrize(
    "arguments, message",
    [
        ((4,), "--dims must be one of 2, 3, not 4"),
        ((2, "excel"), "--to must be one of .*pixplot.*not 'excel'"),
        ((3, "csn"), "--to csn needs a map in 2 dimensions, not 3"),
    ],
)
def test_maps_that_nothing_shows_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        check_can_be_written(*arguments)


def test_a_page_and_a_program_that_exist_are_not():
    check_can_be_written(3)
    check_can_be_written(2, out="runs/Atlas.HTM")
    check_can_be_written(2, "parquet")


def test_a_page_replaces_no_file_of_another_kind():
    with pytest.raises(ValueError, match=r"notes\.txt is not the name of a page"):
        check_can_be_written(2, out="notes.txt")
