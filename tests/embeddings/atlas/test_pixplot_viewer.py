"""styleclf.embeddings.atlas.pixplot_viewer: all that the manifest names is there, and images keep their order."""

import json

import numpy as np
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
    return json.loads((data.parent / path.removeprefix("pixplot/")).read_text(encoding="utf-8"))


def test_all_layouts_have_a_place_for_every_image(data, four_records):
    manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    images = read(data, manifest["imagelist"])
    assert images["images"] == [f"{name}.jpg" for name in four_records["id"]]
    assert len(images["atlas"]["positions"][0]) == len(images["cell_sizes"][0]) == images["atlas"]["count"] * 4
    assert (data / "atlases" / "atlas-0.jpg").is_file()
    assert manifest["atlas_dir"] == "pixplot/data/atlases"
    layouts = manifest["layouts"]
    paths = [layouts[name]["layout"] for name in ("alphabetic", "grid", "categorical", "date")]
    (variant,) = layouts["umap"]["variants"]
    for path in (*paths, variant["layout"], variant["jittered"]):
        places = np.array(read(data, path))
        assert places.shape == (4, 2)
        assert np.abs(places).max() <= 1
    assert read(data, layouts["date"]["labels"])["labels"] == ["1718", "1912", "1915", "no date"]


def test_the_map_is_ours(data, four_records):
    places = np.array(read(data, "pixplot/data/layouts/umap.json"))
    expected = four_records[["x", "y"]].to_numpy()
    assert np.corrcoef(places[:, 0], expected[:, 0])[0, 1] > 0.999
    assert np.corrcoef(places[:, 1], expected[:, 1])[0, 1] > 0.999


def test_words_tags_and_years_lead_to_images(data, four_records):
    name = f"{four_records['id'].iat[1]}.jpg"
    words = read(data, f"pixplot/data/metadata/file/{name}.json")
    assert words["tags"] == ["cubism", "predicted rococo", "gris"]
    assert words["year"] == 1915
    (select,) = read(data, "pixplot/data/metadata/filters/filters.json")
    assert select["filter_name"] == "select"
    assert "predicted__rococo" in select["filter_values"]
    for tag in select["filter_values"]:
        assert read(data, f"pixplot/data/metadata/options/{tag}.json")
    assert name in read(data, "pixplot/data/metadata/options/predicted__rococo.json")
    dates = read(data, "pixplot/data/metadata/dates.json")
    assert dates["domain"] == {"min": 1718, "max": 1915}
    assert dates["dates"]["1915"] == [name]


def test_the_side_bar_has_the_styles(data):
    hotspots = read(data, "pixplot/data/hotspots/hotspot.json")
    assert {hotspot["label"]: hotspot["images"] for hotspot in hotspots} == {"cubism": [0, 1], "rococo": [2, 3]}


def test_without_dates_there_is_no_time_line(four_records, four_pictures, tmp_path):
    write_pixplot(four_records.drop(columns="date"), four_pictures, tmp_path, progress=False)
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["layouts"]["date"] is False
    assert not (tmp_path / "data" / "metadata" / "dates.json").exists()
