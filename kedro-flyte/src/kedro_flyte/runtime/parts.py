"""The parts of a task that an orchestrator runs one by one: an alternative, or a step of a map.

A part decides what the task's node is to do, which of its datasets are pickles of this process, and
what it gives. Kedro is imported by what is called, and not with this module.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import MapOver, Over, Task
from kedro_flyte.plan.view import NodeView, base_name
from kedro_flyte.runtime import partitions
from kedro_flyte.runtime.item_names import item_file, item_keys, item_name

if TYPE_CHECKING:
    from kedro_flyte.control.each import Items, Result
    from kedro_flyte.control.hooks import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a part works: the node, the values that came in, a scratch folder, the project."""

    task: Task
    node: NodeView
    inputs: Mapping[str, Any]
    folder: Path
    root: Path
    over_id: str = ""
    over_location: str = ""

    @property
    def map_over(self) -> MapOver:
        """What is mapped.

        Raises:
            TaskError: The task is no map.
        """
        if self.task.map_over is None:
            raise TaskError(f"Task '{self.task.id}' is no map. Export the workflow again.")
        return self.task.map_over

    @property
    def over_value(self) -> Any:
        """The folder that came in and is mapped over; None where the catalog's own is."""
        return self.inputs.get(self.over_id)


@dataclass
class Part:
    """All of a task, with the conditions that others want of it."""

    setting: Setting
    runs_nodes = True
    gives_outputs = True

    def order(self) -> "Order":
        """Return what the node is to do in place of all."""
        from kedro_flyte.control.hooks import Order

        return Order(after=self._tell_flags if self.setting.task.flags else None)

    def captured(self) -> dict[str, str] | None:
        """Return the entries that are pickles of this process; None where all of the task runs."""
        return None

    def kept_apart(self) -> str:
        """Return the dataset that is not to be fetched as a whole."""
        return ""

    def places(self) -> dict[str, str]:
        """Return paths of datasets that the part has fetched itself."""
        return {}

    def give(self) -> list[Any]:
        """Return what it gives in addition to the outputs, or in their place."""
        flags = self.setting.task.flags
        return [self._told()[flag.id] for flag in flags] if flags else []

    def _told(self) -> dict[str, bool]:
        found: dict[str, bool] = json.loads((self.setting.folder / "flags.json").read_text())
        return found

    def _tell_flags(self, catalog: Any) -> None:
        """Evaluate the conditions on what has been saved, as a branch would load it."""
        held = {
            flag.id: flag.condition.holds(catalog.load(flag.entry), flag.entry)
            for flag in self.setting.task.flags
        }
        (self.setting.folder / "flags.json").write_text(json.dumps(held))


@dataclass
class Alternative(Part):
    """One alternative of a branch."""

    then: bool = True

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(then=self.then)

    def captured(self) -> dict[str, str] | None:
        return {}


@dataclass
class Split(Part):
    """Lists the items; where they are values in memory, leaves a pickle of each."""

    gives_outputs = False

    def __post_init__(self) -> None:
        self.runs_nodes = self.setting.map_over.over is not Over.PARTITION

    def kept_apart(self) -> str:
        return "" if self.runs_nodes else self.setting.map_over.name

    def captured(self) -> dict[str, str] | None:
        outputs = self.setting.folder / "unused"
        return {name: str(outputs / str(at)) for at, name in enumerate(self.setting.node.outputs)}

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(collect=self._list)

    def _list(self, node: Any, catalog: Any, argument: Any) -> "Items":  # noqa: ARG002 - a hook's
        import cloudpickle
        from kedro_flyte.control.demand import value_of
        from kedro_flyte.control.each import Items, Shape, items_of

        data = value_of(argument)
        found = items_of(data, node.inputs[0])
        shape = Shape.of(data)
        names = item_keys([key for key, _ in found])
        kind = "list" if shape.is_list else "dict"
        (self.setting.folder / "split.json").write_text(json.dumps([names, kind]))
        if self.setting.map_over.over is Over.VALUE:
            for name, (key, load) in zip(names, found, strict=True):
                with item_file(self._items(), name).open("wb") as stream:
                    cloudpickle.dump((key, load(), shape.is_list, shape.size), stream)
        return Items(data={}, results=())

    def _items(self) -> Path:
        folder = self.setting.folder / "items"
        folder.mkdir(exist_ok=True)
        return folder

    def give(self) -> list[Any]:
        if not self.runs_nodes:
            return [self._files().names(), "dict"]
        keys, kind = json.loads((self.setting.folder / "split.json").read_text())
        if self.setting.map_over.over is not Over.VALUE:
            return [keys, kind]
        from flytekit.types.directory import FlyteDirectory

        if not keys:
            (self._items() / "none").touch()  # an empty folder does not travel
        return [keys, kind, FlyteDirectory(str(self._items()))]

    def _files(self) -> partitions.Files:
        return files_of(self.setting)


