"""Workflows that flytekit packages without complaint and Flyte refuses, for our own tests."""

# mypy: ignore-errors
# (flytekit's decorators are made at run time, which mypy cannot follow)

from pathlib import Path

from flytekit import CronSchedule, LaunchPlan, conditional, task, workflow
from flytekit.types.file import FlyteFile

HERE = Path(__file__)


@task
def one(x: int) -> int:
    return x


@task
def truth(x: int) -> bool:
    return x > 1


@task
def size(source: FlyteFile) -> int:
    return 1


@workflow
def same_ids(x: int) -> int:
    a = one(x=x).with_overrides(node_name="data_a")
    return one(x=a).with_overrides(node_name="data.a")


@workflow
def local_default(source: FlyteFile = str(HERE)) -> int:
    return size(source=source)


@workflow
def called_inside(x: int) -> int:
    return conditional("c").if_(truth(x=x).is_true()).then(one(x=x)).else_().then(one(x=x))


plan = LaunchPlan.get_or_create(
    same_ids, "traps.nightly", schedule=CronSchedule(schedule="0 1 * * *")
)
