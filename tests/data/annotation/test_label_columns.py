"""Labels in several columns of a user's table."""

import pandas as pd
import pytest

from styleclf.data.annotation.label_columns import with_joined_labels
from styleclf.data.annotation.own_tables import read_own_table


def made(**columns):
    return pd.DataFrame({"file": ["a.jpg", "b.jpg", "c.jpg"], "Style": ["cubism", "rococo", ""]}).assign(**columns)


def test_texts_are_labels_and_yes_is_the_name_of_its_column():
    rows = made(portrait=["1", "0", "1"], Genre=["", "no", "still life"])
    joined = with_joined_labels(rows, {"label": "Style + portrait+genre"}, "my.csv")
    assert joined["Style + portrait+genre"].tolist() == ["cubism|portrait", "rococo", "portrait|still life"]
    assert with_joined_labels(rows, {"label": "Style"}, "my.csv") is rows


@pytest.mark.parametrize(("cells", "subject"), [(["0", "no", ""], "no row"), (["1", "x", "Yes"], "every row")])
def test_a_label_that_nobody_has_or_everybody_is_refused(cells, subject):
    with pytest.raises(ValueError, match=f"in my.csv {subject} has the label portrait, so there is nothing"):
        with_joined_labels(made(portrait=cells), {"label": "Style+portrait"}, "my.csv")


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"my\.csv lacks the column 'Stile' \(did you mean 'Style'\?\)"):
        with_joined_labels(made(), {"label": "Stile+file"}, "my.csv")


def test_the_users_table_is_read_with_all_of_them(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("file;Style;portrait\na.jpg;cubism;yes\nb.jpg;rococo;no\n")
    table = read_own_table(path, mapping={"label": "Style+portrait"})
    assert table.rows["label"].tolist() == ["cubism|portrait", "rococo"]
