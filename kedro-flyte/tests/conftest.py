"""Options of the plugin's tests, and their end."""

import pytest
from kedro_projects import AT_THE_END


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the golden files again; the difference is the review."""
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden files again")


def pytest_unconfigure() -> None:
    """End what all tests share."""
    AT_THE_END.close()
