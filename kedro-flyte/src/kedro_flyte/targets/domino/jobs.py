"""The jobs of the workflow: a call each."""

from kedro_flyte.plan.model import Plan, Task
from kedro_flyte.targets.domino.head import COMMAND, CONFIG, JOB
from kedro_flyte.targets.domino.record import domino_of
from kedro_flyte.targets.domino.settings import config_environment, config_settings
from kedro_flyte.targets.domino.types import (
    environment_constants,
    needs_base_class,
    output_type,
    parameter_type,
    shared_environment,
    snapshot_constants,
    snapshots_of,
    tier_constants,
    tier_id,
    type_of,
)
from kedro_flyte.targets.layout import Call, broken, laid_out
from kedro_flyte.targets.source import literal, written_once

_LONG_LIST = 3
_PARAMETERS = "parameters"  # a name that nothing of the project has


class Jobs:
    """The jobs of a plan, and the names of the variables that hold what they give."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._tiers = tier_constants(plan)
        self._environments = environment_constants(plan)
        self._snapshots = snapshot_constants(plan)
        self._own = domino_of(plan)
        self._parameters = {parameter.id: parameter for parameter in plan.parameters}
        self._makers = {name: task for task in plan.tasks for name in task.outputs}
        helped = [task for task in plan.tasks if not needs_base_class(task)]
        self._common_parameters = written_once([task.parameters for task in helped], _LONG_LIST)
        self._common_data = written_once([task.inputs for task in helped], 2)
        inputs = {*self._parameters, *(plan.dataset(name).id for name in plan.sources)}
        self._data_name = _free("data", inputs)
        self._taken = {self._data_name} if self._common_data else set()

    def lines(self) -> list[str]:
        """Return the calls, and before them what several of them take."""
        lines = []
        if self._common_parameters:
            inputs = [self._parameter(name) for name in self._common_parameters]
            lines += broken(Call(f"{_PARAMETERS} = [", inputs, "]"), indent=4)
        first_reader = next(filter(self._takes_common_data, self._plan.tasks), None)
        for task in self._plan.tasks:
            if task is first_reader:
                read = [self._input(name) for name in task.inputs]
                lines += broken(Call(f"{self._data_name} = [", read, "]"), indent=4)
            first, *more = self._base_class(task) if needs_base_class(task) else self._helper(task)
            variable = self._variable(task)
            head = f"{variable} = {first.head}" if variable else first.head
            lines += broken(Call(head, first.items, first.tail), indent=4)
            for call in more:  # what the line before has made
                last = lines.pop().strip()
                lines += laid_out(Call(f"{last}{call.head}", call.items, call.tail), indent=4)
        return lines

    def value(self, name: str) -> str:
        """Return what stands for a dataset in the workflow: an input, a result, or one of several.

        A job with one output gives the value itself, one with several gives them by name.
        """
        dataset = self._plan.dataset(name)
        maker = self._makers.get(name)
        if maker is None:
            return dataset.id
        variable = self._variable(maker)
        return variable if len(maker.outputs) == 1 else f"{variable}.{dataset.id}"

    def _variable(self, task: Task) -> str:
        """Return the name for what a job gives; no list of the workflow has it."""
        if not task.outputs:
            return ""
        one = len(task.outputs) == 1
        name = self._plan.dataset(task.outputs[0]).id if one else task.id
        return f"{name}_" if name in self._taken else name

    def _takes_common_data(self, task: Task) -> bool:
        common = self._common_data
        return bool(common) and task.inputs == common and not needs_base_class(task)

    def _helper(self, task: Task) -> list[Call]:
        plan = self._plan
        words: list[str | Call] = [
            f"flyte_task_name={literal(task_name(plan, task))}",
            f"command={COMMAND}.format({literal(task.id)})",
            f"hardware_tier_name={self._tiers[task.tier]}",
        ]
        given = self._inputs(task)
        words += [Call("inputs=[", given, "]")] if given else []
        outputs = [self._output(name) for name in task.outputs]
        words += [Call("output_specs=[", outputs, "]")] if outputs else []
        words += self._snapshot_words(task, "dataset_snapshots")
        words += _cache_words(task)
        if shared_environment(plan) is None and task.environment in self._environments:
            words.append(f"**{self._environments[task.environment]}")
        return [Call("run_domino_job_task(", [*words, f"**{JOB}"])]

    def _inputs(self, task: Task) -> list[str | Call]:
        found: list[str | Call] = [self._input(name) for name in task.inputs]
        if self._takes_common_data(task):
            found = [f"*{self._data_name}"]
        if self._common_parameters and task.parameters == self._common_parameters:
            return [*found, f"*{_PARAMETERS}"]
        return found + [self._parameter(name) for name in task.parameters]

    def _input(self, name: str) -> Call:
        dataset = self._plan.dataset(name)
        kind = self._type(name)
        words = [f"name={literal(dataset.id)}", f"type={kind}", f"value={self.value(name)}"]
        return Call("Input(", words)

    def _type(self, name: str) -> str:
        return "str" if name in self._plan.sources else type_of(self._plan.dataset(name))

    def _parameter(self, name: str) -> Call:
        kind = parameter_type(self._parameters[name])
        return Call("Input(", [f"name={literal(name)}", f"type={kind}", f"value={name}"])

    def _output(self, name: str) -> Call:
        dataset = self._plan.dataset(name)
        return Call(
            "Output(", [f"name={literal(dataset.id)}", _keyed("type=", output_type(dataset))]
        )

    def _snapshot_words(self, task: Task, key: str) -> list[str | Call]:
        found = [self._snapshots[one.label] for one in snapshots_of(self._plan, task)]
        stated = self._own.is_production and self._plan.snapshots
        return [Call(f"{key}=[", found, "]")] if found or stated else []

    def _base_class(self, task: Task) -> list[Call]:
        """Return the making of the task, and its call."""
        plan = self._plan
        words: list[str | Call] = [
            f"name={literal(task_name(plan, task))}",
            Call("domino_job_config=DominoJobConfig(", self._config(task)),
        ]
        if not self._own.is_production:
            words.append("use_latest=True")
        types = {plan.dataset(name).id: self._type(name) for name in task.inputs}
        types |= {name: parameter_type(self._parameters[name]) for name in task.parameters}
        if types:
            pairs = [f"{literal(name)}: {kind}" for name, kind in types.items()]
            words.append(Call("inputs={", pairs, "}"))
        outputs = [
            _keyed(f"{literal(plan.dataset(name).id)}: ", output_type(plan.dataset(name)))
            for name in task.outputs
        ]
        words += [Call("outputs={", outputs, "}")] if outputs else []
        words += _cache_words(task)
        words += [f"retries={task.retries}"] if task.retries else []
        words += [f"timeout=timedelta(seconds={task.timeout})"] if task.timeout else []
        values = [f"{plan.dataset(name).id}={self.value(name)}" for name in task.inputs]
        values += [f"{name}={name}" for name in task.parameters]
        return [Call("DominoJobTask(", words), Call("(", values)]

    def _config(self, task: Task) -> list[str | Call]:
        plan = self._plan
        words: list[str | Call] = [f"Command={COMMAND}.format({literal(task.id)})"]
        words.append(f"HardwareTierId={literal(tier_id(self._own, task.tier))}")
        environment = self._own.environment(task.environment)
        if environment is not None:
            pairs = config_environment(environment)
            words += [_keyed(f"{key}=", value) for key, value in pairs]
        words += self._snapshot_words(task, "DatasetSnapshots") or self._no_snapshots()
        return [*words, f"**{CONFIG}"] if config_settings(plan) else words

    def _no_snapshots(self) -> list[str | Call]:
        return ["DatasetSnapshots=[]"] if self._own.is_production else []


def task_name(plan: Plan, task: Task) -> str:
    """Return the name of a job: unique among the flows that are registered together."""
    return f"{plan.identity}.{task.id}"


def _cache_words(task: Task) -> list[str | Call]:
    if not task.cache_version:
        return []
    return ["cache=True", f"cache_version={literal(task.cache_version)}"]


def _keyed(key: str, value: str | Call) -> str | Call:
    if isinstance(value, str):
        return f"{key}{value}"
    return Call(f"{key}{value.head}", value.items, value.tail)


def _free(name: str, taken: set[str]) -> str:
    """Return a name for a list that no input of the workflow has."""
    return _free(f"{name}_", taken) if name in taken else name
