"""What to ask of an image service: a picture of about the size that is needed, not the whole master.

Image API 1, 2 and 3. Services of level 0 have fixed sizes, and level 1 scales by width; so the width alone is asked
for, whose picture keeps its proportions at every level and version.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_LEVEL = re.compile(r"level([012])")
_DIGITS = re.compile("[0-9]{1,9}")
_TOO_MANY = 1e9  # pixels of a side, or of a picture
_NAMING = ("type", "@type", "@context", "profile", "protocol")
_SERVICE_SIGNS = ("iiif.io/api/image", "stanford-iiif/image-api", "iiif/image-api", "imageservice")
_REQUEST = re.compile(  # an address that is itself a request for a whole picture
    r"^(?P<service>https?://.+)/full/(full|max|\^?[0-9]*,[0-9]*|\^?pct:[0-9.]+|\^?![0-9]+,[0-9]+)/0"
    r"/(?P<quality>default|native|color)\.(jpe?g|png|webp|tiff?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ImageService:
    """An image service as a manifest or its own info.json describes it; 0 stands for a number that is not known."""

    address: str
    version: int = 2
    level: int | None = None  # None: not known
    width: int = 0
    height: int = 0
    sizes: tuple[tuple[int, int], ...] = ()  # width and height of those that are there at once
    max_width: int = 0
    max_height: int = 0
    max_area: int = 0

    @property
    def info_address(self) -> str:
        """Where its description is."""
        return f"{self.address}/info.json"


def read_service(node: Any) -> ImageService | None:
    """The image service among the services of a picture, which are one or a list; None if there is none."""
    for candidate in node if isinstance(node, list) else [node]:
        if isinstance(candidate, dict) and _is_image_service(candidate):
            return described_service(candidate)
    return None


def described_service(node: dict[str, Any], address: str = "") -> ImageService | None:
    """An image service by its description, a part of a manifest or an info.json; None if it names no address."""
    own_address = node.get("id") or node.get("@id") or address
    if not isinstance(own_address, str) or not own_address:
        return None
    return ImageService(
        address=own_address.rstrip("/").removesuffix("/info.json"),
        version=_version_of(node),
        level=_level_of(node.get("profile")),
        width=whole_number(node.get("width")),
        height=whole_number(node.get("height")),
        sizes=_sizes_of(node.get("sizes")),
        max_width=_limit(node, "maxWidth"),
        max_height=_limit(node, "maxHeight"),
        max_area=_limit(node, "maxArea"),
    )


def service_of_request(url: str) -> ImageService | None:
    """The service behind an address that asks it for a whole picture; None if it does not look like one.

    >>> service_of_request("https://museum.example/iiif/a1/full/max/0/default.jpg").address
    'https://museum.example/iiif/a1'
    """
    match = _REQUEST.match(url)
    if match is None:
        return None
    version = 1 if match["quality"].lower() == "native" else 2
    return ImageService(match["service"], version)


def picture_address(service: ImageService, longest_side: int) -> str | None:
    """What to ask for a picture whose longest side has so many pixels, or fewer if it is smaller.

    Of fixed sizes it is the smallest that is large enough, or the largest. None if too little is known of the service.
    """
    if service.level == 0 and service.sizes:
        width, height = _fixed_size(service.sizes, longest_side)
        size = f"{width},{height}" if service.version >= 3 else f"{width},"
        return _request(service, size)
    if service.level == 0:
        return _request(service, "max" if service.version >= 3 else "full")
    if not service.width or not service.height:
        return None
    return _request(service, f"{_asked_width(service, longest_side)},")


def sized_address(service: ImageService, longest_side: int) -> str:
    """What to ask of a service that does not describe itself."""
    return _request(service, f"!{longest_side},{longest_side}")


def _asked_width(service: ImageService, longest_side: int) -> int:
    """The width that makes the picture as large as needed, without enlarging it or going over the service's limits."""
    width, height = service.width, service.height
    scale = min(1.0, longest_side / max(width, height))
    if service.max_width:
        scale = min(scale, service.max_width / width)
    max_height = service.max_height or service.max_width
    if max_height:
        scale = min(scale, max_height / height)
    if service.max_area:
        scale = min(scale, (service.max_area / (width * height)) ** 0.5)
    return max(1, int(width * scale))


def _fixed_size(
    sizes: Sequence[tuple[int, int]],  # (width, height) that there are
    longest_side: int,  # pixels that are wanted
) -> tuple[int, int]:
    """The smallest size whose longest side is large enough, or the largest size."""
    by_side = sorted(sizes, key=max)
    for size in by_side:
        if max(size) >= longest_side:
            return size
    return by_side[-1]


def _request(service: ImageService, size: str) -> str:
    quality = "native" if service.version == 1 else "default"
    return f"{service.address}/full/{size}/0/{quality}.jpg"


def _is_image_service(node: dict[str, Any]) -> bool:
    """Whether its type, context or profile says so: other services are for search or logging in."""
    text = _naming_text(node)
    is_named = any(sign in text for sign in _SERVICE_SIGNS)
    has_level = bool(_LEVEL.search(text)) and "auth" not in text
    return is_named or has_level


def _naming_text(node: dict[str, Any]) -> str:
    """All by which a service says what it is, in lower case."""
    values = [str(node.get(name)) for name in _NAMING]
    return " ".join(values).lower()


def _version_of(node: dict[str, Any]) -> int:
    text = _naming_text(node)
    if "imageservice3" in text or "image/3" in text:
        return 3
    if "imageservice1" in text or "image-api" in text or "image/1" in text:
        return 1
    return 2


def _level_of(profile: object) -> int | None:
    """The level of compliance that a profile names first: it is a text, or a list that begins with one."""
    match = _LEVEL.search(str(profile))
    return int(match[1]) if match else None


def _sizes_of(node: object) -> tuple[tuple[int, int], ...]:
    sizes: list[tuple[int, int]] = []
    for entry in node if isinstance(node, list) else []:
        if isinstance(entry, dict):
            width = whole_number(entry.get("width"))
            height = whole_number(entry.get("height"))
            if width and height:
                sizes.append((width, height))
    return tuple(sizes)


def _limit(node: dict[str, Any], name: str) -> int:
    """A limit of sizes: of version 3 beside width and height, of version 2 within the profile."""
    profile = node.get("profile")
    places = [node, *(profile if isinstance(profile, list) else [])]
    for place in places:
        if isinstance(place, dict) and whole_number(place.get(name)):
            return whole_number(place[name])
    return 0


def whole_number(value: object) -> int:
    """A whole number above 0, also one written as a text; 0 for anything else."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0
    return int(value) if 0 < value < _TOO_MANY else 0
