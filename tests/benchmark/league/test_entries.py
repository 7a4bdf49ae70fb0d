"""Entries of a league: what a user may write, and what it is called."""

import pytest

from styleclf.benchmark.league.entries import LeagueEntry, listed_entries, parse_entries

LISTS = {"rapid": "\nresnet18\nresnet34", "quality": "resnet50"}


def test_names_files_and_pairs_are_told_apart():
    alone, with_file, pair = parse_entries(" resnet18, resnet34 = my/own body.pth,\nresnet18+resnet34=my/own body.pth")
    assert (alone.arch, alone.weights, alone.is_single) == ("resnet18", "imagenet", True)
    assert (with_file.arch, with_file.weights) == ("resnet34", "my/own body.pth")
    assert pair.arch == "resnet18+resnet34"
    assert pair.weights == "imagenet+my/own body.pth"
    assert pair.alone() == [alone, with_file]
    assert alone.beside(with_file) == pair


def test_every_entry_has_files_of_its_own_whatever_its_weights_are_called():
    texts = ["resnet18", "resnet18=a/x.pth", "resnet18=b/x.pth", "resnet18+resnet18", "local-dir:a/b=imagenet"]
    names = {entry.file_name for text in texts for entry in parse_entries(text)}
    assert len(names) == len(texts)
    assert not any(set(name) & set("/\\: ") for name in names)


def test_a_list_is_named_or_all_of_them_and_each_body_comes_once():
    assert [entry.arch for entry in listed_entries("rapid", LISTS)] == ["resnet18", "resnet34"]
    assert listed_entries("rapid,,", LISTS) == listed_entries("rapid", LISTS)
    assert [entry.arch for entry in listed_entries(" all ", LISTS)] == ["resnet18", "resnet34", "resnet50"]
    assert listed_entries("resnet18,resnet18", LISTS) == [LeagueEntry(("resnet18",), ("imagenet",))]


@pytest.mark.parametrize(
    "text, what", [("", "a league needs bodies"), (" , ", "a league needs bodies"), ("a+", "'a+'")]
)
def test_nothing_and_half_a_name_are_one_sentence(text, what):
    with pytest.raises(ValueError, match=what.replace("+", r"\+")):
        parse_entries(text)


@pytest.mark.parametrize("archs", ["rapid,resnet18", "resnet18, all"])
def test_a_list_stands_alone(archs):
    with pytest.raises(ValueError, match="is a list of bodies, which stands alone"):
        listed_entries(archs, LISTS)
