"""The plan: who paints what, in shares that folds by painter need."""

from collections import Counter, defaultdict

import pytest
from hypothesis import given, strategies as st

from styleclf.data.practice.painters import STYLES
from styleclf.data.practice.plan import STYLES_WITHOUT_AUTHORS, TWO_STYLES, picture_counts, plan_works
from styleclf.data.practice.practice_set import MIN_IMAGES
from styleclf.data.practice.styles.painting import HANDLINGS

PAINTED = [style for style in STYLES if style not in STYLES_WITHOUT_AUTHORS]


def authors(works):
    """Style -> Counter of its authors; a work without author counts under ''."""
    counts = defaultdict(Counter)
    for work in works:
        counts[work.style][work.name.partition("_")[0] if "_" in work.name else ""] += 1
    return counts


def test_the_full_set_has_what_folds_by_painter_need():
    counts = authors(plan_works(400, 256, 0))
    assert sorted(counts) == STYLES == sorted(HANDLINGS)
    for style in PAINTED:
        assert sum(counts[style].values()) == 50
        assert len(counts[style]) >= 9
        assert Counter(counts[style].values())[1] >= 2, "a style needs painters with a single picture"
        assert max(counts[style].values()) < 25, "no painter may own half of a style"
    for style in STYLES_WITHOUT_AUTHORS:
        assert counts[style] == {"": 50}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("n_images", [MIN_IMAGES, 80, 203, 400])
def test_every_set_has_six_painters_a_style_and_two_in_two_styles(n_images, seed):
    works = plan_works(n_images, 64, seed)
    painters = authors(works)
    assert len(works) == n_images
    assert len({work.name for work in works}) == n_images
    assert min(sum(counts.values()) for counts in painters.values()) >= 2
    assert all(len(painters[style]) >= 6 for style in PAINTED)
    homes = defaultdict(set)
    for style in PAINTED:
        for author in painters[style]:
            homes[author].add(style)
    double = [styles for styles in homes.values() if len(styles) > 1]
    assert sorted(map(sorted, double)) == sorted(sorted(pair) for pair in TWO_STYLES.items())


@given(st.integers(MIN_IMAGES // 8, 400))
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
