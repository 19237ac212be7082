"""Options of the plugin's tests."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the golden files again; the difference is the review."""
    parser.addoption("--rewrite-golden", action="store_true", help="write the golden files again")
