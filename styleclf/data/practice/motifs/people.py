"""People: somebody out for a walk, a portrait, a dancer."""

import numpy as np

from styleclf.data.practice.motifs.backdrop import sky
from styleclf.data.practice.motifs.shapes import Place, Shape
from styleclf.data.practice.motifs.view import View
from styleclf.data.practice.outlines import Points, blob, disc, ribbon, smooth, trace

_SIDES = (-1, 1)  # left, right


def walker(view: View) -> list[Shape]:
    """Somebody in the foreground, now and then under a parasol."""
    tone = view.any_of("accent", "light", "cool", "warm")
    at = (view.across(0.15, 0.85), view.between(0.85, 0.95))
    place = Place(at, view.between(0.17, 0.27), 0.1)
    if view.chance(0.5):
        return [*_parasol(place), *_figure(place, tone)]
    return _figure(place, tone)


def _parasol(place: Place) -> list[Shape]:
    """An open parasol above the head of a figure."""
    stick = place.band("0.12,-0.4 0.12,-1", 0.03)
    oval = place.disc(0.12, -0.98, 0.34, squash=0.76)
    upper_half = oval[20:]
    return [
        place.shape(stick, "dark", "detail"),
        place.shape(upper_half, "warm", "body"),
    ]


def _figure(place: Place, tone: str) -> list[Shape]:
    """A small standing person with a hat: feet at the place, as tall as its size."""
    skirt = place.curve("-0.08,-0.62 -0.22,0 0.22,0 0.08,-0.62", closed=True)
    jacket = place.trace("-0.09,-0.82 0.09,-0.82 0.09,-0.5 -0.09,-0.5")
    head = place.disc(0, -0.9, 0.085, corners=16)
    hat = place.disc(
        0,
        -0.96,
        0.14,
        squash=0.4,
        corners=16,
    )
    return [
        place.shape(skirt, tone, "body"),
        place.shape(jacket, tone, "detail"),
        place.shape(head, "skin", "detail"),
        place.shape(hat, "dark", "detail"),
    ]


def draw_portrait(view: View) -> None:
    """Head and shoulders, with or without a hat."""
    size = min(view.aspect, 1.0) * view.between(0.85, 1.05)
    middle = (view.across(0.42, 0.58), view.between(0.38, 0.46))
    body = Place(middle, size, 0.2)
    head = Place(middle, 0.19 * size, 0.1)
    hair = view.any_of("dark", "warm", "near")
    dress = view.any_of("cool", "mid", "accent", "far")
    view.add(sky(view, view.any_of("wall", "sky")))
    if view.chance(0.5):
        x, y = middle
        centre = (x + view.stray(0.1), y)
        halo = disc(centre, 0.4 * size)
        view.draw(halo, "far", "sun", depth=0.8)
    if view.chance(0.7):
        view.draw(_loose_hair(view, head), hair, "hair", depth=0.25)
    neck = head.trace("-0.35,0.6 0.35,0.6 0.35,1.9 -0.35,1.9")
    view.draw(_bust(body), dress, "body", depth=0.2)
    view.draw(neck, "skin", "detail", depth=0.2)
    face = head.disc(0, 0, 1, squash=1.28)
    view.add(head.shape(face, "skin", "ball"))
    fringe = _fringe(view, head)
    view.add(head.shape(fringe, hair, "hair"))
    for side in _SIDES:
        view.add(*_eye(head, side))
    view.add(*_nose_and_mouth(head))
    if view.chance(0.5):
        tone = view.any_of("accent", "warm", "cool")
        view.add(*_hat(head, tone))


def _loose_hair(view: View, head: Place) -> Points:
    """A mass of hair behind the head."""
    length = view.between(1.0, 1.5)
    x, y = head.point
    return blob(
        view.rng,
        (x, y + 0.02),
        1.5 * head.size,
        rough=0.08,
        squash=length,
    )


def _bust(body: Place) -> Points:
    """The shoulders, down to below the lower edge."""
    x = body.point[0]
    half_width = 0.5 * body.size
    shoulders = body.trace("-0.42,0.42 -0.12,0.3 0.12,0.3 0.42,0.42")
    left = (x - half_width, 1.05)
    right = (x + half_width, 1.05)
    return smooth([left, *shoulders, right])


def _fringe(view: View, head: Place) -> Points:
    """The hair above the forehead, parted somewhere near the middle."""
    skull = head.disc(0, 0, 1.06, squash=1.25)
    upper_half = skull[20:]
    shift = view.between(-0.2, 0.2)
    parting = head.shifted(shift, 0).trace("0.8,-0.4 0,-0.95 -0.6,-0.6")
    return np.concatenate([upper_half, parting])


def _eye(head: Place, side: int) -> list[Shape]:
    """One eye under its brow."""
    white = head.disc(
        side * 0.42,
        -0.08,
        0.17,
        squash=0.55,
        corners=14,
    )
    iris = head.disc(side * 0.42, -0.08, 0.08, corners=10)
    arch = trace("0.2,-0.3 0.45,-0.38 0.66,-0.28") * (side, 1)
    line = smooth(head.points(arch))
    thickness = 0.05 * head.size
    brow = ribbon(line, thickness, 0.03 * head.size)
    return [
        head.shape(white, "light", "eye"),
        head.shape(iris, "dark", "detail"),
        head.shape(brow, "dark", "detail"),
    ]


