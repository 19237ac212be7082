"""Checks of the datasets: whether each can travel as the plan says."""

from collections.abc import Iterator

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error, info, parameter_place, warning
from kedro_flyte.plan.checks.schedules import unscheduled_sources
from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.data.datasets import credential_names, type_name
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import (
    DatasetView,
    Finding,
    NodeView,
    ProjectView,
    base_name,
    dotted,
    is_parameter,
)

_UNPICKLABLE = (
    "Generator", "Iterator", "AsyncGenerator", "Connection", "Cursor", "Engine", "Session",
    "SparkSession", "TextIOWrapper", "BufferedReader", "BufferedWriter", "Lock", "RLock", "Thread",
    "socket", "MlflowClient", "pyspark.sql.dataframe.DataFrame", "pyspark.sql.DataFrame",
    "pyspark.sql.classic.dataframe.DataFrame",
)  # fmt: skip


def memory(facts: Facts) -> Iterator[Finding]:
    makers = {base_name(entry): node for node in facts.view.nodes for entry in node.outputs}
    for name in facts.travelling.crossing:
        if facts.routes[name].travel is not Travel.PICKLE:
            continue
        level = error if facts.scope.strict else info
        yield level(
            "KF102",
            f"Dataset '{name}' passes between tasks as a pickle.",
            f"It is {facts.routes[name].reason}, and tasks share no memory.",
            f"Add '{name}' to the catalog to choose its format, or run its nodes in one task.",
            place=name,
        )
        unpicklable = _unpicklable(facts.view, makers[name], name)
        if unpicklable:
            yield warning(
                "KF108",
                f"Dataset '{name}' is said to be a {unpicklable}, which cannot be pickled.",
                f"It passes from the task of node '{makers[name].name}' to another.",
                f"Add '{name}' to the catalog with a type that can store it, or run its nodes in "
                "one task.",
                place=name,
            )


def _unpicklable(view: ProjectView, maker: NodeView, name: str) -> str:
    for entry, kind in zip(maker.outputs, view.output_types.get(maker.name, ()), strict=False):
        short = kind.rsplit(".", 1)[-1]
        if base_name(entry) == name and (kind in _UNPICKLABLE or short in _UNPICKLABLE):
            return short if short != "DataFrame" else kind
    return ""


def sources(facts: Facts) -> Iterator[Finding]:
    told = {name for _, name in unscheduled_sources(facts)}
    for name in facts.travelling.sources:
        entry = facts.entry_of(name)
        if entry is None or name in told or (entry.shipped is not False and entry.exists):
            continue
        where = facts.routes[name].location
        yield warning(
            "KF107",
            f"Source '{name}' ({where}) {_absence(entry)}, so {facts.can.carrier.name} does "
            "not take it along.",
            "Tasks run elsewhere.",
            f"Give it at the launch (--{name} FILE or URI), or put it on remote storage"
            + (f". {entry.obstacle.remedy(where)}." if entry.obstacle else ", or commit it."),
            place=name,
        )


def _absence(entry: DatasetView) -> str:
    if not entry.exists:
        return "is not there"
    return f"does not ship ({entry.obstacle})" if entry.obstacle else "does not ship"


def credentials(facts: Facts) -> Iterator[Finding]:
    shipped = facts.view.credentials
    for name, entry in sorted(facts.view.datasets.items()):
        for needed in sorted(set(credential_names(entry.config)) - (shipped or set())):
            if shipped is not None:
                yield warning(
                    "KF128",
                    f"Dataset '{name}' needs the credentials '{needed}', and no file that is "
                    "shipped has them.",
                    "No task reads conf/local, and Kedro's own .gitignore leaves out every file "
                    "of credentials.",
                    f"Write '{needed}' into credentials.yml of the base folder with values such as "
                    "${oc.env:NAME} alone, let git take that file, and name the secrets in "
                    "flyte.yml.",
                    place=name,
                )


def unsatisfied(facts: Facts) -> Iterator[Finding]:
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    declared = {entry for entry in facts.view.datasets if not _undeclared(facts, entry)}
    have = sorted(made | declared | facts.view.entries)
    for node in facts.view.nodes:
        for entry in node.inputs:
            if is_parameter(entry):
                path = entry.removeprefix("params:")
                is_there = path in facts.view.typed_parameters or entry == "parameters"
                if not is_there and path not in facts.scope.paths:
                    yield error(
                        "KF116",
                        f"Node '{node.name}' needs parameter '{path}', which is not configured.",
                        "`kedro run` stops here too.",
                        f"Add it to conf/base/parameters.yml.{_near_parameter(facts, path)}",
                        place=parameter_place(path),
                    )
            elif base_name(entry) not in made and _undeclared(facts, entry):
                yield error(
                    "KF115",
                    f"Node '{node.name}' needs dataset '{entry}', which no node makes and the "
                    f"catalog does not have.{nearest(entry, have)}",
                    "`kedro run` stops here too.",
                    f"Add '{entry}' to the catalog, or put the node that makes it into the slice.",
                    place=entry,
                )


def _undeclared(facts: Facts, entry: str) -> bool:
    return entry not in facts.view.datasets or facts.view.datasets[entry].config is None


def _near_parameter(facts: Facts, path: str) -> str:
    leaves = parameters.leaves(facts.view.parameters)
    return nearest(path, [dotted(keys) for keys, _ in leaves])


def checkpoints(facts: Facts) -> Iterator[Finding]:
    for entry, view in facts.view.datasets.items():
        way = facts.routes.get(base_name(entry))
        is_local = way is not None and way.travel is Travel.DIRECTORY
        if view.config and type_name(view.config) == "IncrementalDataset" and is_local:
            yield warning(
                "KF119",
                f"The checkpoint of '{entry}' is lost when its task ends.",
                "It is written beside the data, on the disk of the task.",
                "Put the dataset or its 'checkpoint' on remote storage.",
                place=entry,
            )
