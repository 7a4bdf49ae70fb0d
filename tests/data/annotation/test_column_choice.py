"""data.annotation.column_choice: of several columns that may be meant one is read, and that is said."""

from styleclf.data.annotation.own_tables import read_own_table


def written(folder, text):
    path = folder / "own.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_of_several_columns_that_may_be_meant_the_one_that_says_something_is_read(tmp_path):
    text = "file,image,style,movement\n17,cubism/a.jpg,,cubism\n18,rococo\\b.tif,,rococo\n"
    rows, note = read_own_table(written(tmp_path, text), known_files=["cubism/a.jpg", "rococo/b.jpg"])
    assert rows["filename"].tolist() == ["cubism/a.jpg", "rococo\\b.tif"]
    assert rows["label"].tolist() == ["cubism", "rococo"]
    assert not note


def test_a_choice_between_columns_that_differ_is_told(tmp_path):
    text = "file,style,Movement,artist\na.jpg,cubism,modern,gris\n"
    rows, note = read_own_table(written(tmp_path, text))
    assert rows["label"].tolist() == ["cubism"]
    assert "has 'style' and 'Movement', and 'style' is read as label: columns label=Movement takes the other" in note
    _, note = read_own_table(written(tmp_path, text), mapping={"label": "style"})
    assert not note
    _, note = read_own_table(written(tmp_path, text.replace("style", "label")))
    assert not note
