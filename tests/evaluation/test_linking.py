"""styleclf.evaluation.linking: rows are joined by what they share."""

from hypothesis import given, strategies as st

from styleclf.evaluation.linking import linked_groups

N_ROWS = 8
LINK = st.tuples(st.integers(0, N_ROWS - 1), st.sampled_from("abcdef"))


@given(links=st.lists(LINK, max_size=12))
def test_groups_are_those_found_by_spreading(links):
    lowest = list(range(N_ROWS))
    for _ in range(N_ROWS):
        for row, key in links:
            for neighbour, same_key in links:
                if key == same_key:
                    lowest[row] = lowest[neighbour] = min(lowest[row], lowest[neighbour])
    in_order = sorted(set(lowest))
    expected = [in_order.index(number) for number in lowest]
    rows = [row for row, _ in links]
    keys = [key for _, key in links]
    groups = linked_groups(N_ROWS, rows, keys)
    assert groups.tolist() == expected
