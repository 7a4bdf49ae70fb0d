"""What an ONNX graph may contain before a runtime sees it: no files beside it, no loops, no functions.

An ONNX file is a protocol buffer (https://protobuf.dev/programming-guides/encoding), and may name other files for its
numbers, wherever they lie. The few messages that can are walked here, so that nothing else has to be installed.
"""

from collections.abc import Iterator
from typing import NamedTuple

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5  # kinds of fields
_MOST_DEPTH = 12  # of messages in one another that are walked
_CONTROL_FLOW = (b"Loop", b"Scan", b"If", b"SequenceMap")
_PARTS = {  # messages of onnx.proto that can lead to numbers: field -> message
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor", 15: "sparse tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 10: "tensor", 22: "sparse tensor", 23: "sparse tensor"},
    "sparse tensor": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
_REFUSED = {
    ("model", 20): "training steps",
    ("model", 25): "functions",
    ("attribute", 6): "graphs within its graph",
    ("attribute", 11): "graphs within its graph",
    ("tensor", 13): "numbers in other files",
    ("tensor", 14): "numbers in other files",
}
_GRAPH = ("model", 7)
_NODE_KIND = ("node", 4)


class _Field(NamedTuple):
    """A field of a message."""

    number: int
    kind: int
    content: memoryview  # empty for numbers
    value: int  # of a number, otherwise 0


def check_graph(content: bytes) -> None:
    """Raise ValueError for bytes that are not an ONNX file, or one that could read files or run without end."""
    n_graphs = 0
    view = memoryview(content)
    for message, field in _fields_of_parts(view, "model", _MOST_DEPTH):
        place = (message, field.number)
        if place == _GRAPH:
            n_graphs += 1
        reason = _REFUSED.get(place)
        is_default = field.kind == _VARINT and field.value == 0
        if reason and not is_default:
            raise ValueError(f"it has {reason}")
        if place == _NODE_KIND:
            _check_operation(bytes(field.content))
    if n_graphs != 1:
        raise ValueError("it is not an ONNX file")


def _check_operation(name: bytes) -> None:
    """Raise ValueError for an operation that goes round or branches."""
    if name in _CONTROL_FLOW:
        raise ValueError(f"it has the control flow {name.decode()}")


def _fields_of_parts(content: memoryview, message: str, depth: int) -> Iterator[tuple[str, _Field]]:
    """All fields of a message, and of the messages within it that can lead to numbers."""
    if depth == 0:
        raise ValueError("its parts are nested too deeply")
    for field in _fields(content):
        yield message, field
        parts = _PARTS[message]
        part = parts.get(field.number)
        if part is not None and field.kind == _BYTES:
            yield from _fields_of_parts(field.content, part, depth - 1)


def _fields(content: memoryview) -> Iterator[_Field]:
    """The fields of a message. Raises ValueError where it is not one."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        number = key >> 3
        kind = key & 7
        if kind == _VARINT:
            value, place = _varint(content, place)
            yield _Field(number, kind, content[:0], value)
            continue
        if kind == _BYTES:
            size, place = _varint(content, place)
        elif kind in (_FIXED_32, _FIXED_64):
            size = 4 if kind == _FIXED_32 else 8
        else:
            raise ValueError("it is not an ONNX file")
        end = place + size
        if number == 0 or end > len(content):
            raise ValueError("it is not an ONNX file, or it was cut off")
        yield _Field(number, kind, content[place:end], 0)
        place = end


def _varint(content: memoryview, place: int) -> tuple[int, int]:
    """The number that begins at a place, seven bits a byte, and the place behind it."""
    value = 0
    for position in range(10):
        if place >= len(content):
            raise ValueError("it is not an ONNX file, or it was cut off")
        byte = content[place]
        place += 1
        seven_bits = byte & 0x7F
        value |= seven_bits << (7 * position)
        if byte < 0x80:
            return value, place
    raise ValueError("it is not an ONNX file")
