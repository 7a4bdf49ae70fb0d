"""A fastai learner whose own `export` travels: what it writes can be read on any system, and names no folder."""

from pathlib import Path
from typing import Any

from fastai.learner import Learner

from styleclf.training.export import export_learner


class PortableLearner(Learner):
    """fastai's `Learner`, but for `export`, which writes what `export_learner` writes."""

    def export(
        self,
        fname: str | Path = "export.pkl",  # below `path`, or an absolute one
        pickle_module: Any = None,  # another one writes as fastai does, folders of this system included
        pickle_protocol: int = 2,
    ) -> None:
        """Write the learner without its images, for `load_style_learner` and fastai's `load_learner`."""
        if pickle_module is not None:
            super().export(fname, pickle_module=pickle_module, pickle_protocol=pickle_protocol)
            return
        export_learner(self, self.path / fname)
