"""A table of all images with their thumbnails, for embedding-atlas and whatever reads Parquet; and one for FiftyOne."""

from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.common import needs_package, whole_file, write_json
from styleclf.embeddings.atlas.records import ID, write_ids
from styleclf.embeddings.atlas.thumbnails import jpeg_of, thumbnail_pictures

_FILE = "atlas.parquet"
_OPENING = "embedding-atlas {} --x x --y y --image image"
_FIFTYONE_FILE = "labels.json"
_SIDE = 128  # pixels of a thumbnail
_ROWS_AT_ONCE = 500  # that are in memory with their thumbnails


def write_parquet(
    records: pd.DataFrame,  # of `image_records`
    folder: Path,  # of the images
    out: Path,
    *,
    progress: bool = True,
) -> str:
    """Write `atlas.parquet`, `labels.json` for FiftyOne and `ids.csv`; returns the command that shows the table.

    The column `image` has the thumbnails as `bytes` and `path`, as Hugging Face's datasets have pictures. Raises
    ValueError if the package pyarrow is missing.
    """
    with needs_package("pyarrow", extra="parquet", what="a Parquet table"):
        import pyarrow
        from pyarrow.parquet import ParquetWriter
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
    write_ids(records, str(out / "ids.csv"))
    return _OPENING.format(out / _FILE)


def fiftyone_labels(records: pd.DataFrame) -> dict[str, Any]:
    """Predictions as FiftyOne's image classification format has them: by the path of the file without its suffix."""
    attributes = records.drop(columns=[ID, "filename", "predicted", "confidence"])
    is_known = attributes.notna()
    plain = attributes.astype(object).where(is_known, None)
    labels = {}
    for row, values in zip(records.itertuples(), plain.to_dict("records"), strict=True):
        name = Path(row.filename).with_suffix("").as_posix()
        labels[name] = {
            "label": row.predicted,
            "confidence": row.confidence,
            "attributes": values,
        }
    classes = {*records["predicted"], *records["style"]}
    return {"classes": sorted(classes), "labels": labels}
