"""Kedro pipeline '__default__' as a Flyte workflow: 4 nodes in 4 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
where FILE is the path of this module.
"""

from pathlib import Path
from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile(
    Path(__file__).with_name("demo__default.plan.json"),
    digest="2852c42440a4f02c",
)

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")

# Types of the files that pass between tasks, and of the parameters
PickleFile = FlyteFile["pickle"]


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "read"})
def read(folder: FlyteDirectory | None) -> str:
    """Node read: function(folder@one) -> remote."""
    return run_task(PLAN, "read", locals())


class WriteOutputs(NamedTuple):
    """What write gives."""

    table: str
    versioned: str


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "write"})
def write(folder: FlyteDirectory | None, remote: str) -> WriteOutputs:
    """Node write: function(remote, folder@two) -> table, versioned."""
    return run_task(PLAN, "write", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "query"})
def query(table: str) -> PickleFile:
    """Node query: function(table) -> answer."""
    return run_task(PLAN, "query", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "side effect"})
def side_effect_oedpyj(answer: PickleFile) -> None:
    """Node side effect: function(answer) -> nothing."""
    run_task(PLAN, "side_effect_oedpyj", locals())


class DefaultOutputs(NamedTuple):
    """What default gives."""

    remote: str
    versioned: str


@workflow
def default(folder: FlyteDirectory | None = None) -> DefaultOutputs:
    """Pipeline '__default__' of demo.

    Args:
        folder: dataset 'folder'; None: data/folder
    """
    remote = read(folder=folder)
    table, versioned = write(folder=folder, remote=remote)
    answer = query(table=table)
    side_effect_oedpyj(answer=answer)
    return DefaultOutputs(remote=remote, versioned=versioned)
