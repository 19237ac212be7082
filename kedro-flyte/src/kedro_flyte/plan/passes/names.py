"""Then: what everything is called in the module, from one registry.

What the workflow takes and hands around comes first, then functions: of tasks, the handler of
failures, sub-workflows, and the steps of branches and maps.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from kedro_flyte.plan.model import Dataset, Group, Kind, Parameter, SubWorkflow
from kedro_flyte.plan.names.identifiers import (
    DATASETS,
    LONGEST,
    LONGEST_INPUT,
    LONGEST_TASK,
    PARAMETERS,
    TASKS,
    hashed,
    identifier,
    typed,
)
from kedro_flyte.plan.names.registry import Names
from kedro_flyte.plan.passes.inputs import Inputs
from kedro_flyte.plan.passes.parameter_groups import parameter_groups
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.sub_workflows import Divided, Piece
from kedro_flyte.plan.passes.travel import Travelling
from kedro_flyte.plan.view import Keys, NodeView, dotted

_DATASET, _PARAMETER = "", "params:"
_Value: TypeAlias = tuple[str, Keys]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What everything is called: the workflow, datasets, parameters, functions.

    `tasks` has the ids of the groups' tasks by label, `parameters_of` the ids of what a group
    takes, and `parameter_groups` are the inputs of nodes that hold several. `steps` has what stands
    for a branch or a map, by the id of its task and a word: `then`, `otherwise` and `if`, or
    `split`, `item` and `gather`.
    """

    workflow: str
    datasets: Mapping[str, Dataset]
    parameters: tuple[Parameter, ...]
    parameters_of: Mapping[str, tuple[str, ...]]
    parameter_groups: tuple[Group, ...]
    tasks: Mapping[str, str]
    handler: str
    sub_workflows: tuple[SubWorkflow, ...]
    steps: Mapping[tuple[str, str], str]


def named(scope: Scope, divided: Divided, travelling: Travelling, inputs: Inputs) -> Named:
    """Return the names of everything, and all that has got one."""
    view = scope.view
    values = _values(inputs.parameters, travelling, view.pipeline)
    parameters = tuple(replace(p, id=values[_PARAMETER, p.keys]) for p in inputs.parameters)
    workflow = _workflow(view.pipeline)
    names = Names([workflow, *values.values()])
    apart = not scope.can.structured_inputs
    grouped = () if apart else parameter_groups(scope, parameters, names)
    tasks = names.functions(divided.groups)
    handlers = [view.handler.node.name] if view.handler else []
    alone = {label: nodes for label, nodes in divided.groups.items() if len(nodes) == 1}
    single = {tasks[label]: nodes[0] for label, nodes in alone.items()}
    return Named(
        workflow=workflow,
        datasets={
            name: replace(one, id=values[_DATASET, (name,)])
            for name, one in travelling.datasets.items()
        },
        parameters=parameters,
        parameters_of=_taken(parameters, inputs, divided.groups),
        parameter_groups=grouped,
        tasks=tasks,
        handler="".join(names.functions(handlers).values()),
        sub_workflows=_sub_workflows(divided.pieces, workflow, tasks, names),
        steps=_steps(single, names),
    )


def _taken(
    parameters: Iterable[Parameter], inputs: Inputs, groups: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """Return the ids of the parameters that each group takes, by the group's label."""
    taken: dict[str, list[str]] = {label: [] for label in groups}
    for one in parameters:
        for label in inputs.takers[one.keys]:
            taken[label].append(one.id)
    return {label: tuple(ids) for label, ids in taken.items()}


def _workflow(pipeline: str) -> str:
    """Return the name of the workflow's function, which a person types."""
    if pipeline == "__default__":
        return "default"
    short = typed(pipeline, TASKS)
    return short if short not in ("", "default") else hashed(pipeline).lower()


def _values(found: Iterable[Parameter], travelling: Travelling, pipeline: str) -> dict[_Value, str]:
    """Return the ids of datasets and parameters, each by its kind and its keys.

    What a person types is named first: sources and parameters. Other datasets take what is left.
    """
    wanted: dict[_Value, tuple[str, ...]]
    wanted = {(_DATASET, (name,)): (typed(name, DATASETS),) for name in travelling.sources}
    flags: set[str] = set()
    for one in found:
        spelled = _spellings(one, pipeline)
        wanted[_PARAMETER, one.keys] = spelled
        # `pyflyte run` takes --no_x where x is a bool.
        flags |= {f"no_{name}" for name in spelled} if one.kind is Kind.BOOLEAN else set()
    names = Names(flags)
    inputs = names.give(_without_empty(wanted), lambda value: _marked(value, LONGEST_INPUT).lower())
    others = [(_DATASET, (name,)) for name in travelling.datasets if name not in travelling.sources]
    plain = {value: (identifier(dotted(value[1]), DATASETS),) for value in others}
    return inputs | names.give(plain, lambda value: _marked(value, LONGEST))


def _spellings(one: Parameter, pipeline: str) -> tuple[str, ...]:
    """Return the names of a parameter: without the group of its pipeline, and whole."""
    own = one.keys[1:] if len(one.keys) > 1 and one.keys[0] == pipeline else one.keys
    return tuple(dict.fromkeys(typed(dotted(keys), PARAMETERS) for keys in (own, one.keys)))


def _without_empty(wanted: Mapping[_Value, tuple[str, ...]]) -> dict[_Value, tuple[str, ...]]:
    return {value: tuple(filter(None, names)) for value, names in wanted.items()}


def _marked(value: _Value, longest: int) -> str:
    """Return a name with a hash, in which a dataset and a parameter of one name differ."""
    kind, keys = value
    path = dotted(keys)
    return hashed(path, longest, f"{kind}{path} ")


def _sub_workflows(
    pieces: Iterable[Piece], workflow: str, tasks: Mapping[str, str], names: Names
) -> tuple[SubWorkflow, ...]:
    wanted = {one: one.namespace or f"{workflow}_part_{one.number}" for one in pieces}
    ids = names.functions(wanted.values(), suffix="tasks")
    return tuple(
        SubWorkflow(id=ids[name], label=one.label, tasks=tuple(tasks[g] for g in one.groups))
        for one, name in wanted.items()
    )


def _steps(single: Mapping[str, NodeView], names: Names) -> dict[tuple[str, str], str]:
    """Return names for every branch and map, so that none depends on how another one is run."""
    choices = {task: node.choice for task, node in single.items() if node.choice}
    mapped = [task for task, node in single.items() if node.fan_out]
    nodes = {(task, "then"): choice.then.name for task, choice in choices.items()}
    nodes |= {(task, "otherwise"): choice.otherwise.name for task, choice in choices.items()}
    found = names.give(
        {step: (identifier(name, TASKS, LONGEST_TASK),) for step, name in nodes.items()},
        lambda step: hashed(
            nodes[step], LONGEST_TASK, f"{step[0]} {step[1] == 'then'} {nodes[step]}"
        ),
    )
    for word in ("split", "item", "gather"):
        ids = names.of_tasks(mapped, word, LONGEST_TASK)
        found |= {(task, word): name for task, name in ids.items()}
    flags = names.of_tasks(choices, "if", LONGEST)
    return found | {(task, "if"): name for task, name in flags.items()}
