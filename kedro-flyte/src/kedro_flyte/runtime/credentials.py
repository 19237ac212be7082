"""The credentials of one task: those that its datasets use, and no others.

Kedro resolves all credentials of a project at once, and stops at the first variable that is not
set. A task is given the secrets of its own datasets alone, so the rest is left out before.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kedro_flyte.errors import TaskError
from kedro_flyte.plan.data.datasets import credential_names
from kedro_flyte.plan.model import Plan


def keep_used(loader: Any, plan: Plan, catalog: Mapping[str, Any]) -> None:
    """Reduce the configuration's credentials to those that a catalog names.

    Raises:
        TaskError: A variable that they read is not set.
    """
    from kedro.config import MissingConfigException

    used = set(credential_names(catalog))
    if not used:
        loader["credentials"] = {}
        return
    variables = {one.name: one.variables for one in plan.credentials}
    with _stood_in(plan) as missing:
        try:
            whole = dict(loader["credentials"])
        except MissingConfigException:
            return
    for name in sorted(used):
        unset = [variable for variable in variables.get(name, ()) if variable in missing]
        if unset:
            raise TaskError(
                f"Credentials '{name}' need {', '.join(unset)}, which the task does not have. "
                "Name the secret in flyte.yml ('secrets', with 'env'), and put it into the "
                "platform's store under its group and key."
            )
    loader["credentials"] = {name: value for name, value in whole.items() if name in used}


@contextmanager
def _stood_in(plan: Plan) -> Iterator[set[str]]:
    """Set variables that are missing to something, so that the rest can be resolved."""
    needed = {v for one in plan.credentials for v in one.variables if v not in one.optional}
    missing = needed - set(os.environ)
    os.environ.update(dict.fromkeys(missing, ""))
    try:
        yield missing
    finally:
        for name in missing:
            del os.environ[name]
