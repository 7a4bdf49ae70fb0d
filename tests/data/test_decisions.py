"""Decisions about labels: what they change and leave, their history, and what is refused."""

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.data.decisions import decided_design, revised_design, undone_design
from styleclf.data.design import read_design
from styleclf.data.label_history import confirmed_labels, read_label_history

AUTHORS = {"cubism": ["gris", "leger"], "rococo": ["boucher", "lancret"], "ukiyo-e": ["hokusai", "utamaro"]}


@pytest.fixture
def rows():
    """A design of three works by each of six painters, and one in the validation set."""
    works = []
    for label, authors in AUTHORS.items():
        for fold, author in enumerate(authors):
            works += [(label, author, f"{label}/{author}_{number}.jpg", str(fold)) for number in range(3)]
    works.append(("cubism", "metzinger", "cubism/metzinger_0.jpg", "val"))
    design = pd.DataFrame(works, columns=["label", "author", "filename", "fold"])
    return design.assign(title="", width=8, height=8, copy_of="")


@pytest.fixture
def design(rows, tmp_path):
    write_table(rows, tmp_path / "first/design.csv")
    return tmp_path / "first/design.csv"


def decisions(design, *lines, header="filename,author,label,proposed,decision,by,note"):
    """A filled table of decisions."""
    path = design.parent / "decisions.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


CHANGE = "cubism/gris_0.jpg,gris,cubism,rococo,change,anna,signed"
CHANGE_KEPT = CHANGE.replace("change", "keep")
KEEP = "cubism/gris_1.jpg,gris,cubism,rococo,keep,,"
BLANK = "cubism/gris_2.jpg,gris,cubism,rococo,,,"
PAINTER = ",hokusai,ukiyo-e,rococo,change,,"


def label_of(rows, filename):
    return rows.set_index("filename")["label"][filename]


def test_a_change_moves_one_label_and_no_fold(design, rows):
    decided = decided_design(design, decisions(design, CHANGE, KEEP, BLANK), who="ben")
    expected = rows["label"].where(rows["filename"] != "cubism/gris_0.jpg", "rococo")
    assert decided.rows["label"].tolist() == expected.tolist()
    assert decided.rows["fold"].tolist() == rows["fold"].tolist()
    history = decided.history.set_index("filename")
    assert history.loc["cubism/gris_0.jpg", ["round", "who", "before", "after", "note"]].tolist() == [
        *(1, "anna", "cubism", "rococo", "signed")
    ]
    assert history.loc["cubism/gris_1.jpg", ["who", "decision", "after"]].tolist() == ["ben", "keep", "cubism"]
    assert "cubism/gris_2.jpg" not in history.index
    assert "1 label changed, 1 kept, 0 unsure" in decided.text
    assert "cubism -> rococo: 1 image" in decided.text


def test_a_painters_row_is_about_all_their_works_but_those_with_a_row_of_their_own(design):
    own_row = "ukiyo-e/hokusai_1.jpg,hokusai,ukiyo-e,rococo,keep,,"
    rows = decided_design(design, decisions(design, PAINTER, own_row)).rows
    assert rows.loc[rows["author"] == "hokusai", "label"].tolist() == ["rococo", "ukiyo-e", "rococo"]
    assert set(rows.loc[rows["author"] == "utamaro", "label"]) == {"ukiyo-e"}


def test_the_new_design_can_be_read_and_undone_round_by_round(design, tmp_path):
    first = decisions(design, CHANGE)
    write_table(revised_design(design, first, out=tmp_path / "second"), tmp_path / "second/design.csv")
    second = decisions(design, "cubism/gris_0.jpg,gris,rococo,ukiyo-e,change,,", KEEP)
    revised = revised_design(tmp_path / "second/design.csv", second, out=tmp_path / "third")
    write_table(revised, tmp_path / "third/design.csv")
    assert label_of(read_design(tmp_path / "third/design.csv"), "cubism/gris_0.jpg") == "ukiyo-e"
    write_table(revised_design(tmp_path / "third/design.csv", out=tmp_path / "fourth"), tmp_path / "fourth/design.csv")
    assert label_of(read_design(tmp_path / "fourth/design.csv"), "cubism/gris_0.jpg") == "rococo"
    back = undone_design(tmp_path / "fourth/design.csv")
    pd.testing.assert_frame_equal(back.rows, read_design(design))
    assert back.history["round"].drop_duplicates().tolist() == [1, 2, 3, 4]
    assert len(read_label_history(tmp_path / "fourth")) == 5  # nothing is forgotten


