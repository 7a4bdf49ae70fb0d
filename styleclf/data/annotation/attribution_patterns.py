"""How the words of a rule of attribution are found in a cell, however they are written and wherever they stand.

A star stands for a name. Three words in angles stand for what tables have beside names, in brackets or after a comma:
`<years>` for life dates with their places, as in "(American, born England, 1801–1848)", `<nationality>` for "French",
"Dutch or Flemish", `<id>` for an address or a number such as "ULAN 500011051". Patterns are for texts whose accents are
letters of their own (NFD).
"""

import re
import unicodedata
from functools import cache

STAR = "*"
PLACEHOLDER = "<"  # begins one of the words in angles
_DOUBT = "?"
_MARKS = "[\u0300-\u036f]*"  # accents behind a letter
_SIGNS = {" ": r"[\s-]+", "'": "['’ʼ`-]"}  # how they may be written
_NATIONALITIES = (
    "african|albanian|algerian|american|argentine|argentinian|armenian|australian|austrian|bavarian|belarusian|belgian"
    "|bohemian|bolivian|bosnian|brazilian|british|bulgarian|burmese|byzantine|cambodian|canadian|catalan|chilean|chinese"
    "|colombian|croatian|cuban|cypriot|czech|danish|dutch|egyptian|english|estonian|ethiopian|european|filipino|finnish"
    "|flemish|florentine|french|genoese|georgian|german|ghanaian|greek|haitian|hungarian|icelandic|indian|indonesian"
    "|iranian|iraqi|irish|israeli|italian|jamaican|japanese|kenyan|korean|latvian|lebanese|lithuanian|lombard"
    "|macedonian|mexican|milanese|moroccan|mughal|neapolitan|netherlandish|nigerian|norwegian|ottoman|pakistani"
    "|palestinian|persian|peruvian|polish|portuguese|prussian|roman|romanian|russian|scottish|senegalese|serbian"
    "|sicilian|sienese|slovak|slovene|slovenian|south african|spanish|swedish|swiss|syrian|taiwanese|thai|tibetan"
    "|tunisian|turkish|tuscan|ukrainian|umbrian|uruguayan|venetian|venezuelan|vietnamese|welsh|yugoslav"
)
_REGIONS = (
    "alsatian|andalusian|antwerp|aragonese|augsburg|austro|bolognese|bruges|burgundian|castilian|cretan|emilian|ferrarese"
    "|franco|franconian|lucchese|paduan|piedmontese|pisan|proven[cç]̧?al|rhenish|saxon|savoyard|silesian|swabian"
    "|tyrolean|tyrolese|valencian|westphalian"
)
_QUARTERS = "northern|southern|eastern|western|north|south|east|west|central|upper|lower|middle"
_ORIGIN = rf"(?:(?:{_QUARTERS})[\s-]+)*(?:{_NATIONALITIES}|{_REGIONS})"
_NATIONALITY = rf"{_ORIGIN}(?:(?:[\s,/-]+|\s+or\s+|\s+and\s+){_ORIGIN})*"
_SURNAMES = "english|french|german|irish|lombard|roman|saxon|welsh"  # of painters as well
_PLACES_OF_SCHOOLS = (
    "antwerp|augsburg|avignon|barbizon|basel|bologna|bruges|brussels|cologne|crete|cuzco|delft|ferrara|florence"
    "|fontainebleau|ghent|haarlem|leiden|lucca|madrid|milan|moscow|munich|naples|novgorod|nuremberg|padua|paris|pisa"
    "|prague|pskov|quito|rome|salzburg|seville|siena|toledo|ulm|utrecht|valencia|venice|verona|vienna"
)
_OUTSIDE = r"[^()\[\]|]*"  # any text within brackets
_OF_ITEM = r"[^,()\[\]|]*"  # any text between two commas
_YEAR = r"(?:(?<![0-9])[0-9]{3,4}(?![0-9])|[0-9](?:st|nd|rd|th)\s+c)"  # or a century
_ID = r"(?:https?://[^\s()\[\]|]+|(?:[a-z]+[\s:#]*)?q?[0-9]{5,})"
_BESIDE = {  # what stands in brackets, and what after commas
    "<years>": (f"{_OUTSIDE}{_YEAR}{_OUTSIDE}", f"{_OF_ITEM}{_YEAR}{_OF_ITEM}"),
    "<nationality>": (rf"{_NATIONALITY}(?:\s+(?:school|artist|painter))?", _NATIONALITY),
    "<id>": (_ID, _ID),
}


def is_nationality(name: str) -> bool:
    """Whether a text says where somebody comes from, and nothing else.

    >>> [is_nationality(name) for name in ("Flemish", "Dutch or Flemish", "French, Daniel")]
    [True, True, False]
    """
    return re.fullmatch(_NATIONALITY, name, re.IGNORECASE) is not None


