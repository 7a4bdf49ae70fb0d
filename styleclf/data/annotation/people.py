"""Who painted it: the people that a cell of a table, a folder or the beginning of a file name stands for.

Names that stand for nobody, such as "anonymous", "nan", "Flemish school" or a camera's "IMG", are not authors. A cell
may name several people, separated by `|` or `;`.
"""

import re
import unicodedata

from styleclf.evaluation import people_of as people_of

SEPARATOR = "|"  # between the authors of one image, in an annotation
BY = "by"  # the attribution of a painter without qualifier, beside others with one
_SEPARATORS = re.compile(r"[|;]")


def plain_words(name: str) -> list[str]:
    """The words of a name in lower case, without accents and punctuation.

    >>> plain_words("Dürer, Albrecht")
    ['durer', 'albrecht']
    """
    return re.findall(r"[^\W_]+", _without_accents(name))


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


_NOBODIES = _without_accents(
    # of tables and museums
    "anonymous|anon|unknown|unidentified|unattributed|uncredited|unsigned|unnamed|untitled|not known"
    "|not available|no name|noname|unk|n a|na|nan|none|null|nil|no author|no artist|without author"
    "|tbd|nobody|missing|blank|school|not recorded|none recorded|not stated|sine nomine|n n|s n|x+"
    "|various|various artists|multiple|multiple artists|several artists|diverse|verschiedene|ohne autor|collecti[fv]e?"
    "|studio|workshop|werkstatt|bottega|attributed|attr|copy|of|after|to|de|von|van|nach"
    "|unbekannt|anonymus|anoniem|onbekend|okänd|ukjent|ukendt|anonyymi|tuntematon|non identifié"
    "|anonyme|anonym|anónimo|anonima|anonimi|inconnu|inconnue|ignoto|sconosciuto|desconocido|desconhecido|desconegut"
    "|neznámý|nieznany|neznan|nepoznat|ismeretlen|bilinmiyor|anonimno|anonim"
    "|аноним|неизвестен|неизвестно|неизвестный|невідомий|ανώνυμος|άγνωστος|作者不詳|不詳|不明|佚名|无名氏|無名氏"
    "|작자 ?미상|작가 ?미상|미상|לא ידוע|אלמוני|مجهول|غير معروف|ناشناس"
    # of files
    "|artist|painter|author|maker|creator|master|work|artwork|painting|copy of|download"
)
_PERSON = _without_accents(
    "artists?|painters?|authors?|makers?|masters?|hands?|creators?|photographers?|engravers?|sculptors?|künstler|maler"
    "|meister|kunstenaar|schilder|meester|artiste|peintre|auteur|maître|artista|pittore|autore|maestro|pintor|autor"
    "|художник|автор|мастер"
)
_NOT_KNOWN = _without_accents(
    "anonymous|unknown|unidentified|unattributed|unnamed|unbekannt(?:e[rs]?)?|anonyme?[rs]?|anoniem|onbekende?|inconnue?"
    "|ignoto|sconosciuto|anónimo|desconocido|desconhecido|неизвестный|okänd|ukjent|ukendt"
)
_WORKSHOP = _without_accents(
    "school|workshop|studio|circle|followers?|manner|style|imitators?|pupil|copyist|copy|atelier|école|suiveur|entourage"
    "|cercle|schule|werkstatt|umkreis|nachfolger?|schüler|kopie|scuola|bottega|cerchia|seguace|taller|escuela|círculo"
    "|seguidor|navolger|kring|omgeving|werkplaats"
)
_CAMERA = (
    "img|image|images|dsc|dscn|dscf|imag|imgp|pict|pxl|mvimg|cimg|scan|photo|foto|picture|pic|bild|screenshot|file"
    "|bildschirmfoto|capture d ecran|captura de pantalla|schermafbeelding|whatsapp image|adobe scan|camscanner|fb img"
    "|(?:sam|wp|gopr|dji|pano|hpim|sdc|stp|kif|p10|burst)(?= ?[0-9])"
)
_NOBODY = re.compile(
    rf"{_NOBODIES}"
    rf"|({_NOT_KNOWN}) ?[0-9]*( \w+)?"  # anonymous 12, anonymous Flemish
    rf"|({_NOT_KNOWN}) ([\w ]+ )?({_PERSON})( [\w ]+)?"  # unknown Flemish painter, 17th century
    rf"|({_PERSON}) ({_NOT_KNOWN})"  # artista desconocido
    rf"|({_WORKSHOP}) (of|after|to|de|des|du|d|di|da|del|della|der|von|van|nach) .+|after .+"  # workshop of Rubens
    r"|(\w+ ){1,3}(school|schule)( [\w ]+)?|\w+ (workshop|werkstatt)( [\w ]+)?"  # North Italian school, 16th century
    r"|(school|ecole|scuola|escuela|schule) \w+"  # école française
    r"|\w+(ish|ch|an|ese|ss|ek)( \w+)? (artist|painter|maker|master)"  # French painter
    r"|([\w ]+ )?[0-9]+ ?(st|nd|rd|th)? century( .+)?"  # 17th century, Central Italian 15th century
    r"|([\w ]+ )?[0-9]+(st|nd|rd|th) c(ent)?( .+)?"  # Italian, 15th c.
    r"|([\w ]+ )(period|dynasty|culture)"  # Japanese, Edo period
    rf"|({_CAMERA}) ?[0-9]*(?: (?:[0-9]+|wa[0-9]+|at|um|a))*"  # IMG_0030, Screenshot 2024-01-05 at
    r"|.* well known genid .*"  # what Wikidata answers where a creator is not known
)
_ATTRIBUTED = re.compile(
    r"^(attributed to|possibly|zugeschrieben|attribué à|attribuito a|toegeschreven aan)[ -]+(?=\S)"
)


def clean_text(text: str) -> str:
    """The text without blanks around it and with one composition of accents.

    Without that, the same painter from two file systems would be two authors.
    """
    return unicodedata.normalize("NFC", text).strip()


def author_name(text: str) -> str:
    """The authors that a text names, in lower case and joined by `|`; '' if it names nobody.

    >>> author_name(" Picasso; Braque"), author_name("Unknown artist"), author_name("picasso|anonymous")
    ('picasso|braque', '', 'picasso')
    """
    people = []
    for name in _SEPARATORS.split(clean_text(text).lower()):
        name = _ATTRIBUTED.sub("", name.strip(), count=1)
        if name and name not in people and not is_nobody(name):
            people.append(name)
    return SEPARATOR.join(people)


def is_nobody(name: str) -> bool:
    """Whether a name stands for nobody: not known, a school or workshop, a camera, or no word at all.

    >>> [is_nobody(name) for name in ("Anoniem", "school of Rubens", "IMG_0030", "?", "Master of Flémalle", "Gris")]
    [True, True, True, True, False, False]
    """
    text = " ".join(plain_words(name))
    return not text or _NOBODY.fullmatch(text) is not None
