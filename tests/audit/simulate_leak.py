"""How often the 95 % interval of the leak's gap holds the truth, where it is known: made-up hands of made-up painters.

.venv/bin/python -m tests.audit.simulate_leak 200

prints, for painters with weak and strong hands and even and uneven oeuvres, the share of draws in which the interval
held the gap's mean over all draws, for top-1 and top-2 accuracy, and its mean width. `test_simulate_leak.py` runs some.
"""

import argparse
from typing import NamedTuple

import numpy as np
import pandas as pd

from styleclf.audit.leak import METRICS, leak_audit
from styleclf.training import ProbeRules

N_STYLES = 4
N_IMAGES = 45  # of a style
_N_FEATURES = 16
_STYLE = 0.5  # deviation of what the images of a style share
_STRENGTH = 0.1  # of the probe


class Painters(NamedTuple):
    """How many paint in a style, how much their images have in common, and how unlike their numbers of images are."""

    number: int
    hand: float
    unevenness: float  # deviation of the logarithm of an oeuvre's size


PAINTERS = {
    "weak hands, even": Painters(15, 0.5, 0.3),
    "strong hands, even": Painters(15, 1.5, 0.3),
    "strong hands, very uneven": Painters(15, 1.5, 1.5),
    "strong hands, few": Painters(6, 1.5, 1.0),
}


def drawn_design(painters: Painters, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """`(design, targs, features)` of new painters."""
    design = _drawn_oeuvres(painters, rng)
    names = design["label"] + "/" + design["author"] + "_" + design["title"].astype(str) + ".jpg"
    folds = (np.arange(len(design)) % 4).astype(str)  # only their number matters
    design = design.assign(filename=names, copy_of="", fold=folds)
    targs, _ = pd.factorize(design["label"])
    hands, _ = pd.factorize(design["author"])
    of_images = rng.normal(size=(len(design), _N_FEATURES))
    of_hands = painters.hand * rng.normal(size=(hands.max() + 1, _N_FEATURES))
    of_styles = _STYLE * rng.normal(size=(N_STYLES, _N_FEATURES))
    features = of_images + of_hands[hands] + of_styles[targs]
    return design, targs, features


def _drawn_oeuvres(painters: Painters, rng: np.random.Generator) -> pd.DataFrame:
    """`label, author, title` of the images of every style, dealt to its painters."""
    rows = []
    for style in range(N_STYLES):
        share = rng.lognormal(0, painters.unevenness, painters.number)
        sizes = rng.multinomial(N_IMAGES, share / share.sum())
        for painter, size in enumerate(sizes):
            rows += [(f"style-{style}", f"{style}-{painter}", title) for title in range(size)]
    return pd.DataFrame(rows, columns=["label", "author", "title"])


def leak_coverage(painters: Painters, n_draws: int, *, n_seeds: int = 3, seed: int = 1) -> pd.DataFrame:
    """`metric, truth, held, width`, one row per metric."""
    rng = np.random.default_rng(seed)
    tables = []
    for _ in range(n_draws):
        design, targs, features = drawn_design(painters, rng)
        table, _ = leak_audit(
            design, features, targs, rules=ProbeRules(_STRENGTH), n_seeds=n_seeds, n_resamples=300, progress=False
        )
        tables.append(table.set_index("metric")[["gap", "lo", "hi"]])
    rows = []
    for metric in METRICS:
        gap, lo, hi = np.array([table.loc[metric] for table in tables]).T
        truth = gap.mean()
        is_held = (lo <= truth) & (truth <= hi)
        width = hi - lo
        rows.append({"metric": metric, "truth": truth, "held": is_held.mean(), "width": width.mean()})
    return pd.DataFrame(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("draws", type=int, nargs="?", default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for name, painters in PAINTERS.items():
        table = leak_coverage(painters, arguments.draws, seed=arguments.seed)
        print(f"\n{name}\n{table.round(3).to_string(index=False)}", flush=True)


if __name__ == "__main__":
    main()
