"""styleclf.evaluation.linking: rows are joined by what they share."""

from hypothesis import given, strategies as st

from styleclf.evaluation.linking import linked_groups


@given(links=st.lists(st.tuples(st.integers(0, 7), st.sampled_from("abcdef")), max_size=12))
def test_groups_are_those_found_by_spreading(links):
    expected = list(range(8))
    for _ in range(8):
        for position, key in links:
            for neighbour in [row for row, same_key in links if same_key == key]:
                expected[position] = expected[neighbour] = min(expected[position], expected[neighbour])
    groups = linked_groups(8, [row for row, _ in links], [key for _, key in links])
    assert groups.tolist() == [sorted(set(expected)).index(number) for number in expected]
