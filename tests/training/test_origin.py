"""training.origin: what a learner was trained on is kept in its export, and names nobody."""

from styleclf.light import PainterHashes
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.origin import keep_origin, note_temperature, origin_of, temperature_of


def test_an_export_knows_its_painters_by_hashes(learn, design, tmp_path):
    loaded = load_style_learner(export_learner(learn, tmp_path / "model.pkl"))
    origin = origin_of(loaded)
    trained = design[~design["fold"].isin(["0", "val"])]
    assert origin["n_images"] == len(trained)
    assert origin["n_painters"] == len(set(trained["author"]) - {""})
    painters = PainterHashes(**origin["painters"])
    assert all(author in painters for author in set(trained["author"]) - {""})
    assert "nobody at all" not in painters
    keep_origin(loaded)  # has no pictures at hand
    assert origin_of(loaded) == origin


def test_temperatures_multiply(learn):
    assert temperature_of(learn) == 1
    note_temperature(learn, 2.0)
    note_temperature(learn, 1.5)
    assert temperature_of(learn) == 3
