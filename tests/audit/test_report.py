"""styleclf.audit: leaks, near-copies, shortcuts and sources are found where they were built in, and nowhere else."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.audit import (
    degradations as views,
    duplicates,
    file_traits as traits,
    leak,
    probe_scores as scores,
    shortcuts,
    sources,
)
from styleclf.audit.degraded import degraded_audit, degraded_sentence
from styleclf.data.authors import author_groups
from styleclf.data.design import read_design
from styleclf.evaluation.metrics import metric_values
from tests.conftest import ARCH

STYLES, N_AUTHORS, N_EACH = ("cubism", "rococo", "zen"), 12, 5


def painters_design(named=True):
    """Three styles of 12 authors with 5 images each, and their targets."""
    rows = [(style, f"{style}-{a}", i) for style in STYLES for a in range(N_AUTHORS) for i in range(N_EACH)]
    design = pd.DataFrame(rows, columns=["label", "author", "title"])
    design["filename"] = [f"{row.label}/{row.author}_{row.title}.jpg" for row in design.itertuples()]
    design["fold"] = [str(int(author.split("-")[1]) % 4) for author in design["author"]]
    design = design.assign(copy_of="", author=design["author"] if named else "")
    return design, np.repeat(np.arange(len(STYLES)), N_AUTHORS * N_EACH)


def painted_features(design, targs, style=0.0, hand=0.0, d=30, seed=0):
    """Noise, and as much of what the style and the painter's hand have in common as asked for."""
    rng = np.random.default_rng(seed)
    hands = pd.factorize(design["filename"].str.split("_").str[0])[0]
    noise = rng.normal(size=(len(targs), d))
    return noise + style * rng.normal(size=(3, d))[targs] + hand * rng.normal(size=(hands.max() + 1, d))[hands]


# The leak


def test_recognising_painters_is_found_and_its_interval_is_above_zero():
    design, targs = painters_design()
    table, seeds = leak.leak_audit(design, painted_features(design, targs, hand=2), targs, 0.1, 3, 200, progress=False)
    top_1 = table.set_index("metric").loc["top_1_accuracy"]
    assert top_1["grouped"] < 0.45 < 0.65 < top_1["random"] and 0 < top_1["lo"] < top_1["gap"] < top_1["hi"]
    assert top_1["gap"] == pytest.approx(top_1["random"] - top_1["grouped"])
    means = seeds.groupby("metric")[["random", "grouped"]].mean()
    assert table.set_index("metric")[["random", "grouped"]].to_numpy() == pytest.approx(means.loc[table["metric"]])
    assert top_1["chance"] == pytest.approx(1 / 3) and top_1["n_authors"] == 36 and len(seeds) == 6
    assert "are recognising painters" in leak.leak_sentence(table)


def test_style_that_all_painters_share_is_no_leak():
    design, targs = painters_design()
    features = painted_features(design, targs, style=0.4)
    table, _ = leak.leak_audit(design, features, targs, 0.1, 3, 200, progress=False)
    assert (table["lo"] < 0).all() and (table["hi"] > 0).all() and table["grouped"].iat[0] > 0.6
    assert leak.leak_sentence(table).startswith("no leak is certain")


def test_without_authors_the_leak_says_that_it_knows_nothing():
    design, targs = painters_design(named=False)
    table, _ = leak.leak_audit(design, painted_features(design, targs, hand=2), targs, 0.1, 1, 50, progress=False)
    assert "no image has an author" in leak.leak_sentence(table)


def test_both_sides_have_the_same_images_of_each_style_in_each_fold():
    design, targs = painters_design()
    for seed in range(3):
        grouped = leak._grouped_folds(design, 4, seed)
        shuffled = leak._shuffled_folds(grouped, targs, seed)
        assert (
            pd.DataFrame({"author": design["author"], "fold": grouped}).groupby("author")["fold"].nunique().max() == 1
        )
        assert pd.crosstab(targs, grouped).equals(pd.crosstab(targs, shuffled))
        assert (shuffled != grouped).any()
    assert (leak._grouped_folds(design, 4, 0) != leak._grouped_folds(design, 4, 1)).any()


