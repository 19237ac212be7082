"""The findings: what is wrong or worth knowing about a plan, as a linter says it.

A check is a function from the facts to findings. Each finding has a code, which documentation and
CI can name, and says what is so, why it matters, and what to do.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from kedro_flyte.errors import nearest
from kedro_flyte.plan import parameters
from kedro_flyte.plan.config import FlyteConfig, PipelineConfig
from kedro_flyte.plan.datasets import Route, type_name
from kedro_flyte.plan.grouping import GroupingCycleError
from kedro_flyte.plan.model import (
    Finding,
    NodeView,
    Parameter,
    ProjectView,
    Severity,
    Travel,
    base_name,
    is_parameter,
)
from kedro_flyte.plan.rules import (
    ENVIRONMENT_TAG,
    TIER_TAG,
    Demand,
    environments,
    tiers,
    together,
)

WORKFLOW_LIMIT = 100
_UNPICKLABLE = (
    "Generator", "Iterator", "AsyncGenerator", "Connection", "Cursor", "Engine", "Session",
    "SparkSession", "TextIOWrapper", "BufferedReader", "BufferedWriter", "Lock", "RLock", "Thread",
    "socket", "MlflowClient", "pyspark.sql.dataframe.DataFrame", "pyspark.sql.DataFrame",
    "pyspark.sql.classic.dataframe.DataFrame",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the checks look at: what has been read, and what has been made of it so far."""

    view: ProjectView
    config: FlyteConfig
    grouping: str
    asked: Mapping[str, Demand]
    groups: Mapping[str, list[NodeView]]
    routes: Mapping[str, Route]
    crossing: list[str]
    sources: list[str]
    results: list[str]
    inputs: tuple[Parameter, ...]
    circle: GroupingCycleError | None
    strict: bool


def check(facts: Facts) -> tuple[Finding, ...]:
    """Return all findings, errors first."""
    found = [*facts.view.problems, *(f for one in _CHECKS for f in one(facts))]
    order = list(Severity)
    return tuple(sorted(found, key=lambda f: (order.index(f.severity), f.code, f.what)))


def _error(code: str, what: str, why: str, todo: str) -> Finding:
    return Finding(code=code, severity=Severity.ERROR, what=what, why=why, todo=todo)


def _warning(code: str, what: str, why: str, todo: str) -> Finding:
    return Finding(code=code, severity=Severity.WARNING, what=what, why=why, todo=todo)


def _info(code: str, what: str, why: str, todo: str) -> Finding:
    return Finding(code=code, severity=Severity.INFO, what=what, why=why, todo=todo)


def _cycle(facts: Facts) -> Iterator[Finding]:
    if facts.circle is not None:
        groups = " -> ".join(group.rstrip("/") for group in facts.circle.groups)
        yield _error(
            "KF101",
            f"Grouping by {facts.grouping} makes tasks that wait for each other: {groups}.",
            f"The circle goes through the nodes {' -> '.join(facts.circle.path)}.",
            "Put the node in the middle into the group as well, or use --group-by node.",
        )


def _memory(facts: Facts) -> Iterator[Finding]:
    makers = {base_name(entry): node for node in facts.view.nodes for entry in node.outputs}
    for name in facts.crossing:
        if facts.routes[name].travel is not Travel.PICKLE:
            continue
        level = _error if facts.strict else _info
        yield level(
            "KF102",
            f"Dataset '{name}' passes between tasks as a pickle.",
            f"It is {facts.routes[name].reason}, and tasks share no memory.",
            f"Add '{name}' to the catalog to choose its format, or run its nodes in one task.",
        )
        unpicklable = _unpicklable(facts.view, makers[name], name)
        if unpicklable:
            yield _warning(
                "KF108",
                f"Dataset '{name}' is said to be a {unpicklable}, which cannot be pickled.",
                f"It passes from the task of node '{makers[name].name}' to another.",
                f"Add '{name}' to the catalog with a type that can store it, or run its nodes in "
                "one task.",
            )


