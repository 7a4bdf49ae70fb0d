"""Tracking: the folder of a finished run, logged to MLflow. Whatever goes wrong there, the run stays as it is."""

import logging
import math
import os
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from styleclf.common import check_one_of, read_json, reason_of, say, with_progress

if TYPE_CHECKING:
    from mlflow import MlflowClient

_NO_BACKEND, _MLFLOW = "none", "mlflow"
_LOCAL_STORE = "runs/mlflow.db"
_SECONDS_FOR_LOCK = 60
_SETTINGS_FILES = ("settings.json", "fold.json")
_ARTIFACT_SUFFIXES = {".csv", ".ini", ".json", ".npz", ".pkl"}
_METRICS_PER_BATCH = 1000  # that MLflow takes
_METRIC_SUFFIXES = {"value": "", "lo": "_lo", "hi": "_hi"}  # of MLflow's names, by columns of metrics.csv
_REASON_LENGTH = 200  # characters
_CHATTY_LOGGERS = ("mlflow", "alembic", "urllib3")  # of MLflow, of its database, of its way to a server
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

    `uri` is MLflow's tracking URI; by default that of MLFLOW_TRACKING_URI, else a local SQLite file, runs/mlflow.db,
    with the artifacts beside it. Raises ValueError for an unknown backend; warns at once if MLflow is not installed.

    >>> Tracker().on, Tracker().log("runs/train")
    (False, None)
    """

    def __init__(
        self,
        backend: str = _NO_BACKEND,  # or mlflow
        uri: str | None = None,
        experiment: str = "styleclf",
    ) -> None:
        check_one_of(backend, (_NO_BACKEND, _MLFLOW), "the backend that tracks runs")
        self.uri = uri
        self.experiment = experiment
        self.on = backend == _MLFLOW
        if self.on and find_spec("mlflow") is None:
            self.on = False
            warnings.warn('this run is not tracked: install MLflow with pip install "styleclf[mlflow]"', stacklevel=2)

    def log(self, folder: str | Path, children: Iterable[str | Path] = ()) -> str | None:
        """Log a run's folder, and the folders of `children` (folds, trials) as runs below it, named as the folders are.

        Settings become parameters; rows of metrics.csv become metrics `part/metric`, with `…_lo` and `…_hi`; columns
        of history.csv become metrics by epoch; tables, figures and the exported learner become artifacts. Files that
        do not exist are left out. Says where the run can be seen, and returns its id; after a failure, which a
        warning explains, returns None.
        """
        if not self.on:
            return None
        try:
            with _quick_and_quiet():
                client, experiment = _connect(self.uri, self.experiment)
                run = _log_folder(client, experiment, Path(folder))
                folders = [Path(child) for child in children]
                for child in with_progress(folders, len(folders), "runs logged"):
                    _log_folder(client, experiment, child, parent=run)
            say(f"MLflow has this run: {_where_to_see(client.tracking_uri)}")
            return run
        except Exception as error:  # of MLflow, its database, its server, the disk: none is worth a training
            warnings.warn(f"{folder} is whole, but MLflow has not all of it: {_failure_reason(error)}", stacklevel=2)
            return None


@contextmanager
def _quick_and_quiet() -> Iterator[None]:
    """MLflow with short patience and without its messages inside the block."""
    with _default_environment(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import mlflow  # noqa: F401  (takes seconds, and sets the levels of its loggers)

        with _quiet_loggers():
            yield


@contextmanager
def _default_environment() -> Iterator[None]:
    """Environment variables for MLflow inside the block, but for those that somebody has set."""
    unset = {name: value for name, value in _ENVIRONMENT.items() if name not in os.environ}
    os.environ.update(unset)
    try:
        yield
    finally:
        for name in unset:
            os.environ.pop(name, None)


@contextmanager
def _quiet_loggers() -> Iterator[None]:
    """Only errors from MLflow, its database and its connections inside the block; other loggers go on as they do."""
    levels = {}
    for name in _CHATTY_LOGGERS:
        logger = logging.getLogger(name)
        levels[logger] = logger.level
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in levels.items():
            logger.setLevel(level)


def _connect(uri: str | None, experiment: str) -> tuple["MlflowClient", str]:
    """A client of the store, and the id of the experiment there, which is created if need be."""
    uri = uri or os.environ.get("MLFLOW_TRACKING_URI")
    if uri:
        return _open_experiment(uri, experiment)
    from filelock import FileLock

    store = Path(_LOCAL_STORE).absolute()
    store.parent.mkdir(parents=True, exist_ok=True)
    artifacts = store.with_name("mlflow-artifacts").as_uri()
    with FileLock(f"{store}.lock", timeout=_SECONDS_FOR_LOCK):  # two processes that make its tables at once spoil them
        return _open_experiment(f"sqlite:///{store.as_posix()}", experiment, artifacts)


def _open_experiment(uri: str, experiment: str, artifacts: str | None = None) -> tuple["MlflowClient", str]:
    """A client of that store, and the id of the experiment there, created with `artifacts` as its place if need be."""
    from mlflow import MlflowClient  # takes seconds

    client = MlflowClient(uri)
    existing = client.get_experiment_by_name(experiment)
    if existing:
        return client, existing.experiment_id
    return client, client.create_experiment(experiment, artifacts)


def _log_folder(
    client: "MlflowClient",
    experiment: str,
    folder: Path,
    *,
    parent: str | None = None,
) -> str:
    """Log one folder as a run, under `parent` if given; returns its id. Its clock is that of the training."""
    params = _params_of(folder)
    end = int(1000 * folder.stat().st_mtime)  # when its last file appeared
    start = end - int(1000 * float(params.get("seconds", 0)))
    tags = {"styleclf.folder": str(folder.absolute())}
    if parent:
        tags["mlflow.parentRunId"] = parent
    run = client.create_run(experiment, start, tags, folder.name).info.run_id
    try:
        _log_values(client, run, folder, end=end)
        _log_files(client, run, folder)
    except BaseException:
        with suppress(Exception):
            client.set_terminated(run, "FAILED")
        raise
    client.set_terminated(run, end_time=end)
    return run


def _log_values(
    client: "MlflowClient",
    run: str,
    folder: Path,
    *,
    end: int,
) -> None:
    """Log the parameters of a folder, and its metrics as of the time `end` in milliseconds."""
    from mlflow.entities import Metric, Param

    params = []
    for name, value in _params_of(folder).items():
        params.append(Param(name, str(value)))
    client.log_batch(run, params=params)
    metrics = [Metric(name, value, end, step) for name, value, step in _metrics_of(folder)]
    for start in range(0, len(metrics), _METRICS_PER_BATCH):
        client.log_batch(run, metrics[start : start + _METRICS_PER_BATCH])


def _log_files(client: "MlflowClient", run: str, folder: Path) -> None:
    """Log the tables, settings, arrays, learners and figures of a folder."""
    for file in sorted(folder.iterdir()):
        if file.suffix in _ARTIFACT_SUFFIXES and not file.name.startswith("."):
            client.log_artifact(run, file)
    for figure in sorted((folder / "figures").glob("*.png")):
        client.log_artifact(run, figure, "figures")


def _params_of(folder: Path) -> dict[str, Any]:
    """What the folder says it was made with; the groups (settings, versions) become one dictionary."""
    params: dict[str, Any] = {}
    for filename in _SETTINGS_FILES:
        file = folder / filename
        if not file.is_file():
            continue
        for name, value in read_json(file).items():
            params |= value if isinstance(value, dict) else {name: value}
    return {_as_key(name): value for name, value in params.items()}


def _metrics_of(folder: Path) -> list[tuple[str, float, int]]:
    """The finite numbers of metrics.csv and history.csv: `(name, value, step)`, where the step is the epoch."""
    values = [*_final_values(folder / "metrics.csv"), *_values_by_epoch(folder / "history.csv")]
    metrics = []
    for name, value, step in values:
        if isinstance(value, int | float) and math.isfinite(value):
            metrics.append((_as_key(name), float(value), step))
    return metrics


def _final_values(file: Path) -> Iterator[tuple[str, object, int]]:
    """Every metric of a table of metrics, with the ends of its interval; nothing where there is no table."""
    if not file.is_file():
        return
    for row in pd.read_csv(file).to_dict("records"):
        name = f"{row['part']}/{row['metric']}"
        for column, suffix in _METRIC_SUFFIXES.items():
            yield f"{name}{suffix}", row.get(column), 0


def _values_by_epoch(file: Path) -> Iterator[tuple[str, object, int]]:
    """Every value of a table of epochs; nothing where there is no table."""
    if not file.is_file():
        return
    for row in pd.read_csv(file).to_dict("records"):
        epoch = int(row.pop("epoch"))
        for name, value in row.items():
            yield name, value, epoch


def _as_key(name: str) -> str:
    """A name that MLflow takes: others than letters, digits and `_ - . /` and blanks become underscores."""
    return re.sub(r"[^\w\-./ ]", "_", name)


def _where_to_see(uri: str) -> str:
    """The address of a server; for a database the command that shows it, which needs all of MLflow installed."""
    if uri.startswith("http"):
        return _without_password(uri)
    return _without_password(f"mlflow ui --backend-store-uri {uri}")


def _without_password(text: str) -> str:
    """The text without user and password in its addresses."""
    return re.sub(r"//[^/@\s]+@", "//", text)


def _failure_reason(error: Exception) -> str:
    """What went wrong, in a few words on one line."""
    if _is_unanswered(error):
        return "its server does not answer"
    message = reason_of(error)
    message = _without_password(message)
    if len(message) <= _REASON_LENGTH:
        return message
    return f"{message[: _REASON_LENGTH - 1]}…"


def _is_unanswered(error: BaseException | None) -> bool:
    """Whether a failed connection is behind the error: MLflow buries it in its own."""
    while error is not None:
        kind = type(error)
        if kind.__module__ == "requests.exceptions" and re.search("Connect|Timeout", kind.__name__):
            return True
        error = error.__cause__ or error.__context__
    return False
