"""A plan as a module for Domino Flows: each task is a Domino job.

What `flytekitplugins.domino` is known to take is said; what only some of its releases may take is
not. A job that has retries or a timeout is a `DominoJobTask`, since the helper knows neither.
"""

from kedro_flyte.errors import UnsupportedError
from kedro_flyte.plan.model import Plan
from kedro_flyte.targets.domino.head import constants, head, imports
from kedro_flyte.targets.domino.workflow import workflow_blocks

# What a workflow input may not be called, since the workflow's body uses the word.
_USED = ("bool", "float", "int", "run_domino_job_task", "str", "timedelta")


def render(plan: Plan) -> str:
    """Return the source of the module; `plan.domino.plan` says where plan.json is to stand.

    Raises:
        UnsupportedError: Domino cannot do what the plan asks for.
    """
    wrong = [parameter for parameter in plan.parameters if parameter.id in _USED]
    if wrong:
        raise UnsupportedError(
            f"Parameter '{wrong[0].path}' would be the workflow input '{wrong[0].id}', a word that "
            "the workflow for Domino uses itself. Rename the parameter, or put it into a group."
        )
    blocks = [head(plan), imports(plan), constants(plan), *workflow_blocks(plan)]
    return "\n".join("\n".join(block) for block in blocks if block).strip("\n") + "\n"
