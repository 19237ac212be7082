"""Options of the plugin's tests, and their end."""

import os

import pytest
import warm_python
from kedro_projects import AT_THE_END


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the golden files again; the difference is the review."""
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden files again")
    parser.addoption(
        "--start-afresh", nargs="?", const="all", choices=("all", "pods"),
        help="start every process, or every pod, from nothing, and not as a fork (see warm_python)",
    )  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    """Let the processes of tests start as was asked for."""
    if kind := config.getoption("--start-afresh"):
        os.environ[warm_python.AFRESH] = kind


def pytest_unconfigure() -> None:
    """End what all tests share."""
    AT_THE_END.close()
    warm_python.AT_THE_END.close()
