"""Predict pictures from a bundle without torch.

python -m styleclf.light model.zip my/new-pictures --out predictions.csv
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from pathlib import Path

from styleclf.data.folders import files_below
from styleclf.data.images import is_image_file
from styleclf.light.runtime import LightModel, open_model

_EXIT_BAD_INPUT = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, print the three likeliest styles of each picture, write a table if asked for."""
    parser = argparse.ArgumentParser(prog="python -m styleclf.light", description="Predict pictures from a bundle.")
    parser.add_argument("bundle", help="a folder or .zip by recipes/export.py")
    parser.add_argument("pictures", nargs="+", help="image files, and folders of them")
    parser.add_argument("--sets", action="store_true", help="tell all styles that may be it")
    parser.add_argument("--out", help="table to write: filename, pred, proba_<style>… and set")
    parser.add_argument("--threads", type=int, default=0, help="of the network; default: one a processor core")
    options = parser.parse_args(arguments)
    try:
        model = open_model(options.bundle, threads=options.threads)
        if options.sets and model.manifest.thresholds is None:
            raise ValueError(f"{options.bundle} was not calibrated to give sets of styles")
        return _predict(model, _pictures(options.pictures), sets=options.sets, out=options.out)
    except (ValueError, OSError) as error:
        print(f"styleclf.light: {' '.join(str(error).split())}", file=sys.stderr)
        return _EXIT_BAD_INPUT


def _pictures(paths: Sequence[str]) -> list[Path]:
    """The given files, and all images below the given folders. Raises OSError, or ValueError where there are none."""
    files: list[Path] = []
    for path in map(Path, paths):
        if not path.exists():
            raise FileNotFoundError(f"no image or folder at {path}")
        if path.is_dir():
            files += [file for file, reason in files_below(path).files if not reason and is_image_file(file)]
        else:
            files.append(path)
    if not files:
        raise ValueError(f"no image files in {', '.join(paths)}")
    return files


def _predict(model: LightModel, files: Sequence[Path], *, sets: bool, out: str | None) -> int:
    """Print and write what the model says of image files; returns the exit code."""
    predictions = model.predict_files(files)
    rows: list[list[object]] = []
    for position, path in enumerate(files):
        name = path.as_posix().encode("utf-8", "backslashreplace").decode()
        if position in predictions.unreadable:
            print(f"not predicted: {name} ({predictions.unreadable[position]})")
            continue
        picture = model.described(path, predictions.probas[position], predictions.embeddings[position])
        likeliest = "   ".join(f"{style} {proba:.0%}" for style, proba in picture.likeliest)
        style_set = ", ".join(picture.style_set or [])
        print(f"{name}  {style_set if sets else likeliest}")
        rows.append([name, picture.likeliest[0][0], *picture.probas.tolist(), style_set])
    if out:
        _write_table(rows, model.styles, out)
    print(f"{len(rows)} of {len(files)} images predicted{f': {out}' if out else ''}")
    return 0 if rows else _EXIT_BAD_INPUT


def _write_table(rows: Sequence[Sequence[object]], styles: Sequence[str], out: str) -> None:
    """Write predictions as a table."""
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["filename", "pred", *(f"proba_{style}" for style in styles), "set"])
        writer.writerows(rows)


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # a console may not know every letter of a name
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
