"""Who paints: invented painters, each with a palette, a stroke, a favourite motif and something borrowed.

A painter's traits vary as widely inside a style as they can while the style's own handling still carries it. That is
what makes folds by author matter: somebody who has seen the painter before has an easier task.
"""

from typing import NamedTuple

import numpy as np

from styleclf.data.practice.canvas import mix, saturate

TONES = ["sky", "glow", "sun", "far", "mid", "near", "dark", "light", "warm", "cool", "accent", "skin", "water", "wall"]

# One colour for each of the tones above.
PALETTES = {
    "dusk": "3d4a7a f2a65a ffd98a 7a6a94 4f5d84 33415f 1d2338 fbe9cf d9653b 5b7fa6 b83a4b e8b48c 4a6590 8a6f7d",
    "morning": "a9cfe0 f7dfc0 fff1b8 a8b9cf 8fb59a 6a9468 3f5a57 fffaf0 eaa37c 7fb2c9 e2788a f3cdb0 8fc3cf e6d9c3",
    "ochre": "b9a88a e3cfa0 efd58a a39274 8f7a55 74603f 33291f f2e8d0 b86f36 6f7d80 94452f d9ae85 8b968f ab9a78",
    "indigo": "2d4f86 c7d9e2 f4e7c2 7fa1bd 446f9e 27507f 14264a f6f0e0 d9724a 3a73a8 c83c32 ecc9a3 356a9c d5cdb8",
    "meadow": "9cc3d8 eef0cf ffe28a a9bfa4 8db35c 5f8f3e 2f4a2c fdfbe6 e0a93e 6fa58f d6524a efc5a0 7fb0b5 c9cfa4",
    "rose": "c8d4e8 f9dfe0 fff0cf c9b6cf d9a7b2 a7ad8b 6b5560 fff8f2 e89a8f 9fb9cc d4637f f8d3c0 b3cbd6 ead3cf",
    "night": "141c3a 35487f f1d987 2b3768 3f4f86 1b2449 0b0f22 f0e4c0 c98a3a 4a76a5 a8324a dcae86 1e3c66 2a2a4a",
    "jade": "7fb5a6 dceadb f6e3a0 8fb3a8 4f927f 2f6f63 173a39 f4f5e4 d98f4a 3f8f93 c9493f ecc7a0 4f9c98 a9c2a9",
    "ember": "8a2f2b f0a04b ffd27a a84f3a 7c3b34 54292b 26141a fbe3c0 e5702f 6a5a70 cf2f35 eab586 6f4350 9a4b3a",
    "slate": "8f9ba3 d7d6ce efe6c8 98a0a2 7a8487 5b666b 2a3136 f3f1ea b08a68 6f8796 9a4a4a d8b79d 7c919c a5a39b",
    "candy": "6fc3ee cdefff ffe14d 8fd0c0 6cc66a 3f9f58 232a4d ffffff ff8a3c 4a7de0 f0466b ffcfa5 3fa0e8 ffe9b8",
    "sand": "cfd8d6 f4e6cb fbe6a6 cdb99a b89f78 98815c 4f4032 fbf5e6 d48a5a 8ba6a8 b8584b ecc9a6 9fb8b8 ddc7a2",
    "plum": "6a4f7f e8b7b0 ffe0a3 8a6f99 6f4c75 4a3358 22172f f8e8ea d8785f 5f6fa0 b5376a ecbda0 57609a 8f6a80",
    "lagoon": "4fb3c9 d9f2e6 fff0a8 7cc3c0 3f9fa0 2b7a78 123c4a fbfff5 f0935a 2f86b8 e8584f f5cfa8 2f9fb8 b8dcc8",
}

