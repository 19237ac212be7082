"""The stand-in for a Flyte back end does what Flyte does, with the real `pyflyte` and real pods."""

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import flyte_standin
import grpc
import pytest
from flyte_standin import (
    CompileError,
    Fault,
    LocalStorage,
    Package,
    Propeller,
    S3Server,
    S3Storage,
    StandInAdmin,
    check,
    require_valid,
)
from flyte_standin.containers import Command, command_of
from flyte_standin.literal_types import castable
from flyte_standin.literals import to_literal, to_value
from flyte_standin.registry import key_of
from flyteidl.admin.common_pb2 import ObjectGetRequest
from flyteidl.admin.execution_pb2 import (
    ExecutionCreateRequest,
    ExecutionSpec,
    ExecutionTerminateRequest,
    WorkflowExecutionGetRequest,
)
from flyteidl.admin.launch_plan_pb2 import LaunchPlan, LaunchPlanState, LaunchPlanUpdateRequest
from flyteidl.admin.node_execution_pb2 import NodeExecutionListRequest
from flyteidl.admin.schedule_pb2 import FixedRate, Schedule
from flyteidl.admin.task_pb2 import TaskCreateRequest, TaskSpec
from flyteidl.core.execution_pb2 import NodeExecution, WorkflowExecution
from flyteidl.core.identifier_pb2 import Identifier
from flyteidl.core.literals_pb2 import BindingData, Literal, LiteralMap, Primitive, Scalar
from flyteidl.core.tasks_pb2 import TaskTemplate
from flyteidl.core.types_pb2 import (
    BlobType,
    EnumType,
    LiteralType,
    OutputReference,
    PromiseAttribute,
    SimpleType,
    UnionType,
)
from flyteidl.core.workflow_pb2 import Node, WorkflowTemplate
from flyteidl.service.admin_pb2_grpc import AdminServiceStub
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct
from real.hand_made import CASES as HAND_MADE

PYFLYTE = Path(sys.executable).with_name("pyflyte")


def pyflyte(*args: str, folder: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(PYFLYTE), *args],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **(env or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def write_flows(folder: Path, name: str) -> Path:
    source = Path(flyte_standin.__file__).with_name(f"example_{name}.py")
    folder.mkdir()
    shutil.copy(source, folder / f"{name}.py")
    return folder


def packaged(folder: Path, name: str, *options: str) -> Package:
    archive = folder.with_suffix(".tgz")
    pyflyte(
        *("--pkgs", name, "package", "--source", ".", "--image", "image:1", *options),
        *("--output", str(archive), "--force"),
        folder=folder,
    )
    return Package.read(archive)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_flows(tmp_path_factory.mktemp("project") / "flows", "flows")


@pytest.fixture(scope="module")
def package(project: Path) -> Package:
    return packaged(project, "flows")


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> Package:
    return packaged(write_flows(tmp_path_factory.mktemp("project") / "traps", "traps"), "traps")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3Storage]:
    with S3Server() as storage:
        yield storage


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    return tmp_path / "mark"


@pytest.fixture
def propeller(tmp_path: Path, project: Path, mark: Path) -> Propeller:
    return Propeller(
        storage=LocalStorage(tmp_path / "store"),
        folder=tmp_path / "pods",
        workdir=project,
        pod_env={"MARK": str(mark)},
        secrets={("db", "password"): "open sesame"},
        faults={("n1", 0): Fault(when_exists=mark)},
    )


# ---------------------------------------------------------------------------------- packages


def test_a_package_holds_what_pyflyte_wrote(package: Package) -> None:
    assert package.workflows.keys() >= {"flows.graph", "flows.inner"}
    assert package.sub_workflows.keys() == {"flows.inner"}
    assert package.launch_plans.keys() >= {"flows.graph", "flows.inner_by_three"}
    assert package.tasks["flows.scale"].container.image == "image:1"
    assert package.code is None


def test_a_package_of_foreign_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0_name_9.pb").touch()
    archive = shutil.make_archive(str(tmp_path / "package"), "gztar", tmp_path, "0_name_9.pb")
    with pytest.raises(ValueError, match=r"0_name_9\.pb"):
        Package.read(Path(archive))


