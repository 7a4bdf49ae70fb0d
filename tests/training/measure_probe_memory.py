"""How much memory the probe takes, and how long: features are made up, and kept in a file as those of a body are.

python -m tests.training.measure_probe_memory --images 20000 --features 22000 --file made-up.npy

prints the highest memory of the process in each part of the probe, in GB, and its processor time. Prices of searches do
not depend on how long they search, so `--iterations` ends them early: memory is the same, and time is that of so many
steps. Linux and macOS, whose kernels keep the highest.
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
_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes in a unit of the kernel's figure


def make_features(file: Path, n_images: int, n_features: int) -> None:
    """Write features in which styles differ a little, a part at a time."""
    rng = np.random.default_rng(0)
    shape = (n_images, n_features)
    features = np.lib.format.open_memmap(file, mode="w+", dtype=np.float32, shape=shape)
    centres = 0.1 * rng.normal(size=(_N_STYLES, n_features))
    targs = targets_of(n_images)
    for start in range(0, n_images, _ROWS_AT_ONCE):
        part = slice(start, start + _ROWS_AT_ONCE)
        of_part = rng.normal(size=features[part].shape)
        features[part] = of_part + centres[targs[part]]
    features.flush()


def targets_of(n_images: int) -> np.ndarray:
    """Styles by turns `(n,)`."""
    return np.arange(n_images) % _N_STYLES


def report(part: str, start: float) -> None:
    """Print the highest memory so far, and the processor time since `start`."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    gigabytes = usage.ru_maxrss * _UNIT / 1e9
    seconds = time.process_time() - start
    print(f"{part}: highest memory {gigabytes:.2f} GB, {seconds:.0f} s", flush=True)


def main() -> None:
    """Fit a probe and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=2000)
    parser.add_argument("--features", type=int, default=22_000)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--iterations", type=int, help="of each search; default: until it has found")
    arguments = parser.parse_args()
    if not arguments.file.is_file():
        make_features(arguments.file, arguments.images, arguments.features)
        raise SystemExit(f"{arguments.file} is made: give the same command again, whose memory has nothing of that")
    if arguments.iterations:
        linear_probe._MAX_ITERATIONS = arguments.iterations
    start = time.process_time()
    report("imports", start)
    file = np.load(arguments.file, mmap_mode="r")
    features = np.array(file)
    targs = targets_of(len(features))
    groups = np.arange(len(features)) // _IMAGES_OF_AN_AUTHOR
    report("features", start)
    reduced = FewDimensions(features)
    report("few dimensions", start)
    rules = linear_probe.probe_rules(reduced.coordinates, targs, groups, n_styles=_N_STYLES)
    report("rules", start)
    rules.fitted(reduced.coordinates, targs, n_styles=_N_STYLES).of_features(reduced)
    report("weights", start)


if __name__ == "__main__":
    main()