# The styles' habits overlap: every palette serves at least two of them.
STYLE_PALETTES = {
    "artdeco": "night ember jade plum sand indigo lagoon rose dusk",
    "cartoon": "candy lagoon meadow indigo ember rose jade morning sand",
    "cubism": "ochre slate sand ember jade ochre indigo dusk plum meadow",
    "impressionism": "dusk morning meadow rose lagoon plum sand jade indigo ochre",
    "japonism": "indigo sand jade ember morning slate plum rose meadow",
    "naturalism": "ochre meadow slate sand dusk morning jade plum ember",
    "photo": "dusk morning meadow slate sand night ochre lagoon ember candy indigo",
    "rococo": "rose morning sand plum lagoon jade dusk meadow candy",
}
STYLE_MOTIFS = {
    "artdeco": "city dancer sea portrait city mountains balloons branch harbour",
    "cartoon": "balloons still-life portrait sea city mountains dancer field branch harbour",
    "cubism": "still-life portrait still-life city harbour dancer branch grove",
    "impressionism": "harbour pond field grove sea dancer balloons still-life mountains",
    "japonism": "sea mountains branch pond portrait harbour city grove",
    "naturalism": "field grove mountains harbour sea pond still-life portrait",
    "photo": "still-life mountains branch city sea balloons harbour field pond portrait grove",
    "rococo": "dancer portrait grove branch pond balloons field still-life sea",
}
# From whom a painter of the style may have learned something.
NEIGHBOURS = {
    "artdeco": "cubism japonism cartoon rococo",
    "cartoon": "japonism artdeco photo cubism",
    "cubism": "artdeco impressionism cartoon naturalism",
    "impressionism": "naturalism rococo cubism japonism",
    "japonism": "cartoon artdeco impressionism rococo",
    "naturalism": "impressionism photo rococo japonism",
    "photo": "photo rococo",
    "rococo": "impressionism naturalism artdeco photo",
}
STYLES = sorted(STYLE_MOTIFS)


class Hand(NamedTuple):
    """One painter's way of working; the plain numbers lie in 0..1."""

    palette: dict[str, np.ndarray]
    motifs: list[str]
    guest: str
    influence: float
    stroke: float
    density: float
    edge: float
    contrast: float
    frame: float
    light: tuple[float, float]
    grain: str
    roughness: float


def colours(rng: np.random.Generator, name: str) -> dict[str, np.ndarray]:
    """The named palette, mixed a little differently by everyone."""
    swatches = np.array([[int(code[k : k + 2], 16) for k in (0, 2, 4)] for code in PALETTES[name].split()]) / 255
    cast = rng.normal(0, 0.035, 3)
    toned = saturate(swatches, rng.uniform(0.75, 1.2)) * (1 + cast)
    lifted = mix(toned, toned**1.3, rng.uniform(-0.4, 0.6)) + rng.normal(0, 0.02, toned.shape)
    return dict(zip(TONES, np.clip(lifted, 0, 1), strict=True))


def make_hand(rng: np.random.Generator, style: str) -> Hand:
    """A painter of `style`, drawn by lot."""
    motifs = list(dict.fromkeys(rng.permutation(STYLE_MOTIFS[style].split()).tolist()))
    angle = rng.uniform(0, np.pi)
    return Hand(
        palette=colours(rng, str(rng.choice(STYLE_PALETTES[style].split()))),
        motifs=motifs[:4],
        guest=str(rng.choice(NEIGHBOURS[style].split())),
        influence=float(np.clip(rng.uniform(-0.3, 1.0), 0, 1)),
        stroke=rng.random(),
        density=rng.random(),
        edge=rng.random(),
        contrast=rng.random(),
        frame=rng.random(),
        light=(-float(np.cos(angle)), -float(0.3 + 0.7 * np.sin(angle))),
        grain=str(rng.choice(["canvas", "paper", "panel"])),
        roughness=rng.uniform(0.012, 0.035),
    )


def choose_motif(rng: np.random.Generator, hand: Hand) -> str:
    """Mostly the favourite one."""
    return hand.motifs[int(rng.choice(len(hand.motifs), p=(0.62, 0.2, 0.1, 0.08)))]


GIVEN = [
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
HEADS = [
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
TAILS = [
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


def painter_names(rng: np.random.Generator, count: int) -> list[str]:
    """Distinct invented names such as `odilia-verrin`; no family name twice."""
    families = rng.permutation([head + tail for head in HEADS for tail in TAILS])[:count]
    givens = [name for _ in range(count // len(GIVEN) + 1) for name in rng.permutation(GIVEN)]
    return [f"{given}-{family}" for given, family in zip(givens, families, strict=False)]


SUBJECTS = {
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
MOODS = ["", "", " in grey", " in the evening", " with swallows", " at noon", " from memory", " in may"]


def make_title(rng: np.random.Generator, motif: str) -> str:
    """A hyphenated title such as `harbour-at-dusk`."""
    return f"{rng.choice(SUBJECTS[motif])}{rng.choice(MOODS)}".replace(" ", "-")
