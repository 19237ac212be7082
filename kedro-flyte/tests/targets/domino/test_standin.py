"""The stand-in for Domino's plugin refuses what the plugin refuses, and keeps the copilot's rules."""

import sys
from datetime import datetime, timedelta, timezone

import pytest
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from kedro_flyte.errors import TaskError, UnsupportedError
from kedro_flyte.targets.domino.stand_in import Place, installed, running
from kedro_flyte.targets.domino.stand_in.artifact import DATA, Artifact
from kedro_flyte.targets.domino.stand_in.copilot import collect, lay_out, text_of
from kedro_flyte.targets.domino.stand_in.helpers import Input, Output, run_domino_job_task
from kedro_flyte.targets.domino.stand_in.task import (
    DatasetSnapshot,
    DominoJobConfig,
    DominoJobTask,
    EnvironmentRevisionSpecification,
    EnvironmentRevisionType,
    GitRef,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (" as it is\n", " as it is\n"), (3, "3"), (True, "true"), (False, "false"), (1.0, "1"),
        (0.1, "0.1"), (1e22, "10000000000000000000000"), (1e-7, "0.0000001"), (None, "null"),
        (float("nan"), "NaN"), (float("-inf"), "-Inf"), ({"a": [1]}, '{"a": [1]}'),
        (timedelta(hours=72, minutes=10), "72h10m0s"), (timedelta(seconds=1.5), "1.5s"),
        (datetime(2026, 1, 2, 3, tzinfo=timezone.utc), "2026-01-02T03:00:00Z"),
    ],
)  # fmt: skip
def test_an_input_is_text_in_gos_forms(value, text):
    assert text_of(value) == text


def test_a_file_has_no_suffix_and_a_list_is_a_folder(tmp_path):
    (tmp_path / "table.csv").write_text("x\n")

    lay_out(tmp_path / "in", {"table": FlyteFile(str(tmp_path / "table.csv")), "many": [7, "a"]})

    assert (tmp_path / "in/table").read_text() == "x\n"
    assert [(tmp_path / "in/many" / n).read_text() for n in ("0", "1")] == ["7", "a"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (str, " a\n", "a"), (int, "3\n", 3), (float, "1e3", 1000.0), (bool, "T", True),
        (bool, "0", False), (dict, '{"a": 1}', {"a": 1}), (timedelta, "1h2m3.5s", timedelta(0, 3723.5)),
        (datetime, "2026-01-02T03:00:00Z", datetime(2026, 1, 2, 3, tzinfo=timezone.utc)),
    ],
)  # fmt: skip
def test_a_simple_output_is_trimmed_and_parsed(kind, text, value, tmp_path):
    (tmp_path / "o").write_text(text)

    assert collect(tmp_path, {"o": kind}) == [value]


@pytest.mark.parametrize(
    ("kind", "text"),
    [(int, "x"), (bool, "yes"), (dict, "[1]"), (timedelta, "3"), (timedelta, "3s,")],
)
def test_an_output_of_another_type_is_refused(kind, text, tmp_path):
    (tmp_path / "o").write_text(text)

    with pytest.raises(TaskError, match=f"which is not {kind.__name__}"):
        collect(tmp_path, {"o": kind})


def test_a_simple_output_has_1024_bytes_at_most_and_a_file_any_number(tmp_path):
    (tmp_path / "o").write_text("x" * 1025)

    with pytest.raises(TaskError, match="has 1025 bytes, and a simple value has 1024"):
        collect(tmp_path, {"o": str})
    (found,) = collect(tmp_path, {"o": FlyteFile})
    assert found.path == str(tmp_path / "o")


def test_an_output_is_looked_up_by_its_name_then_by_the_only_suffix(tmp_path):
    (tmp_path / "o.csv").write_text("by suffix")
    assert collect(tmp_path, {"o": str}) == ["by suffix"]
    (tmp_path / "o.json").write_text("another")
    with pytest.raises(TaskError, match=r"Which of o\.csv, o\.json"):
        collect(tmp_path, {"o": str})
    (tmp_path / "o").write_text("exact")
    (tmp_path / "more").write_text("nobody asks for it")
    assert collect(tmp_path, {"o": str}) == ["exact"]


def test_an_output_that_was_not_written_is_named(tmp_path):
    with pytest.raises(TaskError, match="output 'o' is declared, and the command has not written"):
        collect(tmp_path, {"o": str})


@pytest.mark.parametrize("kind", [list[str], dict[str, int], FlyteDirectory, int | None])
def test_lists_folders_and_unions_are_no_outputs(kind):
    with pytest.raises(UnsupportedError, match="Archive anything else to one file"):
        task(outputs={"o": kind})


def task(command: str = "true", **words) -> DominoJobTask:
    """Return a job with the project's defaults."""
    return DominoJobTask("job", DominoJobConfig(Command=command), use_latest=True, **words)


