"""Collect paintings that museums publish as IIIF: pictures in one folder, their words and rights in a table.

python recipes/collect.py https://museum.example/collection.json --fields label=Style,author=Artist --out runs/museum
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import CountOrNone, Names, NumberFromZero, Pairs, Pixels, PositiveNumber, Range
from styleclf.settings import Logbook, run

FewThreads = Annotated[int, Range(least=1, most=8)]  # more would be rude


def main(
    *sources: str,  # addresses of IIIF manifests and collections, or files: a manifest, a list, a table, JSON records
    fields: Pairs | None = None,  # which metadata fill which columns, as in label=Style,author=Artist
    look: bool = False,  # only list the metadata fields with examples, and load no picture
    size: Pixels = 1024,  # pixels of the longest side that image services are asked for
    first: bool = False,  # only the first picture of every manifest: others are often backs, frames and details
    most: CountOrNone = None,  # pictures to look for at most
    rights: Names = Names(),  # take only pictures whose statements contain one of these: publicdomain,licenses/by/
    refuse: Names = Names(),  # leave out pictures whose statements contain one of these: by-nc
    permission: str = "",  # who permits machine learning where a statement forbids it, and when
    address: str = "",  # of a table, the column of addresses, or a pattern: https://…/{id}; default: what looks like it
    join: Names = Names(),  # tables that complete it by a key, as in objects.csv:objectid=depictstmsobjectid
    language: str = "en",  # of texts that are there in several
    contact: str = "",  # mail address or page that servers see, as courtesy asks
    at_once: FewThreads = 2,  # requests at a time
    pause: NumberFromZero = 0.25,  # seconds between the beginnings of two requests to one host
    megabytes: PositiveNumber = 50.0,  # of a picture at most
    private: bool = False,  # also ask addresses that are not public, such as a server of your own house
    out: str = "runs/collect",  # folder for images/ and collected.csv; what is loaded in it is kept
):
    """Collect pictures with their words and rights as museums publish them by IIIF."""
    logbook = Logbook(out, locals(), alone="a collection")

    from styleclf.data import DownloadLimits, PictureChoice, PoliteClient, collect_pictures, fields_text, read_manifests

    choice = PictureChoice(rights, refuse, permission, fields or {})
    limits = DownloadLimits(
        at_once, pause, int(megabytes * 1e6), contact=contact, private=private, reserved=bool(permission)
    )
    client = PoliteClient(limits)
    reading = read_manifests(
        client,
        sources,
        out,
        language=language,
        first_only=first,
        most_pictures=most,
        address_column=address,
        joins=join,
    )
    if look:
        return logbook.report("manifests", text=fields_text(reading.pictures))

    outcome = collect_pictures(client, reading, out, choice=choice, longest_side=size)
    facts = {"n_images": len(outcome.loaded), "n_left_out": len(outcome.left_out)}
    return logbook.close("collected.csv", "images", text=outcome.text, **facts)


if __name__ == "__main__":
    run(main)