# ------------------------------------------------------------------------------------ checks


def test_what_flytekit_writes_well_passes(package: Package) -> None:
    assert check(package) == []


def test_what_flytekit_lets_through_is_refused(traps: Package) -> None:
    found = {(finding.code, finding.where) for finding in check(traps)}
    assert found == {
        ("DuplicateId", "traps.same_ids"),
        ("CycleDetected", "traps.same_ids"),
        ("CycleDetected", "traps.called_inside"),
        ("MismatchingTypes", "traps.called_inside/n0"),
        ("LocalPath", "traps.local_default"),
        ("UnboundScheduleInput", "traps.nightly"),
    }


def test_a_refusal_names_every_finding(traps: Package) -> None:
    with pytest.raises(CompileError, match=r"DuplicateId at traps\.same_ids: .*'data-a'") as error:
        require_valid(traps)
    assert len(error.value.findings) == len(check(traps))


def promise(node: str, var: str) -> BindingData:
    return BindingData(promise=OutputReference(node_id=node, var=var))


def number(value: int) -> BindingData:
    return BindingData(scalar=Scalar(primitive=Primitive(integer=value)))


def text(value: str) -> BindingData:
    return BindingData(scalar=Scalar(primitive=Primitive(string_value=value)))


def by_task(template: WorkflowTemplate, name: str) -> Node:
    return next(n for n in template.nodes if n.task_node.reference_id.name == f"flows.{name}")


def branch(template: WorkflowTemplate) -> Node:
    return next(n for n in template.nodes if n.HasField("branch_node"))


def rebind(node: Node, data: BindingData) -> None:
    node.inputs[0].binding.CopyFrom(data)


def bind_field(template: WorkflowTemplate, field: str) -> None:
    path = by_task(template, "use").inputs[1].binding.promise.attr_path
    del path[:]
    path.append(PromiseAttribute(string_value=field))


def compare_with_float(template: WorkflowTemplate) -> None:
    condition = branch(template).branch_node.if_else.case.condition
    comparison = condition.conjunction.left_expression.comparison
    comparison.right_value.primitive.CopyFrom(Primitive(float_value=5.0))


def call_unknown_workflow(template: WorkflowTemplate) -> None:
    node = next(n for n in template.nodes if n.HasField("workflow_node"))
    node.workflow_node.sub_workflow_ref.name = "other"


