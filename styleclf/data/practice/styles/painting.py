"""All handlings by name, and the finished picture."""

import numpy as np
from PIL import Image

from styleclf.data.practice.styles.artdeco import artdeco
from styleclf.data.practice.styles.borrowing import with_borrowings
from styleclf.data.practice.styles.cartoon import cartoon
from styleclf.data.practice.styles.cubism import cubism
from styleclf.data.practice.styles.impressionism import impressionism
from styleclf.data.practice.styles.japonism import japonism
from styleclf.data.practice.styles.naturalism import naturalism
from styleclf.data.practice.styles.photo import photo
from styleclf.data.practice.styles.rococo import rococo
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.textures import grain

# Each takes a scene and returns the picture as a float array (h, w, 3) in 0..1, or a little beyond.
HANDLINGS = {
    "artdeco": artdeco,
    "cartoon": cartoon,
    "cubism": cubism,
    "impressionism": impressionism,
    "japonism": japonism,
    "naturalism": naturalism,
    "photo": photo,
    "rococo": rococo,
}


def paint_picture(style: str, scene: Scene) -> Image.Image:
    """The finished picture in `style`, with the painter's borrowings and the grain of its support."""
    hand = scene.hand
    pixels = HANDLINGS[style](scene)
    pixels = with_borrowings(scene, pixels)
    if style != "photo":
        pixels = grain(pixels, scene.rng, hand.grain, amount=hand.roughness)
    levels = np.clip(pixels, 0, 1) * 255 + 0.5
    return Image.fromarray(levels.astype(np.uint8))