def _unpicklable(view: ProjectView, maker: NodeView, name: str) -> str:
    for entry, kind in zip(maker.outputs, view.output_types.get(maker.name, ()), strict=False):
        short = kind.rsplit(".", 1)[-1]
        if base_name(entry) == name and (kind in _UNPICKLABLE or short in _UNPICKLABLE):
            return short if short != "DataFrame" else kind
    return ""


def _node_tiers(facts: Facts) -> Iterator[Finding]:
    known = tiers(facts.config)
    for node in facts.view.nodes:
        asked = facts.asked[node.name]
        for tier in asked.tiers:
            if tier not in known:
                yield _error(
                    "KF105",
                    f"Node '{node.name}' asks for tier '{tier}', which is not known."
                    f"{nearest(tier, known)}",
                    f"Known tiers: {', '.join(known)}.",
                    f"Correct the tag, or add 'tiers: {{{tier}: ...}}' to flyte.yml.",
                )
        if len(set(asked.tiers)) > 1:
            yield _warning(
                "KF103",
                f"Node '{node.name}' asks for the tiers {', '.join(asked.tiers)}.",
                f"A task runs on one tier; the larger one, '{asked.tier}', is taken.",
                "Leave one of the tags out.",
            )


def _task_tiers(facts: Facts) -> Iterator[Finding]:
    known = tiers(facts.config)
    for label, nodes in facts.groups.items():
        demands = [facts.asked[node.name] for node in nodes]
        need = together(demands, known)
        if len(need.tiers) > 1:
            yield _warning(
                "KF104",
                f"Task '{label.rstrip('/')}' holds nodes of the tiers {', '.join(need.tiers)}.",
                f"A task runs on one tier; the larger one, '{need.tier}', is taken.",
                "Group the nodes otherwise, if the larger machine is too dear for all of them.",
            )
        if len(need.environments) > 1:
            yield _error(
                "KF123",
                f"Task '{label.rstrip('/')}' holds nodes of the environments "
                f"{', '.join(need.environments)}.",
                "A task runs in one container image.",
                "Group the nodes otherwise, or give them one environment.",
            )


def _tags_like_tiers(facts: Facts) -> Iterator[Finding]:
    known = tiers(facts.config)
    right = [f"{TIER_TAG}{name}" for name in known]
    for tag in sorted({tag for node in facts.view.nodes for tag in node.tags}):
        if tag.startswith((TIER_TAG, ENVIRONMENT_TAG)):
            continue
        plain = tag.lower().replace("-", ".").replace("_", ".")
        close = (
            plain in right
            or plain in known
            or (plain.count(".") == 1 and nearest(plain, right) and plain.split(".")[1] in known)
        )
        if close:
            guess = plain if plain in right else f"{TIER_TAG}{plain.rsplit('.', 1)[-1]}"
            yield _warning(
                "KF106",
                f"Tag '{tag}' looks like a tier and is not one. Did you mean '{guess}'?",
                f"Only tags that begin with '{TIER_TAG}' choose a tier.",
                f"Write '{guess}', or give the tag a rule in flyte.yml.",
            )


def _unknown_environments(facts: Facts) -> Iterator[Finding]:
    known = environments(facts.config)
    for node in facts.view.nodes:
        for name in facts.asked[node.name].environments:
            if name not in known:
                yield _error(
                    "KF118",
                    f"Node '{node.name}' asks for environment '{name}', which is not known."
                    f"{nearest(name, known)}",
                    f"Known environments: {', '.join(known)}.",
                    f"Correct the tag, or add 'environments: {{{name}: {{image: ...}}}}' to "
                    "flyte.yml.",
                )


def _sources(facts: Facts) -> Iterator[Finding]:
    own = facts.config.pipelines.get(facts.view.pipeline, PipelineConfig())
    for name in facts.sources:
        entry = next(
            (v for e, v in facts.view.datasets.items() if base_name(e) == name and v.config), None
        )
        if entry is None or (entry.shipped is not False and entry.exists):
            continue
        state = "is not there" if not entry.exists else "is left out by .gitignore"
        where = facts.routes[name].location
        scheduled = bool(own.schedules)
        yield (_error if scheduled else _warning)(
            "KF107",
            f"Source '{name}' ({where}) {state}, so `--copy all` does not take it along.",
            "A schedule starts with defaults alone." if scheduled else "Tasks run elsewhere.",
            f"Give it at the launch (--{name} FILE or URI), or put it on remote storage, or "
            "commit it.",
        )


