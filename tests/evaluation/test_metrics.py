"""styleclf.metrics: scikit-learn agrees, intervals cover, chance is chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import expit
from scipy.stats import norm, t
from sklearn import metrics as sk

from styleclf.evaluation import intervals, metrics


def fake(n=200, n_styles=4, n_authors=30, seed=0):
    rng = np.random.default_rng(seed)
    targs = rng.integers(n_styles, size=n)
    logits = rng.normal(size=(n, n_styles)) + 1.5 * np.eye(n_styles)[targs]
    probas = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    vocab = [f"style-{i}" for i in range(n_styles)]
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    table["label"] = [vocab[i] for i in targs]
    table["author"] = [f"author-{i}" if i else "" for i in rng.integers(n_authors, size=n)]
    return table, probas, targs


def values_of(table):
    return metrics.metrics_table(table, "test").set_index("metric")


@pytest.mark.parametrize("seed", range(3))
def test_values_agree_with_scikit_learn(seed):
    table, probas, targs = fake(seed=seed)
    value, preds = values_of(table)["value"], probas.argmax(1)
    weights = 1 / np.bincount(targs)[targs]
    for k in (1, 2, 3):
        expected = sk.top_k_accuracy_score(targs, probas, k=k, sample_weight=weights)
        assert value[f"top_{k}_accuracy"] == pytest.approx(expected)
    for average, suffix in (("weighted", ""), ("macro", "_macro")):
        expected = sk.precision_recall_fscore_support(targs, preds, average=average, zero_division=0)
        assert [value[name + suffix] for name in ("precision", "recall", "f1")] == pytest.approx(expected[:3])
    assert value["balanced_accuracy"] == pytest.approx(sk.balanced_accuracy_score(targs, preds))
    assert value["accuracy"] == pytest.approx(sk.accuracy_score(targs, preds))
    assert value["log_loss"] == pytest.approx(sk.log_loss(targs, probas))


def test_ece_is_the_gap_between_confidence_and_accuracy():
    always = np.array([[0.8, 0.2]] * 10)
    targs = np.array([0] * 6 + [1] * 4)
    assert metrics.metric_values(always, targs, np.ones((1, 10)))["ece"][0] == pytest.approx(0.8 - 0.6)


def test_multiplicities_count_like_repeated_images():
    _, probas, targs = fake(n=40)
    counts = np.random.default_rng(1).integers(1, 4, size=40)
    weighted = metrics.metric_values(probas, targs, counts[None].astype(float))
    repeated = metrics.metric_values(np.repeat(probas, counts, 0), np.repeat(targs, counts), np.ones((1, counts.sum())))
    assert {k: v[0] for k, v in weighted.items()} == pytest.approx({k: v[0] for k, v in repeated.items()})


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_top_k_lies_between_0_and_1_and_grows_with_k(seed, n_styles):
    _, probas, targs = fake(n=30, n_styles=n_styles, seed=seed)
    values = [metrics.top_k_accuracy(probas, targs, k) for k in range(1, n_styles + 1)]
    assert all(0 <= a <= b <= 1 for a, b in zip(values, [*values[1:], 1], strict=True))
    assert values[-1] == 1


def test_random_predictions_score_the_chance_level():
    rng = np.random.default_rng(0)
    n, n_styles = 20_000, 8
    targs = rng.choice(n_styles, size=n, p=np.arange(1, 9) / 36)
    values = metrics.metric_values(rng.random((n, n_styles)), targs, np.ones((1, n)))
    chance = metrics.chance_levels(n_styles)
    for name in ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "accuracy", "recall"):
        assert values[name][0] == pytest.approx(chance[name], abs=0.02)
    uniform = metrics.metric_values(np.full((n, n_styles), 1 / n_styles), targs, np.ones((1, n)))
    assert uniform["log_loss"][0] == pytest.approx(chance["log_loss"])


def test_resampling_keeps_authors_together_and_styles_in_number():
    table, _, targs = fake()
    units = intervals.author_units(table["author"])
    counts = intervals.resampled_counts(units, targs, 50, np.random.default_rng(0))
    for unit in range(units.max() + 1):
        assert (np.ptp(counts[:, units == unit], axis=1) == 0).all()
    one_image_each = np.arange(len(targs))
    drawn = intervals.resampled_counts(one_image_each, targs, 50, np.random.default_rng(0))
    assert np.allclose(drawn @ np.eye(4)[targs], np.bincount(targs))


def test_the_draws_vary_as_means_of_so_many_authors_do():
    """Unbiased for the variance of a mean, even of two: what n draws of n authors are not."""
    rng = np.random.default_rng(0)
    for n_authors in (2, 3, 5):
        authors, targs = np.arange(n_authors), np.zeros(n_authors, dtype=int)
        scores = rng.normal(size=n_authors)
        means = intervals.resampled_counts(authors, targs, 20_000, rng) @ scores / n_authors
        assert means.var() == pytest.approx(scores.var(ddof=1) / n_authors, rel=0.05)


def test_a_styles_lone_author_is_taken_apart_and_varies_as_one_author_does():
    units, targs = np.r_[np.arange(5), np.full(40, 5)], np.r_[np.zeros(5, dtype=int), np.ones(40, dtype=int)]
    pieces, ((_, n_drawn), (images, n_images)) = intervals._strata(units, targs)
    assert n_drawn == 4 and len(images) == 40 and len(set(pieces)) == 45
    right = np.arange(40) < 30
    shares = intervals.resampled_counts(units, targs, 20_000, np.random.default_rng(0))[:, 5:] @ right / 40
    assert shares.mean() == pytest.approx(0.75, abs=0.01)
    assert shares.var() == pytest.approx(0.75 * 0.25 / n_images, rel=0.05)
    assert n_images == round(intervals.independent_images(40)) - 1 < 10


def test_the_tails_are_students_where_authors_are_few_and_normal_where_they_are_many():
    def tail(*n_authors):
        return intervals.tail_percent(np.arange(sum(n_authors)), np.repeat(np.arange(len(n_authors)), n_authors))

    assert tail(6) == pytest.approx(100 * norm.cdf(t.ppf(0.025, 5)))
    assert tail(2, 2, 2) == pytest.approx(tail(4)), "three styles with two authors have three degrees of freedom"
    assert tail(2, 30) < tail(5, 30) < tail(30, 30) < 2.5
    assert tail(5000) == pytest.approx(2.5, abs=0.01)


def painters(n_authors, n_images, rng):
    """`(units, targs)`: every style's images dealt to its authors very unevenly; 0 authors: each image by itself."""
    units, targs = [], []
    for style, n in enumerate(n_authors):
        share = rng.lognormal(0, 0.8, n)
        sizes = np.ones(n_images, dtype=int) if n == 0 else rng.multinomial(n_images, share / share.sum())
        units.append(np.repeat(np.arange(len(sizes)), sizes) + 1000 * style)
        targs.append(np.full(n_images, style))
    return np.unique(np.concatenate(units), return_inverse=True)[1], np.concatenate(targs)


