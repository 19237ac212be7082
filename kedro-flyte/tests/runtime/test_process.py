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


def _left_behind(pids: Path, *, detached: bool) -> None:
    """Start a process that outlives its parent, as a worker of a pool or a daemon does."""
    if os.fork() == 0:
        if detached:
            os.setsid()
            if os.fork():
                os._exit(0)
        with pids.open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        time.sleep(120)
        os._exit(0)
    _await(pids.exists)


def _await(holds, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def _are_gone(pids: Path) -> bool:
    states = [Path(f"/proc/{pid}/stat") for pid in pids.read_text().split()]
    running = [
        s for s in states if s.exists() and s.read_text().rpartition(")")[2].split()[0] != "Z"
    ]
    return not running


def _be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("detached", [False, True], ids=["in its group", "a daemon"])
@pytest.mark.parametrize(
    ("end", "said"),
    [
        (_be_killed, "Kedro node 'train' was ended by signal 9"),
        (lambda: os._exit(3), "Kedro node 'train' ended the process with exit code 3"),
        (lambda: None, ""),
    ],
    ids=["killed", "left by a library", "done"],
)
def test_a_task_waits_for_nothing_that_its_node_leaves_behind(tmp_path, end, said, detached):
    pids = tmp_path / "pids"

    def work() -> None:
        _left_behind(pids, detached=detached)
        end()

    begun = time.monotonic()
    if said:
        with pytest.raises(TaskError, match=said):
            run(work, tmp_path, node="train")
    else:
        run(work, tmp_path, node="train")

    assert time.monotonic() - begun < 10
    assert _are_gone(pids)


@pytest.mark.parametrize("killed", ["the task", "its group"])
def test_nothing_is_left_running_where_the_task_itself_is_killed(tmp_path, killed):
    pids = tmp_path / "pids"

    def work() -> None:
        _left_behind(pids, detached=True)
        _left_behind(pids, detached=False)
        with pids.open("a") as stream:
            stream.write(f"{os.getpid()}\n")
        time.sleep(120)

    task = os.fork()
    if task == 0:
        os.setsid()
        run(work, tmp_path)
        os._exit(0)
    _await(lambda: pids.exists() and len(pids.read_text().split()) == 3)
    (os.killpg if killed == "its group" else os.kill)(task, signal.SIGKILL)
    os.waitpid(task, 0)

    _await(lambda: _are_gone(pids))


def test_a_long_error_comes_back_whole(tmp_path):
    def fail() -> None:
        raise TaskError("x" * 1_000_000)

    with pytest.raises(TaskError, match=r"^x{1000000}$"):
        run(fail, tmp_path)


def test_a_task_runs_where_the_ends_of_children_are_ignored(tmp_path):
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        run((tmp_path / "done").touch, tmp_path)
    finally:
        signal.signal(signal.SIGCHLD, before)

    assert (tmp_path / "done").exists()


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
