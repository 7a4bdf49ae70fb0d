"""data.annotation.merges: spellings of one name are proposed, and replaced when accepted."""

import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.data.annotation.merges import MERGE_COLUMNS, merged_author, merged_style, proposed_merges, read_merges


def annotation_by(authors, styles="cubism"):
    return pd.DataFrame({"author": authors, "label": styles})


def groups_of(merges):
    return {name: set(rows["name"]) | {name} for name, rows in merges.groupby("merge_into")}


def test_one_painter_in_many_spellings_is_proposed_as_one():
    spellings = [
        "albrecht-durer",
        "albrecht dürer",
        "albrecht-dã¼rer",
        "dürer, albrecht",
        "albrecht_duerer",
        "albrechtdürer",
    ]
    merges = proposed_merges(annotation_by(["albrecht-dürer", "albrecht-dürer", *spellings, "hans holbein"]))
    assert list(merges) == MERGE_COLUMNS
    assert groups_of(merges) == {"albrecht-dürer": {"albrecht-dürer", *spellings}}
    assert merges["n_images"].tolist() == [1] * len(spellings)
    assert set(merges["what"]) == {"author"}


@pytest.mark.parametrize(
    "right, wrong",
    [
        ("claude monet", "monet, claude"),
        ("claude monet", "monet claude"),
        ("vincent van gogh", "van gogh, vincent"),
        ("grégoire michonze", "grã©goire-michonze"),
        ("joaquín sorolla", "joaquãn-sorolla"),
        ("joaquín sorolla", "joaquã\xadn sorolla"),
        ("édouard manet", "Ã‰douard manet"),
        ("søren", "soren"),
        ("jean-françois millet", "jean francois millet"),
        ("j.m.w. turner", "j m w turner"),
        ("葛飾北斎", "葛飾 北斎"),
    ],
)
def test_spellings_are_proposed_and_the_commonest_is_the_one(right, wrong):
    for counts in ([right, right, wrong], [wrong, right, wrong]):
        best = max(set(counts), key=counts.count)
        (row,) = proposed_merges(annotation_by(counts)).to_dict("records")
        assert row["merge_into"] == best
        assert {row["name"], row["merge_into"]} == {right, wrong}


def test_of_equals_the_whole_spelling_is_the_one():
    merges = proposed_merges(annotation_by(["dürer, albrecht", "albrecht-dã¼rer", "albrecht durer", "albrecht dürer"]))
    assert set(merges["merge_into"]) == {"albrecht dürer"}


@pytest.mark.parametrize(
    "one, other",
    [
        ("claude monet", "edouard manet"),
        ("monet", "manet"),
        ("jan steen", "jan sten"),
        ("painter 1", "painter 11"),
        ("李", "王"),
    ],
)
def test_other_people_stay_apart(one, other):
    assert proposed_merges(annotation_by([one, other])).empty


def test_people_of_joint_works_and_styles_are_proposed():
    annotation = annotation_by(
        ["picasso|georges braque", "georges-braque", ""], ["Art Nouveau", "art-nouveau", "art_nouveau"]
    )
    merges = proposed_merges(annotation)
    assert merges["what"].tolist() == ["author", "style", "style"]
    assert groups_of(merges)["Art Nouveau"] == {"Art Nouveau", "art-nouveau", "art_nouveau"}
    assert proposed_merges(annotation_by(["", ""])).empty


def test_accepted_merges_are_read_as_a_spreadsheet_leaves_them(tmp_path):
    proposals = proposed_merges(annotation_by(["claude monet", "Monet, Claude".lower()], ["Cubism", "cubism"]))
    write_table(proposals, tmp_path / "merges.csv")
    assert read_merges(tmp_path / "merges.csv").authors == {"monet, claude": "claude monet"}
    (tmp_path / "excel.csv").write_text(
        "What;Name;Merge into\nauthor;Gris;Juan Gris\nauthor;x;\nstyle;Cubism;cubism\n", "utf-16"
    )
    merges = read_merges(tmp_path / "excel.csv")
    assert merges.authors == {"gris": "juan gris", "x": ""}
    assert merges.styles == {"Cubism": "cubism"}
    assert merged_author("gris|x|braque", merges.authors) == "juan gris|braque"
    assert merged_style("Cubism", merges.styles) == merged_style("cubism", merges.styles) == "cubism"


