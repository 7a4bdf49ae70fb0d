"""Pictures in a browser: answers, maps, the nearest training paintings, and a queue to accept or correct answers.

python recipes/app.py --model runs/train/model.pkl --review my/new-pictures
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import Count, Range, UsedWith
from styleclf.settings import run, say_next

Port = Annotated[int, Range(least=0, most=65_535)]


def main(
    model: str = "runs/train/model.pkl",  # by recipes/train.py, open only files you trust; or a bundle
    review: str | None = None,  # folder of pictures to review; default: those that are dropped in the browser
    queue: Annotated[str | None, UsedWith("review")] = None,  # table `file,rank,reason` that gives their order
    design: str | None = None,  # made by recipes/design.py: the nearest of its paintings are shown, too
    images: Annotated[str, UsedWith("design")] = "data/sample",  # folder of the design's style folders
    fold: Annotated[str | None, UsedWith("design")] = None,  # of the design, whose paintings the model has not seen
    light: bool = False,  # open a bundle without torch, as where it is not installed; there are no maps then
    host: str = "127.0.0.1",  # who may reach the app: this machine, or 0.0.0.0 for everybody, without a password
    port: Port = 7860,  # 0: any that is free
    browser: bool = True,  # open a browser, where somebody watches a terminal
    megabytes: Count = 50,  # of a picture that is dropped
    pictures: Count = 200,  # that one browser may drop
    space: str | None = None,  # write a folder for a Hugging Face Space from a bundle, and serve nothing
    out: str = "runs/app",  # folder for decisions.csv, which design.py --csv reads, and dropped pictures it names
):
    """Serve a page where pictures are dropped, answered and reviewed."""
    from pathlib import Path

    from styleclf.app import AppOptions, UploadLimits, start_app, write_space
    from styleclf.common import on_terminal

    if space:
        print(f"a Space, to be pushed as it is: {write_space(model, space)}")
        return
    options = AppOptions(
        model=model,
        light=light,
        review=review,
        queue=queue,
        design=design,
        images=images,
        unseen_fold=fold,
        limits=UploadLimits(megabytes, pictures),
        out=Path(out),
        host=host,
        port=port,
        browser=browser and on_terminal(),
    )
    start_app(options)
    say_next(out, review=review)  # once somebody has ended it


if __name__ == "__main__":
    run(main)
