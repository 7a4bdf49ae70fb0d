"""The recipes in turn, for a folder of one's own and for the practice set.

The whole way gives a first honest number soon, a better one later, and a model in the end:

design/     who is trained on and who is judged
probe/      every fold judged by a frozen network: the first answer
audit/      how much of it is painters, scanners and files
tuned/      every fold judged by a fine-tuned network, where there is time
model/      a calibrated model of all folds; the validation set stays closed
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from styleclf.common import conclude, expect_end_in, foresight, read_json, say
from styleclf.settings.command_line import run_recipe
from styleclf.settings.earlier_runs import is_finished
from styleclf.settings.foresight import seconds_of_audit, seconds_of_training

_SHARE_OF_TUNING = 0.6  # of the minutes
_LATEST_START = 0.5  # of the minutes: fine-tuning that begins later would end long after them
_MINUTES_FOR_MARKERS = 10.0  # with fewer, an audit leaves out the search for them
_LEAST_MINUTES = 1.0  # of one fine-tuning: a shorter one is seldom better than the probe


@dataclass(frozen=True)
class WholeWay:
    """What is the same in all steps; `run` takes them, and leaves out those that are finished."""

    recipes: Path  # the folder of recipes
    images: str
    out: Path
    network: Mapping[str, Any]  # flags by name: arch, weights, size
    epochs: int = 6  # of fine-tuning, or of training from random weights
    minutes: float | None = None  # for everything

    @property
    def model(self) -> Path:
        """The model that it ends with."""
        return self.out / "model/model.pkl"

    def run(self) -> Path:
        """Take all steps; returns the folder of the cross-validation that the model was made like."""
        from styleclf.report import run_answer

        start = time.monotonic()
        with foresight():
            if self.minutes is not None:
                expect_end_in(60 * self.minutes)
            self._step("design", "design", {"images": self.images})
            best = self._cross_validate(start)
            self._step("validate", "model", {"cv": best.as_posix(), "calibrate": True, "closed": True})
        conclude(f"\n{run_answer(best)}")
        return best

    def _cross_validate(self, start: float) -> Path:
        """Judge the probe, audit the design, and fine-tune where that may pay; returns the folder of the better one."""
        from styleclf.report import run_answer

        design = (self.out / "design/design.csv").as_posix()
        flags = {"design": design, **self.network}
        if self.network.get("weights") == "none":
            folder = self._step("cross_validate", "tuned", flags | self._duration(least=0))
            self._audit(folder)
            return folder
        probe = self._step("cross_validate", "probe", flags | {"epochs": 0})
        duration = self._duration(least=_LEAST_MINUTES)
        seconds_of_audit = self._seconds_of_audit(probe)
        will_be_late = self._is_late(start - seconds_of_audit)
        foreseen = {} if will_be_late else duration
        n_trainings = self._n_trainings() if foreseen else 1
        self._foresee(probe, foreseen, n_trainings=n_trainings, seconds_before=seconds_of_audit)
        self._audit(probe)
        if not duration:
            self._foresee(probe, {}, n_trainings=1)
            return probe
        say(f"\na first answer: {run_answer(probe)}")
        if self._is_late(start):
            advice = "the same command again goes on with it"
            say(f"fine-tuning does not fit into the minutes that are left: {advice}")
            self._foresee(probe, {}, n_trainings=1)
            return probe
        self._foresee(probe, duration, n_trainings=self._n_trainings())
        fine_tuning = self._step("cross_validate", "tuned", flags | duration)
        self._foresee(probe, duration, n_trainings=1)
        return max(probe, fine_tuning, key=_top_2)

    def _foresee(
        self, probe: Path, duration: Mapping[str, Any], *, n_trainings: int, seconds_before: float = 0.0
    ) -> None:
        """Let every step say how long the rest will take: so many trainings, and what comes before them."""
        seconds = n_trainings * seconds_of_training(_seconds_of(probe), duration)
        expect_end_in(seconds_before + seconds)

    def _seconds_of_audit(self, probe: Path) -> float:
        """How long the audit will take; 0 if it is done."""
        if is_finished(self.out / "audit", {}):
            return 0.0
        return seconds_of_audit(_seconds_of(probe), self._audit_flags())

    def _audit(self, folder: Path) -> None:
        """Audit the design once, which every report quotes; without the package for it the rest goes on."""
        from styleclf.report import write_report

        if not is_finished(self.out / "audit", {}):
            flags = {"cv": folder.as_posix(), **self._audit_flags()}
            self._step("audit", "audit", flags, is_needed=False)
        write_report([folder], images=self.images)  # which quotes the audit

    def _audit_flags(self) -> dict[str, bool]:
        """What an audit leaves out to save time: degraded copies take half of it, markers nearly half of the rest."""
        if self.minutes is None:
            return {}
        if self.minutes >= _MINUTES_FOR_MARKERS:
            return {"degraded": False}
        return {"degraded": False, "markers": False}

    def _duration(self, *, least: float) -> dict[str, Any]:
        """The flags for how long to train; empty where there is no time for it: fewer than `least` minutes for each.

        They depend on nothing but the request, so that a stopped run goes on with the same.
        """
        if self.epochs == 0:
            return {}
        if self.minutes is None:
            return {"epochs": self.epochs}
        minutes = round(_SHARE_OF_TUNING * self.minutes / self._n_trainings(), 2)
        return {"minutes": minutes} if minutes >= least else {}

    def _is_late(self, start: float) -> bool:
        """Whether too much time has gone since the start to begin fine-tuning."""
        if self.minutes is None:
            return False
        minutes_gone = (time.monotonic() - start) / 60
        return minutes_gone > _LATEST_START * self.minutes

    def _n_trainings(self) -> int:
        """One for every fold, and one for the model."""
        from styleclf.data import cv_folds, read_design

        design = read_design(self.out / "design/design.csv")
        n_folds = len(cv_folds(design))
        return n_folds + 1

    def _step(self, recipe: str, name: str, flags: Mapping[str, Any], *, is_needed: bool = True) -> Path:
        """Run a recipe in the folder of that name, unless it was finished there with the same flags."""
        folder = self.out / name
        if is_finished(folder, flags):
            say(f"\n{recipe} is done: {folder}")
            return folder
        file = self.recipes / f"{recipe}.py"
        run_recipe(file, *_words(flags), "--out", folder.as_posix(), is_needed=is_needed)
        return folder


@dataclass(frozen=True)
class PracticeWay:
    """Design, training and prediction of the practice set, whose validation set may be opened: no work depends on it.

    `design/`, `train/` with the model, and `predictions.csv` of one picture of each style.
    """

    recipes: Path  # the folder of recipes
    images: str  # where the practice set is painted, if it is not there
    out: Path
    network: Mapping[str, Any]  # flags by name: arch, weights, size
    epochs: int

    @property
    def model(self) -> Path:
        """The model that it ends with."""
        return self.out / "train/model.pkl"

    def run(self) -> Path:
        """Take all steps; returns the folder of the training."""
        from styleclf.data import paint_samples
        from styleclf.report import run_answer

        paint_samples(self.images)
        design = self.out / "design/design.csv"
        self._step("design", {"images": self.images, "out": design.parent})
        data = {"images": self.images, "design": design, "epochs": self.epochs}
        folder = self.model.parent
        self._step("train", {**data, **self.network, "validate": True, "out": folder})
        files = self._one_per_style(design)
        self._step("predict", {"model": self.model, "out": self.out / "predictions.csv"}, files)
        conclude(f"\n{run_answer(folder)}")
        return folder

    def _step(self, recipe: str, flags: Mapping[str, Any], files: Sequence[Path] = ()) -> None:
        """Run a recipe."""
        file = self.recipes / f"{recipe}.py"
        run_recipe(file, *_words(flags), *map(str, files))

    def _one_per_style(self, design: Path) -> list[Path]:
        """A picture of each style that the model has not seen."""
        from styleclf.data import read_design

        unseen = read_design(design, "0")
        one_per_style = unseen.drop_duplicates("label")
        return [Path(self.images) / filename for filename in one_per_style["filename"]]


def _seconds_of(folder: Path) -> float:
    """How long a finished run took."""
    return float(read_json(folder / "settings.json", ["seconds"])["seconds"])


def _words(flags: Mapping[str, Any]) -> list[str]:
    """Flags as they are typed."""
    words = []
    for name, value in flags.items():
        flag = name.replace("_", "-")
        if value is True:
            words.append(f"--{flag}")
        elif value is False:
            words.append(f"--no-{flag}")
        else:
            words += [f"--{flag}", str(value)]
    return words


def _top_2(folder: Path) -> float:
    """The top-2 accuracy of a finished cross-validation, by which the better one is chosen."""
    from styleclf.common import read_table

    metrics = read_table(folder / "metrics.csv", ["part", "metric", "value"])
    is_wanted = (metrics["part"] == "cv") & (metrics["metric"] == "top_2_accuracy")
    values = metrics.loc[is_wanted, "value"]
    return float(values.iloc[0])
