"""What more than one school sets around a picture."""

from styleclf.data.practice.canvas import Board
from styleclf.data.practice.colours import PAPER, Colour
from styleclf.data.practice.outlines import frame_edges, inner_box

CORNERS = (  # of the picture, as shares of its width and height
    (0, 0),
    (0, 1),
    (1, 0),
    (1, 1),
)


def paint_margin(board: Board, width: float, line_colour: Colour) -> None:
    """The unprinted paper around a print, with a line at its inner edge."""
    for edge in frame_edges(board.aspect, width):
        board.fill(edge, PAPER)
    board.outline(inner_box(board.aspect, width), line_colour, 0.004)
