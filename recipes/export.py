"""Write a model as a bundle that runs anywhere and runs no code when it is opened: weights, JSON, ONNX, model card.

python recipes/export.py --model runs/train/model.pkl --out runs/export/model.zip
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from typing import Annotated

from styleclf.common import UsedWith, typed_command
from styleclf.settings import run

OfGraph = Annotated[str | None, UsedWith("graph", ("fp32", "fp16", "int8"))]


def main(
    model: str = "runs/train/model.pkl",  # by recipes/train.py, open only files you trust; a bundle; or a run of years
    graph: str = "fp32",  # numbers of the ONNX graph: fp32, fp16 (half the size), int8 (a third), or none: no graph
    images: OfGraph = None,  # folder of pictures on which the graph is set beside the network; int8 wants some
    licence: str | None = None,  # of the pretrained weights, for the card; default: what timm says of its own
    out: str = "runs/export/model.zip",  # zip file, or folder, to write
):
    """Write a model as a bundle: safetensors, JSON, an ONNX graph and a model card."""
    from styleclf.bundle import bundle_text, export_bundle, facts_beside, open_learner
    from styleclf.data import image_files

    pictures = image_files([images]) if images else []
    learn = open_learner(model)
    path = export_bundle(learn, out, facts=facts_beside(model), graph=graph, pictures=pictures, licence=licence)
    print(bundle_text(path))
    if graph != "none":
        print(f"next: {typed_command('python', '-m', 'styleclf.light', path, 'my/new-pictures')}")


if __name__ == "__main__":
    run(main)