def test_no_seeds_are_refused():
    design, targs = painters_design()
    with pytest.raises(ValueError, match="n_seeds must be 1 or more, not 0"):
        leak.leak_audit(design, painted_features(design, targs), targs, 0.1, 0)


# Scores


def test_out_of_fold_predictions_come_from_the_other_folds():
    design, targs = painters_design()
    features, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    probas = scores.out_of_fold(features, targs, folds, 0.1)
    test = folds == "2"
    alone = scores.probe_probas(features[~test], targs[~test], features[test], 0.1, 3)
    assert probas[test] == pytest.approx(alone) and probas.sum(axis=1) == pytest.approx(1)
    assert scores.probe_probas(features[:5], targs[:5], features[:2], 0.1, 3).tolist() == [[1, 0, 0]] * 2


def test_a_score_is_the_metric_first_and_then_the_metric_of_every_draw():
    design, targs = painters_design()
    probas = np.random.default_rng(1).dirichlet(np.ones(3), len(targs))
    draws = scores.author_draws(author_groups(design), targs, 50)
    for k in (1, 2):
        found = scores.top_k_scores(probas, targs, draws, k)
        assert found == pytest.approx(metric_values(probas, targs, draws.counts)[f"top_{k}_accuracy"])
        assert found[0] == pytest.approx(metric_values(probas, targs, np.ones((1, len(targs))))[f"top_{k}_accuracy"][0])
    by_author = pd.DataFrame(draws.counts.T).groupby(design["author"]).nunique()
    assert (by_author == 1).all(axis=None), "an author is drawn with all images"


def test_draws_of_a_part_of_a_design_vary_like_those_of_a_whole_one():
    design, targs = painters_design()
    groups, last = author_groups(design), targs == 2
    part = scores.author_draws(groups[last], targs[last] - 2, 50)
    whole = scores.author_draws(author_groups(design[last]), targs[last] - 2, 50)
    assert (part.counts == whole.counts).all() and part.tail == whole.tail and part.counts.std() > 0


# Near-copies


@pytest.fixture(scope="module")
def copied(design, sample, tmp_path_factory):
    """The practice set with a recompressed, smaller copy of one painting under another name."""
    images = tmp_path_factory.mktemp("copied")
    for folder in sorted(set(design["label"])):
        (images / folder).symlink_to(sample / folder)
    original = design[(design["author"] != "") & (design["fold"] == "0")].iloc[0]
    (images / "other").mkdir()
    with Image.open(sample / original["filename"]) as image:
        image.resize((60, 50)).save(images / "other/nobody_copy.jpg", quality=60)
    copy = original.to_frame().T.assign(filename="other/nobody_copy.jpg", author="nobody", fold="2", copy_of="")
    return pd.concat([design, copy], ignore_index=True), images, original["filename"]


def test_a_recompressed_copy_under_another_name_is_the_only_pair(copied):
    design, images, original = copied
    found = duplicates.near_duplicates(design, images, progress=False)
    assert found[["filename", "filename_2"]].to_numpy().tolist() == [[original, "other/nobody_copy.jpg"]]
    assert found[["fold", "fold_2"]].to_numpy().tolist() == [["0", "2"]] and found["distance"].iat[0] < 40
    assert "1 pair of near-copies under different names, 1 in different folds" in duplicates.duplicates_sentence(found)


def test_near_copies_by_one_author_are_no_pair(copied):
    design, images, original = copied
    author = design.set_index("filename").loc[original, "author"]
    same = design.assign(author=design["author"].replace("nobody", author))
    assert duplicates.near_duplicates(same, images, progress=False).empty
    assert duplicates.duplicates_sentence(same.iloc[:0]) == "no near-copies under different names"


