"""Open an atlas in FiftyOne: `python open_in_fiftyone.py IMAGES`, in an environment with `pip install fiftyone`.

This file stands beside the `labels.json` that it reads, and needs nothing of styleclf. The dataset is gone when
FiftyOne ends, unless `dataset.persistent` is set.
"""

import json
import sys
from pathlib import Path
from typing import Any

_PLACE = ("x", "y")  # attributes
_STYLE = "style"


def sample_fields(label: dict[str, Any]) -> dict[str, Any]:
    """The plain fields of an image: its attributes without style and place, and without what is missing.

    >>> sample_fields({"label": "rococo", "attributes": {"style": "rococo", "x": 0.1, "place": None, "year": 1767}})
    {'year': 1767}
    """
    fields = {}
    for name, value in label["attributes"].items():
        is_plain = name != _STYLE and name not in _PLACE
        if is_plain and value is not None:
            fields[name] = value
    return fields


def make_dataset(labels: dict[str, Any], images: Path) -> Any:
    """A FiftyOne dataset: `style`, `predicted`, and one field for every column; the map under the key `map`.

    Raises ValueError for a file of `labels` that is not below `images`.
    """
    import fiftyone
    import fiftyone.brain
    import numpy as np

    samples = []
    places = []
    for label in labels["labels"].values():
        attributes = label["attributes"]
        path = images / attributes["filename"]
        if not path.is_file():
            raise ValueError(f"{path} is not there: give the folder of images that the atlas was made of")
        style = fiftyone.Classification(label=attributes[_STYLE])
        prediction = fiftyone.Classification(label=label["label"], confidence=label["confidence"])
        fields = sample_fields(label)
        sample = fiftyone.Sample(filepath=str(path), style=style, predicted=prediction, **fields)
        samples.append(sample)
        places.append([attributes[name] for name in _PLACE])
    dataset = fiftyone.Dataset()
    dataset.add_samples(samples)
    dataset.evaluate_classifications("predicted", gt_field=_STYLE, eval_key="evaluation")
    fiftyone.brain.compute_visualization(dataset, points=np.array(places), brain_key="map")
    return dataset


def main() -> None:
    """Make the dataset and show it until the program is ended."""
    if len(sys.argv) != 2:
        raise SystemExit("give one folder: python open_in_fiftyone.py IMAGES")
    import fiftyone

    text = (Path(__file__).parent / "labels.json").read_text("utf-8")
    try:
        dataset = make_dataset(json.loads(text), Path(sys.argv[1]).resolve())
    except ValueError as error:
        raise SystemExit(str(error)) from None
    session = fiftyone.launch_app(dataset)
    session.wait(-1)


if __name__ == "__main__":
    main()
