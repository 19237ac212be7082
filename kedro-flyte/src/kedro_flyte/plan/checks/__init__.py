"""The findings: what is wrong or worth knowing about a plan, as a linter says it.

A check is a function from the facts to findings. Each finding has a code, which documentation and
CI can name, and says what is so, why it matters, and what to do.
"""

from collections.abc import Callable, Iterable

from kedro_flyte.plan.checks.allow import settled
from kedro_flyte.plan.checks.control import run_inside
from kedro_flyte.plan.checks.data import (
    checkpoints,
    credentials,
    memory,
    sources,
    unsatisfied,
)
from kedro_flyte.plan.checks.executions import wrapped_versions
from kedro_flyte.plan.checks.facts import Facts
from kedro_flyte.plan.checks.operations import (
    cached_effects,
    cached_inputs,
    failure_data,
    failure_node,
    namespaces_as_workflows,
    secret_rules,
    secret_uses,
    tracking,
)
from kedro_flyte.plan.checks.own_data import (
    appended,
    in_memory_stores,
    more_places,
    of_hooks,
    own_data,
)
from kedro_flyte.plan.checks.places import shared_places, transcoding
from kedro_flyte.plan.checks.schedules import schedule_inputs, schedule_sources
from kedro_flyte.plan.checks.settings import (
    fixed_parameters,
    left_out,
    made_parameters,
    made_settings,
    secrets,
    unknown_rules,
)
from kedro_flyte.plan.checks.snapshots import snapshots
from kedro_flyte.plan.checks.tasks import (
    cycle,
    node_tiers,
    tags_like_tiers,
    task_tiers,
    unknown_environments,
)
from kedro_flyte.plan.passes.groups import Grouped
from kedro_flyte.plan.passes.names import Named
from kedro_flyte.plan.passes.operations import Equipped
from kedro_flyte.plan.passes.scope import Scope
from kedro_flyte.plan.passes.sub_workflows import Divided
from kedro_flyte.plan.passes.travel import Travelling
from kedro_flyte.plan.view import DatasetView, Finding, ProjectView, Severity, base_name


def facts_of(
    scope: Scope,
    grouped: Grouped,
    divided: Divided,
    travelling: Travelling,
    named: Named,
    equipped: Equipped,
) -> Facts:
    """Return what the checks look at."""
    return Facts(
        scope=scope,
        grouped=grouped,
        divided=divided,
        travelling=travelling,
        named=named,
        equipped=equipped,
        entries=_entries(scope.view),
    )


Check = Callable[[Facts], Iterable[Finding]]


def checked(facts: Facts, more: Iterable[Check] = ()) -> tuple[Finding, ...]:
    """Return all findings, errors first, and last those that flyte.yml allows.

    Args:
        facts: What is looked at.
        more: Checks beside those of every plan.
    """
    every = (*_CHECKS, *more)
    found = [*facts.view.problems, *(finding for check in every for finding in check(facts))]
    order = list(Severity)
    found.sort(key=lambda f: (order.index(f.severity), f.code, f.what))
    return settled(found, facts.config.allow, facts.view.pipeline)


def _entries(view: ProjectView) -> dict[str, DatasetView]:
    """Return the first entry of the catalog that a dataset has, by its name without transcoding."""
    found: dict[str, DatasetView] = {}
    for entry, dataset in view.datasets.items():
        if dataset.config:
            found.setdefault(base_name(entry), dataset)
    return found


_CHECKS: tuple[Check, ...] = (
    cycle,
    memory,
    node_tiers,
    task_tiers,
    tags_like_tiers,
    unknown_environments,
    sources,
    unsatisfied,
    secrets,
    credentials,
    run_inside,
    own_data,
    more_places,
    appended,
    of_hooks,
    in_memory_stores,
    checkpoints,
    shared_places,
    transcoding,
    wrapped_versions,
    fixed_parameters,
    made_parameters,
    made_settings,
    left_out,
    unknown_rules,
    schedule_inputs,
    schedule_sources,
    cached_effects,
    cached_inputs,
    secret_rules,
    secret_uses,
    namespaces_as_workflows,
    tracking,
    failure_node,
    failure_data,
    snapshots,
)
