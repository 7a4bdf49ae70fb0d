"""Palettes: a colour for every tone that a shape can have."""

from typing import TypeAlias

import numpy as np
from numpy.random import Generator

from styleclf.data.practice.colours import Colour, levels, mix, saturate

Palette: TypeAlias = dict[str, Colour]  # tone -> colour
TONES = [
    "sky",
    "glow",
    "sun",
    "far",
    "mid",
    "near",
    "dark",
    "light",
    "warm",
    "cool",
    "accent",
    "skin",
    "water",
    "wall",
]

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


def mixed_palette(rng: Generator, name: str) -> Palette:
    """The palette of this name, one of `PALETTES`, mixed a little differently every time."""
    codes = bytes.fromhex(PALETTES[name])
    swatches = np.frombuffer(codes, dtype=np.uint8) / 255
    cast = rng.normal(0, 0.035, 3)
    strength = rng.uniform(0.75, 1.2)
    colours = saturate(swatches.reshape(-1, 3), strength)
    tinted_colours = colours * (1 + cast)
    depth = rng.uniform(-0.4, 0.6)
    lifted_colours = mix(tinted_colours, tinted_colours**1.3, depth)
    stray_colours = lifted_colours + rng.normal(0, 0.02, lifted_colours.shape)
    return dict(zip(TONES, levels(stray_colours), strict=True))
