"""What was registered, by FlyteAdmin's rules: one structure a version, and only what compiles.

Source: flyteadmin, pkg/manager/impl/{task,workflow,launch_plan}_manager.go.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import grpc
from flyteidl.admin.launch_plan_pb2 import LaunchPlan, LaunchPlanSpec
from flyteidl.admin.task_pb2 import TaskSpec
from flyteidl.admin.workflow_pb2 import WorkflowSpec
from flyteidl.core.identifier_pb2 import Identifier
from flyteidl.core.interface_pb2 import Parameter, ParameterMap
from flyteidl.core.literals_pb2 import LiteralMap

from flyte_standin.compiler import check
from flyte_standin.launch_plan_checks import given_inputs
from flyte_standin.literal_types import castable, describe, is_optional, type_of
from flyte_standin.package import Entity, Package
from flyte_standin.rpc import RefusedError
from flyte_standin.workflow_checks import types_of

Key: TypeAlias = tuple[str, str, str, str]
"""Project, domain, name, version."""
Spec = TypeVar("Spec", TaskSpec, WorkflowSpec, LaunchPlan)


def key_of(identifier: Identifier) -> Key:
    """Return what tells an entity from all others of its kind."""
    return identifier.project, identifier.domain, identifier.name, identifier.version


@dataclass(kw_only=True)
class Registry:
    """Registered entities by key.

    Args:
        active: The launch plans that were switched on.
    """

    tasks: dict[Key, TaskSpec] = field(default_factory=dict)
    workflows: dict[Key, WorkflowSpec] = field(default_factory=dict)
    launch_plans: dict[Key, LaunchPlan] = field(default_factory=dict)
    active: set[Key] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add_task(self, identifier: Identifier, spec: TaskSpec) -> None:
        """Register a task.

        Raises:
            RefusedError: It exists already, or does not compile.
        """
        self._add(self.tasks, identifier, spec)

    def add_workflow(self, identifier: Identifier, spec: WorkflowSpec) -> None:
        """Register a workflow whose tasks are registered; the same errors."""
        self._add(self.workflows, identifier, spec)

    def add_launch_plan(self, identifier: Identifier, spec: LaunchPlanSpec) -> None:
        """Register a launch plan of a registered workflow; the same errors."""
        plan = LaunchPlan(id=identifier, spec=spec)
        find(self.workflows, spec.workflow_id)
        self._add(self.launch_plans, identifier, plan)

    def _add(self, known: dict[Key, Spec], identifier: Identifier, spec: Spec) -> None:
        key = key_of(identifier)
        with self.lock:
            _refuse_existing(known, key, spec)
            findings = check(self.package(identifier, spec))
            if findings:
                message = "\n".join(map(str, findings))
                raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, message)
            known[key] = spec

    def package(self, identifier: Identifier, *extra: Entity) -> Package:
        """Return all that has the project, domain and version of `identifier`."""
        wanted = (identifier.project, identifier.domain, identifier.version)

        def same(key: Key) -> bool:
            return (key[0], key[1], key[3]) == wanted

        registered: list[Entity] = [
            *_values(self.tasks, same),
            *_values(self.workflows, same),
            *_values(self.launch_plans, same),
        ]
        return Package.of([*registered, *extra])

    def expected_inputs(self, plan: LaunchPlan) -> ParameterMap:
        """Return what a caller of a launch plan may give, with its defaults."""
        workflow = find(self.workflows, plan.spec.workflow_id).template
        expected = ParameterMap()
        expected.CopyFrom(plan.spec.default_inputs)
        for name, variable in workflow.interface.inputs.variables.items():
            if name not in expected.parameters and name not in plan.spec.fixed_inputs.literals:
                expected.parameters[name].CopyFrom(Parameter(var=variable, required=True))
        return expected

    def inputs_of_execution(self, plan: LaunchPlan, given: LiteralMap) -> LiteralMap:
        """Return all inputs of an execution: the caller's over the launch plan's.

        Raises:
            RefusedError: One is unknown, missing, fixed by the plan or of the wrong type.
        """
        workflow = find(self.workflows, plan.spec.workflow_id).template
        types = types_of(workflow.interface.inputs)
        complete = {**given_inputs(plan), **given.literals}
        problems = [
            *(f"{name!r} is unknown" for name in complete if name not in types),
            *(
                f"{name!r} is fixed"
                for name in plan.spec.fixed_inputs.literals
                if name in given.literals
            ),
            *(
                f"{name!r} is missing"
                for name, literal_type in types.items()
                if name not in complete and not is_optional(literal_type)
            ),
            *(
                f"{name!r} is {describe(type_of(literal))}, not {describe(types[name])}"
                for name, literal in complete.items()
                if name in types and not castable(type_of(literal), types[name])
            ),
        ]
        if problems:
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "; ".join(problems))
        return LiteralMap(literals=complete)


def find(known: Mapping[Key, Spec], identifier: Identifier) -> Spec:
    """Return a registered entity.

    Raises:
        RefusedError: There is none of that name and version.
    """
    key = key_of(identifier)
    if key not in known:
        raise RefusedError(grpc.StatusCode.NOT_FOUND, f"{'/'.join(key)} is not registered")
    return known[key]


def _refuse_existing(known: Mapping[Key, Spec], key: Key, spec: Spec) -> None:
    if key not in known:
        return
    name = "/".join(key)
    if known[key] == spec:
        message = f"{name} with identical structure already exists"
        raise RefusedError(grpc.StatusCode.ALREADY_EXISTS, message)
    message = f"{name} with different structure already exists"
    raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, message)


def _values(known: Mapping[Key, Spec], same: Callable[[Key], bool]) -> list[Spec]:
    return [spec for key, spec in known.items() if same(key)]