BREAKAGES: dict[str, tuple[str, Callable[[WorkflowTemplate], object]]] = {
    "two nodes have one id": (
        "DuplicateId",
        lambda w: setattr(w.nodes[1], "id", w.nodes[0].id),
    ),
    "a node has Flyte's own id": (
        "ReservedId",
        lambda w: setattr(w.nodes[-1], "id", "end-node"),
    ),
    "an id has capitals": ("InvalidId", lambda w: setattr(w.nodes[-1], "id", "N1")),
    "an id is too long": ("InvalidId", lambda w: setattr(w.nodes[-1], "id", "n" * 64)),
    "nodes wait for each other": (
        "CycleDetected",
        lambda w: by_task(w, "numbers").upstream_node_ids.append(by_task(w, "total").id),
    ),
    "nodes read each other": (
        "CycleDetected",
        lambda w: rebind(by_task(w, "numbers"), promise(by_task(w, "total").id, "o0")),
    ),
    "a node waits for nothing known": (
        "UnknownUpstream",
        lambda w: by_task(w, "numbers").upstream_node_ids.append("n99"),
    ),
    "an input is not bound": (
        "ParameterNotBound",
        lambda w: by_task(w, "numbers").inputs.pop(),
    ),
    "an input is bound twice": (
        "ParameterBoundMoreThanOnce",
        lambda w: by_task(w, "numbers").inputs.add(var="n", binding=number(1)),
    ),
    "an input does not exist": (
        "VariableNameNotFound",
        lambda w: by_task(w, "numbers").inputs.add(var="other", binding=number(1)),
    ),
    "a binding reads an unknown node": (
        "NodeReferenceNotFound",
        lambda w: rebind(by_task(w, "numbers"), promise("n99", "o0")),
    ),
    "a binding reads an unknown output": (
        "VariableNameNotFound",
        lambda w: rebind(by_task(w, "numbers"), promise("", "other")),
    ),
    "a binding reads an unknown field": ("FieldNotFound", lambda w: bind_field(w, "other")),
    "a field has another type": ("MismatchingTypes", lambda w: bind_field(w, "names")),
    "a literal has another type": (
        "MismatchingTypes",
        lambda w: rebind(by_task(w, "numbers"), text("three")),
    ),
    "a list is bound to a number": (
        "MismatchingBindings",
        lambda w: rebind(by_task(w, "numbers"), BindingData(collection={"bindings": []})),
    ),
    "an item of a list has another type": (
        "MismatchingTypes",
        lambda w: rebind(
            by_task(w, "total"), BindingData(collection={"bindings": [number(1), text("two")]})
        ),
    ),
    "an output has another type": (
        "MismatchingTypes",
        lambda w: rebind(by_task(w, "total"), promise(by_task(w, "settings").id, "o0")),
    ),
    "a workflow output is not bound": ("ParameterNotBound", lambda w: w.outputs.pop()),
    "a task is unknown": (
        "TaskReferenceNotFound",
        lambda w: setattr(by_task(w, "total").task_node.reference_id, "name", "other"),
    ),
    "a workflow is unknown": (
        "WorkflowReferenceNotFound",
        call_unknown_workflow,
    ),
    "no branch is the last resort": (
        "BranchNodeHasNoDefault",
        lambda w: branch(w).branch_node.if_else.ClearField("else_node"),
    ),
    "a branch has an unbound input": (
        "ParameterNotBound",
        lambda w: branch(w).branch_node.if_else.case.then_node.inputs.pop(),
    ),
    "a condition has an unbound input": ("ValueRequired", lambda w: branch(w).inputs.pop()),
    "a condition compares two types": ("MismatchingTypes", compare_with_float),
    "there is no node": ("NoNodesFound", lambda w: w.nodes.__delitem__(slice(None))),
    "there are more nodes than FlyteAdmin takes": (
        "TooManyNodes",
        lambda w: w.nodes.extend(
            Node(id=f"x{i}", task_node=by_task(w, "settings").task_node) for i in range(100)
        ),
    ),
}


def broken(package: Package, name: str, change: Callable[[WorkflowTemplate], object]) -> Package:
    template = WorkflowTemplate()
    template.CopyFrom(package.workflows[name])
    change(template)
    return dataclasses.replace(package, workflows={**package.workflows, name: template})


@pytest.mark.parametrize("what", [what for what, case in HAND_MADE.items() if case.ours])
def test_a_check_that_flyte_does_not_have_is_marked_as_ours(what):
    case = HAND_MADE[what]
    findings = check(Package.of(case.entities))

    assert {finding.is_ours for finding in findings if finding.code == case.ours} == {
        not case.theirs
    }


@pytest.mark.parametrize("what", BREAKAGES)
def test_a_workflow_is_refused_if(what: str, package: Package) -> None:
    code, change = BREAKAGES[what]
    found = check(broken(package, "flows.graph", change))
    assert code in {finding.code for finding in found}
    assert {finding.where.partition("/")[0] for finding in found} == {"flows.graph"}


def test_a_broken_sub_workflow_is_refused(package: Package) -> None:
    inner = broken(package, "flows.inner", lambda w: w.nodes[0].inputs.pop())
    sub_workflows = {"flows.inner": inner.workflows["flows.inner"]}
    changed = dataclasses.replace(package, sub_workflows=sub_workflows)
    assert [finding.code for finding in check(changed)] == ["ParameterNotBound"]


