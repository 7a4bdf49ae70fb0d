"""The practice set: who painted what, the same bytes every time, and folders that are left alone."""

import json
import shutil
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from styleclf.data.practice import AUTHORLESS, LEAST, MARKER, TWO_STYLES, paint_samples, picture_counts, plan_works
from styleclf.data.practice.canvas import luma, noise
from styleclf.data.practice.motifs import MOTIFS
from styleclf.data.practice.painters import NEIGHBOURS, PALETTES, STYLE_MOTIFS, STYLE_PALETTES, STYLES, TONES
from styleclf.data.practice.styles import HANDLINGS, facets

PAINTED = [style for style in STYLES if style not in AUTHORLESS]


def paint(out, seed=0, n_images=LEAST, size=32):
    return paint_samples(out, n_images, size, seed, progress=False)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def pictures(folder):
    return sorted(folder.glob("*/*.jpg"))


def authors(works):
    """Style -> Counter of its authors; a work without author counts under ''."""
    found = defaultdict(Counter)
    for work in works:
        found[work.style][work.name.partition("_")[0] if "_" in work.name else ""] += 1
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """The smallest set there is; tests leave it as it is."""
    return paint(tmp_path_factory.mktemp("small") / "sample")


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The same with another seed."""
    return paint(tmp_path_factory.mktemp("other") / "sample", seed=1)


def test_the_full_set_has_what_folds_by_painter_need():
    found = authors(plan_works(400, 256, 0))
    assert sorted(found) == STYLES == sorted(HANDLINGS)
    for style in PAINTED:
        assert sum(found[style].values()) == 50
        assert len(found[style]) >= 9
        assert Counter(found[style].values())[1] >= 2, "a style needs painters with a single picture"
        assert max(found[style].values()) < 25, "no painter may own half of a style"
    for style in AUTHORLESS:
        assert found[style] == {"": 50}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("n_images", [LEAST, 80, 203, 400])
def test_every_set_has_six_painters_a_style_and_two_in_two_styles(n_images, seed):
    works = plan_works(n_images, 64, seed)
    found = authors(works)
    assert len(works) == n_images
    assert len({work.name for work in works}) == n_images
    assert min(sum(counts.values()) for counts in found.values()) >= 2
    assert all(len(found[style]) >= 6 for style in PAINTED)
    homes = defaultdict(set)
    for style in PAINTED:
        for author in found[style]:
            homes[author].add(style)
    double = [styles for styles in homes.values() if len(styles) > 1]
    assert sorted(map(sorted, double)) == sorted(sorted(pair) for pair in TWO_STYLES.items())


@given(st.integers(LEAST // 8, 400))
def test_picture_counts_add_up_and_start_with_a_single_picture(n):
    counts = picture_counts(n)
    assert sum(counts) == n
    assert min(counts) == counts[0] == 1
    assert len(counts) >= 6


def test_a_painter_keeps_one_hand_and_prefers_one_motif():
    works = [work for work in plan_works(400, 256, 0) if "_" in work.name]
    motifs = defaultdict(Counter)
    for work in works:
        author = work.name.partition("_")[0]
        assert next(other for other in works if other.name.startswith(author + "_")).hand is work.hand
        motifs[author][work.motif] += 1
    favourite = sum(counts.most_common(1)[0][1] for counts in motifs.values())
    assert favourite / len(works) > 0.5


def test_the_tables_of_habits_fit_together():
    assert sorted(STYLE_PALETTES) == sorted(NEIGHBOURS) == STYLES
    assert all(len(colours.split()) == len(TONES) for colours in PALETTES.values())
    assert {name for names in STYLE_PALETTES.values() for name in names.split()} == set(PALETTES)
    assert {name for names in STYLE_MOTIFS.values() for name in names.split()} == set(MOTIFS)
    assert {name for names in NEIGHBOURS.values() for name in names.split()} <= set(STYLES)


def test_pictures_have_the_short_side_asked_for_and_varied_aspect(small):
    sizes = []
    for path in pictures(small):
        with Image.open(path) as image:
            assert image.mode == "RGB"
            sizes.append(image.size)
    assert len(sizes) == LEAST
    assert all(min(size) == 32 for size in sizes)
    aspects = {round(w / h, 2) for w, h in sizes}
    assert len(aspects) >= 6 and min(aspects) < 0.8 and max(aspects) > 1.4


def test_same_arguments_same_bytes_whatever_the_number_of_processes(small, other, tmp_path, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    assert contents(paint(tmp_path / "again")) == contents(small)
    assert not set(contents(other).values()) & set(contents(small).values())


def test_a_complete_set_is_left_alone_wherever_it_lies(small, tmp_path):
    out = shutil.copytree(small, tmp_path / "copy")
    lost = pictures(out)[0]
    lost.write_bytes(b"half a pict")
    paint(out)
    assert contents(out) == {**contents(small), str(lost.relative_to(out)): b"half a pict"}


def test_an_interrupted_set_is_painted_anew(small, tmp_path):
    out = shutil.copytree(small, tmp_path / "copy")
    marker = json.loads((out / MARKER).read_text())
    (out / MARKER).write_text(json.dumps({**marker, "complete": False}))
    pictures(out)[0].write_bytes(b"half a pict")
    (out / "photo" / "left-over.jpg").write_bytes(b"")
    paint(out)
    assert contents(out) == contents(small)


def test_the_marker_is_complete_only_after_the_last_picture(tmp_path, monkeypatch):
    monkeypatch.setattr("styleclf.data.practice.Parallel", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        paint(tmp_path / "sample")
    assert json.loads((tmp_path / "sample" / MARKER).read_text())["complete"] is False


def test_other_arguments_replace_the_set(small, other, tmp_path):
    out = shutil.copytree(small, tmp_path / "copy")
    assert contents(paint(out, seed=1)) == contents(other)


@pytest.mark.parametrize("name", ["holiday.jpg", "photo/cat.jpg", MARKER])
def test_a_foreign_folder_is_refused_and_untouched(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"[1, 2]")
    with pytest.raises(ValueError, match="something other"):
        paint(tmp_path)
    assert contents(tmp_path) == {name: b"[1, 2]"}


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "sample").write_bytes(b"mine")
    with pytest.raises(ValueError, match="something other"):
        paint(tmp_path / "sample")
    assert contents(tmp_path) == {"sample": b"mine"}


@pytest.mark.parametrize(("n_images", "size"), [(LEAST - 1, 32), (LEAST, 15)])
def test_too_small_a_set_is_refused(tmp_path, n_images, size):
    with pytest.raises(ValueError, match=f"not {n_images} of {size}"):
        paint(tmp_path / "sample", n_images=n_images, size=size)
    assert not (tmp_path / "sample").exists()


def statistics(path):
    """Colour and edges in eleven numbers."""
    with Image.open(path) as image:
        pixels = np.asarray(image.resize((48, 48)), dtype=np.float32) / 255
    rise_y, rise_x = np.gradient(luma(pixels))
    edges = np.hypot(rise_x, rise_y)
    spread = pixels.max(-1) - pixels.min(-1)
    quartiles = np.quantile(edges, [0.25, 0.5, 0.9])
    return np.array([*pixels.mean((0, 1)), *pixels.std((0, 1)), spread.mean(), spread.std(), *quartiles])


def test_styles_differ_even_by_painters_never_seen(small):
    paths = pictures(small)
    labels = np.array([path.parent.name for path in paths])
    groups = [path.name.partition("_")[0] if "_" in path.name else path.name for path in paths]
    values = np.stack([statistics(path) for path in paths])
    values = (values - values.mean(0)) / values.std(0)
    right = 0
    for group in set(groups):
        inside = np.array([other == group for other in groups])
        seen = labels[~inside]
        centres = np.stack([values[~inside][seen == style].mean(0) for style in STYLES])
        nearest = np.linalg.norm(values[inside][:, None] - centres, axis=-1).argmin(1)
        right += (np.array(STYLES)[nearest] == labels[inside]).sum()
    assert right / len(paths) > 0.4  # chance is 0.125


@given(st.integers(0, 2**32), st.floats(0.5, 2), st.integers(1, 40))
def test_facets_cover_the_picture_once(seed, aspect, count):
    planes = facets(np.random.default_rng(seed), aspect, count)
    areas = [0.5 * abs(p[:, 0] @ np.roll(p[:, 1], 1) - p[:, 1] @ np.roll(p[:, 0], 1)) for p in planes]
    assert sum(areas) == pytest.approx(aspect)
    assert len(planes) >= count


@given(st.integers(0, 2**32), st.integers(2, 60), st.integers(2, 60), st.floats(1, 60))
def test_noise_fills_the_range(seed, w, h, cells):
    values = noise(np.random.default_rng(seed), (w, h), cells)
    assert values.shape == (h, w)
    assert values.min() == 0 and values.max() <= 1 + 1e-6