def files_of(setting: Setting) -> partitions.Files:
    """Return the files of the folder that is mapped over: the one given, or the catalog's own."""
    given = setting.over_value
    own = str(setting.root / setting.over_location)
    return partitions.Files(own if given is None else given, setting.map_over.suffix)


@dataclass
class Item(Part):
    """Runs the function on one item, and gives what it returned for each output."""

    key: str = ""
    gives_outputs = False
    _fetched: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        setting = self.setting
        self.key = str(setting.inputs["item_key"])
        over = setting.map_over.over
        if over is Over.PARTITION and setting.over_value is not None:
            folder = files_of(setting).fetch(self.key, setting.folder / "partition")
            self._fetched[setting.map_over.name] = str(folder)

    def kept_apart(self) -> str:
        return self.setting.map_over.name

    def places(self) -> dict[str, str]:
        return self._fetched

    def captured(self) -> dict[str, str] | None:
        folder = self.setting.folder / "item"
        in_place = self.setting.map_over.in_place
        found = {
            name: str(folder / f"{at}.pickle")
            for at, name in enumerate(self.setting.node.outputs)
            if base_name(name) not in in_place
        }
        if self.setting.map_over.over is Over.VALUE:
            folder = self.setting.inputs["items_folder"]
            at = partitions.Files(folder, ".pickle")
            place = at.fetch(item_name(self.key), self.setting.folder / "value")
            found[self.setting.node.inputs[0]] = str(item_file(place, self.key))
        return found

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(collect=self._collect)

    def _collect(self, node: Any, catalog: Any, argument: Any) -> "Items":
        from kedro_flyte.control.demand import value_of
        from kedro_flyte.control.each import Items, Shape, items_of
        from kedro_flyte.control.hooks import partitioned

        data = value_of(argument)
        if self.setting.map_over.over is Over.VALUE:
            key, value, is_list, size = data
            one, shape = {key: value}, Shape(is_list=is_list, size=size)
        else:
            found = items_of(data, node.inputs[0])
            names = item_keys([key for key, _ in found])
            if self.key not in names:
                raise TaskError(f"Item '{self.key}' is no longer in '{node.inputs[0]}'.")
            key, load = found[names.index(self.key)]
            one, shape = {key: load()}, Shape.of(data)
        known = partitioned(node, catalog)
        return Items(data=one, shape=shape, pairs=True, partitioned=known)

    def give(self) -> list[Any]:
        from flytekit.types.file import FlyteFile

        folder = self.setting.folder / "item"
        folder.mkdir(exist_ok=True)
        return [FlyteFile(shutil.make_archive(str(folder), "zip", folder))]


@dataclass
class Gather(Part):
    """Saves the results of all items, each as the catalog says, one at a time where it can be."""

    _paths: list[Path | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        results = self.setting.inputs["item_results"]
        self._paths = [None if one is None else Path(str(one.download())) for one in results]

    def captured(self) -> dict[str, str] | None:
        return {}

    def kept_apart(self) -> str:
        return self.setting.map_over.name

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(collect=self._collect)

    def _collect(self, node: Any, catalog: Any, argument: Any) -> "Items":  # noqa: ARG002 - a hook's
        from dataclasses import replace

        from kedro_flyte.control.each import Shape
        from kedro_flyte.control.hooks import items

        kind = self.setting.inputs["items_kind"]
        shape = Shape(is_list=kind == "list", size=len(self._paths))
        return replace(items(node, catalog, {}), results=self._results(node), shape=shape)

    def _results(self, node: Any) -> Iterator["Result"]:
        import logging

        log = logging.getLogger(__name__)
        for key, path in zip(self.setting.inputs["item_keys"], self._paths, strict=True):
            if path is None:
                log.warning("Item '%s' of '%s' failed and is left out.", key, node.inputs[0])
            else:
                yield from _unpacked(path, self.setting.folder / "result", len(node.outputs))


def _unpacked(archive: Path, folder: Path, outputs: int) -> Iterator["Result"]:
    """Yield the result of an item; none where it has none for any output."""
    import cloudpickle
    from kedro_flyte.control.each import Result

    shutil.rmtree(folder, ignore_errors=True)
    shutil.unpack_archive(archive, folder, "zip")
    found: dict[Any, list[Any]] = {}
    for at in range(outputs):
        path = folder / f"{at}.pickle"
        pairs = cloudpickle.loads(path.read_bytes()) if path.exists() else []
        for key, value in pairs:
            found.setdefault(key, [None] * outputs)[at] = value
    for key, values in found.items():
        yield Result(key=key, values=tuple(values))


def part_of(setting: Setting, name: str) -> Part:
    """Return a part by its name; an empty one is all of the task.

    Raises:
        TaskError: There is no such part.
    """
    if not name:
        return Part(setting)
    if name in ("then", "otherwise"):
        return Alternative(setting, then=name == "then")
    kinds: dict[str, type[Part]] = {"split": Split, "item": Item, "gather": Gather}
    if name not in kinds:
        raise TaskError(f"A task has no part '{name}'. Export the workflow again.")
    return kinds[name](setting)
