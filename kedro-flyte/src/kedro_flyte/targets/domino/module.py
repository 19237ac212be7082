"""A plan as a module for Domino Flows: each task is a Domino job.

What `flytekitplugins.domino` is known to take is said; what only some of its releases may take is
not. A job that has retries or a timeout is a `DominoJobTask`, since the helper knows neither.
"""

from kedro_flyte.plan.model import Plan
from kedro_flyte.targets.domino.head import constants, head, imports
from kedro_flyte.targets.domino.workflow import workflow_blocks


def render(plan: Plan) -> str:
    """Return the source of the module; `plan.own` says where plan.json is to stand."""
    blocks = [head(plan), imports(plan), constants(plan), *workflow_blocks(plan)]
    return "\n".join("\n".join(block) for block in blocks if block).strip("\n") + "\n"
