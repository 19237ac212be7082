"""The steps of a map: one lists the items, one works on an item, one gathers the results."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.model import Over
from kedro_flyte.plan.view import base_name
from kedro_flyte.runtime.steps import partitions
from kedro_flyte.runtime.steps.item_names import item_file, item_keys, item_name
from kedro_flyte.runtime.steps.step import Step, Work

if TYPE_CHECKING:
    from kedro_flyte.control.each import Items, Result
    from kedro_flyte.control.hooks import Order


@dataclass
class Split(Step):
    """Lists the items; where they are values in memory, leaves a pickle of each."""

    gives_outputs = False

    def __post_init__(self) -> None:
        self.runs_nodes = self.work.map_over.over is not Over.PARTITION

    def kept_apart(self) -> str:
        return "" if self.runs_nodes else self.work.map_over.name

    def captured(self) -> dict[str, str] | None:
        outputs = self.work.folder / "unused"
        return {name: str(outputs / str(at)) for at, name in enumerate(self.work.node.outputs)}

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
        (self.work.folder / "split.json").write_text(json.dumps([names, kind]))
        if self.work.map_over.over is Over.VALUE:
            for name, (key, load) in zip(names, found, strict=True):
                with item_file(self._items(), name).open("wb") as stream:
                    cloudpickle.dump((key, load(), shape.is_list, shape.size), stream)
        return Items(data={}, results=())

    def _items(self) -> Path:
        folder = self.work.folder / "items"
        folder.mkdir(exist_ok=True)
        return folder

    def give(self) -> list[Any]:
        if not self.runs_nodes:
            return [self._files().names(), "dict"]
        keys, kind = json.loads((self.work.folder / "split.json").read_text())
        if self.work.map_over.over is not Over.VALUE:
            return [keys, kind]
        from flytekit.types.directory import FlyteDirectory

        if not keys:
            (self._items() / "none").touch()  # an empty folder does not travel
        return [keys, kind, FlyteDirectory(str(self._items()))]

    def _files(self) -> partitions.Files:
        return files_of(self.work)


def files_of(work: Work) -> partitions.Files:
    """Return the files of the folder that is mapped over: the one given, or the catalog's own."""
    given = work.over_value
    own = str(work.root / work.over_location)
    return partitions.Files(own if given is None else given, work.map_over.suffix)


@dataclass
class Item(Step):
    """Runs the function on one item, and gives what it returned for each output."""

    key: str = ""
    gives_outputs = False
    _fetched: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        work = self.work
        self.key = str(work.inputs["item_key"])
        over = work.map_over.over
        if over is Over.PARTITION and work.over_value is not None:
            folder = files_of(work).fetch(self.key, work.folder / "partition")
            self._fetched[work.map_over.name] = str(folder)

    def kept_apart(self) -> str:
        return self.work.map_over.name

    def places(self) -> dict[str, str]:
        return self._fetched

    def captured(self) -> dict[str, str] | None:
        folder = self.work.folder / "item"
        in_place = self.work.map_over.in_place
        found = {
            name: str(folder / f"{at}.pickle")
            for at, name in enumerate(self.work.node.outputs)
            if base_name(name) not in in_place
        }
        if self.work.map_over.over is Over.VALUE:
            folder = self.work.inputs["items_folder"]
            at = partitions.Files(folder, ".pickle")
            place = at.fetch(item_name(self.key), self.work.folder / "value")
            found[self.work.node.inputs[0]] = str(item_file(place, self.key))
        return found

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(collect=self._collect)

    def _collect(self, node: Any, catalog: Any, argument: Any) -> "Items":
        from kedro_flyte.control.demand import value_of
        from kedro_flyte.control.each import Items, Shape, items_of
        from kedro_flyte.control.hooks import partitioned

        data = value_of(argument)
        if self.work.map_over.over is Over.VALUE:
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

        folder = self.work.folder / "item"
        folder.mkdir(exist_ok=True)
        return [FlyteFile(shutil.make_archive(str(folder), "zip", folder))]


@dataclass
class Gather(Step):
    """Saves the results of all items, each as the catalog says, one at a time where it can be."""

    _paths: list[Path | None] = field(default_factory=list)

    def __post_init__(self) -> None:
        results = self.work.inputs["item_results"]
        self._paths = [None if one is None else Path(str(one.download())) for one in results]

    def captured(self) -> dict[str, str] | None:
        return {}

    def kept_apart(self) -> str:
        return self.work.map_over.name

    def order(self) -> "Order":
        from kedro_flyte.control.hooks import Order

        return Order(collect=self._collect)

    def _collect(self, node: Any, catalog: Any, argument: Any) -> "Items":  # noqa: ARG002 - a hook's
        from dataclasses import replace

        from kedro_flyte.control.each import Shape
        from kedro_flyte.control.hooks import items

        kind = self.work.inputs["items_kind"]
        shape = Shape(is_list=kind == "list", size=len(self._paths))
        return replace(items(node, catalog, {}), results=self._results(node), shape=shape)

    def _results(self, node: Any) -> Iterator["Result"]:
        import logging

        log = logging.getLogger(__name__)
        for key, path in zip(self.work.inputs["item_keys"], self._paths, strict=True):
            if path is None:
                log.warning("Item '%s' of '%s' failed and is left out.", key, node.inputs[0])
            else:
                yield from _unpacked(path, self.work.folder / "result", len(node.outputs))


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
