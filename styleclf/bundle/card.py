"""The model card: what a bundle is, in Markdown with the header that Hugging Face reads."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from styleclf.bundle.facts import UNKNOWN_LICENCE
from styleclf.evaluation import COVERAGE
from styleclf.light import CARD_FILE, GRAPH_FILE, MANIFEST_FILE, NOVELTY_FILE, WEIGHTS_FILE

_USAGE = """
```python
from styleclf.light import open_model  # numpy, Pillow and onnxruntime

model = open_model("FOLDER_OR_ZIP")
print(model.predict(["painting.jpg"])[0].likeliest)
```

```python
from styleclf.bundle import load_bundle  # a fastai learner

learn = load_bundle("FOLDER_OR_ZIP")
```
"""
_LIMITS = """
A style is a judgement, styles overlap, and the numbers above hold for painters and collections like those of the
training. Pictures that are not paintings, and paintings of other styles, get one of these names, too, unless the model
was taught to say "none of these". Use it to sort and to look, not to attribute or to value.
"""
_LIMITS_OF_YEARS = """
A picture alone is dated to some decades, and no work gets a year outside of those of the training. Works of decades of
which the training had few are dated towards the others. Use it to sort and to look, not to date a work in a catalogue.
"""
_LEGEND_OF_YEARS = """
`mean_absolute_error` is in years. Who knew each work's style and gave the mean year of that style would be off by
`of_style_means`, who gave one year for all works by `of_mean_year`. `coverage` is the share of works within the range.
"""
_SHOWN_METRICS = (
    *("top_1_accuracy", "top_2_accuracy", "top_3_accuracy", "log_loss", "ece"),
    *("average_precision", "precision", "recall", "f1", "exact_match"),  # of several labels
    *("mean_absolute_error", "of_style_means", "of_mean_year", "within_25_years", "coverage"),  # of years
)
_SHOWN_PARTS = {"test": "a fold not trained on", "cv": "cross-validation", "val": "validation set"}


def model_card(values: Mapping[str, Any], title: str) -> str:
    """The card of a bundle with that manifest."""
    sections = [
        _header(values),
        f"# {_text(title)}",
        _summary(values),
        "## How right it is",
        _metrics(values["metrics"]),
        *_legend(values),
        "## Files",
        _files(values["files"]),
        "## Use",
        _usage(values),
        "## Training",
        _training(values),
        "## Limits",
        " ".join((_LIMITS_OF_YEARS if values["years"] else _LIMITS).split()),
    ]
    return "\n\n".join(sections) + "\n"


def _header(values: Mapping[str, Any]) -> str:
    """The YAML block in which Hugging Face looks for facts."""
    licence = values["weights_licence"]
    is_name = licence != UNKNOWN_LICENCE and " " not in licence
    lines = ["library_name: styleclf", "pipeline_tag: image-classification"]
    lines += [f"license: {licence}" if is_name else "license: other"]
    lines += ["tags:", "- image-classification", "- paintings", "- timm", "- onnx"]
    header = "\n".join(lines)
    return f"---\n{header}\n---"


def _summary(values: Mapping[str, Any]) -> str:
    """What it is, in a few sentences."""
    network = values["network"]
    size = values["input"]["size"]
    styles = ", ".join(map(_text, values["styles"]))
    n_styles = len(values["styles"])
    purpose = f"Tells {n_styles} styles of paintings apart: {styles}."
    if values["years"]:
        purpose = _purpose_of_years(values["years"])
    elif values["labels"]:
        purpose = f"Gives a painting any of {n_styles} labels, each for itself: {styles}."
    body = body_text(network["body"])
    embedding = f"an embedding of {network['embedding_size']} numbers"
    head = f"a {network['head']['kind']} head"
    pictures = f"pictures of {size} x {size} pixels ({values['input']['fit']})"
    sentences = [
        purpose,
        f"The network is timm's {body}, {embedding} and {head}, for {pictures}.",
        f"Licence of the pretrained weights: {_text(values['weights_licence'])}.",
    ]
    if values["temperature"] != 1:
        sentences.append(f"Its probabilities are calibrated by a temperature of {values['temperature']:.2f}.")
    if values["novelty"]:
        sentences.append('It says "none of these" of pictures that no style claims.')
    if values["answers"]:
        sentences.append("Where it cannot choose between styles it answers with the name that they share.")
    if values["sets"]:
        sentences.append("It names, for each picture, a set of styles that holds the true one as often as promised.")
    return "\n".join(sentences)


def _purpose_of_years(years: Mapping[str, Any]) -> str:
    """What a model says that dates paintings."""
    first, *_, last = years["edges"]
    purpose = f"Says when a painting was made, {first:.0f} to {last:.0f}, by the decades that had begun by then."
    if years["width"] is None:
        return purpose
    coverage = f"holds the true year of {COVERAGE:.0%} of works by painters not seen"
    return f"{purpose} A range of {years['width']:.0f} years before and after {coverage}."


def body_text(body: Mapping[str, Any]) -> str:
    """A body in words."""
    parts = body.get("side_by_side", [body])
    names = [f"`{part['arch']}` with {part['features']} features" for part in parts]
    return " beside ".join(names)


def _metrics(metrics: list[Mapping[str, Any]]) -> str:
    """The table of metrics on painters that the model has not seen."""
    rows = []
    for row in metrics:
        part = row["part"]
        metric = row["metric"]
        if part in _SHOWN_PARTS and metric in _SHOWN_METRICS:
            value = _number_text(row["value"])
            interval = ""
            if row["lo"] is not None:
                interval = f"{_number_text(row['lo'])} to {_number_text(row['hi'])}"
            rows.append((_SHOWN_PARTS[part], metric, value, interval, row["n_images"], row["n_authors"]))
    if not rows:
        return "No metrics lay beside the model when it was exported."
    columns = ("judged on", "metric", "value", "95 % interval", "images", "painters")
    return _table(pd.DataFrame(rows, columns=columns))


def _legend(values: Mapping[str, Any]) -> list[str]:
    """What names of metrics mean, of a model that dates; those of styles are as everywhere."""
    if not values["years"]:
        return []
    return [" ".join(_LEGEND_OF_YEARS.split())]


def _usage(values: Mapping[str, Any]) -> str:
    """How the model is asked."""
    usage = _USAGE.strip()
    return usage.replace(".likeliest", ".answer") if values["years"] else usage


def _number_text(value: float | None) -> str:
    """A metric's value; nothing for one that was not measured."""
    return "" if value is None else f"{value:.3f}"