def test_one_name_for_two_tasks_is_refused(package: Package) -> None:
    other = TaskSpec(template=package.tasks["flows.scale"])
    other.template.container.image = "image:2"
    specs = [TaskSpec(template=task) for task in package.tasks.values()]
    assert [(f.code, f.where) for f in check(Package.of([*specs, other]))] == [
        ("ValueCollision", "task flows.scale")
    ]
    assert check(Package.of([*specs, *specs])) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: p.spec.fixed_inputs.literals["x"].CopyFrom(literal("ten")), "MismatchingTypes"),
        (lambda p: p.spec.fixed_inputs.literals["y"].CopyFrom(literal(1)), "UnexpectedInput"),
        (lambda p: setattr(p.spec.workflow_id, "name", "other"), "WorkflowReferenceNotFound"),
        (
            lambda p: p.spec.entity_metadata.schedule.rate.CopyFrom(FixedRate(value=1)),
            "UnboundScheduleInput",
        ),
        (
            lambda p: p.spec.entity_metadata.schedule.CopyFrom(
                Schedule(rate=FixedRate(value=1), kickoff_time_input_arg="x")
            ),
            "InvalidKickoffTime",
        ),
    ],
)
def test_a_launch_plan_must_fit_its_workflow(
    change: Callable[[LaunchPlan], None], code: str, package: Package
) -> None:
    plan = LaunchPlan()
    plan.CopyFrom(package.launch_plans["flows.inner_by_three"])
    change(plan)
    changed = dataclasses.replace(package, launch_plans={plan.id.name: plan})
    graph = dict(package.workflows)
    del graph["flows.graph"]
    found = check(dataclasses.replace(changed, workflows=graph))
    assert [finding.code for finding in found] == [code]


# ------------------------------------------------------------------------- types and literals


def simple(kind: int) -> LiteralType:
    return LiteralType(simple=kind)


def file(extension: str = "") -> LiteralType:
    return LiteralType(blob=BlobType(format=extension, dimensionality=BlobType.SINGLE))


def folder_type() -> LiteralType:
    return LiteralType(blob=BlobType(dimensionality=BlobType.MULTIPART))


def optional(*variants: LiteralType) -> LiteralType:
    return LiteralType(union_type=UnionType(variants=[*variants, simple(SimpleType.NONE)]))


def listed(item: LiteralType) -> LiteralType:
    return LiteralType(collection_type=item)


def by_key(item: LiteralType) -> LiteralType:
    return LiteralType(map_value_type=item)


INTEGER, FLOAT = simple(SimpleType.INTEGER), simple(SimpleType.FLOAT)
STRING, NOTHING = simple(SimpleType.STRING), simple(SimpleType.NONE)
COLOUR = LiteralType(enum_type=EnumType(values=["red", "green"]))


@pytest.mark.parametrize(
    ("upstream", "downstream", "fits"),
    [
        (INTEGER, INTEGER, True),
        (INTEGER, FLOAT, False),
        (file("csv"), file("csv"), True),
        (file("csv"), file("txt"), False),
        (file("csv"), file(), True),
        (file(), file("csv"), True),
        (file(), folder_type(), False),
        (file(), STRING, False),
        (file("csv"), optional(file("csv")), True),
        (file("csv"), optional(file("csv"), file()), False),
        (NOTHING, optional(file("csv")), True),
        (optional(INTEGER), INTEGER, False),
        (optional(INTEGER), optional(INTEGER, STRING), True),
        (optional(INTEGER, STRING), optional(INTEGER), False),
        (listed(file("csv")), listed(file()), True),
        (listed(INTEGER), listed(FLOAT), False),
        (listed(NOTHING), listed(FLOAT), True),
        (INTEGER, listed(INTEGER), False),
        (by_key(INTEGER), by_key(INTEGER), True),
        (by_key(INTEGER), by_key(STRING), False),
        (COLOUR, STRING, True),
        (STRING, COLOUR, True),
        (INTEGER, COLOUR, False),
    ],
)
def test_a_type_may_be_bound_to_another(
    upstream: LiteralType, downstream: LiteralType, *, fits: bool
) -> None:
    assert castable(upstream, downstream) is fits


