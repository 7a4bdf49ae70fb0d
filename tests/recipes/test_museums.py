"""From the open data of museums, Wikidata, a dump and a PixPlot to a judged model, in at most three commands each."""

import pandas as pd
import pytest

from styleclf.data.annotation.people import people_of
from tests.data.collect.museum import Museum
from tests.museums import MUSEUMS, WITHOUT_STYLES, fill_in_styles, hang_all, works_of
from tests.recipes.test_recipes import desk, run  # noqa: F401  (desk is a fixture)

SOME = {"met": {"workshop of", "manner of", "by|after"}, "rijksmuseum": {"attributed to", "follower of"}}
SOME |= {"nga": {"follower of", "and workshop"}, "cleveland": {"workshop of", "circle of"}}
SOME |= {"chicago": {"workshop of", "follower of"}}
SOME |= {"tate": {"after", "and workshop"}, "harvard": {"workshop of", "after"}}
SOME |= {"smk": {"attributed to", "copy after"}, "europeana": {"workshop of"}}


@pytest.fixture(scope="module")
def works(sample):
    return works_of(sample)


@pytest.mark.slow  # up to three commands for each
@pytest.mark.parametrize("name", MUSEUMS)
def test_a_museums_open_data_leads_to_a_judged_model(name, desk, works, weights_file):
    with Museum() as museum:
        hang_all(museum, works)
        commands = MUSEUMS[name](desk / name, works, museum)
        assert len(commands) <= 3
        commands[-1] += ["--weights", str(weights_file)]
        for command in commands:
            done = run(desk, *command)
            assert done.returncode == 0, f"{command}: {done.stderr}"
            if name in WITHOUT_STYLES and "recipes/collect.py" in command:
                fill_in_styles(desk / f"runs/{name}/collected.csv", works)
    design_file = desk / commands[-1][commands[-1].index("--design") + 1]
    design = pd.read_csv(design_file, dtype=str, keep_default_na=False)
    n_copyrighted = int(name == "cleveland")
    assert len(design) == len(works) - n_copyrighted
    assert set(design["label"].str.lower()) == {work.style for work in works}
    check_authors(name, design, works)
    predictions = pd.read_csv(desk / f"runs/{name}/cv/predictions.csv")
    assert set(predictions["filename"]) == set(design.loc[design["fold"] != "val", "filename"])
    assert "top_1_accuracy" in set(pd.read_csv(desk / f"runs/{name}/cv/metrics.csv")["metric"])


def check_authors(name, design, works):
    """Authors are the painters, without dates, roles and the like; qualified works say how."""
    people = {person for author in design["author"] for person in people_of(author)}
    if name == "pixplot":
        assert not people
        return
    inverted = name in ("rijksmuseum", "tate", "smk")
    painters = {(work.inverted if inverted else work.artist).lower() for work in works}
    names = {person.replace("-", " ") for person in people} - {"jan engraver"}
    assert names <= painters
    assert len(names) > len(painters) / 2
    attributions = set(design.get("attribution", pd.Series(dtype=str)))
    assert attributions - {""} == SOME.get(name, set())
