"""The entities that `pyflyte package` writes: tasks, workflows, launch plans and the code archive.

Holds them by name, as flyteidl's own messages. Knows nothing of checking or running them.
"""

import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias, TypeVar

from flyteidl.admin.launch_plan_pb2 import LaunchPlan
from flyteidl.admin.task_pb2 import TaskSpec
from flyteidl.admin.workflow_pb2 import WorkflowSpec
from flyteidl.core.dynamic_job_pb2 import DynamicJobSpec
from flyteidl.core.tasks_pb2 import TaskTemplate
from flyteidl.core.workflow_pb2 import WorkflowTemplate

Entity: TypeAlias = TaskSpec | WorkflowSpec | LaunchPlan
Named = TypeVar("Named", TaskTemplate, WorkflowTemplate, LaunchPlan)

_ENTITY_OF_SUFFIX: dict[str, type[Entity]] = {
    "1": TaskSpec,
    "2": WorkflowSpec,
    "3": LaunchPlan,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Everything that one version registers.

    Args:
        workflows: Those that can be launched.
        sub_workflows: Copies that travel inside the specification of a workflow that uses them.
        code: The archive (.tar.gz) that fast registration ships, or None.
        clashes: Names that stand for two different things, such as "task flows.clean".
    """

    tasks: Mapping[str, TaskTemplate]
    workflows: Mapping[str, WorkflowTemplate]
    sub_workflows: Mapping[str, WorkflowTemplate] = field(default_factory=dict)
    launch_plans: Mapping[str, LaunchPlan] = field(default_factory=dict)
    code: bytes | None = None
    clashes: tuple[str, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Package":
        """Read the .tgz that `pyflyte package` wrote."""
        with tarfile.open(path) as archive:
            files = dict(_files(archive))
        entities = [_entity(name, content) for name, content in files.items() if _is_entity(name)]
        code = [content for name, content in files.items() if name.endswith(".tar.gz")]
        return cls.of(entities, code=code[0] if code else None)

    @classmethod
    def of(cls, entities: Iterable[Entity], *, code: bytes | None = None) -> "Package":
        """Sort entities into a package by their kind and name."""
        entities = list(entities)
        specs = [spec for spec in entities if isinstance(spec, WorkflowSpec)]
        tasks = [spec.template for spec in entities if isinstance(spec, TaskSpec)]
        workflows = [spec.template for spec in specs]
        inner = [template for spec in specs for template in spec.sub_workflows]
        plans = [plan for plan in entities if isinstance(plan, LaunchPlan)]
        return cls(
            tasks=_by_name(tasks),
            workflows=_by_name(workflows),
            sub_workflows=_by_name(inner),
            launch_plans=_by_name(plans),
            code=code,
            clashes=(
                *_clashes("task", tasks),
                *_clashes("workflow", workflows),
                *_clashes("sub-workflow", inner),
                *_clashes("launch plan", plans),
            ),
        )

    def with_dynamic(self, spec: DynamicJobSpec) -> "Package":
        """Add the tasks and sub-workflows that a dynamic task made while it ran."""
        return replace(
            self,
            tasks={**self.tasks, **{task.id.name: task for task in spec.tasks}},
            sub_workflows={
                **self.sub_workflows,
                **{workflow.id.name: workflow for workflow in spec.subworkflows},
            },
        )

    def find_workflow(self, name: str) -> WorkflowTemplate | None:
        """Return the workflow or sub-workflow of that name, None if there is none."""
        return self.sub_workflows.get(name) or self.workflows.get(name)


def _files(archive: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    for member in archive.getmembers():
        content = archive.extractfile(member)
        if content is not None:
            yield member.name, content.read()


def _is_entity(name: str) -> bool:
    return name.endswith(".pb")


def _entity(name: str, content: bytes) -> Entity:
    suffix = Path(name).stem.rpartition("_")[2]
    if suffix not in _ENTITY_OF_SUFFIX:
        raise ValueError(f"{name!r} is no task (_1), workflow (_2) or launch plan (_3)")
    return _ENTITY_OF_SUFFIX[suffix].FromString(content)


def _by_name(entities: Sequence[Named]) -> dict[str, Named]:
    return {entity.id.name: entity for entity in entities}


def _clashes(kind: str, entities: Sequence[Named]) -> list[str]:
    known = _by_name(entities)
    names = {entity.id.name for entity in entities if known[entity.id.name] != entity}
    return [f"{kind} {name}" for name in sorted(names)]
