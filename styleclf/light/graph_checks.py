"""What an ONNX graph may contain before a runtime sees it: no files beside it, no loops, only operations of networks.

An ONNX file is a protocol buffer (https://protobuf.dev/programming-guides/encoding), and may name other files for its
numbers, wherever they lie. The few messages that can are walked here, so that nothing else has to be installed.
"""

from collections.abc import Container, Iterator
from typing import NamedTuple

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5  # kinds of fields
_MOST_DEPTH = 12  # of messages in one another that are walked
_MOST_PARTS = 2_000_000  # fields: those of our largest graphs are some ten thousand
_OPERATIONS = frozenset(  # of ONNX itself, which networks of timm, heads, forests and graphs in fewer bits are made of
    b"Abs Add And ArgMax ArgMin Asin Acos Atan AveragePool BatchNormalization Cast Ceil Celu Clip Concat Constant "
    b"ConstantOfShape Conv ConvTranspose Cos Cosh CumSum DepthToSpace DequantizeLinear Div Dropout Einsum Elu Equal "
    b"Erf Exp Expand EyeLike Flatten Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool "
    b"GlobalMaxPool Greater GreaterOrEqual GridSample GroupNormalization HardSigmoid HardSwish Hardmax Identity "
    b"InstanceNormalization IsInf IsNaN LRN LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax "
    b"LpNormalization LpPool MatMul Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul Neg Not OneHot Or "
    b"PRelu Pad Pow QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax "
    b"ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize Round ScatterElements ScatterND "
    b"Selu Shape Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum "
    b"Tan Tanh ThresholdedRelu Tile TopK Transpose Trilu Unsqueeze Where Xor".split()
)
_SETS_OF_OPERATIONS = (b"", b"ai.onnx")  # both are ONNX itself
_PARTS = {  # messages of onnx.proto that can lead to numbers: field -> message
    "model": {7: "graph"},
    "graph": {1: "node", 5: "tensor"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 10: "tensor"},
    "tensor": {},
}
_REFUSED = {
    ("model", 20): "training steps",
    ("model", 25): "functions",
    ("graph", 15): "sparse numbers",  # which become as many as their shape says
    ("attribute", 22): "sparse numbers",
    ("attribute", 23): "sparse numbers",
    ("attribute", 6): "graphs within its graph",
    ("attribute", 11): "graphs within its graph",
    ("tensor", 13): "numbers in other files",
    ("tensor", 14): "numbers in other files",
}
_GRAPH = ("model", 7)
_NODE_OPERATION = ("node", 4)
_NODE_SET = ("node", 7)


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
    for n_parts, (message, field) in enumerate(_fields_of_parts(view, "model", _MOST_DEPTH)):
        if n_parts > _MOST_PARTS:
            raise ValueError(f"it has more than {_MOST_PARTS:,} parts")
        place = (message, field.number)
        if place == _GRAPH:
            n_graphs += 1
        reason = _REFUSED.get(place)
        is_default = field.kind == _VARINT and field.value == 0
        if reason and not is_default:
            raise ValueError(f"it has {reason}")
        if place == _NODE_OPERATION:
            _check_known(field, "the operation", _OPERATIONS)
        if place == _NODE_SET:
            _check_known(field, "an operation of the set", _SETS_OF_OPERATIONS)
    if n_graphs != 1:
        raise ValueError("it is not an ONNX file")


def _check_known(field: _Field, subject: str, known_names: Container[bytes]) -> None:
    """Raise ValueError for a name that is none of those allowed."""
    name = bytes(field.content)
    if name not in known_names:
        text = name.decode(errors="replace")
        raise ValueError(f"it has {subject} {text:.60}, which no network here is made of")


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
