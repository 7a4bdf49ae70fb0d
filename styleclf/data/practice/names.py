"""What painters and their pictures are called."""

from numpy.random import Generator

_GIVEN_NAMES = [
    "odilia",
    "casimir",
    "thessaly",
    "benedek",
    "ilaria",
    "osric",
    "maribel",
    "anselm",
    "juniper",
    "tobiah",
    "selwyn",
    "pernella",
    "lucian",
    "ottoline",
    "fabrice",
    "isaura",
    "quentin",
    "rosamund",
    "emeric",
    "valda",
    "leopold",
    "minou",
    "hadrian",
    "sunniva",
    "cosmo",
    "delphine",
    "armand",
    "tamsin",
    "ruben",
    "philippa",
]
_FAMILY_HEADS = [
    "ver",
    "mar",
    "tal",
    "quil",
    "bel",
    "hol",
    "ash",
    "cor",
    "del",
    "fen",
    "gar",
    "lind",
    "mor",
    "nor",
    "pell",
    "rav",
    "sar",
    "thorn",
    "wes",
    "al",
    "bram",
    "cald",
    "dun",
    "est",
]
_FAMILY_TAILS = [
    "rin",
    "ory",
    "lane",
    "wick",
    "dane",
    "moor",
    "ette",
    "gard",
    "ano",
    "ivar",
    "mont",
    "olin",
    "esse",
    "brook",
    "aux",
    "erby",
    "ula",
    "stein",
]
_SUBJECTS = {
    "balloons": ("balloons over the valley", "the ascent", "three travellers", "a fair wind", "balloon day"),
    "branch": ("blossom and bird", "the plum branch", "first warbler", "spring moon", "song in the orchard"),
    "city": ("the tall city", "towers at seven", "lights of the avenue", "the new quarter", "roofs and moon"),
    "dancer": ("the dancer", "second waltz", "lady with raised arms", "before the curtain", "the white petticoat"),
    "field": ("haystacks", "the road to the mill", "after the harvest", "poplars in the wind", "walk in the stubble"),
    "grove": ("under the trees", "the parasol", "afternoon in the park", "edge of the wood", "the old avenue"),
    "harbour": ("harbour at dusk", "the fishing fleet", "sails coming home", "low tide", "quay with red roofs"),
    "mountains": ("the snow peak", "mountain after rain", "valley in march", "far summit", "the quiet lake"),
    "pond": ("water lilies", "the green bridge", "pond in june", "reeds and reflections", "lily pads"),
    "portrait": ("portrait of a neighbour", "the listener", "girl with a hat", "my sister", "the violin teacher"),
    "sea": ("the great wave", "breakers", "a sail far out", "sea after the storm", "the little boat"),
    "still-life": ("still life with pears", "guitar and bottle", "the kitchen table", "three apples", "blue jug"),
}
_MOODS = ["", "", " in grey", " in the evening", " with swallows", " at noon", " from memory", " in may"]


def painter_names(rng: Generator, count: int) -> list[str]:
    """Distinct invented names such as `odilia-verrin`; no family name twice."""
    families = []
    for head in _FAMILY_HEADS:
        for tail in _FAMILY_TAILS:
            families.append(head + tail)
    families = rng.permutation(families)[:count].tolist()
    given_names: list[str] = []
    while len(given_names) <= count:
        given_names += rng.permutation(_GIVEN_NAMES).tolist()
    names = []
    for given_name, family in zip(given_names, families, strict=False):
        names.append(f"{given_name}-{family}")
    return names


def make_title(rng: Generator, motif: str) -> str:
    """A hyphenated title such as `harbour-at-dusk`."""
    subject = rng.choice(_SUBJECTS[motif])
    mood = rng.choice(_MOODS)
    return f"{subject}{mood}".replace(" ", "-")
