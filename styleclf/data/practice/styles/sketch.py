"""The coloured sketch that many painters start from."""

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import WHITE, mix
from styleclf.data.practice.motifs.shapes import Shape
from styleclf.data.practice.styles.scene import Scene, tint


def is_background(shape: Shape) -> bool:
    """Whether it is the sky or a stretch of water, which `paint_background` can paint."""
    return shape.form == "sky" or shape.is_open_water


def paint_background(board: Board, scene: Scene, shape: Shape) -> None:
    """Paint a sky or a stretch of water as a gradient."""
    palette = scene.palette
    if shape.form == "sky":
        horizon = palette["glow"]
        if shape.tone != "sky":
            horizon = mix(palette[shape.tone], palette["dark"], 0.25)
        zenith = tint(scene, shape)
        board.wash(shape.points, zenith, horizon, span=(0, 0.62))
    else:
        far = mix(palette["glow"], palette["water"], 0.45)
        near = mix(palette["water"], palette["dark"], 0.25)
        board.wash(shape.points, far, near)


def modelling_depth(shape: Shape, depth: float) -> float:
    """How strongly a body is shaded: faces less than things."""
    if shape.is_skin:
        return 0.45 * depth
    return depth


def paint_sketch(scene: Scene, *, haze: float, depth: float) -> Board:
    """A board with the scene in gradients, rounded bodies and soft shadows.

    `haze` in 0..1 makes what is far away paler, `depth` is the strength of the shading.
    """
    board = Board(scene.size, scene.palette["glow"])
    for shape in scene.shapes:
        if is_background(shape):
            paint_background(board, scene, shape)
        else:
            _paint_body(
                board,
                scene,
                shape,
                haze=haze,
                depth=depth,
            )
    return board


def _paint_body(
    board: Board,
    scene: Scene,
    shape: Shape,
    *,
    haze: float,
    depth: float,
) -> None:
    """Anything but a background."""
    colour = tint(scene, shape, haze=haze)
    if shape.form == "shadow":
        pale_shadow = mix(colour, scene.palette["mid"], 0.35)
        board.fill(shape.points, pale_shadow)
    elif shape.is_small or shape.form == "sun":
        board.fill(shape.points, colour)
    elif shape.is_land:
        top = mix(colour, WHITE, 0.1)
        bottom = mix(colour, scene.palette["dark"], 0.3)
        board.wash(shape.points, top, bottom)
    else:
        depth = modelling_depth(shape, depth)
        board.model(shape.points, colour, scene.hand.light, depth=depth)
