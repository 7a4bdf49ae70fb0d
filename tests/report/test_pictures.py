"""Which pictures a report shows."""

import pytest

from styleclf.report.pictures import described_pictures, files_of_cells, surest_mistakes
from styleclf.report.styles import confusion_cells
from tests.report.made_up import predictions_of


@pytest.fixture
def predictions(design):
    return predictions_of(design[design["fold"] != "val"], strength=1.0)


def test_mistakes_are_wrong_the_surest_first_and_two_of_a_painter_at_most(predictions):
    names = surest_mistakes(predictions)
    rows = predictions.set_index("filename").loc[names]
    assert (rows["pred"] != rows["label"]).all()
    confidence = rows.filter(like="proba_").max(axis=1)
    assert confidence.is_monotonic_decreasing
    named = rows["author"][rows["author"] != ""]
    assert named.value_counts().max() <= 2


def test_behind_a_cell_are_its_own_pictures(predictions):
    matrix = confusion_cells(predictions)
    files = files_of_cells(predictions, matrix)
    by_name = predictions.set_index("filename")
    for row in matrix:
        for cell in row:
            of_cell = by_name.loc[files[cell.anchor]]
            assert (of_cell["label"] == cell.true).all()
            assert (of_cell["pred"] == cell.predicted).all()
            assert len(of_cell) == min(cell.n_images, 12)


def test_a_picture_tells_its_three_likeliest_styles(predictions):
    row = predictions.iloc[0]
    (picture,) = described_pictures(predictions, [row["filename"]], {}).values()
    assert picture.guesses[0].style == row["pred"]
    assert len(picture.guesses) == 3
    percents = [guess.percent for guess in picture.guesses]
    assert percents == sorted(percents, reverse=True)
    assert percents[0] == pytest.approx(100 * row[f"proba_{row['pred']}"])
    assert picture.uri == ""
    assert row["label"] in picture.description
    assert described_pictures(predictions, [], {}) == {}