def test_merges_follow_chains_and_end_in_circles():
    chain = {"a": "b", "b": "c"}
    assert merged_author("a", chain) == merged_author("a|b|c", chain) == "c"
    assert merged_author("a", {"a": "b", "b": "a"}) in {"a", "b"}


def test_unusable_tables_of_merges_are_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match="no table at"):
        read_merges(tmp_path / "none.csv")
    (tmp_path / "merges.csv").write_text("name,merge_into\na,b\n")
    with pytest.raises(ValueError, match="lacks the columns what; it has name, merge_into: it should be what"):
        read_merges(tmp_path / "merges.csv")
    (tmp_path / "merges.csv").write_text("what,name,merge_into\npainter,a,b\n")
    with pytest.raises(ValueError, match="must be one of author, style, not 'painter'"):
        read_merges(tmp_path / "merges.csv")


def test_copied_folders_are_proposed_as_the_style_that_they_are_copies_of():
    styles = [
        "cubism",
        "cubism",
        "cubism - Copy",
        "cubism (2)",
        "Kopie von cubism",
        "cubism (2)",
        "cubism copy 3",
        "Cubism (copy)",
        "carbon copies",
    ]
    proposed = proposed_merges(annotation_by("gris", styles))
    assert groups_of(proposed) == {"cubism": set(styles) - {"carbon copies"}}


def test_of_several_labels_each_is_proposed_and_merged_by_itself():
    cells = ["cubism|Portrait", "Cubism|portrait", "cubism", "landscape|portrait"]
    merges = proposed_merges(annotation_by("gris", cells))
    assert merges.to_numpy().tolist() == [["style", "Cubism", "cubism", 1], ["style", "Portrait", "portrait", 1]]
    styles = dict(zip(merges["name"], merges["merge_into"], strict=True))
    assert [merged_style(cell, styles) for cell in cells] == [
        "cubism|portrait",
        "cubism|portrait",
        "cubism",
        "landscape|portrait",
    ]


def test_labels_that_become_one_stand_there_once_and_one_may_become_several():
    assert merged_style("Cubism|cubism", {"Cubism": "cubism"}) == "cubism"
    assert merged_style("cubist portrait|oil", {"cubist portrait": "portrait|cubism"}) == "cubism|oil|portrait"
    assert merged_style("a|b", {"a|b": "c"}) == "c"  # the whole cell is named


def test_joint_authors_are_proposed_one_by_one():
    merges = proposed_merges(annotation_by(["Picasso|Georges-Braque".lower(), "georges braque", "picasso|gris"]))
    assert merges.to_numpy().tolist() == [["author", "georges-braque", "georges braque", 1]]
    assert merged_author("picasso|georges-braque|georges braque", {"georges-braque": "georges braque"}) == (
        "picasso|georges braque"
    )


@pytest.mark.parametrize("one, other", [("1826-7", "18267"), ("1.0", "10"), ("1.5", "15"), ("1", "11"), ("0.1", "1")])
def test_numbers_are_other_ones_where_a_sign_parts_their_figures(one, other):
    assert proposed_merges(annotation_by([one, other], [one, other])).empty


def test_numbers_as_spreadsheets_write_them_are_proposed_as_one():
    merges = proposed_merges(annotation_by("gris", ["1", "1", "1.0", "01", "1,0", "10"]))
    assert groups_of(merges) == {"1": {"1", "1.0", "01", "1,0"}}
