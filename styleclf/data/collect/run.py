"""The whole way: from what a user names to pictures on disk and their table."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from styleclf.common import count_of, with_progress
from styleclf.data.collect.choice import FORBIDDEN, PictureChoice, RefusedPicture
from styleclf.data.collect.columns import make_columns
from styleclf.data.collect.downloads import FetchError, PoliteClient, ReservedError
from styleclf.data.collect.folder import MANIFESTS, Folder, LoadedPicture
from styleclf.data.collect.pictures import load_picture
from styleclf.data.collect.presentation import CanvasPicture
from styleclf.data.collect.report import Outcome, write_outcome
from styleclf.data.collect.sources import Failure, Reading, SourceReader
from styleclf.data.collect.tables import TableOptions, parsed_joins


class _Result(NamedTuple):
    """What came of one picture."""

    entry: LoadedPicture | None = None
    is_new: bool = False
    was_damaged: bool = False
    reason: str = ""  # why it could not be had
    forbidding_words: str = ""


def read_manifests(
    client: PoliteClient,
    sources: Sequence[str],
    out: str | Path,
    *,
    language: str = "en",
    first_only: bool = False,
    most_pictures: int | None = None,
    address_column: str = "",  # of tables; '' for the first whose values look like pictures
    joins: Iterable[str] = (),  # what completes tables, as `parsed_joins` takes it
) -> Reading:
    """The pictures in all that the sources name and link to. Raises ValueError where there are none."""
    table_options = TableOptions(address_column, parsed_joins(joins))
    if not sources:
        raise ValueError("name IIIF manifests or collections by their addresses, or a text file of such addresses")
    reader = SourceReader(
        client,
        Path(out) / MANIFESTS,
        language=language,
        first_only=first_only,
        table_options=table_options,
    )
    reading = reader.read(sources, most_pictures)
    if not reading.pictures:
        reason = _first_reason(reading.failures) or ": what you named, and what that links to, has none"
        raise ValueError(f"there is no picture to collect{reason}")
    return reading


def collect_pictures(
    client: PoliteClient,
    reading: Reading,
    out: str | Path,
    *,
    choice: PictureChoice,
    longest_side: int = 1024,  # pixels
) -> Outcome:
    """Load the pictures that may be taken into `images` of the folder, unless they are there, and write its tables.

    Raises ValueError where the folder holds pictures of another size, for a field that no picture has, and where no
    picture could be had.
    """
    columns = make_columns(choice.fields, reading.pictures)
    folder = Folder(out, {"longest_side": longest_side})
    pictures, left_out = choice.divide(reading.pictures)
    outcome = Outcome(reading, columns, [], left_out, list(reading.failures))

    def load(picture: CanvasPicture) -> _Result:
        """Load one picture, or say why it could not be."""
        return _result(client, picture, folder, longest_side)

    with client.in_threads(load, pictures) as results:
        pairs = zip(pictures, results, strict=True)
        for picture, result in with_progress(pairs, len(pictures), "pictures"):
            _take_up(outcome, picture, result)
    if not outcome.loaded and outcome.failures:
        raise ValueError(f"no picture was loaded{_first_reason(outcome.failures)}")
    outcome.text = write_outcome(outcome, out)
    return outcome


def _first_reason(failures: Sequence[Failure]) -> str:
    """Why the first of several things could not be had, as the end of a sentence; '' where there is none."""
    if not failures:
        return ""
    first, *further_failures = failures
    reason = f": {first.address} {first.reason}"
    if further_failures:
        n_further = count_of(len(further_failures), "further failure")
        reason += f" ({n_further})"
    return reason


def _result(client: PoliteClient, picture: CanvasPicture, folder: Folder, longest_side: int) -> _Result:
    """Load one picture, or say why not."""
    try:
        entry = folder.sound_picture(picture)
        if entry is not None:
            return _Result(entry)
        was_damaged = folder.has(picture)
        entry = load_picture(client, picture, folder, longest_side)
        return _Result(entry, is_new=True, was_damaged=was_damaged)
    except ReservedError as error:
        return _Result(forbidding_words=str(error))
    except FetchError as error:
        return _Result(reason=str(error))


def _take_up(outcome: Outcome, picture: CanvasPicture, result: _Result) -> None:
    """Add what came of a picture to the outcome."""
    if result.forbidding_words:
        outcome.left_out.append(RefusedPicture(picture, FORBIDDEN, result.forbidding_words))
    elif result.entry is None:
        address = picture.canvas or picture.image
        outcome.failures.append(Failure(address, picture.manifest, result.reason))
    else:
        outcome.loaded.append((picture, result.entry))
        outcome.n_kept += not result.is_new
        outcome.n_damaged += result.was_damaged