def _nose_and_mouth(head: Place) -> list[Shape]:
    """The line of the nose, and a mouth."""
    nose = head.band("0.05,-0.1 0.15,0.35 -0.04,0.4", 0.03, 0.05, curved=True)
    mouth = head.disc(
        0,
        0.72,
        0.26,
        squash=0.36,
        corners=18,
    )
    return [
        head.shape(nose, "dark", "detail"),
        head.shape(mouth, "accent", "detail"),
    ]


def _hat(head: Place, tone: str) -> list[Shape]:
    """A hat with a brim."""
    brim = head.disc(0, -0.95, 1.75, squash=0.24)
    crown = head.disc(0, -1.25, 0.95, squash=0.6)
    front = head._replace(depth=0.05)
    return [
        front.shape(brim, tone, "body"),
        front.shape(crown, tone, "body"),
    ]


def draw_dancer(view: View) -> None:
    """A lady in three petticoats before a great disc of light."""
    size = view.between(0.72, 0.84)
    foot = Place((view.across(0.4, 0.6), 0.95), size, 0.2)
    half_width = view.between(0.26, 0.36)
    lean = view.stray(0.05)
    dress = view.any_of("accent", "warm", "cool", "light")
    x, y = foot.point
    view.add(sky(view, view.any_of("wall", "sky")))
    radius = 0.42 * min(view.aspect, 1)
    light = disc((x, 0.45), radius)
    view.draw(light, "glow", "sun", depth=0.9)
    view.draw(view.below(0.84), "near", "land", depth=0.5)
    waist = lean / size
    petticoats = (
        (1.0, 0.0, dress),
        (0.78, 0.16, "light"),
        (0.56, 0.3, dress),
    )
    for share, lift, tone in petticoats:
        skirt = _petticoat(
            foot,
            waist,
            share=share,
            half_width=half_width,
            lift=lift,
        )
        view.add(foot.shape(skirt, tone, "cloth"))
    height = 0.82 * size
    shoulders = (x + 1.5 * lean, y - height)
    neck = Place(shoulders, size, 0.15)
    for side in _SIDES:
        arm = _arm(view, neck, side)
        view.add(neck.shape(arm, "skin", "body"))
    torso = _torso(neck, lean)
    view.add(neck.shape(torso, dress, "body"))
    view.add(*_dancer_head(neck, lean))


def _petticoat(
    foot: Place,
    waist: float,
    *,
    share: float,
    half_width: float,
    lift: float,
) -> Points:
    """A skirt, `share` times as wide as the widest, from the waist to a wavy hem that is `lift` above the feet."""
    up_and_down = np.array([1, -1] * 4 + [1])
    waves = 0.025 * up_and_down - lift
    x = np.linspace(1, -1, 9) * share * half_width
    hem = np.column_stack([x, waves])
    hip = 0.6 * share * half_width
    corners = [
        (waist - 0.05, -0.58),
        (waist + 0.05, -0.58),
        (hip, -0.2 - lift),
        *hem,
        (-hip, -0.2 - lift),
    ]
    return smooth(foot.points(corners), steps=4)


def _arm(view: View, neck: Place, side: int) -> Points:
    """An arm, raised or lowered a little."""
    rise = view.between(-0.2, 0.3)
    shoulder = (side * 0.05, 0.03)
    elbow = (side * 0.2, 0.06 - 0.3 * rise)
    hand = (side * 0.25, -rise)
    line = smooth(neck.points([shoulder, elbow, hand]))
    return ribbon(line, 0.045 * neck.size, 0.03 * neck.size)


def _torso(neck: Place, lean: float) -> Points:
    """The bodice from the neck to the waist, which leans the other way."""
    corners = neck.trace("-0.055,0.25 -0.075,0.04 0,0 0.075,0.04 0.055,0.25")
    corners[[0, -1], 0] -= 0.5 * lean
    return smooth(corners)


def _dancer_head(neck: Place, lean: float) -> list[Shape]:
    """Neck, face and hair with a bun."""
    throat = neck.trace("-0.018,-0.09 0.018,-0.09 0.018,0.03 -0.018,0.03")
    x, y = neck.point
    x = x + 0.4 * lean
    head = Place((x, y), neck.size, 0.1)
    hair = head.disc(0, -0.105, 0.072, squash=1.1)
    face = head.disc(
        0,
        -0.09,
        0.055,
        squash=1.2,
        corners=24,
    )
    bun = head.disc(0, -0.175, 0.035, corners=14)
    return [
        head.shape(throat, "skin", "detail"),
        head.shape(hair, "dark", "hair"),
        head.shape(face, "skin", "ball"),
        head.shape(bun, "dark", "hair"),
    ]
