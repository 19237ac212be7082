"""The good packages that the tests make, by group: each function returns their paths."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import golden_cases
import test_control_flow
import test_operations
import test_peers_failures
from conformance import CASES, GROUPINGS, PASSWORD, REFUSED
from hypothesis import HealthCheck, Phase, given, settings
from kedro_flyte.export import exported, write
from kedro_flyte.plan.view import Severity
from kedro_flyte.targets import load, registered
from kedro_projects import Project
from plan.test_random_graphs import GROUPINGS as RANDOM_GROUPINGS
from plan.test_random_graphs import projects
from plan_views import plan
from workflows import DOCS, page

from real.binary import KEPT
from real.packages import Workshop, all_of, modules

Group: TypeAlias = Callable[[Workshop, Path], list[Path]]

ROOT = Path(__file__).parents[3]
RANDOM_PLANS = 150


def committed_flows(shop: Workshop, folder: Path) -> list[Path]:
    """Return one a module of this repository's `flows`."""
    names = modules(ROOT / "flows", ROOT)
    made = [shop.package(ROOT, name, folder / f"{name}.tgz") for name in names]
    return [future.result() for future in made]


def golden(shop: Workshop, folder: Path) -> list[Path]:
    """Return one a golden case and target, which need no project to be packaged.

    Each is alone: a job of Domino is called by its pipeline, and that is the same in all cases.
    """
    names = []
    for number, case in enumerate(golden_cases.CASES.values()):
        for target in registered():
            place = folder / f"case{number}_{target}"
            write(exported(case(target), load(target), place, folder))
            names += modules(place, folder)
    made = [shop.package(folder, name, folder / f"{name}.tgz") for name in names]
    return [future.result() for future in made]


def random_plans(shop: Workshop, folder: Path) -> list[Path]:
    """Return one of random plans, the same every time: all that an export would not refuse."""
    made = []

    @settings(
        max_examples=RANDOM_PLANS, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(projects(), RANDOM_GROUPINGS)
    def collect(project, grouping):
        found = plan(project, group_by=grouping)
        if not any(finding.severity is Severity.ERROR for finding in found.findings):
            made.append(found)

    collect()
    for number, drawn in enumerate(made):
        write(exported(drawn, load("flyte"), folder / "drawn_plans" / f"plan{number}", folder))
    return [shop.package(folder, "drawn_plans", folder / "drawn_plans.tgz").result()]


def conformance(shop: Workshop, folder: Path) -> list[Path]:
    """Return one a case and grouping of the conformance tests."""
    env = {"DATABASE": str(folder / "database"), "WAREHOUSE_PASSWORD": PASSWORD}

    def made(name: str, project: Project):
        served = [grouping for grouping in GROUPINGS if (name, grouping) not in REFUSED]
        words = ["export", "--pipeline", project.pipeline, "--group-by"]
        exports = ([*words, g, "--output", f"flows/{g}"] for g in served)
        return shop.make(project.write(folder / _slug(name)), *exports, **env)

    return all_of([made(name, project) for name, project in CASES.items()])


def control_flow(shop: Workshop, folder: Path) -> list[Path]:
    """Return one a case of branches and maps."""
    made = [
        shop.make(
            case.project.write(folder / _slug(name)),
            *(["export", *case.options, "--target", target] for target in registered()),
        )
        for name, case in test_control_flow.CASES.items()
    ]
    return all_of(made)


MISSING = {
    "conf/base/catalog.yml": """
        raw: {type: text.TextDataset, filepath: data/raw.txt}
        table: {type: text.TextDataset, filepath: data/table.txt}
    """,
    "conf/base/parameters.yml": "{n: 3, repeat: 2, model: {rate: 0.25}, log_file: failures.txt}",
    "data/raw.txt": "Hello World",
    "data/table.txt": "a b c",
}
"""What the pages leave to their reader."""


def how_to_pages(shop: Workshop, folder: Path) -> list[Path]:
    """Return one a page that shows a project; a page with a target of its own is not of Flyte."""
    pages = {path.stem: page(path.stem) for path in sorted(DOCS.glob("*.md"))}
    made = [
        shop.make(Project("", files={**MISSING, **files}).write(folder / name), ["export"])
        for name, files in pages.items()
        if files and not any(name.endswith("/pyproject.toml") for name in files)
    ]
    return all_of(made)


def large_and_odd(shop: Workshop, folder: Path) -> list[Path]:
    """Return those of workflows in parts, and of names on which other deployers fail."""
    many = [
        Project(
            test_operations.MANY,
            parameters="x: 0",
            files={"conf/base/flyte.yml": f"sub_workflows: {setting}"},
        )
        for setting in ("large", "namespace")
    ]
    forms = Project(test_operations.FORMS, parameters="{xs: [1, 2], x: 1, go: true}")
    made = [
        shop.make(project.write(folder / f"large{number}"), ["export"])
        for number, project in enumerate([*many, forms])
    ]
    odd = test_peers_failures.PROJECT.write(folder / "odd")
    made.append(
        shop.make(
            odd,
            *(["export", "--pipeline", name] for name in ("odd", "versioned", "stored")),
            HOOK_LOG=str(folder / "hooks.log"),
        )
    )
    return all_of(made)


def kept(shop: Workshop, folder: Path) -> list[Path]:
    """Return those that `make test-real ALL=1` has kept of the whole test suite."""
    return sorted((KEPT / "packages").glob("*.tgz"))


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name)


GROUPS: dict[str, Group] = {
    "committed flows": committed_flows,
    "golden cases": golden,
    "conformance": conformance,
    "control flow": control_flow,
    "how-to pages": how_to_pages,
    "large and odd": large_and_odd,
    "random plans": random_plans,
    "all tests": kept,
}