def _unsatisfied(facts: Facts) -> Iterator[Finding]:
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    for node in facts.view.nodes:
        for entry in node.inputs:
            if is_parameter(entry):
                path = entry.removeprefix("params:")
                if entry != "parameters" and parameters.is_missing(
                    parameters.lookup(facts.view.parameters, path)
                ):
                    yield _error(
                        "KF116",
                        f"Node '{node.name}' needs parameter '{path}', which is not configured.",
                        "`kedro run` stops here too.",
                        f"Add it to conf/base/parameters.yml.{_near_parameter(facts, path)}",
                    )
            elif base_name(entry) not in made and _undeclared(facts, entry):
                yield _error(
                    "KF115",
                    f"Node '{node.name}' needs dataset '{entry}', which no node makes and the "
                    f"catalog does not have.{nearest(entry, facts.view.datasets)}",
                    "`kedro run` stops here too.",
                    f"Add '{entry}' to the catalog, or put the node that makes it into the slice.",
                )


def _undeclared(facts: Facts, entry: str) -> bool:
    return entry not in facts.view.datasets or facts.view.datasets[entry].config is None


def _near_parameter(facts: Facts, path: str) -> str:
    known = [".".join(keys) for keys, _ in parameters.leaves(facts.view.parameters)]
    return nearest(path, known)


def _secrets(facts: Facts) -> Iterator[Finding]:
    for secret in facts.view.secrets:
        yield _error(
            "KF109",
            f"'{secret.key}' in {secret.file}, line {secret.line}, seems to hold a secret.",
            "The configuration is shipped with the code, and parameters become workflow inputs.",
            "Move it to credentials.yml as ${oc.env:NAME}, and name it under 'secrets' in "
            "flyte.yml.",
        )


def _limits(facts: Facts) -> Iterator[Finding]:
    count = len(facts.groups)
    if count > WORKFLOW_LIMIT**2:
        yield _error(
            "KF124",
            f"The plan has {count} tasks.",
            f"Sub-workflows of {WORKFLOW_LIMIT} tasks hold {WORKFLOW_LIMIT**2} at most.",
            "Group nodes: --group-by namespace, tag, tier or pipeline.",
        )
    elif count > WORKFLOW_LIMIT:
        yield _info(
            "KF113",
            f"The plan has {count} tasks, and FlyteAdmin takes {WORKFLOW_LIMIT} in one workflow.",
            "They are put into sub-workflows; one starts when all that it reads is there.",
            "Group nodes for fewer and longer tasks: --group-by namespace, tag or tier.",
        )


def _in_place(facts: Facts) -> Iterator[Finding]:
    for name, way in facts.routes.items():
        if way.travel is Travel.IN_PLACE and way.suspect:
            crosses = name in facts.crossing
            yield (_error if crosses else _warning)(
                "KF114",
                f"Dataset '{name}' keeps data at '{way.suspect}', on the disk of its task.",
                "Tasks share no disk, and this type of dataset cannot be handed over.",
                "Use a type with a 'filepath', a remote path, or run its nodes in one task.",
            )


def _versions(facts: Facts) -> Iterator[Finding]:
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    found = [
        name
        for name, way in facts.routes.items()
        if way.versioned and way.travel is Travel.REFERENCE and name in made
    ]
    if found:
        yield _info(
            "KF127",
            f"Versioned at remote paths: {', '.join(sorted(found))}.",
            "One version for the whole execution is its id, unless the launch names one; and the "
            "latest version is for Kedro the last by name.",
            "Launch with --env KEDRO_FLYTE_RUN_ID=$(date -u +%Y-%m-%dT%H.%M.%S.000Z), so that the "
            "last by name is the last in time.",
        )


def _checkpoints(facts: Facts) -> Iterator[Finding]:
    for entry, view in facts.view.datasets.items():
        way = facts.routes.get(base_name(entry))
        is_local = way is not None and way.travel is Travel.DIRECTORY
        if view.config and type_name(view.config) == "IncrementalDataset" and is_local:
            yield _warning(
                "KF119",
                f"The checkpoint of '{entry}' is lost when its task ends.",
                "It is written beside the data, on the disk of the task.",
                "Put the dataset or its 'checkpoint' on remote storage.",
            )


