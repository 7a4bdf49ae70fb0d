"""Pictures broken into planes: shifted views, each under its own light."""

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw

from styleclf.data.practice.colours import Pixels, levels, per_channel
from styleclf.data.practice.outlines import Points, box, unit_vectors
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.textures import pixel_positions, warp

_CUT_ANGLES = [-0.6, -0.35, 0.0, 0.35, 0.6]  # radians off the shorter side of the plane that is cut


def facets(rng: Generator, aspect: float, count: int) -> list[Points]:
    """The picture cut into at least `count` convex planes by oblique straight cuts."""
    planes = [box((0, 0), (aspect, 1))]
    while len(planes) < count:
        plane = planes.pop(_choose_large_plane(rng, planes))
        extent = np.ptp(plane, axis=0)
        upright = extent[0] < extent[1]
        across = np.pi / 2 if upright else 0
        cut_angle = across + rng.choice(_CUT_ANGLES)
        angle = cut_angle + rng.normal(0, 0.12)
        shift = rng.normal(0, 0.12, 2) * extent
        middle = plane.mean(axis=0) + shift
        planes += _halves(plane, middle, normal=unit_vectors(angle))
    return planes


def _choose_large_plane(rng: Generator, planes: list[Points]) -> int:
    """The position of one of the larger planes."""
    areas = []
    for plane in planes:
        width, height = np.ptp(plane, axis=0)
        areas.append(width * height)
    luck = rng.uniform(0.3, 1, len(planes))
    chances = np.array(areas) * luck
    return int(chances.argmax())


def _halves(plane: Points, point: np.ndarray, normal: np.ndarray) -> list[Points]:
    """A convex polygon on both sides of the line through `point` at right angles to `normal`."""
    distances = (plane - point) @ normal
    parts = [_positive_part(plane, distances), _positive_part(plane, -distances)]
    return [part for part in parts if len(part) > 2]


def _positive_part(plane: Points, distances: np.ndarray) -> Points:
    """The part of a convex polygon on the positive side of a line, given its corners' distances from the line."""
    corners = []
    for k in range(len(plane)):
        start = plane[k - 1]
        end = plane[k]
        start_distance = distances[k - 1]
        end_distance = distances[k]
        if start_distance * end_distance < 0:
            side = end - start
            fall = start_distance - end_distance
            crossing = start + side * start_distance / fall
            corners.append(crossing)
        if end_distance >= 0:
            corners.append(end)
    return np.array(corners)


def break_up(
    scene: Scene,
    pixels: Pixels,
    planes: list[Points],
    *,
    shift: float,
    shade: float,
) -> Pixels:
    """Every plane shows the picture from a slightly different place, under its own light.

    `shift` is the typical distance of the place in picture heights, `shade` the strength of the light.
    """
    rng = scene.rng
    index = _plane_index(scene, planes)
    n = len(planes)
    distance = shift * scene.height
    shifts = rng.normal(0, distance, (2, n))
    stays = rng.random(n) < 0.25
    shifts[:, stays] = 0
    shift_x, shift_y = shifts.astype(np.float32)
    ramp = _ramps(scene, planes, index)
    tones = rng.normal(0, 0.09, n)
    light = shade * (1.1 * ramp + tones[index])
    light = per_channel(light)
    shifted_pixels = warp(pixels, shift_x[index], shift_y[index])
    lighter = shifted_pixels + (1 - shifted_pixels) * light * 0.8
    darker = shifted_pixels * (1 + light)
    pixels_in_planes = np.where(light > 0, lighter, darker)
    return levels(pixels_in_planes).astype(np.float32)


def _plane_index(scene: Scene, planes: list[Points]) -> np.ndarray:
    """The number of the plane to which each pixel belongs, `(h, w)`."""
    image = Image.new("I", scene.size)
    draw = ImageDraw.Draw(image)
    for k, plane in enumerate(planes):
        corners = plane * scene.height
        draw.polygon(corners.ravel().tolist(), fill=k)
    return np.asarray(image)


def _ramps(scene: Scene, planes: list[Points], index: np.ndarray) -> np.ndarray:
    """A gradient over every plane in a direction of its own, `(h, w)`, about -1..1 and 0 at its centre."""
    n = len(planes)
    angles = scene.rng.uniform(0, 2 * np.pi, n)
    steepness = scene.rng.uniform(0.5, 1.2, n)
    slope_x, slope_y = unit_vectors(angles).T * steepness
    centres = np.empty((n, 2))
    lengths = np.empty(n)
    for k, plane in enumerate(planes):
        centres[k] = plane.mean(axis=0)
        lengths[k] = np.ptp(plane, axis=0).max()
    centre_x, centre_y = centres.T
    x, y = pixel_positions(scene.size)
    to_the_right = x - centre_x[index]
    downwards = y - centre_y[index]
    ramps = to_the_right * slope_x[index] + downwards * slope_y[index]
    return ramps / lengths[index]