def test_a_merged_design_keeps_copies_together_and_can_be_read(copied, tmp_path):
    design, images, original = copied
    found = duplicates.near_duplicates(design, images, progress=False)
    merged = duplicates.merged_design(design, found)
    groups = pd.Series(author_groups(merged), index=merged["filename"])
    assert groups[original] == groups["other/nobody_copy.jpg"]
    assert merged.groupby(author_groups(merged))["fold"].nunique().max() == 1
    changed = merged["fold"] != design["fold"]
    assert merged.loc[changed, "author"].nunique() == 1, "nobody else has moved"
    assert duplicates.near_duplicates(merged, images, progress=False).empty
    merged.to_csv(tmp_path / "design.csv", index=False)
    assert read_design(tmp_path / "design.csv")["fold"].tolist() == merged["fold"].tolist()


def test_merging_takes_images_out_of_the_validation_set_and_never_into_it():
    design, _ = painters_design()
    design.loc[design["author"].isin(["zen-0", "zen-1"]), "fold"] = "val"
    pairs = pd.DataFrame(
        {"filename": ["zen/zen-0_0.jpg", "cubism/cubism-0_0.jpg"], "filename_2": ["zen/zen-2_0.jpg", "zen/zen-2_1.jpg"]}
    )
    merged = duplicates.merged_design(design, pairs)
    joined = merged["author"].isin(["zen-0", "zen-2", "cubism-0"])
    assert merged.loc[joined, "fold"].nunique() == 1 and "val" not in set(merged.loc[joined, "fold"])
    assert (merged.loc[merged["author"] == "zen-1", "fold"] == "val").all()
    assert len(set(author_groups(merged)[joined])) == 1 and merged["copy_of"].ne("").sum() == 2


def test_hashes_stand_what_copies_go_through_and_tell_pictures_apart(sample, design):
    paths = [sample / filename for filename in design["filename"][::8]]
    clean = duplicates._perceptual_hashes(paths, progress=False)
    assert clean.shape == (len(paths), 256) and set(np.unique(clean)) == {-1, 1}
    distances = (256 - clean @ clean.T) / 2
    assert (distances[np.triu_indices(len(paths), 1)] > duplicates._NEAR).mean() > 0.95


# Shortcuts