@pytest.mark.parametrize(
    ("value", "literal_type"),
    [
        (3, INTEGER),
        (0.5, FLOAT),
        ("word", STRING),
        (True, simple(SimpleType.BOOLEAN)),
        (timedelta(seconds=90), simple(SimpleType.DURATION)),
        ({"a": [1, None]}, simple(SimpleType.STRUCT)),
        ("s3://bucket/key", file("csv")),
        (None, optional(INTEGER)),
        (3, optional(STRING, INTEGER)),
        ([1, 2], listed(INTEGER)),
        ({"a": None}, by_key(optional(STRING))),
        ("red", COLOUR),
    ],
)
def test_a_value_survives_its_literal(value: object, literal_type: LiteralType) -> None:
    assert to_value(to_literal(value, literal_type)) == value


@pytest.mark.parametrize(
    ("value", "literal_type"),
    [(3, FLOAT), (True, INTEGER), (None, STRING), ("blue", COLOUR), ("x", listed(STRING))],
)
def test_a_value_of_the_wrong_type_is_refused(value: object, literal_type: LiteralType) -> None:
    with pytest.raises(TypeError, match="does not fit"):
        to_literal(value, literal_type)


def literal(value: object) -> Literal:
    return to_literal(value, INTEGER if isinstance(value, int) else STRING)


# -------------------------------------------------------------------------------------- pods


def test_a_pod_template_runs_its_primary_container() -> None:
    spec = {
        "containers": [
            {"name": "sidecar", "command": ["wait"]},
            {
                "name": "main",
                "args": ["run", "--inputs", "{{.input}}", "--to={{ .outputPrefix }}"],
                "env": [{"name": "A", "value": "1"}],
            },
        ]
    }
    task = TaskTemplate(config={"primary_container_name": "main"})
    task.k8s_pod.pod_spec.CopyFrom(ParseDict(spec, Struct()))
    command = command_of(task, {"input": "s3://in", "outputprefix": "s3://out"})
    assert command.args == ("run", "--inputs", "s3://in", "--to=s3://out")
    assert command.env == {"A": "1"}
    with pytest.raises(LookupError, match="outputprefix"):
        command_of(task, {"input": "s3://in"})


def test_shipped_code_goes_to_the_folder_of_the_pod() -> None:
    args = ("pyflyte-fast-execute", "--dest-dir", "/root", "--", "pyflyte-execute", "/root")
    command = Command(args, {})
    assert command.ships_code
    assert command.in_folder("/pod").args[2:] == ("/pod", "--", "pyflyte-execute", "/root")


def as_pod_template(package: Package, name: str) -> Package:
    """Move the container of a task into a pod template, as `PodTemplate` does."""
    task = TaskTemplate()
    task.CopyFrom(package.tasks[name])
    container = {
        "name": "main",
        "args": list(task.container.args),
        "env": [{"name": item.key, "value": item.value} for item in task.container.env],
    }
    task.k8s_pod.pod_spec.CopyFrom(ParseDict({"containers": [container]}, Struct()))
    task.config["primary_container_name"] = "main"
    return dataclasses.replace(package, tasks={**package.tasks, name: task})