def names_only_an_origin(name: str, *, is_alone: bool) -> bool:
    """Whether a name says where a work comes from and not by whom, as "Italian", or "Fontainebleau" of a school.

    `is_alone`: without words around it, where "French" is a surname as well.

    >>> names_only_an_origin("North Italian", is_alone=True), names_only_an_origin("French", is_alone=True)
    (True, False)
    """
    if not is_alone and re.fullmatch(_PLACES_OF_SCHOOLS, name, re.IGNORECASE):
        return True
    is_surname = re.fullmatch(_SURNAMES, name, re.IGNORECASE) is not None
    return is_nationality(name) and not (is_alone and is_surname)


@cache
def pattern_around(words: str) -> re.Pattern:
    """What matches words around a name: as they stand, and behind the name in brackets or after a comma."""
    before, behind = (part.strip() for part in words.split(STAR))
    if _DOUBT in (before, behind):
        return _pattern_of_doubt()
    placeholder = behind.lstrip(", ")
    if placeholder in _BESIDE:
        return _pattern_beside(placeholder)
    if behind:
        return _compiled_pattern(rf"(?P<name>.+?)[\s,(\[–—-]+{_spelling_pattern(behind)}[\s)\]]*(?P<turned>)")
    return _pattern_before(before.rstrip(": "), is_role=before.endswith(":"))


@cache
def pattern_between(words: str) -> re.Pattern:
    """What matches words between two names, and before the first or behind the second, such as '* (possibly *)'."""
    before, between, behind = (part.strip() for part in words.split(STAR))
    first = rf"{_spelling_pattern(before)}\s*(?P<first>.+?)"
    second = rf"(?P<second>.+?)\s*{_spelling_pattern(behind)}"
    return _compiled_pattern(rf"{first}\s+{_spelling_pattern(between)}\s+{second}")


def key_word(words: str) -> str:
    """A word without which no text fits the pattern of these words; '' if there is none.

    >>> key_word("workshop of *"), key_word("d'après *"), key_word("*, <years>")
    ('workshop', 'apres', '')
    """
    if "<" in words:
        return ""
    needed_words = words.strip(" :*").rpartition(" ")[0] or words  # the last one may be missing behind a name
    plain_words = re.findall("[a-z]+", plain_letters(needed_words))
    return max(plain_words, key=len, default="")


def plain_letters(text: str) -> str:
    """The text in lower case and without accents."""
    letters = unicodedata.normalize("NFD", text.lower())
    return re.sub("[\u0300-\u036f]", "", letters)


def decomposed_text(text: str) -> str:
    """The text as patterns want it, without blanks around it."""
    return unicodedata.normalize("NFD", text).strip()


def _pattern_of_doubt() -> re.Pattern:
    """What matches question marks before or behind a name, such as 'Rembrandt?' and '[?] Rembrandt'.

    A mark within a name is a letter that was lost, as in 'D?rer'.
    """
    marks = r"[(\[]?\s*\?+\s*[)\]]?"
    name = r"[^?]*\w[^?]*?"
    return _compiled_pattern(rf"{marks}\s*(?P<name>{name})|(?P<turned>{name})[\s,–—-]*{marks}")


def _pattern_beside(placeholder: str) -> re.Pattern:
    """What matches a name with such a text beside it, in brackets or after a comma."""
    in_brackets, after_comma = _BESIDE[placeholder]
    brackets = rf"\s*[(\[]\s*{in_brackets}\s*[)\]]"
    commas = rf"(?:\s*,\s*{after_comma})+"
    return _compiled_pattern(rf"(?P<name>.+?)(?:{brackets}|{commas})\s*(?P<turned>)")


def _pattern_before(words: str, *, is_role: bool) -> re.Pattern:
    """What matches words before a name, or the same behind it; a role has a colon before the name."""
    is_elided = words.endswith("'")
    blank = "" if is_elided else r"[\s-]+"
    gap = r"\s*:\s*" if is_role else rf"(?:\s*:\s*|{blank})"
    first_words = words.rpartition(" ")[0] or words
    endings = f"(?:{_spelling_pattern(words)}|{_spelling_pattern(first_words)})"
    as_written = rf"\[?{_spelling_pattern(words)}{gap}(?P<name>.+?)\]?"
    turned = rf"(?P<turned>.+?)(?:\s*[(\[]\s*{endings}\s*[)\]]|(?:\s*,\s*|\s+[–—-]\s+){endings})"
    return _compiled_pattern(f"{as_written}|{turned}")


def _spelling_pattern(words: str) -> str:
    """A pattern for words in either case, with any blanks or hyphens between them, with or without accents."""
    pattern = ""
    for letter in unicodedata.normalize("NFKD", words):
        if letter in _SIGNS:
            pattern += _SIGNS[letter]
        elif letter.isalpha():
            pattern += letter + _MARKS
        elif not unicodedata.combining(letter):
            pattern += re.escape(letter)
    return pattern


def _compiled_pattern(pattern: str) -> re.Pattern:
    return re.compile(pattern, re.IGNORECASE | re.DOTALL)
