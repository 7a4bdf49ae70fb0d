"""data.annotation.column_map: which column of a user's table is which of styleclf's."""

import pytest
from hypothesis import given, strategies as st

from styleclf.data.annotation.catalog import annotate
from styleclf.data.annotation.column_map import COLUMN_NAMES, column_map, mapped_table, new_names
from styleclf.data.annotation.own_tables import read_own_table
from tests.data.folders import draw, message

MET = "Object ID;Link Resource;Title;Artist Prefix;Artist Display Name;Classification;Repository"


def test_a_map_is_read_with_the_names_that_users_have_for_columns():
    text = 'style=Classification, artist = Artist Display Name,file=Link,source=Repository,place="City, country"'
    assert column_map(text) == {
        "label": "Classification",
        "author": "Artist Display Name",
        "filename": "Link",
        "source": "Repository",
        "place": "City, country",
    }


@pytest.mark.parametrize(
    "text, words",
    [
        ("label", "write name=column, such as label=style"),
        ("label=", "write name=column"),
        ("=style", "write name=column"),
        ("fold=Part", "styleclf writes width, height, copy_of, fold"),
        ("label=a,style=b", "give each once"),
        ("label=a,title=a", "give each once"),
    ],
)
def test_a_map_that_is_none_is_one_sentence(text, words):
    with pytest.raises(ValueError, match=words):
        column_map(text)


def test_columns_without_a_table_are_one_sentence():
    with pytest.raises(ValueError, match="are those of a table: name it, too"):
        mapped_table(None, "label=style")
    assert mapped_table(None, None) is None
    assert str(mapped_table("my.csv", None)) == "my.csv"


def test_what_the_user_says_goes_before_what_names_suggest():
    columns = ["label", "Style", "Artist", "Maker", "x.jpg"]
    renamed = new_names(columns, mapping={"label": "style", "author": "Maker", "filename": "x.jpg"})
    assert renamed == {
        "Style": "label",
        "Maker": "author",
        "x.jpg": "filename",
        "label": "table_label",
        "Artist": "Artist",
    }


@given(columns=st.lists(st.sampled_from([*COLUMN_NAMES, "Stil", "Artist", "Maker", "group", "x"]), unique=True))
def test_no_two_columns_get_one_name_and_none_is_lost(columns):
    mapping = {"label": columns[0]} if columns else {}
    renamed = new_names(columns, mapping=mapping)
    names = [renamed.get(column, column) for column in columns]
    assert len(set(names)) == len(columns)


def test_a_mapped_column_that_is_not_there_is_named_with_those_that_are(tmp_path):
    table = tmp_path / "met.csv"
    table.write_text(f"{MET}\n1;a.jpg;x;;Rubens;Paintings;Met\n", encoding="utf-8")
    with pytest.raises(ValueError) as caught:
        read_own_table(table, mapping={"author": "Artist Dsplay Nam"})
    assert "did you mean 'Artist Display Name'?" in str(caught.value)
    assert "it has 'Object ID', 'Link Resource'" in str(caught.value)
    rows = read_own_table(table, mapping={"author": "artist_display_name", "filename": "Link Resource"}).rows
    assert rows.loc[0, ["author", "filename", "Repository"]].tolist() == ["Rubens", "a.jpg", "Met"]


def test_any_table_gives_an_annotation_with_its_further_columns(images, tmp_path):
    names = sorted(str(file.relative_to(images)) for file in images.rglob("*.jpg"))
    names += [str(draw(images / f"more/{number}.png").relative_to(images)) for number in range(4)]
    lines = ["Datei\tEpoche\tAAT\tSchöpfer\tOrt\tfold"]
    for number, name in enumerate(names):
        lines.append(f"{name}\t{'ab'[number % 2]}\t{'' if number > 1 else 300 + number}\tp{number}\tParis {number}\t9")
    table = tmp_path / "own.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    mapping = mapped_table(table, "label=Epoche,label_id=AAT,author=Schöpfer,place=Ort")
    annotation, _ = annotate(images, mapping, progress=False)
    assert annotation["filename"].tolist() == sorted(names)
    assert set(annotation["label"] + annotation["label_id"]) == {"a300", "b301"}
    assert annotation.set_index("filename")["place"][names[2]] == "Paris 2"
    assert "fold" not in annotation
    assert "lacks the column 'Stil'" in message(ValueError, images, csv=mapped_table(table, "label=Stil"))


def test_a_style_with_two_ids_is_one_sentence(images, tmp_path):
    names = sorted(str(file.relative_to(images)) for file in images.rglob("*.jpg"))
    table = tmp_path / "own.csv"
    lines = [f"{name},cubism,Q{number}" for number, name in enumerate(names)]
    table.write_text("\n".join(["file,style,style_id", *lines]), encoding="utf-8")
    text = message(ValueError, images, csv=table)
    assert text.startswith(f"the style 'cubism' has two ids, 'Q0' and 'Q1' (of {names[0]} and ")
