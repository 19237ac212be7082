"""The plugin's Kedro hook: binds the catalog of a task. Outside a task it does nothing."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kedro.framework.hooks import hook_impl

if TYPE_CHECKING:
    from pathlib import Path

    from kedro_flyte.runtime.changes import Changes

Steps = Callable[[Any], None]


class TaskHook:
    """Registered by entry point in every session; armed by the task that runs."""

    def __init__(self) -> None:
        self._steps: list[Steps] = []
        self.failed_node = self._running = ""
        self.progress: Path | None = None
        self.loaded: Callable[[str, Any], None] | None = None
        self.changes: Changes | None = None

    def arm(self, *steps: Steps) -> None:
        """Do these steps with the context of the next session, in order."""
        self._steps = list(steps)
        self.failed_node = self._running = ""

    def disarm(self) -> None:
        """Do nothing any more."""
        self._steps = []
        self.loaded = self.changes = None

    @hook_impl(trylast=True)
    def before_pipeline_run(self, catalog: Any) -> None:
        """Note what there is before the nodes run, and after other hooks have."""
        if self.changes is not None:
            self.changes.begin(catalog)

    @hook_impl(trylast=True)
    def after_pipeline_run(self) -> None:
        """Refuse what a hook has changed, and later tasks read."""
        if self.changes is not None:
            self.changes.end()

    @hook_impl(tryfirst=True)
    def after_dataset_loaded(self, dataset_name: str, data: Any) -> None:
        """Tell what a node was given."""
        if self.loaded is not None:
            self.loaded(dataset_name, data)

    @hook_impl(tryfirst=True)
    def after_context_created(self, context: Any) -> None:
        """Change the configuration before anything is made of it."""
        for step in self._steps:
            step(context)

    @hook_impl(tryfirst=True)
    def before_node_run(self, node: Any) -> None:
        """Leave the node's name where it is found if the process dies."""
        self._running = node.name
        if self._steps and self.progress is not None:
            self.progress.write_text(node.name, encoding="utf-8")

    @hook_impl
    def on_pipeline_error(self) -> None:
        """Remember the node that ran, where it failed while it streamed what it made."""
        self.failed_node = self.failed_node or self._running

    @hook_impl
    def on_node_error(self, node: Any) -> None:
        """Remember which node failed."""
        self.failed_node = self.failed_node or node.name


task_hook = TaskHook()
