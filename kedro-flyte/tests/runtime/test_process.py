"""A child process around a task: what it does, and what is said when it dies."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from kedro_flyte.errors import TaskError
from kedro_flyte.runtime import process

ASKED = "its tier 'small' has 2Gi"


def run(action, tmp_path: Path, node: str = "") -> None:
    progress = tmp_path / "node"
    if node:
        progress.write_text(node)
    process.in_child(action, progress=progress, asked=ASKED)


def test_an_action_runs_in_another_process(tmp_path):
    run(lambda: (tmp_path / "pid").write_text(str(os.getpid())), tmp_path)

    assert int((tmp_path / "pid").read_text()) != os.getpid()


def test_an_error_of_the_action_comes_back_with_its_words(tmp_path):
    def fail() -> None:
        raise TaskError("Kedro node 'train' failed: no data")

    with pytest.raises(TaskError, match="Kedro node 'train' failed: no data"):
        run(fail, tmp_path)


def test_a_node_that_ends_the_process_is_told(tmp_path):
    with pytest.raises(TaskError, match=r"sys\.exit\(3\)"):
        run(lambda: sys.exit(3), tmp_path)


def test_a_killed_process_is_explained_by_node_memory_and_tier(tmp_path):
    with pytest.raises(TaskError) as caught:
        run(lambda: os.kill(os.getpid(), signal.SIGKILL), tmp_path, node="train")

    message = str(caught.value)
    assert message.startswith("Kedro node 'train' was ended by signal 9 (SIGKILL)")
    assert "memory" in message
    assert ASKED in message
    assert "Ask for a larger tier" in message


def test_a_process_that_dies_before_its_first_node_is_explained(tmp_path):
    with pytest.raises(TaskError, match="before its first node"):
        run(lambda: os.kill(os.getpid(), signal.SIGKILL), tmp_path)


def test_a_crash_of_a_library_is_told_apart_from_a_lack_of_memory(tmp_path):
    with pytest.raises(TaskError, match=r"SIGSEGV\): a library crashed"):
        run(lambda: os.kill(os.getpid(), signal.SIGSEGV), tmp_path, node="train")


def test_a_kill_counted_by_the_kernel_is_called_out_of_memory(tmp_path, monkeypatch):
    events = tmp_path / "memory.events"
    events.write_text("oom 0\noom_kill 0\n")
    monkeypatch.setattr(process, "_OOM_EVENTS", (events,))

    def be_killed() -> None:
        events.write_text("oom 1\noom_kill 1\n")
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(TaskError, match=r"SIGKILL\): the memory ran out"):
        run(be_killed, tmp_path, node="train")


def test_a_stop_by_the_platform_reaches_the_node(tmp_path):
    started = tmp_path / "started"

    def work() -> None:
        started.touch()
        time.sleep(30)

    # The platform signals the parent: here, another process does, once the node works.
    watcher = os.fork()
    if watcher == 0:
        while not started.exists():
            time.sleep(0.01)
        os.kill(os.getppid(), signal.SIGTERM)
        os._exit(0)
    try:
        with pytest.raises(TaskError, match="the platform stopped it"):
            run(work, tmp_path, node="train")
    finally:
        os.waitpid(watcher, 0)


def test_what_was_registered_for_the_end_runs_in_the_child(tmp_path):
    import atexit

    def work() -> None:
        atexit.register((tmp_path / "flushed").touch)

    run(work, tmp_path)

    assert (tmp_path / "flushed").exists()


def test_an_error_outside_of_ours_is_not_lost(tmp_path, capfd):
    def fail() -> None:
        raise KeyError("unforeseen")

    with pytest.raises(TaskError, match="exit code 1"):
        run(fail, tmp_path)

    assert "unforeseen" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("execution", "setting", "expected"),
    [(None, None, False), ("f1", None, True), ("f1", "0", False), (None, "1", True)],
)
def test_a_child_is_used_on_the_platform_unless_switched_off(
    monkeypatch, execution, setting, expected
):
    for name, value in (("FLYTE_INTERNAL_EXECUTION_ID", execution), (process.ISOLATE, setting)):
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)

    assert process.wanted() is expected
