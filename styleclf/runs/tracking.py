"""Tracking: the folder of a finished run, logged to MLflow. Whatever goes wrong there, the run stays as it is."""

import json
import logging
import math
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from styleclf.output import tracked

if TYPE_CHECKING:
    from mlflow import MlflowClient

_BACKENDS = ("none", "mlflow")
_LOCAL_STORE = "runs/mlflow.db"
_SETTINGS = ("settings.json", "fold.json")
_ARTIFACTS = {".csv", ".ini", ".json", ".npz", ".pkl"}
_BATCH = 1000  # metrics that MLflow takes at a time
# A server that does not answer costs two times ten seconds, not many minutes as by MLflow's own defaults, and MLflow's
# makers are told nothing. Whoever sets these variables decides otherwise.
_ENVIRONMENT = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "10",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "1",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
}


class Tracker:
    """Logs the folders of finished runs to MLflow, or nowhere; a failure is one warning.

    `uri` is MLflow's tracking URI; by default what MLFLOW_TRACKING_URI says, else a local SQLite file, runs/mlflow.db,
    with the artifacts beside it. Raises ValueError for an unknown backend; warns at once if MLflow is not installed.
    """

    def __init__(
        self,
        backend: str = "none",  # or mlflow
        uri: str | None = None,
        experiment: str = "styleclf",
    ) -> None:
        if backend not in _BACKENDS:
            raise ValueError(f"runs can be tracked by {' or '.join(_BACKENDS)}, not {backend!r}")
        self.uri, self.experiment = uri, experiment
        self.on = backend == "mlflow"
        if self.on and find_spec("mlflow") is None:
            self.on = False
            warnings.warn("this run is not tracked: install MLflow with pip install styleclf[mlflow]", stacklevel=2)

    def log(self, folder: str | Path, children: Iterable[str | Path] = ()) -> str | None:
        """Log a run's folder, and the folders of `children` (folds, trials) as runs below it, named as the folders are.

        Settings become parameters; rows of metrics.csv metrics `part/metric`, with `…_lo` and `…_hi`; columns of
        history.csv metrics by epoch; tables, figures and the exported learner artifacts. What is not there is left out.
        Says where to, and returns the id of the run; after a failure, which a warning explains, None.
        """
        if not self.on:
            return None
        try:
            with _quick_and_quiet():
                client, experiment = _connect(self.uri, self.experiment)
                run = _log_folder(client, experiment, Path(folder))
                children = list(map(Path, children))
                for child in tracked(children, len(children), "runs logged"):
                    _log_folder(client, experiment, child, run)
            print(f"MLflow has this run: {_where_to_see(client.tracking_uri)}")
            return run
        except Exception as error:  # of MLflow, its database, its server, the disk: none is worth a training
            warnings.warn(f"{folder} is whole, but MLflow has not all of it: {_failure_reason(error)}", stacklevel=2)
            return None


@contextmanager
def _quick_and_quiet() -> Iterator[None]:
    """MLflow with short patience and without its messages inside the block."""
    unset = {name: value for name, value in _ENVIRONMENT.items() if name not in os.environ}
    level = logging.root.manager.disable
    os.environ.update(unset)
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
        for name in unset:
            os.environ.pop(name, None)


def _connect(uri: str | None, experiment: str) -> tuple["MlflowClient", str]:
    """A client of the store, and the id of the experiment there, which is made if need be."""
    uri = uri or os.environ.get("MLFLOW_TRACKING_URI")
    if uri:
        return _open_experiment(uri, experiment)
    from filelock import FileLock

    store = Path(_LOCAL_STORE).absolute()
    store.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{store}.lock", timeout=60):  # two processes that make its tables at once spoil them
        return _open_experiment(
            f"sqlite:///{store.as_posix()}", experiment, store.with_name("mlflow-artifacts").as_uri()
        )


def _open_experiment(uri: str, experiment: str, artifacts: str | None = None) -> tuple["MlflowClient", str]:
    """A client of that store, and the id of the experiment there, which is made, with its `artifacts`, if need be."""
    from mlflow import MlflowClient  # takes seconds

    client = MlflowClient(uri)
    found = client.get_experiment_by_name(experiment)
    return client, found.experiment_id if found else client.create_experiment(experiment, artifacts)