def saved(design, sample, out, how):
    """The practice set without its margins, every image saved by `how(image, style number, path)`."""
    vocab = sorted(set(design["label"]))
    for row in design.itertuples():
        with Image.open(sample / row.filename) as image:
            width, height = image.size
            inner = image.crop((width // 6, height // 6, width - width // 6, height - height // 6)).resize((64, 64))
        path = out / row.filename
        path.parent.mkdir(parents=True, exist_ok=True)
        how(inner, vocab.index(row.label), path)
    return [out / filename for filename in design["filename"]]


def plainly(image, _, path):
    image.save(path, quality=90)


def at_a_quality_of_its_style(image, style, path):
    image.save(path, quality=50 + 5 * style)


def at_a_size_of_its_style(image, style, path):
    image.resize((64 + 8 * style, 64)).save(path, quality=90)


def in_a_frame_of_its_style(image, style, path):
    framed = Image.new("RGB", (68, 68), (30 * style, 0, 200))
    framed.paste(image, (2, 2))
    framed.save(path, quality=90)


def audited(paths, design, real=None):
    targs = pd.factorize(design["label"], sort=True)[0]
    groups, folds = author_groups(design), design["fold"].to_numpy()
    real = np.eye(targs.max() + 1)[targs] if real is None else real
    measured = traits.traits_of(paths, progress=False)
    draws = scores.author_draws(groups, targs, 300)
    return shortcuts.shortcut_audit(measured, targs, folds, real, draws, n_trees=40, progress=False)


@pytest.fixture(scope="module")
def no_val(design):
    return design[design["fold"] != "val"].reset_index(drop=True)


@pytest.mark.parametrize(
    "how, built_in",
    [
        (at_a_quality_of_its_style, "JPEG settings"),
        (at_a_size_of_its_style, "size and aspect"),
        (in_a_frame_of_its_style, "border"),
    ],
)
def test_a_shortcut_that_was_built_in_is_found(no_val, sample, tmp_path, how, built_in):
    table = audited(saved(no_val, sample, tmp_path, how), no_val)
    assert built_in in set(table.loc[table["near"], "model"])
    assert table.set_index("model").loc[built_in, "value"] > 0.9
    assert any(line.startswith(f"{built_in} alone scores") for line in shortcuts.shortcut_sentences(table))


@pytest.fixture(scope="module")
def plain(no_val, sample, tmp_path_factory):
    """The audit of a set in which every image was saved alike."""
    return audited(saved(no_val, sample, tmp_path_factory.mktemp("plain"), plainly), no_val)


def test_where_none_was_built_in_it_stays_silent(plain):
    assert not plain["near"].any()
    assert shortcuts.shortcut_sentences(plain) == ["no trait of files, scans or borders comes near the model"]
    colour = plain[plain["model"] == "colour histogram"]
    assert colour["lead_lo"].iat[0] > 0, "colour tells styles, and is none the less no shortcut"


def test_leads_are_paired_differences_from_the_control(plain):
    table = plain.set_index("model")
    assert table["lead"].to_numpy() == pytest.approx((table["value"] - table["control"]).to_numpy())
    assert table.drop(index=list(traits.CONTROLS))["control"].to_numpy() == pytest.approx(1 / 8)
    assert table.loc["real model", ["value", "lo", "hi", "lead"]].tolist() == pytest.approx([1, 1, 1, 7 / 8])
    assert table.loc["JPEG settings", "value"] == pytest.approx(1 / 8), "files that are alike tell nothing"


def test_traits_have_one_width_for_all_files(tmp_path):
    rng = np.random.default_rng(0)
    modes = {"a.png": "RGBA", "b.jpg": "L", "c.webp": "RGB", "d.tif": "RGB", "e.gif": "P", "f.jpg": "RGB"}
    for i, (name, mode) in enumerate(modes.items()):
        pixels = rng.integers(0, 256, (1 + 7 * i, 3 + i, 3), dtype=np.uint8)
        Image.fromarray(pixels).convert(mode).save(tmp_path / name)
    found = traits.traits_of([tmp_path / name for name in modes], progress=False)
    assert set(found) == {*traits.FILE, *traits.PICTURE, *traits.CONTROLS.values()}
    assert all(each.shape[0] == 6 and np.isfinite(each).all() for each in found.values())


# Degraded copies


def test_degraded_copies_keep_their_size_and_lose_what_they_should():
    image = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8))
    grain = {
        name: np.abs(np.diff(np.asarray(change(image), float), axis=0)).mean()
        for name, change in views.DEGRADED.items()
    }
    clean = np.abs(np.diff(np.asarray(image, float), axis=0)).mean()
    assert all(change(image).size == (40, 40) and change(image).mode == "RGB" for change in views.DEGRADED.values())
    assert max(grain.values()) < clean
    grey = np.asarray(views._greyscale(image))
    assert (grey == grey[..., :1]).all()


def test_views_are_the_features_that_the_probe_sees(design, sample, weights_file):
    from styleclf.data.dataloaders import get_dls
    from styleclf.inference.features import body_features
    from styleclf.models.network import create_body

    paths = [sample / filename for filename in design["filename"]]
    found = views.view_features(paths, ARCH, weights_file, "style", 32, changes=("greyscale",), progress=False)
    dls = get_dls(design, sample, 0, arch=ARCH, size=32, bs=16)
    dl = dls.test_dl(design, with_labels=True)
    wanted, _ = body_features(create_body(ARCH, "style", weights_file).to(dls.device), dl, progress=False)
    assert found[views.CLEAN] == pytest.approx(wanted, abs=2e-2, rel=2e-2)  # half precision rounds by batch
    assert list(found) == [views.CLEAN, "greyscale"] and (found["greyscale"] != found[views.CLEAN]).any()
    with pytest.raises(ValueError, match="no degradation 'torn': choose from shrunk"):
        views.view_features(paths, ARCH, weights_file, changes=("torn",), progress=False)