def test_a_pod_sees_its_own_surroundings_only(
    package: Package, propeller: Propeller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTSIDE", "leaks")
    changed = as_pod_template(package, "flows.look")
    execution = propeller.run(changed, "flows.surroundings", execution_id="my-run")
    assert execution.succeeded, execution.error
    seen = execution.output_value("o0")
    assert "OUTSIDE" not in seen
    assert seen["OWN"] == "mine"
    assert seen["secret"] == "open sesame"
    assert seen["FLYTE_INTERNAL_EXECUTION_ID"] == execution.id == "my-run"
    assert seen["FLYTE_INTERNAL_EXECUTION_PROJECT"] == "flytesnacks"
    assert seen["FLYTE_INTERNAL_TASK_NAME"] == "flows.look"
    assert seen["FLYTE_ATTEMPT_NUMBER"] == "0"
    assert "left_behind" in seen["files"]
    assert "left_behind" not in execution.output_value("o1")["files"]
    assert list((propeller.folder / "my-run").iterdir()) == []


def test_a_secret_that_is_not_there_fails_the_task(package: Package, propeller: Propeller) -> None:
    without = dataclasses.replace(propeller, secrets={})
    execution = without.run(package, "flows.surroundings")
    assert "There is no secret db/password" in str(execution.error)
    assert execution.pods == ()


# -------------------------------------------------------------------------------- workflows


def test_every_kind_of_node_runs(package: Package, propeller: Propeller) -> None:
    execution = propeller.run(package, "flows.graph", {"n": 3})
    assert execution.succeeded, execution.error
    values = [execution.output_value(f"o{i}") for i in range(5)]
    assert values == ["large 6", 60, 18, [0, 2], "second at 0.5"]
    names = [pod.task.removeprefix("flows.") for pod in execution.pods]
    assert sum(name.startswith("map_scale_") for name in names) == 3
    assert sorted(name for name in names if not name.startswith("map_scale_")) == [
        "fan", "numbers", "say", "scale", "scale", "scale", "scale", "settings", "total", "use",
    ]  # fmt: skip
    starts = sorted(pod.started for pod in execution.pods)
    assert starts[1] < min(pod.ended for pod in execution.pods)
    for start in starts:
        assert sum(pod.started <= start < pod.ended for pod in execution.pods) <= 2


def test_nodes_keep_an_order_that_no_data_asks_for(package: Package, propeller: Propeller) -> None:
    assert propeller.run(package, "flows.ordered").order() == ["n1", "n0"]


def test_files_travel_through_the_store(
    package: Package, propeller: Propeller, tmp_path: Path
) -> None:
    prefix = tmp_path / "prefix.txt"
    prefix.write_text("say: ")
    execution = propeller.run(package, "flows.files", {"text": "word", "prefix": prefix})
    assert execution.output_bytes("o0") == b"say: WORD"
    assert Path(execution.output_path("o0")).is_relative_to(tmp_path / "store")


def test_what_is_recoverable_is_retried_and_a_killed_pod_too(
    package: Package, propeller: Propeller
) -> None:
    execution = propeller.run(package, "flows.retried")
    assert execution.succeeded, execution.error
    assert [pod.exit_code for pod in execution.attempts("n0")] == [0, 0, 0]
    assert [pod.exit_code for pod in execution.attempts("n1")] == [-signal.SIGKILL, 0]
    assert execution.output_value("o0") == 2
    assert execution.output_value("o1") == 1


def test_a_failure_stops_the_others_and_runs_the_failure_node(
    package: Package, propeller: Propeller, mark: Path
) -> None:
    execution = propeller.run(package, "flows.stops_at_once", {"why": "rain"})
    assert execution.error is not None
    assert execution.error.node == "n0"
    assert "broken by rain" in execution.error.message
    ends = {(pod.node, pod.attempt): pod.ended_by for pod in execution.pods}
    assert ends.pop(("n1", 0), "abort") == "abort"
    assert ends == {("n0", 0): "itself", ("fn0", 0): "itself"}
    assert mark.read_text().startswith("rain: ")
    assert "broken by rain" in mark.read_text()


def test_a_failure_may_let_the_others_go_on(package: Package, propeller: Propeller) -> None:
    execution = propeller.run(package, "flows.goes_on")
    assert "broken by snow" in str(execution.error)
    assert sorted(execution.order()) == ["n0", "n1", "n3"]
    with pytest.raises(KeyError, match="broken by snow"):
        execution.output_value("o0")


def test_a_timeout_ends_an_attempt_and_is_retried(package: Package, propeller: Propeller) -> None:
    execution = propeller.run(package, "flows.timed_out")
    assert "RetriesExhausted|TimeoutExpired" in str(execution.error)
    assert [pod.ended_by for pod in execution.attempts("n0")] == ["timeout", "timeout"]


def test_a_cached_task_runs_once_for_the_inputs_that_count(
    package: Package, propeller: Propeller
) -> None:
    first = propeller.run(package, "flows.cached", {"n": 1, "label": "a"})
    again = propeller.run(package, "flows.cached", {"n": 1, "label": "b"})
    other = propeller.run(package, "flows.cached", {"n": 2, "label": "a"})
    assert [len(run.pods) for run in (first, again, other)] == [1, 0, 1]
    assert [run.output_value("o0") for run in (first, again, other)] == [2, 2, 3]
    assert again.cache_hits == ("n0",)


def test_some_items_of_a_map_task_may_fail(package: Package, propeller: Propeller) -> None:
    assert propeller.run(package, "flows.tolerant").output_value("o0") == [1, None, 3]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"n": 1}, r"needs values for \['label'\]"),
        ({"n": 1, "label": "a", "other": 1}, "'other' is no input"),
        ({"n": "one", "label": "a"}, "'one' does not fit integer"),
    ],
)
def test_wrong_inputs_are_refused_before_a_pod_starts(
    inputs: dict[str, object], message: str, package: Package, propeller: Propeller
) -> None:
    with pytest.raises(TypeError, match=message):
        propeller.run(package, "flows.cached", inputs)


