"""The server answers us alone, and is gone with its files whatever happens.

Real Javas are started; only those that a test has started are looked at.
"""

import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import h2o
import pytest
from pipelines.multitrain.processes import (
    MARK,
    javas,
    new_mark,
    wait_for_java,
    wait_for_no_java,
)
from pipelines.multitrain.projects import environment

from e06_flows.h2o import server as module
from e06_flows.h2o.server import H2OServer, H2OServerError, h2o_server

WAITS = """
import tempfile
import time
from e06_flows.h2o.server import h2o_server
{0}
def run():
    with h2o_server(max_mem_size="256M", threads=1) as server:
        print("ready", flush=True)
        time.sleep({1})
        {2}
"""
INSIDE = WAITS + "run()\n"
IN_A_THREAD = WAITS + "t = threading.Thread(target=run); t.start(); t.join()\n"


@pytest.fixture(scope="module")
def server() -> Iterator[H2OServer]:
    """One server for the tests that only look."""
    with h2o_server(max_mem_size="300M", threads=1) as running:
        yield running


def _listening(pid: int) -> set[tuple[str, int]]:
    """Return address and port of the sockets that the process listens at."""
    own = {
        path.readlink().name.removeprefix("socket:[").rstrip("]")
        for path in Path(f"/proc/{pid}/fd").iterdir()
        if path.is_symlink() and "socket:" in str(path.readlink())
    }
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in own:
                address, port = fields[1].rsplit(":", 1)
                found.add((address, int(port, 16)))
    return found


def test_the_server_listens_on_loopback_alone_at_its_port_and_the_next(server: H2OServer) -> None:
    listening = _listening(server.process.pid)

    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    assert {address for address, _ in listening} <= loopback
    assert {port for _, port in listening} == {server.port, server.port + 1}


def test_the_server_refuses_who_does_not_know_its_password(server: H2OServer) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{server.url}/3/Cloud", timeout=10)


def test_the_password_is_on_no_command_line_and_not_in_the_log(server: H2OServer) -> None:
    command = Path(f"/proc/{server.process.pid}/cmdline").read_bytes()

    assert server.password.encode() not in command
    assert server.password not in server.printed()
    assert (server.log.parent / "realm.properties").stat().st_mode & 0o077 == 0


def test_the_server_has_no_more_memory_than_it_is_told(server: H2OServer) -> None:
    assert b"-Xmx300M" in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()
    assert h2o.cluster().nodes[0]["max_mem"] <= 300 * 2**20


def test_what_the_server_prints_goes_to_a_file(
    server: H2OServer, capfd: pytest.CaptureFixture[str]
) -> None:
    h2o.H2OFrame({"x": [1, 2, 3]})

    assert capfd.readouterr() == ("", "")
    assert "jetty" in server.printed()


def test_the_server_and_its_files_are_gone_after_an_error() -> None:
    with (
        pytest.raises(ValueError, match="in the block"),
        h2o_server(max_mem_size="256M", threads=1) as running,
    ):
        raise ValueError("in the block")

    assert running.process.returncode is not None
    assert not running.log.parent.exists()


def test_a_server_that_cannot_start_says_why_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    with (
        pytest.raises(H2OServerError, match=r"(?s)lower multitrain.h2o_max_mem_size.*heap"),
        h2o_server(max_mem_size="1M", threads=1),
    ):
        pass

    assert list(tmp_path.iterdir()) == []


def test_a_server_that_does_not_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_START", 0.2)
    mark = new_mark()
    monkeypatch.setenv(MARK, mark[MARK])

    with (
        pytest.raises(H2OServerError, match=r"did not answer at http://127\.0\.0\.1"),
        h2o_server(max_mem_size="256M", threads=1),
    ):
        pass

    assert javas(mark) == []


def test_a_port_that_is_taken_meanwhile_is_replaced_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first, free = taken.getsockname()[1], module._free_port()
        ports = iter([first, free])
        monkeypatch.setattr(module, "_free_port", lambda: next(ports))

        with h2o_server(max_mem_size="256M", threads=1) as running:
            assert running.port == free


def test_a_java_that_does_not_end_when_asked_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SECONDS_TO_STOP", 0.2)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-uc", stubborn], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()

    module._stop(process)
    process.stdout.close()

    assert process.returncode == -signal.SIGKILL


def test_the_server_works_in_a_thread_changes_no_signal_handler_and_is_gone_after() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    answered: list[H2OServer] = []

    def use() -> None:
        with h2o_server(max_mem_size="256M", threads=1) as running:
            answered.append(running)
            assert running.is_ready()

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()

    assert answered[0].process.returncode is not None
    assert not answered[0].log.parent.exists()
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


@pytest.mark.parametrize(
    ("where", "number"), [(INSIDE, signal.SIGKILL), (IN_A_THREAD, signal.SIGTERM)]
)
def test_no_java_is_left_when_python_is_ended(
    where: str, number: signal.Signals, tmp_path: Path
) -> None:
    mark = new_mark()
    code = where.format("import threading", 60, "")
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env=environment(**mark, TMPDIR=str(tmp_path)),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    assert wait_for_java(mark)

    process.send_signal(number)
    process.wait(20)
    process.stdout.close()

    assert wait_for_no_java(mark)


def test_no_java_is_left_when_python_ends_without_tidying_up(tmp_path: Path) -> None:
    mark = new_mark()
    code = INSIDE.format("import os", 0, "os._exit(3)")

    done = subprocess.run(
        [sys.executable, "-c", code],
        env=environment(**mark, TMPDIR=str(tmp_path)),
        check=False,
        timeout=60,
    )

    assert done.returncode == 3
    assert wait_for_no_java(mark)


def test_a_server_that_is_slow_to_answer_is_not_asked_again(tmp_path: Path) -> None:
    asked: list[str] = []

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            time.sleep(2.5)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as answering:
        threading.Thread(target=answering.serve_forever, daemon=True).start()
        java = subprocess.Popen(["sleep", "60"])
        slow = H2OServer(
            process=java, port=answering.server_port, password="x", log=tmp_path / "java.log"
        )
        try:
            assert slow.is_ready()
        finally:
            java.kill()
            java.wait()
            answering.shutdown()
    assert len(asked) == 1
