"""data.annotation.naming: the names that count, once nobodies, merges and styles without authors do."""

import pandas as pd

from styleclf.data.annotation.listing import Listing
from styleclf.data.annotation.naming import settle_names

ROWS = [
    ("a/Gris_guitar.jpg", "a", "Gris"),
    ("a/anonymous_icon.jpg", "a", "anonymous"),
    ("a/x.jpg", "a", "Juan Gris; Braque"),
    ("b/Atget_street_1.jpg", "B", "Atget"),
]


def settled(authorless=(), merge=None):
    listing = Listing(pd.DataFrame(ROWS, columns=["filename", "label", "author"]), [""] * len(ROWS), "read so")
    settle_names(listing, authorless, merge)
    return listing


def test_authors_titles_and_nobodies():
    listing = settled()
    assert listing.files["author"].tolist() == ["gris", "", "juan gris|braque", "atget"]
    assert listing.files["title"].tolist() == ["guitar", "icon", "x", "street_1"]
    assert listing.nobodies.tolist() == ["", "anonymous", "", ""]
    assert listing.doubts == []


def test_merges_change_what_they_name_and_say_what_they_do_not_find(tmp_path):
    path = tmp_path / "merges.csv"
    path.write_text("what,name,merge_into\nauthor,gris,juan gris\nstyle,B,b\nauthor,monet,claude monet\n")
    listing = settled(merge=path)
    assert listing.files["author"].tolist() == ["juan gris", "", "juan gris|braque", "atget"]
    assert listing.files["label"].tolist() == ["a", "a", "a", "b"]
    assert listing.files["title"].tolist() == ["guitar", "icon", "x", "street_1"]
    assert listing.source.endswith("merges.csv gives 2 images another author or style")
    (doubt,) = listing.doubts
    assert doubt.endswith("has 1 name that no image has, such as 'monet'")


def test_a_label_among_several_is_merged_and_is_no_stranger(tmp_path):
    rows = [("x.jpg", "Portrait|fauvism", "gris"), ("y.jpg", "portrait", "braque")]
    listing = Listing(pd.DataFrame(rows, columns=["filename", "label", "author"]), ["", ""], "read so")
    path = tmp_path / "merges.csv"
    path.write_text("what,name,merge_into\nstyle,Portrait,portrait\n")
    settle_names(listing, (), path)
    assert listing.files["label"].tolist() == ["fauvism|portrait", "portrait"]
    assert listing.source.endswith("gives 1 image another author or style")
    assert listing.doubts == []


def test_authorless_styles_lose_their_authors_and_that_is_said():
    listing = settled(authorless=["b", "c"])
    assert listing.files["author"].tolist() == ["gris", "", "juan gris|braque", ""]
    strange, dropped = listing.doubts
    assert strange == "authorless names c, but the styles are B, a"
    assert dropped.startswith("authorless drops 1 author of 1 image, such as atget")
    assert settled(authorless="a").files["author"].tolist() == ["", "", "", "atget"]