def test_drops_are_those_of_models_fitted_to_clean_images():
    design, targs = painters_design()
    clean, folds = painted_features(design, targs, style=1), design["fold"].to_numpy()
    noise = np.random.default_rng(3).normal(size=clean.shape)
    seen = {views.CLEAN: clean, "same": clean.copy(), "noise": noise}
    draws = scores.author_draws(author_groups(design), targs, 200)
    table = degraded_audit(seen, targs, folds, 0.1, draws)
    top_1 = table[table["metric"] == "top_1_accuracy"].set_index("images")
    assert top_1.loc["same", ["drop", "drop_lo", "drop_hi"]].tolist() == [0, 0, 0]
    assert top_1.loc["noise", "drop_lo"] > 0.2 and abs(top_1.loc["noise", "value"] - 1 / 3) < 0.15
    assert degraded_sentence(table).startswith("noise test images cost")
    assert "no degradation" in degraded_sentence(table[table["images"] != "noise"])


# Sources


def sourced(trace, seed=0):
    """Features that show the style and, as strongly as `trace`, one of two sources; whole authors share a source."""
    design, targs = painters_design()
    number = np.array([int(author.split("-")[1]) // 4 % 2 for author in design["author"]])
    rng = np.random.default_rng(seed)
    marks = rng.normal(size=(2, 30))[number] * trace
    # every style is marked by its source in a way of its own: who relies on it, fails with the other source
    own = rng.normal(size=(3, 2, 30))[targs, number] * trace
    return design, painted_features(design, targs, style=0.7, seed=seed) + marks + own, number.astype(str)


def audited_sources(design, features, names):
    folds, groups = design["fold"].to_numpy(), author_groups(design)
    return sources.source_audit(features, design["label"].to_numpy(), names, folds, 0.1, groups, progress=False)


def test_a_source_that_leaves_traces_is_told_and_missed():
    table = audited_sources(*sourced(trace=1.5))
    told, unseen = (table[table["question"] == question] for question in (sources._TOLD, sources._UNSEEN))
    assert told["label"].tolist() == list(STYLES) and (told["lo"] > 0.5).all() and (told["reference"] == 0.5).all()
    pooled = unseen.set_index("source").loc[""]
    assert pooled["difference_hi"] < 0 and pooled["n_images"] == 180
    assert unseen["source"].tolist() == ["0", "1", ""]
    assert len(sources.source_sentences(table)) == 2


def test_a_source_without_traces_is_neither():
    table = audited_sources(*sourced(trace=0))
    assert ((table["difference_lo"] < 0) & (table["difference_hi"] > 0)).sum() >= 5  # of six intervals of 95 %


def test_styles_of_one_source_have_nothing_to_tell():
    design, features, _ = sourced(trace=1)
    table = audited_sources(design, features, np.full(len(design), "museum"))
    assert table.empty and list(table) == sources._COLUMNS
    assert "no style has two sources" in sources.source_sentences(table)[0]


def test_sources_are_read_by_filename(tmp_path):
    design, _ = painters_design()
    known = design[["filename"]].iloc[:7].assign(source="museum").iloc[::-1]
    known.to_csv(tmp_path / "sources.csv", index=False)
    assert sources.read_sources(tmp_path / "sources.csv", design).tolist() == ["museum"] * 7 + [""] * 173
    known.assign(filename="x.jpg").to_csv(tmp_path / "other.csv", index=False)
    with pytest.raises(ValueError, match="the source of no image of the design"):
        sources.read_sources(tmp_path / "other.csv", design)
    known[["filename"]].to_csv(tmp_path / "short.csv", index=False)
    with pytest.raises(ValueError, match="lacks the column 'source'; it has filename"):
        sources.read_sources(tmp_path / "short.csv", design)
