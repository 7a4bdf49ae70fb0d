"""Tables of hierarchies, as users write them."""

import pytest

from styleclf.data.annotation.hierarchies import read_hierarchy


def test_spaces_byte_order_marks_and_further_columns_do_no_harm(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text("\ufeffstyle, parent,note\ncubism , modern,x\nrococo,,\n", encoding="utf-8")
    assert read_hierarchy(path, ["cubism", "rococo"]).paths == {"cubism": ("modern", "cubism"), "rococo": ("rococo",)}


def test_what_is_no_hierarchy_is_told_with_its_file(tmp_path):
    path = tmp_path / "h.csv"
    path.write_text("style,above\ncubism,modern\n")
    with pytest.raises(ValueError, match=r"h\.csv lacks the columns parent; it has style, above"):
        read_hierarchy(path, ["cubism"])
    path.write_text("style,parent\ncubism,a\na,b\nb,a\n")
    with pytest.raises(ValueError, match=r"h\.csv goes round in a circle, a < b < a"):
        read_hierarchy(path, ["cubism"])
    with pytest.raises(FileNotFoundError):
        read_hierarchy(tmp_path / "none.csv", ["cubism"])


def test_a_parent_that_may_be_misspelt_gets_a_note(tmp_path, capsys):
    path = tmp_path / "h.csv"
    table = "style,parent\ncubism,after 1900\nrococo,before 1900\nafter 1900,european\nbefore 1900,{}\neuropean,\n"
    path.write_text(table.format("europaen"))
    assert read_hierarchy(path, ["cubism", "rococo"]).paths["rococo"] == ("europaen", "before 1900", "rococo")
    (line,) = capsys.readouterr().err.splitlines()
    assert "h.csv has the parents 'europaen' and 'european', which are nearly the same: if they are one" in line
    for parent in ("european", "asian", "european\neuropaen,\nrococo-2,europaen"):
        path.write_text(table.format(parent).replace("rococo-2,", ",") if parent == "asian" else table.format(parent))
        styles = ["cubism", "rococo", "rococo-2"] if "rococo-2" in parent else ["cubism", "rococo"]
        read_hierarchy(path, styles)
    assert not capsys.readouterr().err
