"""The app where nothing but styleclf[app] is installed, which brings no torch: `recipes/app.py` without its settings.

python -m styleclf.app model.zip --review my/new-pictures
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from styleclf.app.options import PORT, THIS_MACHINE, AppOptions
from styleclf.app.server import start_app
from styleclf.app.space import write_space
from styleclf.app.uploads import UploadLimits
from styleclf.common import complain, say

_EXIT_BAD_INPUT = 2
_EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and serve the app, or write a Space."""
    options = _parser().parse_args(arguments)
    try:
        if options.space:
            say(f"a Space, to be pushed as it is: {write_space(options.bundle, options.space)}")
        else:
            start_app(_app_options(options))
    except (ValueError, OSError) as error:
        complain(f"styleclf.app: {' '.join(str(error).split())}")
        return _EXIT_BAD_INPUT
    except KeyboardInterrupt:
        return _EXIT_INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m styleclf.app", description="Pictures in a browser.")
    parser.add_argument("bundle", help="a folder or .zip by recipes/export.py")
    parser.add_argument("--review", help="folder of pictures to review; default: those that are dropped")
    parser.add_argument("--queue", help="table with the columns file, rank and reason, which gives their order")
    parser.add_argument("--out", default="runs/app", type=Path, help="folder for decisions.csv")
    parser.add_argument("--host", default=THIS_MACHINE, help="who may reach it: 0.0.0.0 for everybody")
    parser.add_argument("--port", default=PORT, type=int, help="0 for any that is free")
    parser.add_argument("--browser", action="store_true", help="open a browser")
    parser.add_argument("--megabytes", default=UploadLimits.megabytes, type=int, help="of a picture")
    parser.add_argument("--pictures", default=UploadLimits.pictures, type=int, help="that one browser may drop")
    parser.add_argument("--space", help="write a folder for a Hugging Face Space instead")
    return parser


def _app_options(options: argparse.Namespace) -> AppOptions:
    """What the app is started with. Raises ValueError for limits below 1."""
    if options.megabytes < 1 or options.pictures < 1:
        raise ValueError(f"--megabytes and --pictures are 1 or more, not {options.megabytes} and {options.pictures}")
    return AppOptions(
        model=options.bundle,
        light=True,
        review=options.review,
        queue=options.queue,
        limits=UploadLimits(options.megabytes, options.pictures),
        out=options.out,
        host=options.host,
        port=options.port,
        browser=options.browser,
    )


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # a console may not know every letter of a name
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
