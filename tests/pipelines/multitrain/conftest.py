"""Projects in temporary folders, and one tracked run that many tests look at."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from pipelines.multitrain.projects import (
    SMALL,
    Run,
    copy_project,
    iris_rows,
    kedro,
    make_parameters,
    params,
)

from e06_flows.pipelines.multitrain.parameters import MultitrainParameters


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A fresh copy of the project."""
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def tracked(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A whole run with small parameters, tracked in a database of its own. Look, do not touch.

    Tests that run in several processes share it: the first to come makes it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, printed = shared / "tracked-project", shared / "tracked.txt"
    with (shared / "tracked.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            folder.mkdir()
            arguments = ("run", "--pipeline", "multitrain", "--params", params(**SMALL))
            run = kedro(copy_project(folder), *arguments)
            assert run.code == 0, run.printed
            printed.write_text(run.printed, encoding="utf-8")
    return Run(project=folder, code=0, printed=printed.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def parameters() -> Callable[..., MultitrainParameters]:
    """Make parameters that differ from conf/base by what is given."""
    return make_parameters


@pytest.fixture(scope="session")
def iris() -> pd.DataFrame:
    """The rows of C and of D."""
    return iris_rows()


@pytest.fixture(scope="session")
def cancer() -> pd.DataFrame:
    """A real table of two classes: scikit-learn's breast-cancer data, `target` 0 or 1."""
    from sklearn.datasets import load_breast_cancer

    table: pd.DataFrame = load_breast_cancer(as_frame=True).frame
    return table
