"""What a task changes that is none of its outputs, and that later tasks read.

A hook may save a parameter, or a dataset, while nodes run. Under `kedro run` later nodes see that;
in a workflow they run elsewhere, and would compute with what there was before.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import cloudpickle
from kedro_flyte.errors import TaskError
from kedro_flyte.plan.data.parameters import encode
from kedro_flyte.plan.model import Plan, Task
from kedro_flyte.plan.view import base_name, is_parameter

Stamp = frozenset[tuple[str, int, int]]


class Changes:
    """Compares what later tasks read, before the nodes of a task have run and after.

    What a hook sets before the nodes run, it sets in every task.
    """

    def __init__(self, plan: Plan, task: Task, places: Mapping[str, str], root: Path) -> None:
        ids = [one.id for one in plan.tasks]
        later = plan.tasks[ids.index(task.id) + 1 :] if task.id in ids else ()
        self._readers = {
            entry: one.id
            for one in reversed(later)
            for name in one.nodes
            for entry in plan.node(name).inputs
        }
        confirmed = {base_name(e) for name in task.nodes for e in plan.node(name).confirms}
        self._paths = dict(_local(plan, task, places, root))
        for name in (*confirmed, *task.outputs):
            self._paths.pop(name, None)
        self._catalog: Any = None
        self._values: dict[str, Any] = {}
        self._stamps: dict[str, Stamp] = {}

    def begin(self, catalog: Any) -> None:
        """Note what there is."""
        self._catalog = catalog
        self._values, self._stamps = self._parameters(), self._files()

    def end(self) -> None:
        """Compare.

        Raises:
            TaskError: Something has changed.
        """
        if self._catalog is None:
            return
        values, files = self._parameters(), self._files()
        changed = [e for e, value in self._values.items() if value != values.get(e)]
        changed += [e for e, stamp in self._stamps.items() if stamp != files[e]]
        if changed:
            readers = sorted({self._readers[entry] for entry in changed})
            raise TaskError(
                f"While the nodes ran, something has saved {', '.join(map(repr, changed))}, most "
                "likely a hook. It is no output of this task, so it stays here, and "
                f"{', '.join(readers)} would compute with what there was before, where `kedro run` "
                "computes with what was saved. Let a node give it as an output; or set it before "
                "the nodes run, as in every task; or run these nodes in one task (a tag, a "
                "namespace)."
            )

    def _parameters(self) -> dict[str, Any]:
        """Return the parameters that later tasks read, as the catalog has them, written out."""
        found = {}
        for entry in filter(is_parameter, self._readers):
            dataset = self._catalog.get(entry)
            if dataset is not None:
                found[entry] = _written(dataset.load())
        return found

    def _files(self) -> dict[str, Stamp]:
        """Return a stamp of the files of the inputs that later tasks read, too."""
        names = {base_name(entry): entry for entry in self._readers}
        return {
            names[name]: frozenset(_stamps(path))
            for name, path in self._paths.items()
            if name in names
        }


def _written(value: Any) -> Any:
    """Return a value in a form that can be compared, whatever it is."""
    plain = encode(value)
    return plain if plain is not None else cloudpickle.dumps(value)


def _local(
    plan: Plan, task: Task, places: Mapping[str, str], root: Path
) -> Iterator[tuple[str, Path]]:
    """Yield the inputs of a task that are files on its disk."""
    for name in task.inputs:
        dataset = plan.dataset(name)
        if name in places:
            yield name, Path(places[name])
        elif dataset.travel.is_handed_over and dataset.location:
            yield name, root / dataset.location


def _stamps(path: Path) -> Iterator[tuple[str, int, int]]:
    for one in path.rglob("*") if path.is_dir() else [path]:
        if one.is_file():
            found = one.stat()
            yield str(one), found.st_size, found.st_mtime_ns
