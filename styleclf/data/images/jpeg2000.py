"""The profile in a JPEG 2000 file, which Pillow does not hand on."""

import struct
from typing import BinaryIO

_HEADER_BOX = b"jp2h"
_COLOUR_BOX = b"colr"
_BY_PROFILE = 2  # the method by which a box explains colours: with a restricted profile; 3: with any
_BY_ANY_PROFILE = 3
_N_METHOD_BYTES = 3  # method, precedence, approximation
_MAX_HEADER_BYTES = 16 << 20
_LONG_LENGTH = 1  # in place of a length: it follows, in 8 bytes
_MAX_BOXES = 1000


def jpeg_2000_profile(stream: BinaryIO) -> bytes:
    """The ICC profile of a JP2 or JPX file; empty if it has none. The stream stays where it is."""
    place = stream.tell()
    try:
        stream.seek(0)
        header = _header_box(stream)
    finally:
        stream.seek(place)
    return _profile_in(header)


def _header_box(stream: BinaryIO) -> bytes:
    """The content of the header box; empty if there is none."""
    for _ in range(_MAX_BOXES):
        start = stream.read(8)
        if len(start) < 8:
            break
        length, kind = struct.unpack(">I4s", start)
        n_start_bytes = 8
        if length == _LONG_LENGTH:
            (length,) = struct.unpack(">Q", stream.read(8).rjust(8, b"\0"))
            n_start_bytes = 16
        n_bytes = length - n_start_bytes
        if n_bytes < 0:
            break
        if kind == _HEADER_BOX:
            return stream.read(min(n_bytes, _MAX_HEADER_BYTES))
        stream.seek(n_bytes, 1)
    return b""


def _profile_in(header: bytes) -> bytes:
    """The profile in the boxes of a header."""
    place = 0
    while place + 8 <= len(header):
        length, kind = struct.unpack_from(">I4s", header, place)
        if length < 8:
            break
        content = header[place + 8 : place + length]
        method = content[0] if content else None
        if kind == _COLOUR_BOX and method in (_BY_PROFILE, _BY_ANY_PROFILE):
            return content[_N_METHOD_BYTES:]
        place += length
    return b""