def test_an_unknown_workflow_lists_the_known_ones(package: Package, propeller: Propeller) -> None:
    with pytest.raises(KeyError, match=r"flows\.cached"):
        propeller.run(package, "flows.other")


def test_a_package_that_flyte_refuses_does_not_run(traps: Package, propeller: Propeller) -> None:
    with pytest.raises(CompileError):
        propeller.run(traps, "traps.same_ids", {"x": 1})


# ------------------------------------------------------------------- shipped code, S3, FlyteAdmin


@pytest.fixture(scope="module")
def shipped(project: Path) -> Package:
    return packaged(project, "flows", "--copy", "all")


def test_shipped_code_arrives_in_an_empty_folder_from_s3(
    shipped: Package, s3: S3Storage, tmp_path: Path
) -> None:
    assert shipped.code is not None
    propeller = Propeller(storage=s3, folder=tmp_path)
    execution = propeller.run(shipped, "flows.files", {"text": "word"})
    assert execution.output_bytes("o0") == b"WORD", execution.error
    assert execution.output_path("o0").startswith(f"s3://{s3.bucket}/")


def test_the_tasks_of_a_dynamic_task_get_the_shipped_code_too(
    shipped: Package, tmp_path: Path
) -> None:
    propeller = Propeller(storage=LocalStorage(tmp_path / "store"), folder=tmp_path / "pods")
    execution = propeller.run(shipped, "flows.fanned", {"n": 2})
    assert execution.succeeded, execution.error
    assert execution.output_value("o0") == [0, 2]
    assert sorted(execution.order()) == ["n0", "n0/dn0", "n0/dn1"]


def register(admin: StandInAdmin, folder: Path, name: str) -> str:
    return pyflyte(
        *("--config", str(admin.config_file(folder)), "register", "--copy", "all"),
        *("--project", "flytesnacks", "--domain", "development", "--version", "v1", f"{name}.py"),
        folder=folder,
    )


@pytest.fixture(scope="module")
def admin(
    s3: S3Storage, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StandInAdmin]:
    with StandInAdmin(s3, tmp_path_factory.mktemp("pods")) as running:
        assert "Successfully registered" in register(running, project, "flows")
        yield running


@pytest.fixture
def client(admin: StandInAdmin) -> Iterator[AdminServiceStub]:
    with grpc.insecure_channel(admin.endpoint) as channel:
        yield AdminServiceStub(channel)


def identifier(name: str) -> Identifier:
    return Identifier(project="flytesnacks", domain="development", name=name, version="v1")


def request_of(plan: str, name: str, inputs: dict[str, Literal]) -> ExecutionCreateRequest:
    return ExecutionCreateRequest(
        project="flytesnacks",
        domain="development",
        name=name,
        spec=ExecutionSpec(launch_plan=identifier(plan)),
        inputs=LiteralMap(literals=inputs),
    )


def test_a_real_client_registers_everything(admin: StandInAdmin, package: Package) -> None:
    assert admin.tasks == sorted(package.tasks)
    assert admin.workflows == sorted(package.workflows)
    assert admin.launch_plans == sorted(package.launch_plans)
    assert admin.active_launch_plans == []


