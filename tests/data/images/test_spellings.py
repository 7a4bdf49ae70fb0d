"""Files whose names have accents are found in whichever composition they are on disk."""

import unicodedata

import pandas as pd
import pytest

from styleclf.data import Paintings, open_rgb
from styleclf.data.images.spellings import spelled_as_on_disk
from tests.data.folders import draw

NAMES = ("école/cézanne_pommes.png", "plain/dürer_hase.png")


def in_form(form, name):
    return unicodedata.normalize(form, name)


@pytest.mark.parametrize("on_disk, asked", [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")])
def test_a_design_of_one_system_finds_its_files_on_another(tmp_path, on_disk, asked):
    for name in NAMES:
        draw(tmp_path / in_form(on_disk, name))
    rows = pd.DataFrame({"filename": [in_form(asked, name) for name in NAMES], "fold": "0"})
    paintings = Paintings(rows, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paintings.paths()] == [
        in_form(on_disk, name) for name in NAMES
    ]
    assert open_rgb(tmp_path / in_form(asked, NAMES[0])).mode == "RGB"


def test_folder_and_file_may_be_composed_differently(tmp_path):
    file = tmp_path / in_form("NFD", "école") / in_form("NFC", "cézanne_pommes.png")
    draw(file)
    assert spelled_as_on_disk(tmp_path / in_form("NFC", "école") / in_form("NFD", "cézanne_pommes.png")) == file


@pytest.mark.parametrize("name", ["nowhere.png", "niemand/händel_1.png"])
def test_what_is_not_there_keeps_its_name(tmp_path, name):
    assert spelled_as_on_disk(tmp_path / name) == tmp_path / name
