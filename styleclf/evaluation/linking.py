"""Groups of rows that are joined by what they share, directly or by a chain of others."""

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd


def linked_groups(
    n: int,  # rows
    positions: Sequence[int] | np.ndarray,  # of rows
    keys: Sequence[Hashable] | pd.Series,  # of the row at each position; rows that share one are linked
) -> np.ndarray:
    """`(n,)` int: the group of each of `n` rows, numbered from 0 in their order.

    `positions` and `keys` go side by side: the row at that position has that key. Rows that share a key are in one
    group.

    >>> linked_groups(4, [0, 1, 1, 2], ["a", "a", "b", "b"]).tolist()
    [0, 0, 0, 1]
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    # a graph whose nodes are the rows, then the keys
    key_series = pd.Series(keys, dtype=object)
    key_numbers, unique_keys = pd.factorize(key_series)
    n_nodes = n + len(unique_keys)
    edges = np.ones(len(positions))
    rows = np.asarray(positions, dtype=np.int32)  # of 64 bits, SciPy 1.11 takes all rows for one group in silence
    keys_of_rows = (n + key_numbers).astype(np.int32)
    graph = coo_array((edges, (rows, keys_of_rows)), shape=(n_nodes, n_nodes))
    _, components = connected_components(graph, directed=False)
    groups, _ = pd.factorize(components[:n])
    return groups
