"""Workflows that use each feature which the stand-in claims, for its own tests."""

# mypy: ignore-errors
# (flytekit's decorators and FlyteFile["txt"] are made at run time, which mypy cannot follow)

import functools
import os
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flytekit import (
    LaunchPlan,
    Secret,
    WorkflowFailurePolicy,
    conditional,
    current_context,
    dynamic,
    map_task,
    task,
    workflow,
)
from flytekit.exceptions.user import FlyteRecoverableException
from flytekit.types.error.error import FlyteError
from flytekit.types.file import FlyteFile

TextFile = FlyteFile["txt"]


@dataclass
class Settings:
    rate: float
    names: list[str]


@task
def numbers(n: int) -> list[int]:
    return list(range(n))


@task
def scale(value: int, by: int) -> int:
    return value * by


@task
def total(values: list[int]) -> int:
    return sum(values)


@task
def say(word: str, x: int) -> str:
    return f"{word} {x}"


@task
def settings() -> Settings:
    return Settings(rate=0.5, names=["first", "second"])


@task
def use(rate: float, name: str) -> str:
    return f"{name} at {rate}"


@workflow
def inner(x: int, by: int = 10) -> int:
    return scale(value=x, by=by)


@dynamic
def fan(n: int) -> list[int]:
    return [scale(value=i, by=2) for i in range(n)]


@workflow
def fanned(n: int = 2) -> list[int]:
    return fan(n=n)


inner_plan = LaunchPlan.get_or_create(inner, "flows.inner_by_three", fixed_inputs={"by": 3})
"""A launch plan that another workflow calls."""


@workflow
def graph(n: int = 3) -> tuple[str, int, int, list[int], str]:
    values = map_task(functools.partial(scale, by=2), concurrency=2)(value=numbers(n=n))
    sum_of = total(values=values)
    found = settings()
    word = (
        conditional("size")
        .if_((sum_of > 5) & (sum_of < 100))
        .then(say(word="large", x=sum_of))
        .else_()
        .then(say(word="small", x=sum_of))
    )
    return (
        word,
        inner(x=sum_of),
        inner_plan(x=sum_of),
        fan(n=2),
        use(rate=found.rate, name=found.names[1]),
    )


@task(environment={"OWN": "mine"}, secret_requests=[Secret(group="db", key="password")])
def look() -> dict[str, str]:
    Path("left_behind").write_text("x")
    return {
        **os.environ,
        "files": " ".join(sorted(path.name for path in Path.cwd().iterdir())),
        "secret": current_context().secrets.get("db", "password"),
    }


@task
def look_again(before: dict[str, str]) -> dict[str, str]:
    return {"files": " ".join(sorted(path.name for path in Path.cwd().iterdir()))}


@workflow
def surroundings() -> tuple[dict[str, str], dict[str, str]]:
    first = look()
    return first, look_again(before=first)


@task
def write(text: str) -> TextFile:
    path = Path("note.txt")
    path.write_text(text)
    return TextFile(str(path))


@task
def shout(note: TextFile, prefix: TextFile | None) -> TextFile:
    start = Path(prefix).read_text() if prefix else ""
    path = Path("loud.txt")
    path.write_text(start + Path(note).read_text().upper())
    return TextFile(str(path))


@workflow
def files(text: str = "hello", prefix: TextFile | None = None) -> TextFile:
    return shout(note=write(text=text), prefix=prefix)


@task(retries=2)
def recovers() -> int:
    attempt = int(os.environ["FLYTE_ATTEMPT_NUMBER"])
    if attempt < 2:
        raise FlyteRecoverableException("not yet")
    return attempt


@task(retries=1)
def survives() -> int:
    attempt = int(os.environ["FLYTE_ATTEMPT_NUMBER"])
    if attempt == 0:
        Path(os.environ["MARK"]).touch()
        time.sleep(600)
    return attempt


@workflow
def retried() -> tuple[int, int]:
    return recovers(), survives()


@task(retries=2)
def breaks(why: str) -> int:
    if why:
        raise ValueError(f"broken by {why}")
    return 0


@task
def sleeps(seconds: int) -> int:
    time.sleep(seconds)
    return seconds


@task
def tell(why: str, err: FlyteError | None = None) -> None:
    Path(os.environ["MARK"]).write_text(f"{why}: {err.message}")


@workflow(on_failure=tell)
def stops_at_once(why: str = "rain") -> tuple[int, int]:
    return breaks(why=why), sleeps(seconds=600)


@workflow(failure_policy=WorkflowFailurePolicy.FAIL_AFTER_EXECUTABLE_NODES_COMPLETE)
def goes_on(why: str = "snow") -> tuple[int, int]:
    bad = breaks(why=why)
    first = total(values=[1, 2])
    return scale(value=bad, by=2), scale(value=first, by=2)


@task(timeout=timedelta(seconds=2), retries=1)
def too_slow() -> int:
    time.sleep(600)
    return 0


@workflow
def timed_out() -> int:
    return too_slow()


@task(cache=True, cache_version="1.0", cache_ignore_input_vars=("label",))
def remembered(n: int, label: str) -> int:
    return n + 1


@workflow
def cached(n: int, label: str) -> int:
    return remembered(n=n, label=label)


@task
def odd_only(value: int) -> int:
    if value % 2 == 0:
        raise ValueError("even")
    return value


@workflow
def tolerant() -> list[int | None]:
    return map_task(odd_only, min_success_ratio=0.5)(value=[1, 2, 3])


@workflow
def ordered() -> int:
    late = scale(value=1, by=1)
    early = scale(value=2, by=1)
    early >> late
    return late