def _shared_paths(facts: Facts) -> Iterator[Finding]:
    by_place: dict[str, set[str]] = defaultdict(set)
    for name, way in facts.routes.items():
        if way.travel in (Travel.FILE, Travel.DIRECTORY):
            by_place[way.location].add(name)
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    for place, names in sorted(by_place.items()):
        if len(names) > 1 and names & made:
            yield _warning(
                "KF121",
                f"The datasets {', '.join(sorted(names))} are one file, {place}.",
                "Kedro sees no connection between them, so nothing says which task comes first, "
                "and tasks share no disk.",
                "Use one name, or transcoding (name@pandas, name@spark).",
            )


def _fixed_parameters(facts: Facts) -> Iterator[Finding]:
    known = {parameter.keys for parameter in facts.inputs}
    for keys in sorted(_used_leaves(facts)):
        if keys not in known:
            yield _info(
                "KF120",
                f"Parameter '{'.'.join(keys)}' is no input of the workflow.",
                "No text can carry its value.",
                "It is read from the configuration in the task.",
            )


def _used_leaves(facts: Facts) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for node in facts.view.nodes:
        for entry in filter(is_parameter, node.inputs):
            path = entry.removeprefix("params:")
            group = facts.view.parameters
            value = group if entry == "parameters" else parameters.lookup(group, path)
            start = () if entry == "parameters" else tuple(path.split("."))
            if not parameters.is_missing(value):
                found |= {keys for keys, _ in parameters.leaves(value, start) if keys}
    return found


def _left_out(facts: Facts) -> Iterator[Finding]:
    if facts.view.left_out:
        yield _info(
            "KF117",
            f"`--copy all` leaves out {', '.join(facts.view.left_out)}.",
            "Git ignores them, and so does Flyte. conf/local is for one machine.",
            "Give credentials by environment variables, data by inputs or remote storage.",
        )


def _unknown_rules(facts: Facts) -> Iterator[Finding]:
    known = facts.view.known
    for section, names, right in (
        ("nodes", facts.config.nodes, known.nodes),
        ("tags", facts.config.tags, known.tags),
        ("namespaces", facts.config.namespaces, known.namespaces),
        ("pipelines", facts.config.pipelines, known.pipelines),
    ):
        for name in sorted(set(names) - set(right)):
            yield _error(
                "KF122",
                f"flyte.yml has a rule for '{name}' under '{section}', and the project has no "
                f"such name.{nearest(name, right)}",
                "The rule would hold for nothing.",
                "Correct the name or remove the rule.",
            )


def _schedule_inputs(facts: Facts) -> Iterator[Finding]:
    own = facts.config.pipelines.get(facts.view.pipeline, PipelineConfig())
    known = {parameter.id: parameter for parameter in facts.inputs}
    for name, schedule in own.schedules.items():
        for given in sorted(set(schedule.inputs) - set(known)):
            yield _error(
                "KF125",
                f"Schedule '{name}' gives '{given}', which is no input of the workflow."
                f"{nearest(given, known)}",
                f"The inputs are: {', '.join(known) or 'none'}.",
                "Correct the name.",
            )
        for needed in sorted(p.id for p in facts.inputs if p.required):
            if needed not in schedule.inputs:
                yield _error(
                    "KF126",
                    f"Schedule '{name}' does not give '{needed}', which has no default.",
                    "A schedule starts with defaults alone.",
                    f"Add it under pipelines.{facts.view.pipeline}.schedules.{name}.inputs.",
                )


_CHECKS: tuple[Callable[[Facts], Iterable[Finding]], ...] = (
    _cycle,
    _memory,
    _node_tiers,
    _task_tiers,
    _tags_like_tiers,
    _unknown_environments,
    _sources,
    _unsatisfied,
    _secrets,
    _limits,
    _in_place,
    _checkpoints,
    _versions,
    _shared_paths,
    _fixed_parameters,
    _left_out,
    _unknown_rules,
    _schedule_inputs,
)
