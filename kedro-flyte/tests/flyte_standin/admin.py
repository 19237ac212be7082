"""A FlyteAdmin for tests: takes what the real `pyflyte` sends and runs it with propeller.

Wires gRPC methods to the registry, the executions and the store, and tells clients the address.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from flyteidl.admin import (
    execution_pb2,
    launch_plan_pb2,
    project_pb2,
    task_pb2,
    version_pb2,
    workflow_pb2,
)
from flyteidl.core import compiler_pb2
from flyteidl.core.literals_pb2 import LiteralMap
from flyteidl.service import admin_pb2, dataproxy_pb2

from flyte_standin.executions import Executions, Start
from flyte_standin.pods import Stop
from flyte_standin.propeller import Execution, Propeller
from flyte_standin.registry import Key, Registry, find, key_of
from flyte_standin.rpc import Methods, start_server
from flyte_standin.storage import S3Storage

_ADMIN = admin_pb2.DESCRIPTOR.services_by_name["AdminService"]
_DATA_PROXY = dataproxy_pb2.DESCRIPTOR.services_by_name["DataProxyService"]


class StandInAdmin:
    """Serves while it is entered; leaving ends what still runs.

    Args:
        storage: Where clients upload code and files, and executions keep their data.
        folder: Where pods have their folders while they run.
        propeller: Runs the executions; None makes one with no variables of its own in pods.
    """

    def __init__(
        self, storage: S3Storage, folder: Path, *, propeller: Propeller | None = None
    ) -> None:
        self.registry = Registry()
        self.executions = Executions(prepare=self._prepare)
        self._storage = storage
        self._propeller = propeller or Propeller(storage=storage, folder=folder)

    def __enter__(self) -> "StandInAdmin":
        services: Mapping[Any, Methods] = {
            _ADMIN: {**self._register_methods, **self._read_methods, **self.executions.methods},
            _DATA_PROXY: {"CreateUploadLocation": self._create_upload_location},
        }
        self._server, self.endpoint = start_server(services)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.executions.stop()
        self._server.stop(grace=None).wait()

    def config_file(self, folder: Path) -> Path:
        """Write what `pyflyte --config` takes, and return its path."""
        path = folder / "flyte-client.yaml"
        path.write_text(f"admin:\n  endpoint: dns:///{self.endpoint}\n  insecure: true\n")
        return path

    @property
    def client_env(self) -> Mapping[str, str]:
        """Variables for clients that read results from the store."""
        return self._storage.pod_env

    @property
    def tasks(self) -> list[str]:
        """The names of the registered tasks, in order."""
        return _names(self.registry.tasks)

    @property
    def workflows(self) -> list[str]:
        """The names of the registered workflows, in order."""
        return _names(self.registry.workflows)

    @property
    def launch_plans(self) -> list[str]:
        """The names of the registered launch plans, in order."""
        return _names(self.registry.launch_plans)

    @property
    def active_launch_plans(self) -> list[str]:
        """The names of the launch plans that were switched on."""
        return _names(self.registry.active)

    def wait(self, execution: str, timeout: float = 120.0) -> Execution:
        """Wait until an execution has ended and return what became of it."""
        return self.executions.wait(execution, timeout)

    @property
    def _register_methods(self) -> Methods:
        return {
            "CreateTask": self._create_task,
            "CreateWorkflow": self._create_workflow,
            "CreateLaunchPlan": self._create_launch_plan,
            "UpdateLaunchPlan": self._update_launch_plan,
        }

    @property
    def _read_methods(self) -> Methods:
        return {
            "GetVersion": lambda _: version_pb2.GetVersionResponse(
                control_plane_version=version_pb2.Version(Version="v1.16.8-stand-in")
            ),
            "ListProjects": lambda _: project_pb2.Projects(
                projects=[project_pb2.Project(id=self._propeller.project)]
            ),
            "GetTask": self._get_task,
            "GetWorkflow": self._get_workflow,
            "GetLaunchPlan": self._get_launch_plan,
            "ListWorkflows": self._list_workflows,
            "ListLaunchPlans": self._list_launch_plans,
        }

    def _create_task(self, request: task_pb2.TaskCreateRequest) -> task_pb2.TaskCreateResponse:
        self.registry.add_task(request.id, request.spec)
        return task_pb2.TaskCreateResponse()

    def _create_workflow(
        self, request: workflow_pb2.WorkflowCreateRequest
    ) -> workflow_pb2.WorkflowCreateResponse:
        self.registry.add_workflow(request.id, request.spec)
        return workflow_pb2.WorkflowCreateResponse()

    def _create_launch_plan(
        self, request: launch_plan_pb2.LaunchPlanCreateRequest
    ) -> launch_plan_pb2.LaunchPlanCreateResponse:
        self.registry.add_launch_plan(request.id, request.spec)
        return launch_plan_pb2.LaunchPlanCreateResponse()

    def _update_launch_plan(
        self, request: launch_plan_pb2.LaunchPlanUpdateRequest
    ) -> launch_plan_pb2.LaunchPlanUpdateResponse:
        find(self.registry.launch_plans, request.id)
        if request.state == launch_plan_pb2.LaunchPlanState.ACTIVE:
            self.registry.active.add(key_of(request.id))
        else:
            self.registry.active.discard(key_of(request.id))
        return launch_plan_pb2.LaunchPlanUpdateResponse()

    def _get_task(self, request: Any) -> task_pb2.Task:
        spec = find(self.registry.tasks, request.id)
        compiled = compiler_pb2.CompiledTask(template=spec.template)
        return task_pb2.Task(id=request.id, closure=task_pb2.TaskClosure(compiled_task=compiled))

    def _get_workflow(self, request: Any) -> workflow_pb2.Workflow:
        spec = find(self.registry.workflows, request.id)
        package = self.registry.package(request.id)
        closure = compiler_pb2.CompiledWorkflowClosure(
            primary=compiler_pb2.CompiledWorkflow(template=spec.template),
            sub_workflows=[
                compiler_pb2.CompiledWorkflow(template=template) for template in spec.sub_workflows
            ],
            tasks=[compiler_pb2.CompiledTask(template=task) for task in package.tasks.values()],
        )
        return workflow_pb2.Workflow(
            id=request.id, closure=workflow_pb2.WorkflowClosure(compiled_workflow=closure)
        )

    def _get_launch_plan(self, request: Any) -> launch_plan_pb2.LaunchPlan:
        plan = launch_plan_pb2.LaunchPlan()
        plan.CopyFrom(find(self.registry.launch_plans, request.id))
        workflow = find(self.registry.workflows, plan.spec.workflow_id).template
        plan.closure.expected_inputs.CopyFrom(self.registry.expected_inputs(plan))
        plan.closure.expected_outputs.CopyFrom(workflow.interface.outputs)
        return plan

    def _list_workflows(self, request: Any) -> workflow_pb2.WorkflowList:
        found = [
            workflow_pb2.Workflow(id=spec.template.id)
            for key, spec in self.registry.workflows.items()
            if request.id.name in {"", key[2]}
        ]
        return workflow_pb2.WorkflowList(workflows=found)

    def _list_launch_plans(self, request: Any) -> launch_plan_pb2.LaunchPlanList:
        found = [
            plan
            for key, plan in self.registry.launch_plans.items()
            if request.id.name in {"", key[2]}
        ]
        return launch_plan_pb2.LaunchPlanList(launch_plans=found)

    def _create_upload_location(
        self, request: dataproxy_pb2.CreateUploadLocationRequest
    ) -> dataproxy_pb2.CreateUploadLocationResponse:
        root = request.filename_root or base64.b32encode(request.content_md5).decode()
        uri = self._storage.uri(request.project, request.domain, root, request.filename)
        url = self._storage.signed_upload(uri, request.content_md5)
        return dataproxy_pb2.CreateUploadLocationResponse(signed_url=url, native_url=uri)

    def _prepare(
        self, request: execution_pb2.ExecutionCreateRequest, name: str, stop: Stop
    ) -> tuple[LiteralMap, Start]:
        plan = find(self.registry.launch_plans, request.spec.launch_plan)
        inputs = self.registry.inputs_of_execution(plan, request.inputs)
        template = find(self.registry.workflows, plan.spec.workflow_id).template
        package = self.registry.package(plan.spec.workflow_id)
        propeller = replace(self._propeller, project=request.project, domain=request.domain)

        def start() -> Execution:
            return propeller.launch(package, template, inputs, execution_id=name, stop=stop)

        return inputs, start


def _names(keys: Iterable[Key]) -> list[str]:
    return sorted({name for _, _, name, _ in keys})
