"""A plan as a module for flytekit 1.16.

File types are written as aliases: flytekit reads annotations when the module is imported, and a
linter takes the text in `FlyteFile["csv"]`, in an annotation, for a forward reference.
"""

from kedro_flyte.errors import UnsupportedError
from kedro_flyte.plan.model import Plan
from kedro_flyte.targets.flyte.control import function_blocks
from kedro_flyte.targets.flyte.head import constants, head, imports
from kedro_flyte.targets.flyte.launch_plans import launch_plan_blocks
from kedro_flyte.targets.flyte.tasks import handler_blocks
from kedro_flyte.targets.flyte.workflows import sub_workflow_blocks, workflow_blocks


def render(plan: Plan) -> str:
    """Return the source of the module; `<identity>.plan.json` is to stand beside it.

    Raises:
        UnsupportedError: flytekit cannot say what the plan asks for.
    """
    if any(task.gpu and not task.gpu.isdigit() for task in plan.tiers):
        raise UnsupportedError("A tier's number of GPUs must be a whole number. Correct flyte.yml.")
    blocks = [
        head(plan),
        imports(plan),
        constants(plan),
        *(block for task in plan.tasks for block in function_blocks(plan, task)),
        *handler_blocks(plan),
        *(block for own in sub_workflow_blocks(plan) for block in own),
        *workflow_blocks(plan),
        *launch_plan_blocks(plan),
    ]
    return "\n".join("\n".join(block) for block in blocks if block).strip("\n") + "\n"
