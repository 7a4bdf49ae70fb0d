"""Types of a benchmark's flags: the names of which they take some, light to import."""

from typing import Annotated

from styleclf.common import Names, SomeOf

MEASUREMENTS = ("training", "decoding", "prediction", "occlusion", "imports", "scaling")
ContenderNames = Annotated[Names, SomeOf("fastai", "ancestor", "probe", "finetune")]
MeasurementNames = Annotated[Names, SomeOf(*MEASUREMENTS)]