def test_a_version_keeps_its_first_structure(admin: StandInAdmin, client: AdminServiceStub) -> None:
    task = client.GetTask(ObjectGetRequest(id=identifier("flows.say")))
    request = TaskCreateRequest(id=task.id)
    request.spec.CopyFrom(admin.registry.tasks[key_of(task.id)])
    assert request.spec.template == task.closure.compiled_task.template
    with pytest.raises(grpc.RpcError, match="ALREADY_EXISTS"):
        client.CreateTask(request)
    request.spec.template.container.image = "image:2"
    with pytest.raises(grpc.RpcError, match="different structure"):
        client.CreateTask(request)


def test_a_launch_plan_is_switched_on(admin: StandInAdmin, client: AdminServiceStub) -> None:
    request = LaunchPlanUpdateRequest(id=identifier("flows.cached"), state=LaunchPlanState.ACTIVE)
    client.UpdateLaunchPlan(request)
    assert admin.active_launch_plans == ["flows.cached"]
    request.state = LaunchPlanState.INACTIVE
    client.UpdateLaunchPlan(request)
    assert admin.active_launch_plans == []


@pytest.mark.parametrize(
    ("plan", "name", "inputs", "message"),
    [
        ("flows.cached", "run-a", {"n": literal(1)}, "'label' is missing"),
        ("flows.cached", "run-a", {"n": literal("1"), "label": literal("a")}, "'n' is string"),
        ("flows.ordered", "run-a", {"n": literal(1)}, "'n' is unknown"),
        ("flows.inner_by_three", "run-a", {"x": literal(1), "by": literal(1)}, "'by' is fixed"),
        ("flows.ordered", "Run A", {}, "small letters"),
        ("flows.other", "run-a", {}, "not registered"),
    ],
)
def test_an_execution_that_cannot_run_is_refused(
    plan: str, name: str, inputs: dict[str, Literal], message: str, client: AdminServiceStub
) -> None:
    with pytest.raises(grpc.RpcError, match=message):
        client.CreateExecution(request_of(plan, name, inputs))


def test_a_terminated_execution_ends_its_pods(
    admin: StandInAdmin, client: AdminServiceStub
) -> None:
    created = client.CreateExecution(request_of("flows.timed_out", "to-be-ended", {}))
    running = client.GetExecution(WorkflowExecutionGetRequest(id=created.id))
    assert running.closure.phase == WorkflowExecution.RUNNING
    with pytest.raises(grpc.RpcError, match="ALREADY_EXISTS"):
        client.CreateExecution(request_of("flows.timed_out", "to-be-ended", {}))
    client.TerminateExecution(ExecutionTerminateRequest(id=created.id))
    assert str(admin.wait("to-be-ended").error).endswith("the execution was terminated")
    ended = client.GetExecution(WorkflowExecutionGetRequest(id=created.id))
    assert ended.closure.phase == WorkflowExecution.FAILED


def test_a_real_client_runs_a_workflow_to_its_end(
    admin: StandInAdmin, client: AdminServiceStub, project: Path
) -> None:
    before = set(admin.executions.by_name)
    config = str(admin.config_file(project))
    pyflyte(
        *("--config", config, "run", "--remote", "--wait", "--poll-interval", "1"),
        *("--copy", "all", "flows.py", "files", "--text", "word"),
        folder=project,
        env=dict(admin.client_env),
    )
    (name,) = set(admin.executions.by_name) - before
    execution = admin.wait(name)
    assert execution.output_bytes("o0") == b"WORD", execution.error
    identity = admin.executions.by_name[name].message.id
    nodes = client.ListNodeExecutions(NodeExecutionListRequest(workflow_execution_id=identity))
    assert [(node.id.node_id, node.closure.phase) for node in nodes.node_executions] == [
        ("n0", NodeExecution.SUCCEEDED),
        ("n1", NodeExecution.SUCCEEDED),
    ]


def test_a_real_client_is_refused_what_flyte_refuses(admin: StandInAdmin, tmp_path: Path) -> None:
    folder = write_flows(tmp_path / "traps", "traps")
    with pytest.raises(AssertionError, match=r"DuplicateId at traps\.same_ids"):
        register(admin, folder, "traps")
    assert "traps.one" in admin.tasks
    assert "traps.same_ids" not in admin.workflows
