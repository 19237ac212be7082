"""Kedro pipeline '__default__' as a Flyte workflow: 4 nodes in 4 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="4293c3cad849ba2f")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
PickleFile = FlyteFile["pickle"]


@task(resources=TIER_SMALL)
def read(folder: FlyteDirectory | None) -> str:
    """Node read: function(folder@one) -> remote."""
    return run_task(PLAN, "read", locals())


class WriteOutputs(NamedTuple):
    table: str
    versioned: str


@task(resources=TIER_SMALL)
def write(remote: str, folder: FlyteDirectory | None) -> WriteOutputs:
    """Node write: function(remote, folder@two) -> table, versioned."""
    return run_task(PLAN, "write", locals())


@task(resources=TIER_SMALL)
def query(table: str) -> PickleFile:
    """Node query: function(table) -> answer."""
    return run_task(PLAN, "query", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "side effect"})
def side_effect_oedpyj(answer: PickleFile) -> None:
    """Node side effect: function(answer) -> nothing."""
    run_task(PLAN, "side_effect_oedpyj", locals())


class DefaultOutputs(NamedTuple):
    remote: str
    versioned: str


@workflow
def default(folder: FlyteDirectory | None = None) -> DefaultOutputs:
    """Pipeline '__default__' of demo.

    Args:
        folder: dataset 'folder'; None: data/folder
    """
    remote = read(folder)
    table, versioned = write(remote, folder)
    answer = query(table)
    side_effect_oedpyj(answer)
    return DefaultOutputs(remote, versioned)
