"""Which metadata fields fill which columns."""

import pytest

from styleclf.data import PictureChoice, fields_text
from styleclf.data.collect.columns import make_columns
from styleclf.data.collect.picture_addresses import bare_picture
from styleclf.data.collect.presentation import Field


def picture(*fields, title="", date=""):
    fields = tuple(Field(tuple(labels.split("/")), value) for labels, value in fields)
    bare = bare_picture("https://museum.example/7.jpg")
    return type(bare)(**{**vars(bare), "fields": fields, "title": title, "date": date})


def test_usual_labels_are_understood_in_several_languages():
    one = picture(("Künstler/Artist", "Ann"), ("Stijl", "kubisme"), ("Date created", "1889"), ("Credit Line", "gift"))
    values = make_columns({}, [one]).values(one)
    expected = {"author": "Ann", "label": "kubisme", "date": "1889", "provenance": "gift", "place": "", "title": ""}
    assert values == expected


def test_what_the_user_says_comes_first_and_alone():
    one = picture(("Style", "cubism"), ("School of painting", "Paris"), ("Medium", "oil"))
    columns = make_columns({"label": "school-of painting", "technique": "MEDIUM"}, [one])
    assert columns.values(one) | {} == columns.values(one)
    assert (columns.values(one)["label"], columns.values(one)["technique"]) == ("Paris", "oil")
    other = picture(("Style", "rococo"))
    assert columns.values(other)["label"] == "", "no other field stands in for the one that was named"


def test_several_values_stand_side_by_side_once():
    one = picture(("Artist", "Ann"), ("Artist", "Ben"), ("Artist", "Ann"))
    assert make_columns({}, [one]).values(one)["author"] == "Ann; Ben"


def test_titles_and_dates_of_the_manifest_fill_gaps():
    one = picture(("Title", "Sunset"), title="Object 7", date="1889-01-01T00:00:00Z")
    values = make_columns({}, [one]).values(one)
    assert (values["title"], values["date"]) == ("Sunset", "1889-01-01T00:00:00Z")
    bare = picture(title="Object 7")
    assert make_columns({}, [bare]).values(bare)["title"] == "Object 7"


def test_a_field_that_nobody_has_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match=r"no picture has a metadata field 'Styel': did you mean 'Style'\?"):
        make_columns({"label": "Styel"}, [picture(("Style", "cubism"))])
    with pytest.raises(ValueError, match="they have no metadata at all"):
        make_columns({"label": "Style"}, [picture()])


@pytest.mark.parametrize("column", ["filename", "sha256"])
def test_columns_that_the_table_has_in_any_case_are_not_filled(column):
    with pytest.raises(ValueError, match=f"fields cannot fill the column '{column}'"):
        PictureChoice(fields={"label": "Style", column: "A"})


def test_fields_are_listed_with_examples():
    text = fields_text([picture(("Style", "cubism"), ("Note", "x" * 99)), picture(("Style", "rococo"))])
    assert "Style: 2 times, such as 'cubism', 'rococo'" in text
    assert "x" * 50 not in text
