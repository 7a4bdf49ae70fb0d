"""Statements of rights: whether one forbids machine learning, and whether it passes the user's own rule.

A sentence forbids it where it names machine learning, the training of artificial intelligence or data mining, and says
no, reserves or asks for leave. It is searched in English, German, French, Dutch, Spanish and Italian. In doubt a
picture is left out, and whoever has permission says so.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

_SUBJECT = re.compile(
    r"machine[- ]learning|deep learning|artificial intelligence|generative|(?-i:\bA\.?I\b)|\bno-?ai\b"
    r"|\bTDM\b|tdm-reservation"
    r"|(text|data)[- ](and[- ]data[- ])?mining|data[- ]?mining|train\w* (of )?(\w+ )?(models?|algorithms?|neural)"
    r"|maschinelle[ns]? lernen|künstliche[rn]? intelligenz|(?-i:\bKI\b)"
    r"|apprentissage (automatique|machine)|intelligence artificielle|fouille (de|des) (textes|données)|(?-i:\bIA\b)"
    r"|kunstmatige intelligentie|machinaal leren|tekst- en datamining"
    r"|inteligencia artificial|aprendizaje autom[aá]tico|miner[ií]a de (textos|datos)"
    r"|intelligenza artificiale|apprendimento automatico|estrazione di (testo|dati)",
    re.IGNORECASE,
)
_REFUSAL = re.compile(
    r"\bnot\b|\bno\b|\bno-?ai\b|n't\b|\bnever\b|\bnor\b|prohibit|forbid|\breserv|exclud|restrict|disallow"
    r"|opt(s|ed)?[- ]out"
    r"|(prior|written|without|express)\s+(\w+\s+){0,3}(permission|consent|licen[cs]e|authori[sz]ation)|unauthori[sz]ed"
    r"|\bnicht\b|\bkein|untersagt|verboten|vorbehalten|ausgeschlossen"
    r"|ohne (\w+ ){0,3}(genehmigung|zustimmung|erlaubnis)"
    r"|\bpas\b|interdit|réserv|exclu[est]|sans (\w+ ){0,3}(autorisation|accord)"
    r"|\bniet\b|\bgeen\b|verboden|voorbehouden|zonder (\w+ ){0,3}toestemming"
    r"|prohib|reservad|\bsin (\w+ ){0,3}(permiso|autorización)"
    r"|\bnon\b(?!.?commerc)|vietat|riservat|senza (\w+ ){0,3}autorizzazione",
    re.IGNORECASE,
)
_LEAVE = re.compile(r"\b(no|not|without)\b( \w+)? restrict\w*|unrestricted", re.IGNORECASE)
_RESERVING_ADDRESS = re.compile(r"tdm-?reserv|/noai\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý])|\n")  # not after the A.I. before a small letter


def forbidding_sentence(texts: Iterable[str]) -> str:
    """The first sentence that forbids machine learning, or ''.

    >>> forbidding_sentence(["Public domain. No use for the training of AI models."])
    'No use for the training of AI models.'
    >>> forbidding_sentence(["Welcome for machine learning. Please do not fold."])
    ''
    """
    for text in texts:
        sentence = _forbidding_sentence(text)
        if sentence:
            return sentence
    return ""


@lru_cache(maxsize=4096)
def _forbidding_sentence(text: str) -> str:
    for sentence in _SENTENCE_END.split(text):
        plain_sentence = _LEAVE.sub("", sentence)
        is_forbidding = _SUBJECT.search(sentence) and _REFUSAL.search(plain_sentence)
        if is_forbidding or _RESERVING_ADDRESS.search(sentence):
            return " ".join(sentence.split())
    return ""


def refused_by_rule(
    texts: Iterable[str],  # about rights
    allowed_texts: Collection[str],  # of which one must occur
    refused_texts: Collection[str],  # of which none may
) -> str:
    """Why a user's rule leaves a picture out, or ''.

    Its statements must contain one of the `allowed_texts`, where there are any, and none of the `refused_texts`; case
    and the scheme of addresses do not matter.

    >>> refused_by_rule(["http://creativecommons.org/licenses/by-nc/4.0/"], ["publicdomain", "licenses/by/"], [])
    'its rights contain none of publicdomain, licenses/by/'
    """
    statement = "\n".join(texts).casefold()
    for text in refused_texts:
        if text.casefold() in statement:
            return f"its rights contain {text}"
    if allowed_texts and not any(text.casefold() in statement for text in allowed_texts):
        return f"its rights contain none of {', '.join(allowed_texts)}"
    return ""
