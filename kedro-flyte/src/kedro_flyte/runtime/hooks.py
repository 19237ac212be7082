"""The plugin's Kedro hook: binds the catalog of a task. Outside a task it does nothing."""

from collections.abc import Callable
from typing import Any

from kedro.framework.hooks import hook_impl

Steps = Callable[[Any], None]


class TaskHook:
    """Registered by entry point in every session; armed by the task that runs."""

    def __init__(self) -> None:
        self._steps: list[Steps] = []
        self.failed_node = ""

    def arm(self, *steps: Steps) -> None:
        """Do these steps with the context of the next session, in order."""
        self._steps = list(steps)
        self.failed_node = ""

    def disarm(self) -> None:
        """Do nothing any more."""
        self._steps = []

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: Any) -> None:
        """Change the configuration before anything is made of it."""
        for step in self._steps:
            step(context)

    @hook_impl
    def on_node_error(self, node: Any) -> None:
        """Remember which node failed."""
        self.failed_node = self.failed_node or node.name


task_hook = TaskHook()
