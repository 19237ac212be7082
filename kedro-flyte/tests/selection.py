"""Which cases `make test` runs: one of each kind. `make test-all` runs all of them."""

from collections.abc import Iterable
from typing import Any

import pytest

# Of the cases of the conformance matrix: shapes of graphs, ways to travel, what ships, names.
REPRESENTATIVES = frozenset(
    {
        "a single node",
        "linear, in memory",
        "diamond of files and memory",
        "no inputs, no outputs, lambda, partial, unnamed",
        "namespaces in namespaces",
        "transcoding",
        "versioned, on local disk",
        "folders, generators and functions that load or save",
        "a configuration in another folder",
        "names that the module itself would like",
        "names of parameters",
        "retries, limits, caches, tiers and environments",
        "a secret that credentials name",
        "other values and another file on this machine",
        "files that are left behind",
    }
)


def chosen(names: Iterable[str], quick: Iterable[str]) -> list[Any]:
    """Return parameters of which those that are not quick are for `make test-all` alone."""
    first = set(quick)
    return [name if name in first else pytest.param(name, marks=pytest.mark.long) for name in names]
