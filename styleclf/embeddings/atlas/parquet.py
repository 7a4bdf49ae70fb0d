"""A table of all images with their thumbnails, for embedding-atlas and whatever reads Parquet; and one for FiftyOne."""

import re
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd

from styleclf.common import needs_package, whole_file, write_json, write_text
from styleclf.embeddings.atlas import open_in_fiftyone
from styleclf.embeddings.atlas.records import ID, further_columns, with_year, write_ids
from styleclf.embeddings.atlas.thumbnails import jpeg_of, thumbnail_pictures

_FILE = "atlas.parquet"
_OPENING = "embedding-atlas {} --x x --y y --image image"
_FIFTYONE_FILE = "labels.json"
_FIFTYONE_NAMES = ("tags", "logits", "filepath", "metadata", "created_at", "last_modified_at", "media_type")
_NOT_IN_FIELD = re.compile(r"[.$]")  # of FiftyOne
_SIDE = 128  # pixels of a thumbnail
_ROWS_AT_ONCE = 500  # that are in memory with their thumbnails


def write_parquet(
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    out: Path,
    *,
    progress: bool = True,
) -> str:
    """Write `atlas.parquet`, `ids.csv`, for FiftyOne `labels.json` and `open_in_fiftyone.py`; returns how to see it.

    The column `image` has the thumbnails as `bytes` and `path`, as Hugging Face's datasets have pictures. Raises
    ValueError if the package pyarrow is missing.
    """
    with needs_package("pyarrow", extra="parquet", purpose="a Parquet table"):
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    records = with_year(records)
    paths = [folder / filename for filename in records["filename"]]
    pictures = thumbnail_pictures(paths, _SIDE, progress=progress)
    plain = pyarrow.Table.from_pandas(records, preserve_index=False)
    fields = [("bytes", pyarrow.binary()), ("path", pyarrow.string())]
    image_field = pyarrow.field("image", pyarrow.struct(fields))
    schema = plain.schema.append(image_field).remove_metadata()
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(out / _FILE) as file, ParquetWriter(file, schema) as writer:
        for start in range(0, len(records), _ROWS_AT_ONCE):
            rows = plain.slice(start, _ROWS_AT_ONCE)
            images = []
            for filename in rows["filename"].to_pylist():
                thumbnail = next(pictures)
                images.append({"bytes": jpeg_of(thumbnail), "path": filename})
            column = pyarrow.array(images, type=image_field.type)
            table = rows.append_column(image_field, column)
            writer.write_table(table.cast(schema))
    write_json(fiftyone_labels(records), out / _FIFTYONE_FILE)
    source = Path(open_in_fiftyone.__file__)
    write_text(source.read_text("utf-8"), out / source.name)
    write_ids(records, str(out / "ids.csv"))
    return _OPENING.format(out / _FILE)


def fiftyone_labels(records: pd.DataFrame) -> dict[str, Any]:
    """Predictions as FiftyOne's image classification format has them: by the path of the file without its suffix.

    The attributes are all other columns; their names are changed where FiftyOne needs or forbids them.
    """
    attributes = _with_field_names(records).drop(columns=["predicted", "confidence"])
    is_known = attributes.notna()
    plain = attributes.astype(object).where(is_known, None)
    labels = {}
    rows = zip(_label_keys(records["filename"]), records.itertuples(), plain.to_dict("records"), strict=True)
    for key, row, values in rows:
        labels[key] = {
            "label": row.predicted,
            "confidence": row.confidence,
            "attributes": values,
        }
    classes = {*records["predicted"], *records["style"]}
    return {"classes": sorted(classes), "labels": labels}


def _label_keys(filenames: pd.Series) -> list[str]:
    """The path of each file without its suffix; with it where several files differ in nothing else."""
    stems = filenames.map(lambda filename: PurePosixPath(filename).with_suffix("").as_posix())
    is_shared = stems.duplicated(keep=False)
    return stems.mask(is_shared, filenames).to_list()


def _with_field_names(records: pd.DataFrame) -> pd.DataFrame:
    """The records, whose columns are called as FiftyOne can have fields; `image_id` is what `ids.csv` calls `id`."""
    names = {ID: "image_id"}
    further = further_columns(records)
    taken_names = {*_FIFTYONE_NAMES, "image_id", *records.columns.difference(further)}
    for column in further:
        name = _NOT_IN_FIELD.sub("_", column).lstrip("_")
        while not name or name in taken_names:
            name = f"table_{name}"
        names[column] = name
        taken_names.add(name)
    return records.rename(columns=names)
