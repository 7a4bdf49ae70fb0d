"""data.annotation.person_addresses: an address and a name that stand together are one painter."""

import pytest

from styleclf.data.annotation.person_addresses import with_names_for_addresses

ADDRESS = "http://data.europeana.eu/agent/1"


@pytest.mark.parametrize(
    "authors, attributions, expected",
    [
        ([f"{ADDRESS}|ann", ADDRESS], ["", ""], (["ann", "ann"], ["", ""])),
        (
            [f"ann|{ADDRESS}", f"{ADDRESS}|ben"],
            ["workshop of|by", "by|after"],
            (["ann", "ann|ben"], ["workshop of", "by|after"]),
        ),
        ([ADDRESS, "ann|ben"], ["after", ""], ([ADDRESS, "ann|ben"], ["after", ""])),
        ([f"{ADDRESS}|ann|ben", ADDRESS], ["", ""], ([f"{ADDRESS}|ann|ben", ADDRESS], ["", ""])),
        (["", f"{ADDRESS}|ann"], ["published by", ""], (["", "ann"], ["published by", ""])),
    ],
    ids=["name for an address", "qualifiers stay", "no name known", "whose it is cannot be told", "nobody"],
)
def test_an_address_gets_the_name_that_stands_beside_it_alone(authors, attributions, expected):
    assert with_names_for_addresses(authors, attributions) == expected
