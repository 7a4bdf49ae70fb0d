"""How much memory fitting a probe takes, and how long, with made-up features in a file such as those of a body.

python -m tests.training.measure_probe_memory --images 20000 --features 22000 --file made-up.npy

prints the peak memory of the process after each part of the probe, in GB, and the processor time so far. The memory of
a search does not depend on its length, so `--iterations` may end searches early; the time is then that of so many
steps. For Linux and macOS, whose kernels record the peak.
"""

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

from styleclf.training import linear_probe
from styleclf.training.few_dimensions import FewDimensions

_N_STYLES = 8
_IMAGES_OF_AN_AUTHOR = 20
_ROWS_AT_ONCE = 500
_BYTES_IN_UNIT = 1 if sys.platform == "darwin" else 1024  # of the peak that the kernel reports


def make_features(file: Path, n_images: int, n_features: int) -> None:
    """Write features in which styles differ a little, a part at a time."""
    rng = np.random.default_rng(0)
    shape = (n_images, n_features)
    features = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=shape)
    centres = 0.1 * rng.normal(size=(_N_STYLES, n_features))
    targs = targets_of(n_images)
    for start in range(0, n_images, _ROWS_AT_ONCE):
        targs_of_part = targs[start : start + _ROWS_AT_ONCE]
        noise = rng.normal(size=(len(targs_of_part), n_features))
        features[start : start + _ROWS_AT_ONCE] = noise + centres[targs_of_part]
    features.flush()


def targets_of(n_images: int) -> np.ndarray:
    """Styles by turns `(n,)`."""
    return np.arange(n_images) % _N_STYLES


def report(part: str) -> None:
    """Print the peak memory and the processor time of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    gigabytes = usage.ru_maxrss * _BYTES_IN_UNIT / 1e9
    seconds = time.process_time()
    print(f"{part}: peak memory {gigabytes:.2f} GB, {seconds:.0f} s", flush=True)


def measure(file: Path) -> None:
    """Fit a probe to the features in a file, and report after every part."""
    report("imports")
    features = np.array(np.load(file, mmap_mode="r"))
    n_images = len(features)
    targs = targets_of(n_images)
    groups = np.arange(n_images) // _IMAGES_OF_AN_AUTHOR
    report("features")
    reduced = FewDimensions(features)
    report("few dimensions")
    rules = linear_probe.probe_rules(reduced.coordinates, targs, groups, n_styles=_N_STYLES)
    report("rules")
    fitted = rules.fitted(reduced.coordinates, targs, n_styles=_N_STYLES)
    fitted.of_features(reduced)
    report("weights")


def main() -> None:
    """Make the features, or fit a probe to them where they are made."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--features", type=int, default=22_000)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--iterations", type=int, help="of each search; default: until it has converged")
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        make_features(arguments.file, arguments.images, arguments.features)
        raise SystemExit(f"{arguments.file} is made: give the same command again to measure in a fresh process")
    if arguments.iterations:
        linear_probe._MAX_ITERATIONS = arguments.iterations
    measure(arguments.file)


if __name__ == "__main__":
    main()
