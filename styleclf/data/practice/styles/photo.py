"""Photographs: what a lens and a sensor make of the scene."""

import numpy as np
from PIL import Image, ImageDraw

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, WHITE, Pixels, ink, levels, mix, per_channel, saturate
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.outlines import disc
from styleclf.data.practice.styles.scene import Scene, tint
from styleclf.data.practice.styles.sketch import is_background, modelling_depth, paint_background
from styleclf.data.practice.textures import blur, pixel_positions, screen

_FOCUS_DEPTH = 0.35  # what is nearer is in focus
_BRIGHT_FORMS = ("sun", "window", "foam")


def photo(scene: Scene) -> Pixels:
    """Through a lens: lit bodies with cast shadows, one plane in focus, bokeh, vignette and sensor noise."""
    board = Board(scene.size, scene.palette["glow"])
    aperture = 0.004 + 0.016 * scene.hand.stroke
    from_far_to_near = sorted(scene.shapes, key=lambda shape: -shape.depth)
    in_focus = []
    for shape in from_far_to_near:
        if shape.depth > _FOCUS_DEPTH:
            _expose(board, scene, shape)
        else:
            in_focus.append(shape)
    _blur_background(board, scene, aperture)
    for shape in in_focus:
        _cast_shadow(board, scene, shape)
    board.soften(0.004)
    for shape in in_focus:
        _expose(board, scene, shape)
    return _develop(scene, board.pixels)


def _expose(board: Board, scene: Scene, shape: Shape) -> None:
    """One thing in front of the camera."""
    if is_background(shape):
        paint_background(board, scene, shape)
        return
    colour = saturate(tint(scene, shape, haze=0.45), 0.9)
    if _is_round(shape):
        radius = float(shape.extent.min()) / 2
        gloss = 0.35 + 0.5 * scene.hand.edge
        board.ball(
            shape.middle,
            radius,
            colour,
            light=scene.hand.light,
            gloss=gloss,
        )
    elif shape.form in _BRIGHT_FORMS:
        board.fill(shape.points, mix(colour, WHITE, 0.55))
    elif shape.form == "glint":
        board.fill(shape.points, mix(colour, WHITE, 0.2))
    elif shape.form == "shadow":
        dark = mix(colour, scene.palette["dark"], 0.4)
        board.fill(shape.points, dark)
    elif shape.is_small:
        muted_colour = mix(colour, scene.palette["dark"], 0.05)
        board.fill(shape.points, muted_colour)
    elif shape.is_land:
        top = mix(colour, WHITE, 0.12)
        bottom = mix(colour, BLACK, 0.35)
        board.wash(shape.points, top, bottom)
    else:
        board.model(
            shape.points,
            colour,
            scene.hand.light,
            depth=modelling_depth(shape, 0.95),
            swell=0.4,
        )


def _is_round(shape: Shape) -> bool:
    """Whether it is a ball, but no face."""
    if shape.form != "ball" or shape.is_skin:
        return False
    shorter, longer = sorted(shape.extent.tolist())
    return longer < 2.2 * (shorter / 2)


def _cast_shadow(board: Board, scene: Scene, shape: Shape) -> None:
    """A dark pool on the ground, away from the light."""
    if shape.form not in ("ball", "body") or shape.is_skin:
        return
    width, _ = shape.extent
    half_width = width / 2
    _, foot = shape.high
    if foot < 0.5 or foot > 1.0:
        return
    light_x, _ = scene.hand.light
    middle_x, _ = shape.middle
    x = middle_x - 0.6 * half_width * light_x
    centre = (x, foot - 0.06 * half_width)
    pool = disc(centre, 1.15 * half_width, squash=0.3, corners=24)
    cutout = board.cutout(pool)
    if cutout is not None:
        thin_mask = cutout.mask.point(lambda level: int(level * 0.55))
        colour = mix(scene.palette["dark"], BLACK, 0.5)
        board.image.paste(ink(colour), cutout.region, thin_mask)


def _blur_background(board: Board, scene: Scene, aperture: float) -> None:
    """Blur the far planes; points of light become discs."""
    board.soften(aperture)
    pixels = board.pixels
    lights = np.zeros_like(pixels)
    for _ in range(int(26 * scene.hand.density)):
        lights += _bokeh(scene, aperture)
    soft_lights = blur(levels(lights), 0.6)
    board.pixels = screen(pixels, soft_lights)


def _bokeh(scene: Scene, aperture: float) -> Pixels:
    """One disc of light on black, somewhere in the upper three quarters."""
    rng = scene.rng
    x = scene.aspect * rng.random()
    y = rng.uniform(0, 0.75)
    radius = aperture * rng.uniform(1.2, 3.4)
    lamp = scene.random_colour("sun", "glow", "warm", "light")
    pale = mix(lamp, WHITE, 0.2)
    colour = pale * rng.uniform(0.15, 0.5)
    layer = Image.new("RGB", scene.size)
    top_left = np.subtract((x, y), radius)
    bottom_right = np.add((x, y), radius)
    region = np.concatenate([top_left, bottom_right]) * scene.height
    draw = ImageDraw.Draw(layer)
    rim = ink(colour * 1.5)
    draw.ellipse(region.tolist(), fill=ink(colour), outline=rim)
    return np.asarray(layer, dtype=np.float32) / 255


def _develop(scene: Scene, pixels: Pixels) -> Pixels:
    """Texture of things, light falloff, tone curve, noise of the sensor."""
    hand = scene.hand
    matter = 0.12 * scene.noise(30, octaves=3)
    texture = 1 + matter * (1 - 0.5 * hand.contrast)
    pixels = pixels * per_channel(texture)
    falloff = per_channel(_falloff(scene))
    pixels = levels(pixels * falloff)
    highlights = levels(pixels - 0.7) * 2
    glow = blur(highlights, scene.height / 25)
    pixels = levels(pixels + 0.2 * glow)
    tone_curve = pixels * pixels * (3 - 2 * pixels)
    curvature = 0.3 + 0.5 * hand.contrast
    pixels = mix(pixels, tone_curve, curvature)
    height, width = pixels.shape[:2]
    brightness_noise = scene.rng.normal(0, 1, (height, width, 1))
    colour_noise = scene.rng.normal(0, 1, pixels.shape)
    sensor = brightness_noise + 0.4 * colour_noise
    strength = 0.006 + 0.022 * hand.roughness / 0.035
    return pixels + strength * sensor.astype(np.float32)


def _falloff(scene: Scene) -> np.ndarray:
    """Brightness `(h, w)`: less towards the corners, and more on the side of the light."""
    hand = scene.hand
    x, y = pixel_positions(scene.size)
    light_x, _ = hand.light
    sideways = x / scene.aspect - 0.5 - 0.2 * light_x
    distance = sideways**2 + (y - 0.4) ** 2
    strength = 0.3 + 0.4 * hand.frame
    return 1.05 - strength * distance
