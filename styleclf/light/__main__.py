"""Predict pictures from a bundle without torch.

python -m styleclf.light model.zip my/new-pictures --out predictions.csv
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from styleclf.common import check_file, complain, flush_output, reason_of, say, shown_name, shown_text, whole_file
from styleclf.data import image_files
from styleclf.evaluation import NONE_OF_THESE, file_lines
from styleclf.light.descriptions import PicturePrediction
from styleclf.light.runtime import LightModel, open_model

_EXIT_BAD_INPUT = 2
_YEAR_COLUMNS = ["year", "year_lo", "year_hi"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, print the three likeliest styles of each picture, write a table if asked for."""
    options = _parser().parse_args(arguments)
    try:
        if options.threads < 0:
            raise ValueError(f"--threads must be a whole number of 0 or more, not {options.threads}")
        if options.out:
            check_file(options.out)
        model = open_model(options.bundle, threads=options.threads)
        if options.sets and model.manifest.thresholds is None:
            raise ValueError(f"{options.bundle} was not calibrated to give sets of styles: leave out --sets")
        if options.dates and model.manifest.years is not None:
            raise ValueError(
                f"{options.bundle} dates pictures itself: leave out --dates, or name a bundle of styles first"
            )
        dating = _dating_model(options.dates, options.threads) if options.dates else None
        files = image_files(options.pictures)
        return _predict(model, files, dating=dating, sets=options.sets, out=options.out)
    except (ValueError, OSError) as error:
        complain(f"styleclf.light: {reason_of(error)}")
        return _EXIT_BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m styleclf.light", description="Predict pictures from a bundle.")
    parser.add_argument("bundle", help="a folder or .zip by recipes/export.py")
    parser.add_argument("pictures", nargs="+", help="image files, and folders of them")
    parser.add_argument("--sets", action="store_true", help="name all styles that a picture may be of")
    parser.add_argument("--out", help="table to write, as recipes/predict.py does")
    parser.add_argument("--dates", help="another bundle, of years: say when each picture was made, too")
    parser.add_argument("--threads", type=int, default=0, help="of the network; default: one per processor core")
    return parser


def _dating_model(path: str, threads: int) -> LightModel:
    """The model that says when pictures were made. Raises ValueError for one that does not, and as `open_model`."""
    model = open_model(path, threads=threads)
    if model.manifest.years is None:
        raise ValueError(f"{path} does not date pictures: --dates takes a bundle of recipes/cross_validate.py's years")
    return model


def _predict(
    model: LightModel,
    files: Sequence[Path],
    *,
    dating: LightModel | None,  # that says when pictures were made
    sets: bool,
    out: str | None,
) -> int:
    """Print and write what the model says of image files; returns the exit code."""
    predictions = model.predict_files(files)
    dated_pictures = dating.predict_files(files) if dating else None
    columns = _columns(model, sets)
    if dating:
        columns += _YEAR_COLUMNS
    rows: list[list[object]] = []
    texts: list[str] = []
    for position, path in enumerate(files):
        name = shown_text(path.as_posix())
        reason = predictions.unreadable.get(position)
        if reason is not None:
            say(f"not predicted: {shown_name(name)} ({reason})")
            continue
        picture = model.description_of(predictions, position, path)
        text = _text(picture, sets)
        values = _values(picture, model)
        if dating and dated_pictures:
            date = dating.description_of(dated_pictures, position, path)
            text = f"{text}   {date.answer}"
            values |= _year_values(date)
        texts.append(text)
        cells = [values[column] for column in columns[1:]]
        rows.append([name, *cells])
    if rows:
        names = [str(name) for name, *_ in rows]
        say(file_lines(names, texts))
    if out:
        _write_table([columns, *rows], out)
    destination = f": {out}" if out else ""
    say(f"{len(rows)} of {len(files)} images predicted{destination}")
    return 0 if rows else _EXIT_BAD_INPUT


def _columns(model: LightModel, sets: bool) -> list[str]:
    """The columns of the table, in the order of `styleclf.inference.predict_table`."""
    manifest = model.manifest
    if manifest.years is not None:
        return ["filename", *_YEAR_COLUMNS]
    columns = ["filename", "pred"]
    if manifest.style_ids and manifest.label_thresholds is None:
        columns.append("pred_id")
    columns += [f"proba_{style}" for style in model.styles]
    if model.novelty is not None:
        columns.append("novelty")
    if model.novelty is not None or manifest.wider is not None:
        columns.append("answer")
    if manifest.wider is not None:
        columns.append("level")
    if sets:
        columns.append("set")
    return columns


def _values(picture: PicturePrediction, model: LightModel) -> dict[str, object]:
    """All that can stand in a row, by column."""
    if picture.years is not None:
        return _year_values(picture)
    pred, _ = picture.likeliest[0]
    if picture.labels is not None:
        pred = "|".join(picture.labels)
    values: dict[str, object] = {
        "pred": pred,
        "pred_id": model.manifest.style_ids.get(pred, ""),
        "novelty": picture.novelty,
        "answer": picture.answer,
        "level": picture.level,
        "set": ", ".join(picture.style_set or []),
    }
    probas = picture.probas.tolist()
    for style, proba in zip(model.styles, probas, strict=True):
        values[f"proba_{style}"] = proba
    return values


def _year_values(picture: PicturePrediction) -> dict[str, object]:
    """A year and its range by column; empty cells of a model that does not date."""
    years = picture.years or ("", "", "")
    return dict(zip(_YEAR_COLUMNS, years, strict=True))


def _text(picture: PicturePrediction, sets: bool) -> str:
    """What is said of a picture: its three likeliest styles, after a wider word or labels; its set, or its year."""
    if picture.years is not None:
        return picture.answer
    if sets:
        style_set = ", ".join(picture.style_set or [])
        return style_set or NONE_OF_THESE
    texts = [f"{style} {proba:.0%}" for style, proba in picture.likeliest]
    likeliest = "   ".join(texts)
    if picture.answer == NONE_OF_THESE:
        return f"{NONE_OF_THESE} (nearest: {likeliest})"
    if picture.labels == []:
        return f"no label (nearest: {likeliest})"
    pred, _ = picture.likeliest[0]
    if picture.answer == pred:
        return likeliest
    return f"{picture.answer} ({likeliest})"


def _write_table(rows: Sequence[Sequence[object]], out: str) -> None:
    """Write a table, whose first row holds its columns; it appears whole."""
    with whole_file(out) as partial_path, open(partial_path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerows(rows)


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # a console may not know every letter of a name
        sys.stdout.reconfigure(errors="backslashreplace")
    code = main()
    all_was_printed = flush_output()
    sys.exit(code if all_was_printed else _EXIT_BAD_INPUT)
