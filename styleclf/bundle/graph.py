"""The ONNX graph of a network: pixels in, logits, embeddings and features out, in float32 or fewer bits."""

import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.onnx import symbolic_helper

from styleclf.common import needs_package, reason_of
from styleclf.light import check_graph, check_pattern
from styleclf.models import ImageStats

GraphPrecision = Literal["fp32", "fp16", "int8"]
GRAPH_PRECISIONS = get_args(GraphPrecision)
NO_GRAPH = "none"
_OPSET = 18  # of ONNX: what runtimes since 2023 know
_N_TRACED = 2  # pictures: with one the exporter could take the batch for a constant
_CALIBRATED_OPERATIONS = ["Conv", "MatMul"]  # neck and head stay exact: they are small, and decide
_RESIZING = "aten::_upsample_bilinear2d_aa"
_INPUT = "pixels"
_OUTPUTS = ["logits", "embeddings", "features"]


class PixelNetwork(nn.Module):
    """A network behind its normalisation: pixels `(n, h, w, 3)` uint8 -> logits, embeddings and features, float32."""

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Sequential, stats: ImageStats) -> None:
        super().__init__()
        self.body, self.neck, self.head = network
        mean, std = stats
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1))

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits `(n, n_out)`, embeddings `(n, embedding_size)` and features `(n, d)`."""
        channels_first = pixels.permute(0, 3, 1, 2)
        x = channels_first.float() / 255
        normalised = (x - self.mean) / self.std
        features = self.body(normalised)
        embeddings = self.neck(features)
        return self.head(embeddings), embeddings, features

    def sequential(self) -> nn.Sequential:
        """Body, neck and head, whose tensors are named as those of a learner's model."""
        return nn.Sequential(self.body, self.neck, self.head)


def outputs_of(network: PixelNetwork, pixels: np.ndarray) -> list[np.ndarray]:
    """Logits, embeddings and features of pixels `(n, h, w, 3)` uint8, in float32."""
    batch = torch.from_numpy(np.array(pixels))
    with torch.inference_mode():
        outputs = network(batch)
    return [output.float().numpy() for output in outputs]


def onnx_graph(network: PixelNetwork, size: int) -> bytes:
    """The graph in float32, for any number of pictures of `size` pixels a side.

    Raises ValueError where a package is missing, or the network has an operation that ONNX does not.
    """
    with needs_package("onnx", "bundle", "an ONNX graph"):
        import onnx  # noqa: F401  (the exporter wants it)
    pattern = check_pattern(size)[None].repeat(_N_TRACED, axis=0)
    batch_axes = {name: {0: "n"} for name in (_INPUT, *_OUTPUTS)}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter by tracing is quick and knows every body; torch has a newer one
        file = Path(folder) / "graph.onnx"
        try:
            with _resizing_by_matrices(size):
                torch.onnx.export(
                    network,
                    (torch.from_numpy(pattern),),
                    file,
                    input_names=[_INPUT],
                    output_names=_OUTPUTS,
                    dynamic_axes=batch_axes,
                    opset_version=_OPSET,
                    dynamo=False,
                )
            graph = file.read_bytes()
            check_graph(graph)
        except Exception as error:  # whatever an operation without counterpart raises
            reason = reason_of(error)
            advice = "export it without, --graph none"
            raise ValueError(f"this network has no ONNX graph ({reason:.300}): {advice}") from error
    return graph


@contextmanager
def _resizing_by_matrices(size: int) -> Iterator[None]:
    """Have images of `size` pixels a side made smaller by two products of matrices, where bodies stand side by side.

    ONNX has an operation for it, which runtimes compute otherwise than torch: features would differ by some percent.
    """

    def resize(g: Any, x: Any, output_size: Any, *_: Any) -> Any:
        """The operations of the graph for torch's antialiased bilinear resizing."""
        height, width = symbolic_helper._maybe_get_const(output_size, "is")
        from_above = _resizing_matrix(size, height).T
        from_left = _resizing_matrix(size, width)
        rows = g.op("Constant", value_t=from_above.contiguous())
        columns = g.op("Constant", value_t=from_left)
        lower = g.op("MatMul", rows, x)
        return g.op("MatMul", lower, columns)

    torch.onnx.register_custom_op_symbolic(_RESIZING, resize, _OPSET)
    try:
        yield
    finally:
        torch.onnx.unregister_custom_op_symbolic(_RESIZING, _OPSET)


def _resizing_matrix(size: int, smaller: int) -> Tensor:
    """`(size, smaller)`: what becomes of each pixel of a line."""
    lines = torch.eye(size)[None, None]
    shrunk = F.interpolate(lines, (size, smaller), mode="bilinear", antialias=True)
    return shrunk[0, 0]


def halved_graph(graph: bytes) -> bytes:
    """The graph in float16: half the size; inputs and outputs stay as they are."""
    with needs_package("onnx", "bundle", "a graph in float16"):
        import onnx
        from onnxruntime.transformers.float16 import convert_float_to_float16
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tiny weights become the smallest number
        model = convert_float_to_float16(onnx.load_model_from_string(graph), keep_io_types=True)
    return model.SerializeToString()


def quantized_graph(graph: bytes, pixels: Sequence[np.ndarray]) -> bytes:
    """The graph with weights and maps of 8 bits: a quarter of the size. `pixels` are pictures that show their ranges.

    Each is `(size, size, 3)` uint8.
    """
    with needs_package("onnxruntime", "bundle", "a graph in 8 bits"):
        from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
        from onnxruntime.quantization.shape_inference import quant_pre_process
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("graph.onnx", "prepared.onnx", "quantized.onnx")]
        files[0].write_bytes(graph)
        quant_pre_process(files[0], files[1], skip_symbolic_shape=True)
        quantize_static(
            files[1],
            files[2],
            _pictures(pixels),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=_CALIBRATED_OPERATIONS,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
        return files[2].read_bytes()


def _pictures(pixels: Sequence[np.ndarray]) -> Any:
    """Pictures one by one, as onnxruntime's calibration asks for them."""
    from onnxruntime.quantization import CalibrationDataReader

    class Pictures(CalibrationDataReader):
        """The pictures, once."""

        def __init__(self) -> None:
            self.pictures: Iterator[np.ndarray] = iter(pixels)

        def get_next(self) -> dict[str, np.ndarray] | None:
            """The next picture as the graph's input, None after the last."""
            picture = next(self.pictures, None)
            return None if picture is None else {_INPUT: picture[None]}

    return Pictures()
