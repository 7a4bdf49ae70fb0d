"""styleclf.embeddings.atlas.pixplot_viewer: all that the manifest names is there, and images keep their order."""

import json

import numpy as np
import pandas as pd
import pytest

from styleclf.embeddings.atlas.pixplot import write_pixplot
from tests.embeddings.atlas.four_pictures import four_pictures, four_records  # noqa: F401


@pytest.fixture
def data(four_records, four_pictures, tmp_path):
    """The folder data of a plot."""
    write_pixplot(four_records, four_pictures, tmp_path, progress=False)
    return tmp_path / "data"


def read(data, path):
    """What a path of the manifest leads to."""
    file = data.parent / path.removeprefix("pixplot/")
    return json.loads(file.read_text(encoding="utf-8"))


def manifest_of(data):
    return read(data, "pixplot/data/manifest.json")


def test_all_layouts_have_a_place_for_every_image(data):
    layouts = manifest_of(data)["layouts"]
    (variant,) = layouts["umap"]["variants"]
    paths = [layouts[name]["layout"] for name in ("alphabetic", "grid", "categorical", "date")]
    paths += [variant["layout"], variant["jittered"]]
    for path in paths:
        places = np.array(read(data, path))
        assert places.shape == (4, 2)
        assert np.abs(places).max() <= 1


def test_the_layout_by_date_names_its_bars(data):
    by_date = manifest_of(data)["layouts"]["date"]
    assert read(data, by_date["labels"])["labels"] == ["1718", "1912", "1915", "no date"]


def test_every_image_has_a_cell_on_a_sheet(data, four_records):
    manifest = manifest_of(data)
    images = read(data, manifest["imagelist"])
    assert images["images"] == [f"{name}.jpg" for name in four_records["id"]]
    (sizes,) = images["cell_sizes"]
    (positions,) = images["atlas"]["positions"]
    assert len(positions) == len(sizes) == 4
    assert images["atlas"]["count"] == 1
    assert manifest["atlas_dir"] == "pixplot/data/atlases"
    assert (data / "atlases" / "atlas-0.jpg").is_file()


def test_the_map_is_ours(data, four_records):
    places = pd.DataFrame(read(data, "pixplot/data/layouts/umap.json"), columns=["x", "y"])
    assert places["x"].corr(four_records["x"]) > 0.999
    assert places["y"].corr(four_records["y"]) > 0.999


@pytest.fixture
def second(four_records):
    """The name of the second image."""
    return f"{four_records['id'].iat[1]}.jpg"


def test_an_image_has_its_words(data, second):
    words = read(data, f"pixplot/data/metadata/file/{second}.json")
    assert words["tags"] == ["cubism", "predicted rococo", "gris"]
    assert words["year"] == 1915


def test_tags_lead_to_images(data, second):
    (select,) = read(data, "pixplot/data/metadata/filters/filters.json")
    assert select["filter_name"] == "select"
    of_tags = {tag: read(data, f"pixplot/data/metadata/options/{tag}.json") for tag in select["filter_values"]}
    assert all(of_tags.values())
    assert second in of_tags["predicted__rococo"]


def test_years_lead_to_images(data, second):
    dates = read(data, "pixplot/data/metadata/dates.json")
    assert dates["domain"] == {"min": 1718, "max": 1915}
    assert dates["dates"]["1915"] == [second]


def test_the_side_bar_has_the_styles(data):
    hotspots = read(data, "pixplot/data/hotspots/hotspot.json")
    images = {hotspot["label"]: hotspot["images"] for hotspot in hotspots}
    assert images == {"cubism": [0, 1], "rococo": [2, 3]}


def test_without_dates_there_is_no_time_line(four_records, four_pictures, tmp_path):
    write_pixplot(four_records.drop(columns="date"), four_pictures, tmp_path, progress=False)
    data = tmp_path / "data"
    assert manifest_of(data)["layouts"]["date"] is False
    assert not (data / "metadata/dates.json").exists()
