"""A runtime for a graph that a stranger may have made: it computes nothing unasked, within half of the memory.

onnxruntime computes whatever hangs on constants alone while a graph is opened, where nothing limits it. That is
switched off (torch's exporter has folded constants already), and all sessions of a process share one allocator that
refuses more than half of the machine's memory. Its reports to Microsoft, which its releases send by themselves, are
switched off, too; whoever wants them sets ORT_DISABLE_TELEMETRY to 0.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from styleclf.common import needs_package, reason_of

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, RunOptions

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # which onnxruntime reads when it is imported

_PROVIDERS = ["CPUExecutionProvider"]
_SHARE_OF_MEMORY = 0.5
_UNKNOWN_MEMORY = 16 * 2**30  # bytes, of a machine that does not say
_SILENT = 4  # a level of logging: the exception says what is wrong with a graph
_LONGEST_REASON = 200  # characters
_NO_MEMORY = "Available memory of"  # in messages of the allocator


def graph_session(graph: bytes, place: str, threads: int = 0) -> "InferenceSession":
    """A session of the bytes of a graph that lies at a place, which computes nothing yet.

    `threads` are those of its computations; 0 is one for each processor core. Raises ValueError for what onnxruntime
    cannot run, and where it is missing.
    """
    with needs_package("onnxruntime", "light", "a bundle's ONNX graph"):
        import onnxruntime
    _limit_memory()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _SILENT
    options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        return onnxruntime.InferenceSession(
            graph,
            options,
            providers=_PROVIDERS,
            enable_fallback=0,
            disabled_optimizers=["ConstantFolding"],
        )
    except Exception as error:  # onnxruntime has a dozen kinds
        raise ValueError(f"{place} is not a graph that onnxruntime can run ({_reason(error)})") from error


def outputs_in_time(
    session: "InferenceSession",
    names: Sequence[str],  # of outputs
    inputs: Mapping[str, np.ndarray],
    *,
    seconds: float,
) -> list[np.ndarray]:
    """The outputs of a graph. Raises ValueError, with the reason alone, where it fails or takes too long."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.log_severity_level = _SILENT
    alarm = threading.Timer(seconds, _stop, [options])
    alarm.daemon = True
    alarm.start()
    try:
        return session.run(list(names), dict(inputs), options)
    except Exception as error:  # onnxruntime has a dozen kinds
        reason = f"it takes more than {seconds:g} s" if options.terminate else _reason(error)
        raise ValueError(reason) from error
    finally:
        alarm.cancel()


def _stop(options: "RunOptions") -> None:
    """Have the run with these options end after the operation that it is at."""
    options.terminate = True


def _reason(error: Exception) -> str:
    """Why a graph cannot be run."""
    reason = reason_of(error)
    if _NO_MEMORY in reason:
        return f"it asks for more than {_SHARE_OF_MEMORY:.0%} of this machine's memory"
    return reason[:_LONGEST_REASON]


@cache
def _limit_memory() -> None:
    """Have the sessions of this process share an allocator that refuses more than a share of the memory."""
    import onnxruntime

    place = onnxruntime.OrtMemoryInfo(
        "Cpu",
        onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR,
        0,
        onnxruntime.OrtMemType.DEFAULT,
    )
    most = int(_SHARE_OF_MEMORY * _memory())
    limits = onnxruntime.OrtArenaCfg({"max_mem": most})
    try:
        onnxruntime.create_and_register_allocator(place, limits)
    except Exception:  # another thread has been here, or the program that we are a part of
        return


def _memory() -> int:
    """Bytes of memory that this machine has."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows has no such call
        return _UNKNOWN_MEMORY