def coverage(n_authors, n_images, n_samples, spread=1.0, n_resamples=200, seed=0):
    """How often top-1's and top-2's interval holds the population's value, and how often a plain percentile interval.

    An image is right with the logit of its style plus its author's, which is normal around 0 with `spread`.
    """
    rng = np.random.default_rng(seed)
    of_style = rng.permutation(np.linspace(-0.3, 2.5, len(n_authors)))
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    held = np.zeros((n_samples, 4))
    for i in range(n_samples):
        units, targs = painters(n_authors, n_images, rng)
        logits = of_style[targs] + rng.normal(0, spread, units.max() + 1)[units]
        luck = rng.random(len(targs))
        counts = intervals.resampled_counts(units, targs, n_resamples, rng)
        plain = np.concatenate(
            [
                rng.multinomial(len(own), np.full(len(own), 1 / len(own)), n_resamples)[:, np.searchsorted(own, drawn)]
                for drawn in (units[targs == style] for style in range(len(n_authors)))
                for own in [np.unique(drawn)]
            ],
            axis=1,
        )
        for k, easier in enumerate((0, 1.3)):
            truth = (expit(of_style[:, None] + easier + spread * nodes) @ weights / weights.sum()).mean()
            hits = (luck < expit(logits + easier)) * 1.0
            for j, (each, tail) in enumerate(((counts, intervals.tail_percent(units, targs)), (plain, 2.5))):
                draws = metrics.mean_over_styles(hits, targs, len(n_authors), each)
                lo, hi = intervals.interval(draws, tail)
                held[i, 2 * j + k] = lo <= truth <= hi
    return held.mean(axis=0)


@pytest.mark.parametrize("n_authors", [(2, 3, 4, 5, 6, 9, 18, 0), (1, 2, 3, 4, 5, 9, 18, 0)])
def test_intervals_hold_the_truth_as_often_as_they_say(n_authors):
    """A test fold of 8 styles, most with few painters; the standard error of a coverage is about 1 point here."""
    *ours, plain_1, plain_2 = coverage(n_authors, 45, n_samples=400)
    assert min(ours) >= 0.92 and max(ours) <= 0.985
    assert max(plain_1, plain_2) < 0.91, "the corrections would not be needed"


def test_intervals_hold_the_value_and_are_wider_where_authors_decide():
    table, probas, _ = fake(n=400)
    hard = np.arange(len(table)) % 3 == 0  # a third of the painters has the probabilities of other styles
    table.iloc[hard, :4] = np.roll(probas[hard], 1, axis=1)
    few = table.assign(author=[f"painter-{label}-{i % 3}" for i, label in enumerate(table["label"])])
    many, few = values_of(table.assign(author="")), values_of(few)
    for found in (many, few):
        assert ((found["lo"] <= found["value"]) & (found["value"] <= found["hi"])).all()
    assert (few["hi"] - few["lo"])["top_2_accuracy"] > 1.5 * (many["hi"] - many["lo"])["top_2_accuracy"]
    assert few["n_authors"].iloc[0] == 12 and many["n_authors"].iloc[0] == 0


def test_a_model_without_numbers_is_never_right_and_not_judged():
    table, probas, targs = fake(n=40)
    assert [metrics.top_k_accuracy(np.full_like(probas, np.nan), targs, k) for k in (1, 2, 3)] == [0, 0, 0]
    table.iloc[:3, :4] = np.nan
    with pytest.raises(ValueError, match="3 of 40 images"):
        metrics.metrics_table(table, "test")


def test_a_label_outside_the_vocabulary_and_an_empty_table_are_refused():
    table, _, _ = fake()
    with pytest.raises(ValueError, match="fauvism"):
        metrics.metrics_table(table.assign(label="fauvism"), "test")
    with pytest.raises(ValueError, match="no images"):
        metrics.metrics_table(table.iloc[:0], "test")


def test_the_text_shows_each_part_and_chance():
    table, _, _ = fake()
    both = pd.concat([metrics.metrics_table(table, part) for part in ("test", "val")])
    lines = metrics.metrics_text(both).splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["test", "val", "chance"]
    assert "0.50" in lines[-1]
