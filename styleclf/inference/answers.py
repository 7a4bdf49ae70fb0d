"""The rule that a learner keeps: an unsure prediction answers with the wider word that its likely styles share."""

from fastai.learner import Learner

from styleclf.evaluation import AnswerRule, rule_facts, rule_of_facts

_RULE = "answer_rule"  # the learner's attribute, plain values that an exported learner keeps


def keep_rule(learn: Learner, rule: AnswerRule) -> None:
    """Have the learner, and its export, remember the rule."""
    facts = rule_facts(rule)
    setattr(learn, _RULE, facts)


def rule_of(learn: Learner) -> AnswerRule | None:
    """The rule of a learner; None where it has none."""
    facts = getattr(learn, _RULE, None)
    if facts is None:
        return None
    return rule_of_facts(facts)
