"""Pictures that are no paintings, drawn from a seed: text pages, screenshots, noise and blank pages.

python -m tests.far_pictures FOLDER [N]    draws N of each kind there, a folder each
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

LETTERS = np.array(list("eeeeettttaaaooiinnsshhrrddlluucmfwygpbvk"))
N_PICTURES = 30  # of each kind


def words(rng: np.random.Generator, n: int) -> str:
    """Invented words with the letters of a language."""
    lengths = rng.integers(1, 10, n)
    spelled = ["".join(rng.choice(LETTERS, length)) for length in lengths]
    return " ".join(spelled)


def text_page(rng: np.random.Generator, side: int) -> Image.Image:
    """A page with a title and paragraphs, on paper from white to yellowed, sometimes scanned askew."""
    paper = tuple(int(value) for value in rng.integers((225, 215, 190), 256))
    ink = tuple(int(value) for value in rng.integers(0, 70, 3))
    page = Image.new("RGB", (side, side), paper)
    draw = ImageDraw.Draw(page)
    height = int(rng.integers(side // 40, side // 16))
    margin = int(rng.integers(side // 20, side // 8))
    y = margin
    while y < side - margin:
        is_title = rng.random() < 0.1
        font = ImageFont.load_default(height * (1.6 if is_title else 1))
        draw.text((margin, y), words(rng, 60)[: int(1.7 * (side - 2 * margin) / height)], fill=ink, font=font)
        y += int(height * (2.4 if is_title or rng.random() < 0.15 else 1.35))
    return page.rotate(float(rng.normal(0, 1)), fillcolor=paper) if rng.random() < 0.5 else page


def screenshot(rng: np.random.Generator, side: int) -> Image.Image:
    """A program's windows: bars, buttons, tables and text on flat grounds, light or dark."""
    is_dark = rng.random() < 0.4
    ground, ink = ((30, 31, 34), (215, 215, 220)) if is_dark else ((248, 249, 250), (40, 42, 46))
    accent = tuple(int(value) for value in rng.integers(30, 220, 3))
    screen = Image.new("RGB", (side, side), ground)
    draw = ImageDraw.Draw(screen)
    bar = side // 14
    draw.rectangle((0, 0, side, bar), fill=accent)
    sidebar = int(rng.integers(side // 8, side // 3))
    shade = tuple(int(0.92 * value + 0.08 * 128) for value in ground)
    draw.rectangle((0, bar, sidebar, side), fill=shade)
    font = ImageFont.load_default(int(rng.integers(side // 32, side // 18)))
    row = int(side / rng.integers(10, 20))
    for y in range(bar + row // 3, side, row):
        draw.text((side // 60, y), words(rng, 2), fill=ink, font=font)
        draw.text((sidebar + side // 40, y), words(rng, int(rng.integers(1, 9))), fill=ink, font=font)
        if rng.random() < 0.3:
            left = int(rng.integers(sidebar, int(0.9 * side)))
            box = (left, y, left + int(rng.integers(side // 12, side // 4)), y + int(0.7 * row))
            draw.rounded_rectangle(box, radius=row // 6, fill=accent)
        draw.line((sidebar, y + row - 2, side, y + row - 2), fill=shade)
    return screen


def noise(rng: np.random.Generator, side: int) -> Image.Image:
    """Independent pixels, in colours or greys, some of them blurred to blotches."""
    n_channels = 3 if rng.random() < 0.7 else 1
    pixels = rng.integers(0, 256, (side, side, n_channels), dtype=np.uint8)
    picture = Image.fromarray(np.broadcast_to(pixels, (side, side, 3)).copy())
    return picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(1, 6)))) if rng.random() < 0.3 else picture


def blank(rng: np.random.Generator, side: int) -> Image.Image:
    """One colour, often near white or black, sometimes with a slight shadow as scanners leave it."""
    base = rng.choice([255, 0, 128]) + rng.normal(0, 8, 3) if rng.random() < 0.6 else rng.integers(0, 256, 3)
    shadow = np.linspace(0, rng.choice([0, 0, 12]), side)[None, :, None]
    pixels = np.clip(np.asarray(base) - shadow, 0, 255).astype(np.uint8)
    return Image.fromarray(np.broadcast_to(pixels, (side, side, 3)).copy())


KINDS: dict[str, Callable[[np.random.Generator, int], Image.Image]] = {
    "text": text_page,
    "screenshot": screenshot,
    "noise": noise,
    "blank": blank,
}


def draw_far_pictures(folder: Path, n: int = N_PICTURES, side: int = 448) -> dict[str, list[Path]]:
    """Draw `n` pictures of each kind below the folder; returns their files by kind."""
    files: dict[str, list[Path]] = {}
    for kind, drawn in KINDS.items():
        (folder / kind).mkdir(parents=True, exist_ok=True)
        files[kind] = []
        for number in range(n):
            rng = np.random.default_rng([number, len(kind)])
            file = folder / kind / f"{number:02}.png"
            drawn(rng, side).save(file)
            files[kind].append(file)
    return files


if __name__ == "__main__":
    draw_far_pictures(Path(sys.argv[1]), *map(int, sys.argv[2:]))
