"""evaluation.metrics: scikit-learn agrees, values lie in their intervals, chance is chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from scipy.special import softmax
from sklearn import metrics as sk

from styleclf.evaluation import metrics
from styleclf.evaluation.intervals import AuthorBootstrap, author_units
from styleclf.evaluation.predictions import prediction_columns

LOSSES = ["log_loss", "brier", "ece"]
PROBAS = [f"proba_style-{i}" for i in range(4)]


def fake(n=200, n_styles=4, n_authors=30, seed=0):
    """`(table, probas, targs)` of predictions that lean to the truth; one author of the `n_authors` is nobody."""
    rng = np.random.default_rng(seed)
    targs = rng.integers(n_styles, size=n)
    truth = np.eye(n_styles)[targs]
    logits = rng.normal(size=(n, n_styles))
    probas = softmax(logits + 1.5 * truth, axis=1)
    authors = rng.integers(n_authors, size=n)
    vocab = [f"style-{i}" for i in range(n_styles)]

    table = prediction_columns(probas, vocab)
    table["label"] = [vocab[i] for i in targs]
    table["author"] = np.where(authors, np.char.add("author-", authors.astype(str)), "")
    return table, probas, targs


def values_of(table):
    return metrics.metrics_table(table, "test").set_index("metric")


def values_once(probas, targs):
    """Every metric where every image counts once."""
    once = np.ones((1, len(targs)))
    values = metrics.metric_values(probas, targs, once)
    return {name: of_draws[0] for name, of_draws in values.items()}


@pytest.mark.parametrize("seed", range(3))
def test_values_agree_with_scikit_learn(seed):
    table, probas, targs = fake(seed=seed)
    value = values_of(table)["value"]
    preds = probas.argmax(axis=1)
    assert value["balanced_accuracy"] == pytest.approx(sk.balanced_accuracy_score(targs, preds))
    assert value["accuracy"] == pytest.approx(sk.accuracy_score(targs, preds))
    assert value["log_loss"] == pytest.approx(sk.log_loss(targs, probas))
    assert value["brier"] == pytest.approx(sk.brier_score_loss(targs, probas))


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k_is_scikit_learns_where_every_style_counts_alike(k):
    table, probas, targs = fake()
    images_of_style = np.bincount(targs)
    weights = 1 / images_of_style[targs]
    expected = sk.top_k_accuracy_score(targs, probas, k=k, sample_weight=weights)
    value = values_of(table)["value"]
    assert value[f"top_{k}_accuracy"] == pytest.approx(expected)


@pytest.mark.parametrize("average, suffix", [("weighted", ""), ("macro", "_macro")])
def test_precision_recall_and_f1_are_scikit_learns(average, suffix):
    table, probas, targs = fake()
    preds = probas.argmax(axis=1)
    value = values_of(table)["value"]
    *expected, _ = sk.precision_recall_fscore_support(targs, preds, average=average, zero_division=0)
    names = [f"{name}{suffix}" for name in ("precision", "recall", "f1")]
    assert value[names].tolist() == pytest.approx(expected)


def test_ece_is_the_gap_between_confidence_and_accuracy():
    confidence = 0.8
    probas = np.tile([confidence, 1 - confidence], (10, 1))
    targs = np.repeat([0, 1], [6, 4])
    accuracy = 0.6
    values = values_once(probas, targs)
    assert values["ece"] == pytest.approx(confidence - accuracy)


def test_multiplicities_count_like_repeated_images():
    _, probas, targs = fake(n=40)
    counts = np.random.default_rng(1).integers(1, 4, size=40)
    rows = np.repeat(np.arange(40), counts)
    repeated = values_once(probas[rows], targs[rows])
    weighted = metrics.metric_values(probas, targs, counts[None].astype(float))
    for name, of_draws in weighted.items():
        assert of_draws[0] == pytest.approx(repeated[name]), name


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 5))
def test_top_k_lies_between_0_and_1_and_grows_with_k(seed, n_styles):
    _, probas, targs = fake(n=30, n_styles=n_styles, seed=seed)
    ks = range(1, n_styles + 1)
    values = [metrics.top_k_accuracy(probas, targs, k) for k in ks]
    assert values == sorted(values)
    assert values[0] >= 0
    assert values[-1] == 1


def test_random_predictions_score_the_chance_level():
    rng = np.random.default_rng(0)
    n = 20_000
    n_styles = 8
    sizes = np.arange(1, n_styles + 1)
    shares = sizes / sizes.sum()
    targs = rng.choice(n_styles, size=n, p=shares)
    chance = metrics.chance_levels(n_styles)
    values = values_once(rng.random((n, n_styles)), targs)
    for name in ("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "accuracy", "recall"):
        assert values[name] == pytest.approx(chance[name], abs=0.02)
    uniform = np.full((n, n_styles), 1 / n_styles)
    assert values_once(uniform, targs)["log_loss"] == pytest.approx(chance["log_loss"])


def test_intervals_hold_the_value_and_are_wider_where_authors_decide():
    table, probas, _ = fake(n=400)
    number = np.arange(400) % 3
    is_hard = number == 0  # a third of the painters has the probabilities of other styles
    table.loc[is_hard, PROBAS] = np.roll(probas[is_hard], 1, axis=1)
    painters = table["label"] + number.astype(str)
    by_nobody = values_of(table.assign(author=""))
    by_few = values_of(table.assign(author=painters))
    for result in (by_nobody, by_few):
        assert (result["lo"] <= result["value"]).all()
        assert (result["value"] <= result["hi"]).all()
    assert width_of_top_2(by_few) > 1.5 * width_of_top_2(by_nobody)
    assert by_few["n_authors"].iloc[0] == 12
    assert by_nobody["n_authors"].iloc[0] == 0


def width_of_top_2(values):
    row = values.loc["top_2_accuracy"]
    return row["hi"] - row["lo"]


@pytest.mark.parametrize("has_names", [False, True])
def test_nothing_depends_on_the_order_of_rows(has_names):
    table, _, _ = fake(n=120)
    if has_names:
        table["filename"] = table.index.astype(str)
    shuffled = table.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(values_of(shuffled), values_of(table))


def test_no_rate_is_certain_even_if_all_are_right():
    table, _, targs = fake(n=60)
    truth = np.eye(4)[targs]
    table[PROBAS] = 0.96 * truth + 0.01
    rates = values_of(table).drop(LOSSES)
    assert (rates["value"] == 1).all()
    assert (rates["hi"] > 0.999).all()
    assert rates["lo"].between(0.8, 0.995).all()


def test_a_miss_costs_what_those_at_hand_cost_and_one_that_the_probabilities_expect():
    _, probas, targs = fake(n=50)
    preds = probas.argmax(axis=1)
    losses = -np.log(probas[np.arange(50), targs])
    rng = np.random.default_rng(0)
    drawn_truths = np.array([rng.choice(4, size=4000, p=row) for row in probas])
    drawn_losses = -np.log(np.take_along_axis(probas, drawn_truths, axis=1))
    expected = drawn_losses[drawn_truths != preds[:, None]].mean()
    is_miss = preds != targs
    of_misses = (losses[is_miss].sum() + expected) / (is_miss.sum() + 1)
    cost = metrics._costs_of_a_miss(probas, targs)["log_loss"]
    assert cost == pytest.approx(of_misses - losses[~is_miss].mean(), rel=0.01)


@pytest.mark.parametrize("confidence", [0.97, 1.0])
def test_no_loss_is_certain_even_if_all_are_right(confidence):
    table, _, targs = fake(n=60)
    truth = np.eye(4)[targs]
    table[PROBAS] = confidence * truth + (1 - confidence) / 3 * (1 - truth)
    losses = values_of(table).loc[["log_loss", "brier"]]
    assert losses["value"].max() < 0.05
    assert (losses["hi"] > 0.05).all()
    assert np.isfinite(losses["hi"]).all()


def test_one_image_a_style_is_too_few_to_tell_of_losses_and_says_little_of_rates():
    vocab = [f"style-{i}" for i in range(4)]
    probas = np.eye(4) * 0.6 + 0.1
    table = prediction_columns(probas, vocab).assign(label=vocab, author="")
    result = values_of(table)
    bounds_of_losses = result.loc[LOSSES, ["lo", "hi"]]
    assert bounds_of_losses.isna().all(axis=None)
    top_1 = result.loc["top_1_accuracy"]
    assert top_1["hi"] - top_1["lo"] > 0.3


def test_scores_to_compare_by_are_those_of_the_table():
    table, probas, targs = fake()
    bootstrap = AuthorBootstrap(author_units(table["author"]), targs, n_resamples=50)
    scores = metrics.scores_and_draws(probas, targs, bootstrap)
    assert {draws.shape for draws in scores.values()} == {(51,)}
    values = values_once(probas, targs)
    ece, *drawn_ece = scores.pop("ece")
    assert np.mean(drawn_ece) == pytest.approx(ece)
    assert ece <= values.pop("ece")
    of_table = {name: draws[0] for name, draws in scores.items()}
    assert of_table == pytest.approx(values)


def test_a_model_without_numbers_is_never_right_and_not_judged():
    table, probas, targs = fake(n=40)
    nothing = np.full_like(probas, np.nan)
    for k in (1, 2, 3):
        assert metrics.top_k_accuracy(nothing, targs, k) == 0
    table.loc[:2, PROBAS] = np.nan
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
    parts = ["test", "val"]
    tables = [metrics.metrics_table(table, part) for part in parts]
    text = metrics.metrics_text(pd.concat(tables))
    first_block = text.partition("\n\n")[0]
    _, *lines = first_block.splitlines()
    names = [line.split()[0] for line in lines]
    assert names == [*parts, "chance"]
    assert "0.50" in lines[-1]
