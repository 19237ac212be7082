"""MLflow imported without its noise, and the run that is active."""

import contextlib
import importlib
import importlib.util
import logging
import os
import re
import sys
import warnings
from collections.abc import Iterator
from types import ModuleType

# MLflow's own values let a call wait for a dead server for minutes.
_PATIENCE = {
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "15",  # seconds
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "2",
    "MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR": "1",
}


def import_mlflow() -> ModuleType:
    """Import MLflow, which from then on says what goes wrong and not all that it does.

    It waits for a server that does not answer for less than a minute, unless variables of its own
    say otherwise.
    """
    if "mlflow.pyfunc" not in sys.modules:
        for variable, value in _PATIENCE.items():
            os.environ.setdefault(variable, value)
        import_quietly("mlflow.pyfunc")
        logging.getLogger("mlflow").setLevel(logging.WARNING)
    return importlib.import_module("mlflow")


_EXPECTED = re.compile(
    "Add type hints to the `predict` method"  # of a class of kedro-mlflow
    "|Any type hint is inferred as AnyType"  # in a class of MLflow
    "|Support for class-based `config` is deprecated"  # pydantic's, of a class of kedro-mlflow
)


def import_quietly(module: str) -> ModuleType:
    """Import without the warnings that MLflow and kedro-mlflow cause by classes of their own.

    MLflow shows one of them whatever the filters say, so all are caught, and others shown after.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("ignore", message=f".*({_EXPECTED.pattern})")
        imported = importlib.import_module(module)
    for warning in caught:
        if not _EXPECTED.search(str(warning.message)):
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
    return imported


_SYSTEM_METRICS = "MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING"  # MLflow's own switch


@contextlib.contextmanager
def system_metrics() -> Iterator[None]:
    """Let MLflow watch memory and processors for as long as the run that is started inside lasts.

    It looks every ten seconds, so shorter runs show none. Runs that are started later are not
    watched besides: those of threads are the same run. MLflow's variable switches it off or on.
    """
    wanted = importlib.util.find_spec("psutil") is not None and _SYSTEM_METRICS not in os.environ
    if wanted:
        import_mlflow().enable_system_metrics_logging()
    try:
        yield
    finally:
        if wanted:
            os.environ.pop(_SYSTEM_METRICS, None)


def active_run_id() -> str | None:
    """Return the MLflow run of this thread, or the one that an orchestrator has named.

    It is None where nothing is tracked; MLflow is then not imported.
    """
    if "mlflow" in sys.modules and (run := import_mlflow().active_run()):
        return str(run.info.run_id)
    return os.environ.get("MLFLOW_RUN_ID")