def test_what_was_decided_last_counts_as_confirmed(design, tmp_path):
    path = decisions(design, CHANGE, KEEP, BLANK, "rococo/boucher_0.jpg,boucher,rococo,cubism,unsure,,")
    revised = decided_design(design, path)
    expected = {("cubism/gris_0.jpg", "rococo"), ("cubism/gris_1.jpg", "cubism")}
    assert confirmed_labels(revised.history) == expected
    write_table(revised.rows, tmp_path / "second/design.csv")
    write_table(revised.history, tmp_path / "second/label_history.csv")
    assert confirmed_labels(undone_design(tmp_path / "second/design.csv").history) == set()


def test_what_a_spreadsheet_makes_of_it_is_read_too(design):
    header = "filename;author;label;proposed;decision;by;note"
    path = decisions(design, CHANGE.replace(",", ";").replace("change", " Change "), header=header)
    assert label_of(decided_design(design, path).rows, "cubism/gris_0.jpg") == "rococo"


@pytest.mark.parametrize(
    "name", ["C:\\my pictures\\cubism\\gris_0.jpg", "cubism\\gris_0.jpg", "/home/me/cubism/gris_0.jpg"]
)
def test_an_image_is_known_by_the_path_of_another_computer(design, name):
    path = decisions(design, CHANGE.replace("cubism/gris_0.jpg", name))
    assert label_of(decided_design(design, path).rows, "cubism/gris_0.jpg") == "rococo"


REFUSED = {
    "2 images that the design does not have, such as cubism/gone.jpg": (
        "cubism/gone.jpg,gris,cubism,rococo,change,,\ncubism/lost.jpg,gris,cubism,rococo,keep,,"
    ),
    "decides change (rococo) and keep (cubism) about cubism/gris_0.jpg": f"{CHANGE}\n{CHANGE_KEPT}",
    "'rokoko', a style that no image has: did you mean 'rococo'": CHANGE.replace("rococo", "rokoko"),
    "changes cubism/gris_0.jpg, but not to another style": CHANGE.replace("rococo", ""),
    "gris_0.jpg was ukiyo-e there and is cubism in the design": CHANGE.replace(",cubism,", ",ukiyo-e,"),
    "metzinger_0.jpg of the validation set": CHANGE.replace("gris", "metzinger"),
    "does not say which label hokusai had when it was decided": PAINTER.replace("ukiyo-e", ""),
    "about rococo by hokusai, of which the design has no image": PAINTER.replace("ukiyo-e", "rococo"),
}


@pytest.mark.parametrize("sentence", REFUSED)
def test_bad_decisions_are_one_sentence_and_change_nothing(design, sentence, tmp_path):
    before = design.read_bytes()
    with pytest.raises(ValueError) as raised:
        revised_design(design, decisions(design, *REFUSED[sentence].split("\n")), out=tmp_path / "second")
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
    assert design.read_bytes() == before
    assert not (tmp_path / "second").exists()


def test_two_rows_that_agree_are_no_conflict(design):
    assert label_of(decided_design(design, decisions(design, CHANGE, CHANGE)).rows, "cubism/gris_0.jpg") == "rococo"


def test_one_style_for_everybody_is_refused(design):
    others = [f",{author},{label},cubism,change,," for label in ("rococo", "ukiyo-e") for author in AUTHORS[label]]
    with pytest.raises(ValueError, match="every image would be cubism"):
        decided_design(design, decisions(design, *others))


def test_a_design_is_never_written_over_and_without_history_nothing_is_undone(design):
    with pytest.raises(ValueError, match="stays as it is"):
        revised_design(design, decisions(design, CHANGE), out=design.parent)
    with pytest.raises(ValueError, match="nothing to undo"):
        undone_design(design)


def test_a_label_that_was_changed_by_hand_since_is_not_undone(design, tmp_path):
    rows = revised_design(design, decisions(design, CHANGE), out=tmp_path / "second")
    write_table(rows.replace({"label": {"rococo": "ukiyo-e"}}), tmp_path / "second/design.csv")
    with pytest.raises(ValueError, match=r"round 1 cannot be undone: it made cubism/gris_0\.jpg rococo"):
        undone_design(tmp_path / "second/design.csv")
