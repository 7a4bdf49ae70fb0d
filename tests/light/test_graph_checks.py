"""light.graph_checks: graphs that read other files, run without end, or have odd operations reach no runtime."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from styleclf.light import check_graph


def made(*nodes, initializers=(), functions=(), sparse_initializers=()):
    entry = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph(
        list(nodes),
        "g",
        [entry],
        [],
        initializer=list(initializers),
        sparse_initializer=list(sparse_initializers),
    )
    return helper.make_model(graph, functions=list(functions))


def far_away():
    tensor = numpy_helper.from_array(np.zeros(3, dtype=np.float32), "w")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="/etc/passwd")
    return tensor


def sparse():
    """A million million numbers, three of which are written down."""
    values = numpy_helper.from_array(np.ones(3, dtype=np.float32), "w")
    places = numpy_helper.from_array(np.arange(3), "p")
    return helper.make_sparse_tensor(values, places, [10**12])


def empty_graph():
    return helper.make_graph([], "inner", [], [])


REFUSED = {
    "numbers in other files": [
        made(initializers=[far_away()]),
        made(helper.make_node("Constant", [], ["y"], value=far_away())),
        made(helper.make_node("Add", [], ["y"], values=[far_away()])),
    ],
    "sparse numbers": [
        made(helper.make_node("Constant", [], ["y"], sparse_value=sparse())),
        made(helper.make_node("Add", [], ["y"], values=[sparse()])),
        made(sparse_initializers=[sparse()]),
    ],
    "graphs within its graph": [made(helper.make_node("Add", ["x"], ["y"], body=empty_graph()))],
    "the operation Loop": [made(helper.make_node("Loop", ["x"], ["y"]))],
    "the operation StringConcat": [made(helper.make_node("StringConcat", ["x", "x"], ["y"]))],
    "the set com.microsoft": [made(helper.make_node("Gelu", ["x"], ["y"], domain="com.microsoft"))],
    "functions": [made(functions=[helper.make_function("d", "f", [], [], [], [helper.make_opsetid("", 18)])])],
    "not an ONNX file": [onnx.ModelProto()],
}
CASES = [(reason, model) for reason, models in REFUSED.items() for model in models]


def test_an_ordinary_graph_passes():
    weights = numpy_helper.from_array(np.ones(3, dtype=np.float32), "w")
    check_graph(made(helper.make_node("Add", ["x", "w"], ["y"]), initializers=[weights]).SerializeToString())


@pytest.mark.parametrize(("reason", "model"), CASES)
def test_dangerous_graphs_are_refused(reason, model):
    with pytest.raises(ValueError, match=reason):
        check_graph(model.SerializeToString())


NO_GRAPHS = [b"text", b"\x80\x04\x95", b"\x3a\xff\xff\xff\xff\x0f", b"\xff" * 20, b"\x3b", b"ORTM" * 9]


@pytest.mark.parametrize("content", NO_GRAPHS)
def test_what_is_no_protocol_buffer_is_refused(content):
    with pytest.raises(ValueError, match="ONNX file"):
        check_graph(content)


def test_a_graph_of_endless_parts_is_refused(monkeypatch):
    monkeypatch.setattr("styleclf.light.graph_checks._MOST_PARTS", 9)
    part = b"\x08\x08"  # a version, again and again
    with pytest.raises(ValueError, match="more than 9 parts"):
        check_graph(part * 11)
