"""What the how-to pages say about the champion and its predictions, done as they say it."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from champions import put_into_service
from sample_projects import ROOT, copy_project
from use_cases import run_pipeline

SERVE = ROOT / "docs/how-to/serve-the-champion.md"
READ = ROOT / "docs/how-to/read-the-monitoring-summary.md"
PATIENCE = 120  # seconds


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a champion that has scored the shipped batches."""
    root = copy_project(tmp_path_factory.mktemp("downstream"))
    put_into_service(root, trees=20)
    run_pipeline(root, "batch_prediction")
    return root


@pytest.fixture(scope="module")
def server(project: Path) -> Iterator[str]:
    """The command of the page, on a port that is free."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    block = re.search(
        r"    export (\S+)\n    (mlflow models serve.*?)\n\n", SERVE.read_text(), re.S
    )
    assert block is not None
    variable, value = block[1].split("=", 1)
    command = block[2].replace("\\\n", " ").replace("5001", port).split()
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    env = {**os.environ, "DO_NOT_TRACK": "true", "PATH": path, variable: value}
    with (project / "serve.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=project, env=env, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    try:
        address, last = f"http://127.0.0.1:{port}", time.monotonic() + PATIENCE
        while not _answers(address):
            assert process.poll() is None, (project / "serve.log").read_text()
            assert time.monotonic() < last, (project / "serve.log").read_text()
            time.sleep(0.5)
        yield address
    finally:
        os.killpg(process.pid, 15)  # the server is a child of the command
        process.wait()


_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _answers(address: str) -> bool:
    with suppress(OSError), _direct.open(f"{address}/ping", timeout=5):
        return True
    return False


def _post(address: str, rows: Any) -> Any:
    request = urllib.request.Request(
        f"{address}/invocations",
        json.dumps(rows).encode(),
        {"Content-Type": "application/json"},
    )
    with _direct.open(request, timeout=30) as answer:
        return json.load(answer)


@pytest.mark.long
def test_the_served_champion_answers_the_rows_of_the_page_as_the_page_says(server):
    page = SERVE.read_text()
    rows = json.loads(re.search(r"-d '(.*?)'\n", page, re.S)[1])
    expected = json.loads(re.search(r'^    (\{"predictions".*\})$', page, re.M)[1])

    assert _post(server, rows) == expected


def test_rows_without_a_column_are_refused_with_the_reason(server):
    with pytest.raises(urllib.error.HTTPError) as refused:
        _post(server, {"dataframe_records": [{"SepalLengthCm": 5.1}]})

    with refused.value as answer:
        assert answer.code == 400
        assert "missing inputs" in answer.read().decode()


def _alarm(project: Path, **changes: Any) -> subprocess.CompletedProcess[str]:
    """Run the script of the page on the summary of the project, changed."""
    script = re.search(r"\n((?:    .*\n|\n)+)\nThe limits are yours", READ.read_text())[1]
    file = project / "data/08_reporting/batch_summary.json"
    before = file.read_text()
    file.write_text(json.dumps({**json.loads(before), **changes}))
    try:
        code = "\n".join(line.removeprefix("    ") for line in script.splitlines())
        return subprocess.run(
            [sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False
        )
    finally:
        file.write_text(before)


def test_the_alarm_of_the_page_is_silent_on_good_predictions(project):
    done = _alarm(project)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rejected": {"monday": "no rows"}}, "monday: no rows"),
        ({"confidence": {"unsure_rows": 20}}, "a tenth of the rows are unsure"),
        ({"rows_by_class": {"Iris-setosa": 149}}, "149 of 150 rows are Iris-setosa"),
    ],
)
def test_the_alarm_of_the_page_tells_what_is_wrong(project, changes, said):
    done = _alarm(project, **changes)

    assert done.returncode == 1
    assert said in done.stderr


def test_every_key_of_the_summary_is_explained_by_the_page(project):
    summary = json.loads((project / "data/08_reporting/batch_summary.json").read_text())
    page = READ.read_text()
    inner = [f".{key}" for group in ("batches", "confidence") for key in summary[group]]

    assert [key for key in [*summary, *inner] if key not in page and key != "batch_run_id"] == []