def _files(files: Mapping[str, Mapping[str, Any]]) -> str:
    """The table of files, and how far the graph is from the network."""
    purposes = {
        MANIFEST_FILE: "styles, input, thresholds, metrics, versions",
        WEIGHTS_FILE: "the network's weights, float32",
        GRAPH_FILE: "the network as an ONNX graph, normalisation included: `pixels` (n, h, w, 3) uint8 in",
        NOVELTY_FILE: "what recognises pictures of no style that it was taught",
        CARD_FILE: "this card",
    }
    names = {MANIFEST_FILE, CARD_FILE, *files}
    rows = []
    for name, purpose in purposes.items():
        if name in names:
            rows.append((f"`{name}`", purpose))
    text = _table(pd.DataFrame(rows, columns=("file", "holds")))
    sentence = agreement_sentence(files)
    return f"{text}\n\n{sentence}" if sentence else text


def agreement_sentence(files: Mapping[str, Mapping[str, Any]]) -> str:
    """How far the graph of a bundle is from its network; nothing where there is no graph."""
    graph = files.get(GRAPH_FILE)
    if not graph or "agreement" not in graph:
        return ""
    agreement = graph["agreement"]
    pictures = "a made-up picture, as no pictures were given,"
    same_style = "the same" if agreement["same_style"] == 1 else "another"
    if graph["measured_on_pictures"]:
        pictures = f"{agreement['n_pictures']} pictures"
        same_style = f"the same for {agreement['same_style']:.1%}"
    return (
        f"The graph is in {graph['precision']}. On {pictures} its probabilities differ from the network's in float32 "
        f"by {agreement['largest']:.2g} at most and {agreement['mean']:.2g} on average, and its first style is "
        f"{same_style}."
    )


def _training(values: Mapping[str, Any]) -> str:
    """What it was trained on, and with which packages."""
    training = values["training"] or {}
    sentences = []
    if training.get("n_images"):
        painters = f", by {training['n_painters']:,} painters" if training.get("n_painters") else ""
        sentences.append(f"It was trained on {training['n_images']:,} pictures{painters}.")
    if training.get("painters"):
        sentences.append(
            'Their names are hashed with a salt: `open_model(...).was_trained_on("name")` answers for one, and '
            "nothing lists them."
        )
    if training.get("design_blake2b"):
        sentences.append(f"Fingerprint of the design (BLAKE2b): `{training['design_blake2b']}`.")
    versions = [f"{name} {version}" for name, version in values["versions"].items()]
    sentences.append(f"Versions: {', '.join(versions)}.")
    return "\n".join(sentences)


def _table(table: pd.DataFrame) -> str:
    """A table in Markdown."""
    lines = [" | ".join(table.columns), " | ".join("---" for _ in table.columns)]
    for row in table.itertuples(index=False):
        lines.append(" | ".join(str(value) for value in row))
    return "\n".join(f"| {line} |" for line in lines)


def _text(text: str) -> str:
    """A text in which no sign has a meaning in Markdown or HTML."""
    escaped_text = text.replace("&", "&amp;").replace("<", "&lt;")
    for sign in "\\`*_[]|#":
        escaped_text = escaped_text.replace(sign, f"\\{sign}")
    return " ".join(escaped_text.split())
