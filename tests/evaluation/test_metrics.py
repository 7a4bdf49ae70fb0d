"""evaluation.metrics: scikit-learn agrees, values lie in their intervals, chance is chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from sklearn import metrics as sk

from styleclf.evaluation import metrics
from styleclf.evaluation.intervals import AuthorBootstrap, author_units


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


def test_intervals_hold_the_value_and_are_wider_where_authors_decide():
    table, probas, _ = fake(n=400)
    hard = np.arange(len(table)) % 3 == 0  # a third of the painters has the probabilities of other styles
    table.iloc[hard, :4] = np.roll(probas[hard], 1, axis=1)
    few = table.assign(author=[f"painter-{label}-{i % 3}" for i, label in enumerate(table["label"])])
    many, few = values_of(table.assign(author="")), values_of(few)
    for result in (many, few):
        assert ((result["lo"] <= result["value"]) & (result["value"] <= result["hi"])).all()
    assert (few["hi"] - few["lo"])["top_2_accuracy"] > 1.5 * (many["hi"] - many["lo"])["top_2_accuracy"]
    assert few["n_authors"].iloc[0] == 12
    assert many["n_authors"].iloc[0] == 0


def test_nothing_depends_on_the_order_of_rows():
    table, _, _ = fake(n=120)
    shuffled = table.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(metrics.metrics_table(shuffled, "test"), metrics.metrics_table(table, "test"))
    named = table.assign(filename=[f"{i:03}" for i in range(len(table))])
    of_shuffled = metrics.metrics_table(named.sample(frac=1, random_state=4), "test")
    pd.testing.assert_frame_equal(of_shuffled, metrics.metrics_table(named, "test"))


def test_no_rate_is_certain_even_if_all_are_right():
    table, _, targs = fake(n=60)
    table.iloc[:, :4] = np.eye(4)[targs] * 0.96 + 0.01
    result = values_of(table)
    rates = result.drop(["log_loss", "brier", "ece"])
    assert (rates["value"] == 1).all()
    assert (rates["hi"] > 0.999).all()
    assert rates["lo"].between(0.8, 0.995).all()


def test_one_image_a_style_is_too_few_to_tell_of_losses_and_says_little_of_rates():
    table = pd.DataFrame(np.eye(4) * 0.6 + 0.1, columns=[f"proba_style-{i}" for i in range(4)])
    result = values_of(table.assign(label=[f"style-{i}" for i in range(4)], author=""))
    assert result.loc[["log_loss", "brier", "ece"], ["lo", "hi"]].isna().all(axis=None)
    assert result["hi"]["top_1_accuracy"] - result["lo"]["top_1_accuracy"] > 0.3


def test_scores_to_compare_by_are_those_of_the_table():
    table, probas, targs = fake()
    bootstrap = AuthorBootstrap(author_units(table["author"]), targs, n_resamples=50)
    scores = metrics.scores_and_draws(probas, targs, bootstrap)
    assert {draws.shape for draws in scores.values()} == {(51,)}
    values = metrics.metric_values(probas, targs, np.ones((1, len(targs))))
    for name in values.keys() - {"ece"}:
        assert scores[name][0] == pytest.approx(values[name][0])
    assert scores["ece"][1:].mean() == pytest.approx(scores["ece"][0])
    assert scores["ece"][0] <= values["ece"][0]


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