def test_without_the_projects_defaults_every_missing_field_is_named(monkeypatch):
    config = DominoJobConfig(Command="true", HardwareTierId="small")
    with pytest.raises(UnsupportedError, match="lacks CommitId, EnvironmentId") as without:
        DominoJobTask("job", config)
    monkeypatch.setenv("DOMINO_IS_GIT_BASED", "true")
    with pytest.raises(UnsupportedError, match="lacks CommitId, MainRepoGitRef"):
        DominoJobTask("job", config)

    assert "HardwareTierId" not in str(without.value)
    assert "MainRepoGitRef" not in str(without.value)


def test_the_helper_names_each_setting_that_is_left_out():
    with pytest.raises(
        UnsupportedError, match=r"environment_name.*dfs_repo_commit_id.*volume_size_gib"
    ):
        run_domino_job_task("job", "true", hardware_tier_name="Small")


@pytest.mark.parametrize(
    "make",
    [
        lambda: GitRef("branch", "main"), lambda: GitRef("head", "main"), lambda: GitRef("tags"),
        DatasetSnapshot, lambda: DatasetSnapshot(Name="a", Version=0),
        lambda: DominoJobConfig(
            Command="", DatasetSnapshots=[DatasetSnapshot(Name="a", Version=v) for v in (1, 2)]
        ),
        lambda: EnvironmentRevisionSpecification(EnvironmentRevisionType.SomeRevision),
        lambda: Artifact("", DATA), lambda: Artifact("a", "TABLE"), lambda: Artifact("a", DATA).File("b"),
    ],
)  # fmt: skip
def test_settings_that_contradict_themselves_are_refused(make):
    with pytest.raises(UnsupportedError):
        make()


def test_an_imported_module_finds_the_stand_in_only_meanwhile():
    with installed():
        from flytekitplugins.domino.helpers import run_domino_job_task as found

        assert found is run_domino_job_task
    assert not [name for name in sys.modules if name.startswith("flytekitplugins.domino")]


@pytest.fixture
def told(tmp_path):
    """Let jobs run, and return what is told of them."""
    states: list[str] = []
    (tmp_path / "jobs").mkdir()
    place = Place(
        root=tmp_path, folder=tmp_path / "jobs", tell=lambda _, state: states.append(state)
    )
    with running(place):
        yield states


def test_a_job_is_a_process_with_the_folders_and_variables_of_one(told, tmp_path):
    command = (
        'cd "$KEDRO_FLYTE_WORKFLOW"; echo "$(cat inputs/x) $DOMINO_IS_WORKFLOW_JOB" > outputs/o.txt; '
        'pwd > outputs/p; echo "$DOMINO_WORKING_DIR" > outputs/q'
    )
    outputs = [Output("o", str), Output("p", str), Output("q", str)]

    found = run_domino_job_task(
        "job", command, [Input("x", float, 2.0)], outputs, use_project_defaults_for_omitted=True
    )

    assert found.o == "2 true"
    assert found.p.startswith(str(tmp_path / "jobs"))
    assert found.q == str(tmp_path)
    assert told == ["begins", "done"]


def test_a_job_has_no_pythonpath_but_that_of_its_command(told, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "of the workspace")
    command = 'echo "<$PYTHONPATH>" > "$KEDRO_FLYTE_WORKFLOW/outputs/o"'

    assert task(command, outputs={"o": str})() == "<>"


def test_one_result_is_the_value_itself(told):
    command = 'echo 3 > "$KEDRO_FLYTE_WORKFLOW/outputs/o"'

    assert task(command, outputs={"o": int})() == 3


def test_an_exit_code_fails_the_job(told):
    with pytest.raises(TaskError, match="Job 'job' ended with exit code 3"):
        task("exit 3")()
    assert told == ["begins", "failed"]


def test_an_error_file_fails_the_job_whatever_its_exit_code(told):
    with pytest.raises(TaskError, match="no good"):
        task('echo "no good" > "$KEDRO_FLYTE_WORKFLOW/outputs/_ERROR"')()


def test_a_job_that_writes_too_little_fails(told):
    with pytest.raises(TaskError, match="Job 'job': output 'o' is declared"):
        task("true", outputs={"o": str})()


def test_a_job_is_tried_again_as_often_as_it_may(told, tmp_path):
    task("test -e again || { touch again; exit 1; }", retries=1)()

    assert told == ["begins", "failed", "begins", "done"]


def test_a_job_ends_at_its_timeout_with_all_that_it_has_started(told, tmp_path):
    with pytest.raises(TaskError, match="has not ended within 0:00:01"):
        task("(sleep 3; touch late) & sleep 60", timeout=timedelta(seconds=1))()
    import time

    time.sleep(3)
    assert not (tmp_path / "late").exists()


def test_a_job_needs_a_place_to_run():
    with pytest.raises(TaskError, match="kedro flyte run --target domino"):
        task()()