def _log_folder(client: "MlflowClient", experiment: str, folder: Path, parent: str | None = None) -> str:
    """Log one folder as a run, under `parent` if given; returns its id. Its clock is that of the training."""
    from mlflow.entities import Metric, Param

    params = _params_of(folder)
    end = int(1000 * folder.stat().st_mtime)  # when its last file appeared
    start = end - int(1000 * float(params.get("seconds", 0)))
    tags = {"styleclf.folder": str(folder.absolute())} | ({"mlflow.parentRunId": parent} if parent else {})
    run = client.create_run(experiment, start, tags, folder.name).info.run_id
    try:
        client.log_batch(run, params=[Param(name, str(value)) for name, value in params.items()])
        metrics = [Metric(name, value, end, step) for name, value, step in _metrics_of(folder)]
        for first in range(0, len(metrics), _BATCH):
            client.log_batch(run, metrics[first : first + _BATCH])
        for file in sorted(folder.iterdir()):
            if file.suffix in _ARTIFACTS and not file.name.startswith("."):
                client.log_artifact(run, file)
        for figure in sorted((folder / "figures").glob("*.png")):
            client.log_artifact(run, figure, "figures")
    except BaseException:
        with suppress(Exception):
            client.set_terminated(run, "FAILED")
        raise
    client.set_terminated(run, end_time=end)
    return run


def _params_of(folder: Path) -> dict[str, object]:
    """What the folder says it was made with, its groups (settings, versions) laid open."""
    params: dict[str, object] = {}
    for file in (folder / name for name in _SETTINGS):
        for name, value in json.loads(file.read_text(encoding="utf-8")).items() if file.is_file() else ():
            params |= value if isinstance(value, dict) else {name: value}
    return {_as_key(name): value for name, value in params.items()}


def _metrics_of(folder: Path) -> list[tuple[str, float, int]]:
    """The finite numbers of metrics.csv and history.csv: `(name, value, step)`, where the step is the epoch."""
    found = []
    if (folder / "metrics.csv").is_file():
        for row in pd.read_csv(folder / "metrics.csv").to_dict("records"):
            names = {"value": "", "lo": "_lo", "hi": "_hi"}
            found += [(f"{row['part']}/{row['metric']}{end}", row.get(key), 0) for key, end in names.items()]
    if (folder / "history.csv").is_file():
        for row in pd.read_csv(folder / "history.csv").to_dict("records"):
            epoch = int(row.pop("epoch"))
            found += [(name, value, epoch) for name, value in row.items()]
    known = [(name, value, step) for name, value, step in found if isinstance(value, int | float)]
    return [(_as_key(name), float(value), step) for name, value, step in known if math.isfinite(value)]


def _as_key(name: str) -> str:
    """A name that MLflow takes: others than letters, digits and `_ - . /` and blanks become underscores."""
    return re.sub(r"[^\w\-./ ]", "_", name)


def _where_to_see(uri: str) -> str:
    """The address of a server; for a database the command that shows it, which needs all of MLflow installed."""
    return _without_password(uri if uri.startswith("http") else f"mlflow ui --backend-store-uri {uri}")


def _without_password(text: str) -> str:
    """The text without user and password in its addresses."""
    return re.sub(r"//[^/@\s]+@", "//", text)


def _failure_reason(error: Exception) -> str:
    """What went wrong, in some words on one line."""
    text = (
        "its server does not answer" if _is_unanswered(error) else " ".join(str(error).split()) or type(error).__name__
    )
    text = _without_password(text)
    return text if len(text) <= 200 else f"{text[:199]}…"


def _is_unanswered(error: BaseException | None) -> bool:
    """Whether a failed connection is behind the error: MLflow buries it in its own."""
    while error is not None:
        if type(error).__module__ == "requests.exceptions" and re.search("Connect|Timeout", type(error).__name__):
            return True
        error = error.__cause__ or error.__context__
    return False
