"""Kedro pipeline '__default__' as a Flyte workflow: 5 nodes in 3 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="85de6bbb831cda34")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
CsvFile = FlyteFile["csv"]
PickleFile = FlyteFile["pickle"]


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "one.load, one.train"})
def one(start: CsvFile | None) -> PickleFile:
    """2 nodes of 'one'.

    - one.load: function(start) -> one.table
    - one.train: function(one.table) -> one.model
    """
    return run_task(PLAN, "one", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "two.load, two.train"})
def two(start: CsvFile | None) -> PickleFile:
    """2 nodes of 'two'.

    - two.load: function(start) -> two.table
    - two.train: function(two.table) -> two.model
    """
    return run_task(PLAN, "two", locals())


@task(resources=TIER_SMALL)
def compare(one__model: PickleFile, two__model: PickleFile) -> PickleFile:
    """Node compare: function(one.model, two.model) -> comparison."""
    return run_task(PLAN, "compare", locals())


@workflow
def default(start: CsvFile | None = None) -> PickleFile:
    """Pipeline '__default__' of demo.

    Args:
        start: dataset 'start'; None: data/start.csv
    """
    one__model = one(start)
    two__model = two(start)
    comparison = compare(one__model, two__model)
    return comparison
