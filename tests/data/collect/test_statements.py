"""Which statements forbid machine learning, in several languages, and which do not."""

import pytest

from styleclf.data.collect.statements import forbidding_sentence, refused_by_rule

FORBIDDING = [
    "This image may not be used for machine learning.",
    "© The Museum. Text and data mining is expressly reserved.",
    "All rights, including for text and data mining, AI training and similar technologies, are reserved.",
    "Use for training generative models is prohibited without prior written permission.",
    "Training of A.I. models requires our written consent.",
    "You must not train models on these images.",
    "NoAI",
    "https://museum.example/tdm-reservation/policy",
    "Die Nutzung für maschinelles Lernen ist untersagt.",
    "Eine Nutzung für das Training von KI bleibt vorbehalten.",
    "La fouille de textes et de données est interdite.",
    "Toute utilisation pour l'entraînement d'une IA est exclue.",
    "Gebruik voor kunstmatige intelligentie is niet toegestaan.",
    "Queda prohibido el uso para inteligencia artificial.",
    "È vietato l'uso per intelligenza artificiale.",
]
HARMLESS = [
    "",
    "http://creativecommons.org/publicdomain/zero/1.0/",
    "http://creativecommons.org/licenses/by-nc-nd/4.0/",
    "Public domain. Not for resale.",
    "You are welcome to use these images for machine learning.",
    "There are no restrictions on machine learning.",
    "AI training is welcome. Do not fold the prints.",
    "J'ai pas d'image",
    "Riproduzione vietata ai visitatori",
    "No flash. Painted in the Thai style, with aid from a friend",
    "Available for AI and for non-commercial teaching",
]


@pytest.mark.parametrize("text", FORBIDDING)
def test_a_statement_against_machine_learning_is_understood(text):
    assert forbidding_sentence(["https://museum.example", text])


@pytest.mark.parametrize("text", HARMLESS)
def test_other_statements_forbid_nothing(text):
    assert forbidding_sentence([text]) == ""


def test_a_rule_allows_and_refuses_by_parts_of_statements():
    statements = ["HTTP://creativecommons.org/licenses/BY-NC/4.0/", "The Museum"]
    assert refused_by_rule(statements, [], []) == ""
    assert refused_by_rule(statements, ["publicdomain", "the museum"], []) == ""
    assert refused_by_rule(statements, ["publicdomain"], []) == "its rights contain none of publicdomain"
    assert refused_by_rule(statements, ["the museum"], ["by-nc"]) == "its rights contain by-nc"
    assert refused_by_rule([], ["publicdomain"], []), "nothing said is nothing allowed"
