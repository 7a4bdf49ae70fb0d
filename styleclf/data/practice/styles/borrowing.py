"""What painters borrow from another school, laid thinly over the finished picture."""

from styleclf.data.practice.brush import Brush, lay_dabs
from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import BLACK, GOLD, WHITE, Pixels, mix
from styleclf.data.practice.outlines import inner_box
from styleclf.data.practice.styles.borders import paint_margin
from styleclf.data.practice.styles.flow import flow_field
from styleclf.data.practice.styles.planes import break_up, facets
from styleclf.data.practice.styles.scene import Scene
from styleclf.data.practice.textures import blur, screen

_FORMS_WITHOUT_LINES = ("sky", "water", "cloud", "sun")


def with_borrowings(scene: Scene, pixels: Pixels) -> Pixels:
    """The picture with what the painter took from the guest style."""
    guest = scene.hand.guest
    influence = scene.hand.influence
    if influence <= 0.1:
        return pixels
    if guest in ("japonism", "cartoon"):
        pixels = mix(scene.palette["dark"], pixels, _line_drawing(scene))
    board = Board(scene.size, WHITE)
    board.pixels = pixels
    if guest in ("impressionism", "naturalism"):
        _add_dabs(board, scene, pixels)
    elif guest == "cubism":
        planes = facets(scene.rng, scene.aspect, 26)
        board.pixels = break_up(
            scene,
            pixels,
            planes,
            shift=0.008 * influence,
            shade=0.35 * influence,
        )
    elif guest == "japonism" and influence > 0.5:
        paint_margin(board, 0.045, scene.palette["dark"])
    elif guest == "artdeco":
        _add_gold_lines(board, scene)
    elif guest == "rococo":
        bloom = blur(pixels, scene.height / 20)
        with_bloom = screen(pixels, 0.4 * bloom)
        board.pixels = mix(pixels, with_bloom, influence)
    elif guest == "photo":
        soft = blur(pixels, scene.height / 120)
        board.pixels = mix(pixels, soft, 0.8 * influence)
    return board.pixels


def _line_drawing(scene: Scene) -> Pixels:
    """The outlines of bodies, black on white; what stands in front hides the lines behind it."""
    sheet = Board(scene.size, WHITE)
    width = 0.002 + 0.005 * scene.hand.influence
    for shape in scene.shapes:
        if shape.form not in _FORMS_WITHOUT_LINES and not shape.is_small:
            sheet.fill(shape.points, WHITE)
            sheet.outline(shape.points, BLACK, width)
    return sheet.pixels


def _add_dabs(board: Board, scene: Scene, pixels: Pixels) -> None:
    """Brush marks, more and larger ones for a stronger influence."""
    influence = scene.hand.influence
    length = 0.014 + 0.02 * influence
    brush = Brush(length, 0.4 * length, jitter=0.05)
    flow = flow_field(scene, pixels)
    lay_dabs(
        board,
        scene.rng,
        brush,
        count=int(400 + 1500 * influence),
        directions=flow,
    )


def _add_gold_lines(board: Board, scene: Scene) -> None:
    """A doubled gold line around the picture."""
    metal = mix(GOLD, scene.palette["sun"], 0.5)
    for inset in (0.03, 0.042):
        board.outline(inner_box(scene.aspect, inset), metal, 0.004)
