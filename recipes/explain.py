"""Explain what an exported learner sees: maps of what in an image supports its style, over images that it knows least.

python recipes/explain.py --model runs/train/model.pkl --images data/sample --design runs/design/design.csv --pick wrong
"""

from styleclf.settings import run, save_settings


def main(
    *files: str,  # images to explain; none: those that --pick finds in a fold of the design
    model: str = "runs/train/model.pkl",  # written by recipes/train.py; open only files you trust
    images: str = "data/sample",  # folder of style folders
    design: str = "runs/design/design.csv",  # made by recipes/design.py
    fold: str = "0",  # of the design, the one that the model has not seen
    pick: str = "top-2",  # right only at the second guess; or top-1, wrong, or confident: right and surest
    n: int = 8,  # images picked
    method: str = "occlusion",  # or sliding_occlusion, integrated_gradients, …, or several by commas, or all
    target: str | None = None,  # pred, true or a style; default: true in a design, else pred
    baseline: str = "zeros",  # what covers a part: zeros (the mean colour of all), mean (of the image), or blur
    squares: int = 4,  # of occlusion: so many a side
    window: int | None = None,  # of sliding occlusion: pixels a side; default: a seventh of the image
    stride: int | None = None,  # of sliding occlusion: pixels from window to window; default: half a window
    precision: str | None = None,  # of occlusion: fp32, bf16 or fp16; default: that of the model
    evidence: int = 0,  # so many nearest training paintings by others beside each, with their maps by the first method
    faithfulness: int = 0,  # judge the methods as well, by so many images of the fold; some 64 tell more than chance
    seed: int = 0,  # of what is picked, and of noise
    out: str = "runs/explain",  # folder for explained.csv, maps, overlays and figures
):
    """Explain images by one method or all: figures, maps as .npz, and transparent overlays."""
    settings = dict(locals())

    import time
    from pathlib import Path

    from styleclf.explain import (
        faithfulness_text,
        images_to_judge,
        judge_methods,
        methods_of,
        select_files,
        select_from_design,
        write_evidence,
        write_explanations,
        write_faithfulness,
    )
    from styleclf.inference import image_files
    from styleclf.training import load_style_learner

    start, out, methods = time.monotonic(), Path(out), methods_of(method)
    paths, learn = image_files(files) if files else None, load_style_learner(model)
    table = select_files(learn, paths) if paths else select_from_design(learn, design, fold, images, pick, n, seed)
    rows = images_to_judge(design, fold, images, faithfulness, seed) if faithfulness else None
    target = target or ("pred" if files else "true")
    told_by = {"pred": "pred"} if files else {"pred": "pred", "true": "label"}  # a file's folder may be no style
    styles = table[told_by[target]].tolist() if target in told_by else target
    how = dict(baseline=baseline, squares=squares, window=window, stride=stride, precision=precision, seed=seed)
    table = write_explanations(learn, table, methods, styles, out, **how)
    if evidence:
        write_evidence(learn, table, design, fold, images, evidence, methods[0], out, **how)
    if rows is not None:
        judged = judge_methods(learn, rows, methods, **how)
        write_faithfulness(judged, out)
        print(faithfulness_text(judged.table))
    save_settings(out, settings, design if evidence or not files else None, seconds=round(time.monotonic() - start, 1))
    print(f"{len(table)} images explained: {out / 'explained.csv'}  {out / 'overlays'}  {out / 'figures'}")


if __name__ == "__main__":
    run(main)
