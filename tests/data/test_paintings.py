"""styleclf.data.paintings: rows and their folder stay together."""

from styleclf.data.paintings import Paintings


def test_parts_of_paintings_keep_their_folder_and_number_their_rows_anew(design, sample):
    paintings = Paintings(design, sample)
    assert len(paintings) == len(design) and all(path.is_file() for path in paintings.paths())
    fold = paintings.where(paintings.folds == "1")
    assert fold.folder == sample and set(fold.folds) == {"1"}
    assert fold.rows.index.tolist() == list(range(len(fold)))
    assert set(paintings.without_validation().folds) == set(design["fold"]) - {"val"}
