"""Data that is read when it is asked for: what a branch that is not chosen reads is never loaded.

Kedro loads all inputs of a node before it runs it. During a run, the catalog's `load` gives the
control-flow nodes a promise in place of data, and every other reader the data itself.
"""

import threading
from typing import Any


class Deferred:
    """An input that has not been loaded yet."""

    def __init__(self, catalog: Any, name: str) -> None:
        self._catalog, self._name = catalog, name

    def read(self) -> Any:
        """Return the data, loaded as Kedro loads it: logged, and validated where it should be."""
        return type(self._catalog).load(self._catalog, self._name)


def value_of(argument: Any) -> Any:
    """Return the data of an argument, which may be deferred."""
    return argument.read() if isinstance(argument, Deferred) else argument


class _Asked(threading.local):
    """The dataset whose next load in this thread is to be deferred."""

    name = ""


_asked = _Asked()


def defer(name: str) -> None:
    """Let the next load in this thread, if it is of this dataset, give a promise; empty: none."""
    _asked.name = name


class LoadOnDemand:
    """Stands before the `load` of one catalog; pickles with it."""

    def __init__(self, catalog: Any) -> None:
        self._catalog = catalog

    def __call__(self, ds_name: str, version: str | None = None) -> Any:
        """Load a dataset as the catalog does, or promise to."""
        if _asked.name == ds_name:
            _asked.name = ""
            return Deferred(self._catalog, ds_name)
        return type(self._catalog).load(self._catalog, ds_name, version)


def begin(catalog: Any) -> None:
    """Let a catalog load on demand."""
    catalog.load = LoadOnDemand(catalog)


def end(catalog: Any) -> None:
    """Take `begin` back."""
    vars(catalog).pop("load", None)
