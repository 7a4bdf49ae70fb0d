"""light.facts: what is shown to people is of the kind that can be shown."""

import pytest

from styleclf.light.facts import check_facts

ROW = {"part": "test", "metric": "top_1_accuracy", "value": 0.5, "lo": None, "hi": None, "n_images": 3, "n_authors": 2}


def test_facts_may_be_missing_and_numbers_unknown():
    check_facts({})
    check_facts({"metrics": [ROW], "versions": {"torch": "2.6"}, "training": {"n_images": 3}, "weights": "imagenet"})


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"metrics": "high"}, "its metrics are not a list"),
        ({"metrics": [0.5]}, "one of its metrics is 0.5"),
        ({"metrics": [ROW | {"value": "high"}]}, "its metrics' value is 'high', not a number"),
        ({"metrics": [ROW | {"part": 1}]}, "its metrics' part is 1, not a text"),
        ({"versions": ["2.6"]}, "its versions is not a table of names"),
        ({"versions": {"torch": 2.6}}, "its version of torch is 2.6, not a text"),
        ({"weights_licence": {}}, "its weights_licence is {}, not a text"),
        ({"training": {"n_images": True}}, "its n_images is True, not a number"),
        ({"training": {"design_blake2b": 7}}, "its design_blake2b is 7, not a text"),
    ],
)
def test_what_cannot_be_shown_is_refused(facts, sentence):
    with pytest.raises(ValueError, match="^" + sentence.replace("{}", r"\{\}")):
        check_facts(facts)


def test_a_metric_without_a_column_lacks_it():
    with pytest.raises(KeyError, match="n_images"):
        check_facts({"metrics": [{name: value for name, value in ROW.items() if name != "n_images"}]})
