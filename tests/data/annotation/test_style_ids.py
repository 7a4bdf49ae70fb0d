"""data.annotation.style_ids: ids of styles in a controlled vocabulary."""

import pandas as pd
import pytest

from styleclf.data.annotation.style_ids import style_ids, with_style_ids
from styleclf.data.reports import write_design


def rows(ids, labels=("cubism", "cubism", "rococo", "rococo")):
    names = [f"{number}.jpg" for number in range(len(labels))]
    return pd.DataFrame({"filename": names, "label": labels, "label_id": ids, "author": names, "fold": list("0101")})


def test_every_image_of_a_style_gets_its_id():
    filled = with_style_ids(rows(["", " 300 ", "", None]))
    assert filled["label_id"].tolist() == ["300", "300", "", ""]
    assert style_ids(filled) == {"cubism": "300"}
    assert style_ids(filled.drop(columns="label_id")) == {}


def test_two_styles_may_share_an_id_but_no_style_has_two():
    assert style_ids(rows(["1", "1", "1", "1"])) == {"cubism": "1", "rococo": "1"}
    with pytest.raises(ValueError, match=r"'rococo' has two ids, '2' and '3' \(of 2\.jpg and 3\.jpg\)"):
        style_ids(rows(["1", "1", "2", "3"]))


def test_images_without_style_have_no_ids_that_could_conflict():
    assert style_ids(rows(["1", "1", "2", "3"], ("cubism", "cubism", "", ""))) == {"cubism": "1"}


def test_ids_stand_in_a_table_beside_the_design(tmp_path):
    write_design(rows(["1", "1", "", ""]), tmp_path)
    assert (tmp_path / "styles.csv").read_text() == "label,label_id\ncubism,1\n"
    write_design(rows(["", "", "", ""]), tmp_path)
    assert not (tmp_path / "styles.csv").exists()
