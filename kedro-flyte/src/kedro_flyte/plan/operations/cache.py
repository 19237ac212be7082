"""The version of a cached task: what Flyte's key of its result holds beside its inputs."""

import hashlib
from collections.abc import Sequence

from kedro_flyte.plan.settings.demand import BY_CODE, Demand
from kedro_flyte.plan.view import NodeView, ProjectView


def cache_version(nodes: Sequence[NodeView], need: Demand, view: ProjectView) -> str:
    """Return the versions that flyte.yml names, and a digest of the code where it is to count."""
    if not need.cache:
        return ""
    named = [one for one in need.cache.split("-") if one != BY_CODE]
    if BY_CODE not in need.cache:
        return need.cache
    code = "\n".join(view.code.get(node.name, "") for node in nodes)
    return "-".join([*named, hashlib.sha256(code.encode()).hexdigest()[:16]])
