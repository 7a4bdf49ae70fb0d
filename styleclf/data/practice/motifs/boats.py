"""Boats."""

from styleclf.data.practice.motifs.shapes import Place, Shape


def boat(place: Place, tone: str, *, n_sails: int = 2) -> list[Shape]:
    """A hull with one or two sails; the size of the place is half its length."""
    mast = place.band("0,0 0.03,-1.9", 0.06, 0.03)
    main_sail = place.curve("0.08,-0.2 0.9,-0.25 0.55,-0.75 0.08,-1.75")
    foresail = place.trace("-0.08,-0.25 -0.75,-0.25 -0.05,-1.5")
    hull = place.curve("-1,-0.12 -0.6,0.22 0.5,0.22 1.05,-0.2")
    shapes = [
        place.shape(mast, "dark", "detail"),
        place.shape(main_sail, tone, "body"),
        place.shape(foresail, "light", "body"),
        place.shape(hull, "dark", "body"),
    ]
    if n_sails == 1:
        del shapes[2]
    return shapes
