"""The hook that keeps the record of a run: under `kedro run`, and in tasks of every target."""

import os
from pathlib import Path
from typing import Any

from kedro.framework.hooks import hook_impl
from kedro_flyte.plan.view import is_parameter
from kedro_flyte.record import lines, usage
from kedro_flyte.record.sizes import size_of


class Recorder:
    """Adds a line for each step of each node. In a task the run has a file already.

    A node may run another pipeline meanwhile: `_files` are those of the runs that have begun here
    and have not ended, the innermost last.
    """

    def __init__(self) -> None:
        self._files: list[Path] = []
        self._root: Path | None = None
        self._catalog: Any = None
        self._begun: set[str] = set()

    @hook_impl
    def after_context_created(self, context: Any) -> None:
        """Note whose run it will be."""
        self._root = Path(context.project_path)

    @hook_impl(tryfirst=True)
    def before_pipeline_run(self, run_params: dict[str, Any], pipeline: Any, catalog: Any) -> None:
        """Begin a record, unless this process is a task of a run that has one."""
        self._catalog = catalog
        self._begun.clear()
        is_part = bool(os.environ.get(lines.PLACE)) and not self._files
        if is_part or self._root is None:
            return
        run_id = str(run_params.get("run_id") or run_params.get("session_id") or lines.new_id())
        names = run_params.get("pipeline_names") or [run_params.get("pipeline_name")]
        path = lines.begin(
            self._root,
            run_id,
            of="kedro run",
            pipeline=", ".join(str(name or "__default__") for name in names),
            env=run_params.get("env"),
            nodes=[node.name for node in pipeline.nodes],
        )
        if path is not None:
            self._files.append(path)
            os.environ[lines.PLACE] = str(path)  # for processes of Kedro's own runners

    @hook_impl(tryfirst=True)
    def before_dataset_loaded(self, dataset_name: str, node: Any) -> None:
        """A node begins with what it loads first."""
        if not is_parameter(dataset_name):
            self._step(node, "loads", dataset=dataset_name)

    @hook_impl(tryfirst=True)
    def after_dataset_loaded(self, dataset_name: str, node: Any) -> None:
        """A dataset is loaded."""
        if not is_parameter(dataset_name):
            self._step(node, "loaded", dataset=dataset_name, bytes=self._size(dataset_name))

    @hook_impl(tryfirst=True)
    def before_node_run(self, node: Any) -> None:
        """The node's function is called."""
        self._step(node, "computes")

    @hook_impl(trylast=True)
    def after_node_run(self, node: Any) -> None:
        """The node's function has returned."""
        self._step(node, "computed", outputs=len(node.outputs))

    @hook_impl(trylast=True)
    def after_dataset_saved(self, dataset_name: str, node: Any) -> None:
        """A dataset is saved."""
        self._step(node, "saved", dataset=dataset_name, bytes=self._size(dataset_name))

    @hook_impl(tryfirst=True)
    def on_node_error(self, error: Exception, node: Any) -> None:
        """A node's function has failed."""
        self._step(node, "failed", **lines.of_error(error))

    @hook_impl(trylast=True)
    def after_pipeline_run(self) -> None:
        """End the record, and show the run in Kedro-Viz."""
        self._end("done")

    @hook_impl(trylast=True)
    def on_pipeline_error(self, error: Exception) -> None:
        """End the record of a run that has failed: in a node, or where it loads or saves."""
        place = lines.place()
        if place is not None and not self._files:
            lines.add(place, **lines.of_error(error))
        self._end("failed", **lines.of_error(error))

    def _step(self, node: Any, step: str, **more: Any) -> None:
        place = lines.place()
        if place is None:
            return
        if node.name not in self._begun:
            self._begun.add(node.name)
            usage.forget_peak()
        lines.add(place, node=node.name, step=step, **more, **usage.used())

    def _size(self, name: str) -> int | None:
        try:
            return size_of(self._catalog.get(name)) if self._catalog is not None else None
        except Exception:  # noqa: BLE001 - of a dataset's own class, and a record is worth less
            return None

    def _end(self, state: str, **more: Any) -> None:
        if not self._files or self._root is None:
            return
        from kedro_flyte.record.viz import show_in_viz  # which no run needs before its end

        path = self._files.pop()
        lines.add(path, run=state, **more)
        os.environ.pop(lines.PLACE, None)
        if self._files:
            os.environ[lines.PLACE] = str(self._files[-1])
        show_in_viz(self._root, path)


record_hook = Recorder()
