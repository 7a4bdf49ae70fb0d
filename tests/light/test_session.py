"""light.session: a graph computes nothing while it is opened, and not beyond the memory and time that it gets."""

import os
import subprocess
import sys
import time

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from styleclf.light.session import graph_session, outputs_in_time

OPENED = """
import sys
import numpy as np
from styleclf.light import session

session._SHARE_OF_MEMORY = float(sys.argv[2])
opened = session.graph_session(open(sys.argv[1], "rb").read(), "graph")
try:
    outputs = session.outputs_in_time(opened, ["y"], {"x": np.ones(1, np.float32)}, seconds=60)
    print(outputs[0].item())
except ValueError as error:
    print(error)
"""


@pytest.fixture
def file(tmp_path):
    """A graph of a few bytes that makes a square of 400 MB of a column and a row, and adds the input to its largest."""
    column = numpy_helper.from_array(np.array([10_000, 1]), "column_shape")
    row = numpy_helper.from_array(np.array([1, 10_000]), "row_shape")
    ones = numpy_helper.from_array(np.ones(1, dtype=np.float32), "one")
    nodes = [
        helper.make_node("Expand", ["one", "column_shape"], ["column"]),
        helper.make_node("Expand", ["one", "row_shape"], ["row"]),
        helper.make_node("MatMul", ["column", "row"], ["square"]),
        helper.make_node("ReduceMax", ["square"], ["largest"], keepdims=0),
        helper.make_node("Add", ["x", "largest"], ["y"]),
    ]
    entry = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    result = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1])
    graph = helper.make_graph(nodes, "g", [entry], [result], initializer=[column, row, ones])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.save(model, tmp_path / "graph.onnx")
    return tmp_path / "graph.onnx"


@pytest.mark.parametrize(
    ("share", "answer"), [(0.5, "2.0"), (1e-3, "it asks for more than 0% of this machine's memory")]
)
def test_a_small_graph_that_grows_stays_within_its_share_of_the_memory(file, share, answer):
    command = [sys.executable, "-c", OPENED, str(file), str(share)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.strip() == answer, done.stderr


class Slow:
    """A session that computes until it is told to stop."""

    def run(self, names, inputs, options):
        while not options.terminate:
            time.sleep(0.001)
        raise RuntimeError("terminated")


def test_onnxruntime_reports_to_nobody():
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"


def test_a_graph_that_takes_too_long_is_ended():
    with pytest.raises(ValueError, match=r"^it takes more than 0.01 s$"):
        outputs_in_time(Slow(), ["y"], {}, seconds=0.01)


def test_what_is_no_graph_is_one_sentence():
    with pytest.raises(ValueError, match=r"^here is not a graph that onnxruntime can run"):
        graph_session(b"text", "here")
