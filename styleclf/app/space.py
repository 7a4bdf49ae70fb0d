"""A folder that starts on a Hugging Face Space: program, bundle, requirements, and a README with the Space's header."""

import re
import shutil
from pathlib import Path

from styleclf.app.engines import check_one_style
from styleclf.common import whole_file, write_text
from styleclf.light import (
    GRAPH_FILE,
    MANIFEST_FILE,
    NOVELTY_FILE,
    BundleContents,
    Manifest,
    is_bundle_path,
    open_contents,
    open_model,
    read_manifest,
)

_REQUIREMENTS = ("numpy>=1.26", "pillow>=11.0", "lazy-loader>=0.6", "onnxruntime>=1.23")  # Gradio is in the header
_GRADIO = "6.31.0"
_PYTHON = "3.11"
_BUNDLE_FOLDER = "model"
_README = "README.md"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")
_PROGRAM = '''"""Which style is it? Pictures in, answers out; nothing that is dropped is kept."""

from styleclf.app import AppOptions, UploadLimits, start_app

start_app(
    AppOptions(
        model="model",
        light=True,
        with_review=False,
        limits=UploadLimits(megabytes=20, pictures=50),
        host="0.0.0.0",
        port=7860,
    )
)
'''


def write_space(model: str | Path, folder: str | Path) -> Path:
    """Write the folder for a Space from a bundle; it brings styleclf's own source along, and needs no torch.

    Raises FileNotFoundError where there is no bundle, ValueError for an exported learner, for a bundle without an ONNX
    graph, of several labels or of years, and for a folder that holds something else.
    """
    if not is_bundle_path(model):
        raise ValueError(f"a Space opens no pickles such as {model}: make a bundle of it by recipes/export.py")
    open_model(model)  # whoever starts the Space should not be the first to learn that it does not open
    contents = open_contents(model)
    manifest = read_manifest(contents.read(MANIFEST_FILE), contents.path)
    check_one_style(model, manifest.label_thresholds, dates=manifest.years is not None)
    target = Path(folder)
    _check_target(target)
    _write_bundle(contents, target / _BUNDLE_FOLDER)
    _copy_source(target / "styleclf")
    write_text(_PROGRAM, target / "app.py")
    write_text("\n".join(_REQUIREMENTS) + "\n", target / "requirements.txt")
    write_text("*.onnx filter=lfs diff=lfs merge=lfs -text\n", target / ".gitattributes")
    write_text(_readme(manifest, Path(model).stem), target / _README)  # the last file: with it the folder is a Space
    return target


def _check_target(target: Path) -> None:
    """Raise ValueError for a folder that is neither empty nor a Space that was written here."""
    if target.is_file():
        raise ValueError(f"{target} is a file: name a folder for the Space")
    is_space = (target / "app.py").is_file() and (target / _BUNDLE_FOLDER / MANIFEST_FILE).is_file()
    if target.is_dir() and any(target.iterdir()) and not is_space:
        raise ValueError(f"{target} holds something else than a Space: name an empty folder")


def _write_bundle(contents: BundleContents, folder: Path) -> None:
    """Write what the light runtime reads of a bundle."""
    for name in (MANIFEST_FILE, GRAPH_FILE, NOVELTY_FILE):
        if name not in contents.members:
            (folder / name).unlink(missing_ok=True)
            continue
        with whole_file(folder / name) as partial_path:
            partial_path.write_bytes(contents.read(name))


def _copy_source(folder: Path) -> None:
    """Copy styleclf's source beside the program."""
    if folder.exists():
        shutil.rmtree(folder)
    try:
        shutil.copytree(Path(__file__).parent.parent, folder, ignore=_LEFT_OUT)
    except shutil.Error as error:  # its text is a list of all files that could not be copied
        _, _, reason = error.args[0][0]
        raise OSError(f"styleclf cannot be copied to {folder} ({reason}): make room, or name another folder") from error


def _readme(manifest: Manifest, name: str) -> str:
    """The page of the Space, whose header says how it starts."""
    licence = manifest.values.get("weights_licence") or ""
    title = re.sub(r"[^\w -]", "", name) or "styles"
    styles = ", ".join(manifest.styles)
    styles = " ".join(styles.split())
    header = [
        "---",
        f'title: "Painting styles: {title}"',
        "emoji: 🖼️",
        "colorFrom: indigo",
        "colorTo: gray",
        "sdk: gradio",
        f'sdk_version: "{_GRADIO}"',
        f'python_version: "{_PYTHON}"',
        "app_file: app.py",
        "pinned: false",
        f"license: {licence if _is_licence(licence) else 'other'}",
        "---",
    ]
    sentences = [
        f"# Painting styles: {title}\n",
        f"It tells {len(manifest.styles)} styles apart: {styles}.",
        "Pictures that are dropped are answered and kept nowhere. Made by `recipes/app.py --space`.",
    ]
    lines = [*header, "", *sentences]
    return "\n".join(lines) + "\n"


def _is_licence(name: str) -> bool:
    """Whether a licence has a short name, as the header wants it."""
    return name != "unknown" and re.fullmatch(r"[\w.-]+", name) is not None
