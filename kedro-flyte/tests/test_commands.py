"""`kedro flyte ...` as a user types it: what it prints, writes and refuses."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import kedro
import pytest
from click.testing import CliRunner
from kedro_flyte.cli import commands
from kedro_flyte.export import write
from kedro_projects import Project, command, content, environment, flyte

FLOW = """
from kedro.pipeline import Node, Pipeline

def load(raw):
    log("load")
    return raw.strip()

def count(text, factor):
    log("count")
    return {"length": factor * len(text)}

def create():
    return Pipeline([
        Node(load, "raw", "text", name="load", tags="tier.small"),
        Node(count, ["text", "params:model.factor"], "counted", name="count", tags="tier.large"),
    ])
"""
CATALOG = """
raw: {type: text.TextDataset, filepath: data/raw.txt}
text: {type: text.TextDataset, filepath: data/text.txt}
counted: {type: json.JSONDataset, filepath: data/counted.json}
"""


@pytest.fixture
def root(tmp_path) -> Path:
    project = Project(
        FLOW, CATALOG, "model: {factor: 2, unused: 1}", files={"data/raw.txt": "hello\n"}
    )
    return project.write(tmp_path / "project")


def test_a_plan_is_shown_as_tables(root):
    said = flyte(root, "plan").stdout

    assert "2 nodes -> 2 tasks" in said
    for words in ("tag 'tier.large'", "file (txt)", "--model_factor", "data/raw.txt"):
        assert words in said


def test_a_plan_is_written_as_json_and_as_mermaid(root, tmp_path):
    flyte(root, "plan", "--format", "json", "--output", str(tmp_path / "plan.json"))
    flyte(root, "plan", "--format", "mermaid", "--output", str(tmp_path / "plan.mmd"))
    flyte(root, "plan", "--output", str(tmp_path / "plan.txt"))

    assert [t["id"] for t in json.loads((tmp_path / "plan.json").read_text())["tasks"]] == [
        "load",
        "count",
    ]
    assert 'load -- "text" --> count' in (tmp_path / "plan.mmd").read_text()
    assert "2 nodes -> 2 tasks" in (tmp_path / "plan.txt").read_text()


def test_an_export_tells_how_to_run_it_and_a_check_finds_a_change(root):
    said = flyte(root, "export").stdout

    assert "pyflyte run flows/on_flyte/demo__default.py default" in said
    assert "up to date" in flyte(root, "export", "--check").stdout
    module = root / "flows/on_flyte/demo__default.py"
    module.write_text(module.read_text() + "# mine\n")
    checked = command(root, "export", "--check")
    assert checked.returncode == 1
    assert "-# mine" in checked.stdout
    assert not list(root.rglob("*.part"))


def test_python_sees_a_module_that_is_exported_again_within_a_second(tmp_path):
    module, program = tmp_path / "made.py", "import made; print(made.X)"
    said = []
    for number in (1, 2, 3):
        write({module: f"X = {number}\n"})
        variables = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, env=variables, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        said.append(done.stdout)

    assert said == ["1\n", "2\n", "3\n"]


def test_the_run_that_an_export_for_domino_tells_of_is_of_the_same_plan(root):
    words = ("--env", "base", "--group-by", "pipeline", "--to-nodes", "count", "--params")
    words += ("model.factor=3",)

    said = flyte(root, "export", "--target", "domino", *words).stdout
    (told,) = re.findall("here: +kedro flyte (run .*)", said)
    done = flyte(root, *shlex.split(told), "--output", str(root / "out"))

    assert "[1/1]" in done.stdout
    assert json.loads((root / "out/counted.json").read_text()) == {"length": 15}


@pytest.mark.parametrize("target", ["flyte", "domino"])
def test_a_parameter_given_for_an_export_holds_in_the_tasks(target, root):
    given = "model.unused=[1, 2],model.factor=3"

    flyte(root, "run", "--target", target, "--params", given, "--output", str(root / "out"))

    assert json.loads((root / "out/counted.json").read_text()) == {"length": 15}


def test_a_slice_is_exported_like_kedro_runs_it(root):
    flyte(root, "export", "--to-nodes", "load")

    assert "def count" not in (root / "flows/on_flyte/demo__default.py").read_text()


def test_errors_forbid_the_export(root):
    (root / "conf/base/flyte.yml").write_text("nodes: {lod: {retries: 1}}")
    done = command(root, "export")

    assert done.returncode == 1
    assert "Did you mean 'load'?" in done.stderr.replace("\n", " ")
    assert not (root / "flows").exists()


def test_results_are_copied_by_dataset_name(root, tmp_path):
    said = flyte(root, "run", "--param", "model.factor=3", "--output", str(tmp_path / "out")).stdout

    assert "[2/2] count done" in said
    assert json.loads((tmp_path / "out/counted.json").read_text()) == {"length": 15}
    assert not (root / "data/counted.json").exists()


def test_a_source_is_replaced_by_a_file(root, tmp_path):
    (tmp_path / "other.txt").write_text("hi")
    flyte(root, "run", "--input", f"raw={tmp_path / 'other.txt'}", "--output", str(tmp_path / "o"))

    assert json.loads((tmp_path / "o/counted.json").read_text()) == {"length": 4}


def test_one_task_runs_with_files_given_by_hand(root, tmp_path):
    (tmp_path / "mine.txt").write_text("four")
    words = ("run-task", "count", "--output", str(tmp_path / "o"))

    without = command(root, *words)
    flyte(root, *words, "--input", f"text={tmp_path / 'mine.txt'}", "--param", "model_factor=5")

    assert "--input text=PATH" in without.stderr
    assert json.loads((tmp_path / "o/counted.json").read_text()) == {"length": 20}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("plan", "--pipeline", "nope"), "The project has no pipeline 'nope'"),
        (("plan", "--nodes", "nope"), "The slice does not fit"),
        (("plan", "--env", "prod"), "has no folder conf/prod"),
        (("plan", "--params", "x"), "'x' is not KEY=VALUE"),
        (("run", "--param", "factr=1"), "no parameter 'factr'"),
        (("run", "--input", "raw=nowhere.txt"), "is not there"),
        (("run", "--input", "rw=conf"), "Did you mean 'raw'?"),
        (("run", "--input", "raw"), "'raw' is not NAME=PATH"),
        (("run-task", "cont"), "Did you mean 'count'?"),
    ],
)
def test_a_wrong_word_is_named(root, words, message):
    done = command(root, *words)

    assert done.returncode != 0
    assert message in " ".join((done.stdout + done.stderr).split())


def test_outside_a_project_the_way_in_is_told(tmp_path):
    done = command(tmp_path, "plan")

    assert done.returncode == 1
    assert "No Kedro project was found" in done.stderr


def test_init_writes_what_works_and_replaces_nothing(root):
    first = flyte(root, "init").stdout
    (root / "Dockerfile").write_text("FROM mine\n")
    second = flyte(root, "init").stdout

    assert first.count("written") == 4
    assert second.count("left as it is") == 3
    assert (root / "Dockerfile").read_text() == "FROM mine\n"
    flyte(root, "plan")
    schema = json.loads((root / "conf/flyte.schema.json").read_text())
    assert "tiers" in schema["properties"]


def test_init_refreshes_the_schema_and_replaces_only_what_is_named(root):
    files = ("conf/base/flyte.yml", "conf/flyte.schema.json", "Dockerfile", ".dockerignore")
    for name in files:
        (root / name).write_text("mine")

    flyte(root, "init", "--replace", "Dockerfile")

    kept = [name for name in files if (root / name).read_text() == "mine"]
    assert kept == ["conf/base/flyte.yml", ".dockerignore"]


@pytest.mark.parametrize("style", ["json", "mermaid"])
def test_a_plan_on_standard_output_is_nothing_else(root, style):
    registry = root / "src/demo/pipeline_registry.py"
    registry.write_text(f"print('loud'){chr(10)}{registry.read_text()}")
    words = [sys.executable, "-m", "kedro_flyte", "plan", "--format", style]
    done = subprocess.run(
        words, cwd=root, env=environment(), capture_output=True, text=True, check=True
    )

    assert "loud" in done.stderr
    if style == "json":
        assert json.loads(done.stdout)["pipeline"] == "__default__"
    else:
        assert done.stdout.startswith("graph TD")


def test_a_failing_node_is_named_first_and_its_own_code_next(root):
    (root / "data/raw.txt").write_text("")
    flow = root / "src/demo/flow.py"
    flow.write_text(flow.read_text().replace("return raw.strip()", "return 1 / len(raw)"))

    done = command(root, "run")

    text = done.stdout + done.stderr
    assert done.returncode != 0
    first = text.index("Kedro node 'load' of pipeline '__default__' failed: ZeroDivisionError")
    assert first < text.index("In the project's code") < text.index("Through the frameworks")


def test_pyflyte_runs_the_export_and_leaves_the_results_where_it_says(root):
    flyte(root, "export")
    done = subprocess.run(
        [Path(sys.executable).with_name("pyflyte"), "run", "flows/on_flyte/demo__default.py", "default",
         "--model_factor", "3"],
        cwd=root, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = re.findall(r"counted=(\S+?)[,)]", done.stdout)
    assert json.loads(Path(path).read_text()) == {"length": 15}


def test_a_run_leaves_nothing_behind(root, tmp_path):
    (tmp_path / "tmp").mkdir()
    flyte(root, "run", "--output", str(tmp_path / "out"), TMPDIR=str(tmp_path / "tmp"))

    assert not list((tmp_path / "tmp").glob("kedro-flyte-*"))


def test_a_project_without_conf_local_is_exported_and_run(root, tmp_path):
    shutil.rmtree(root / "conf/local")
    flyte(root, "export")
    flyte(root, "run", "--output", str(tmp_path / "out"))

    assert json.loads((tmp_path / "out/counted.json").read_text()) == {"length": 10}


def test_a_source_outside_the_project_is_told(root, tmp_path):
    (tmp_path / "raw.txt").write_text("hello")
    catalog = root / "conf/base/catalog.yml"
    catalog.write_text(catalog.read_text().replace("data/raw.txt", str(tmp_path / "raw.txt")))

    assert "KF107" in flyte(root, "plan").stdout


def test_credentials_that_are_not_shipped_are_told(root):
    (root / "conf/base/credentials.yml").write_text("store: {key: '${oc.env:STORE_KEY}'}\n")
    (root / ".gitignore").write_text("conf/**/*credentials*\n")
    catalog = root / "conf/base/catalog.yml"
    catalog.write_text(
        catalog.read_text().replace("data/text.txt}", "data/text.txt, credentials: store}")
    )
    subprocess.run(["git", "init", "--quiet", root], check=True)

    said = " ".join(flyte(root, "plan").stdout.split())
    assert "KF128 warning: Dataset 'text' needs the credentials 'store'" in said


def test_a_task_without_credentials_needs_none_of_the_project(root, tmp_path):
    (root / "conf/base/credentials.yml").write_text("store: {key: '${oc.env:NOT_SET_HERE}'}\n")
    flyte(root, "export")

    flyte(root, "run", "--output", str(tmp_path / "out"))
    assert (tmp_path / "out/counted.json").exists()


def test_init_writes_where_the_configuration_is(tmp_path):
    project = Project(
        FLOW,
        settings='CONF_SOURCE = "settings"\n',
        files={"settings/base/catalog.yml": CATALOG, "settings/local/.gitkeep": ""},
    )
    root = project.write(tmp_path / "project")

    flyte(root, "init")

    assert (root / "settings/base/flyte.yml").exists()
    assert not (root / "conf/base/flyte.yml").exists()


def test_a_project_without_a_catalog_is_refused_where_kedro_refuses_it(tmp_path):
    flow = FLOW.replace('"raw", "text"', '"params:raw", "text"')
    root = Project(flow, parameters="{raw: hello, model: {factor: 2}}").write(tmp_path / "project")
    catalog = root / "conf/base/catalog.yml"
    catalog.unlink()

    assert "KF158" in command(root, "plan").stdout
    assert "KF158" not in command(root, "plan", "--env", "base").stdout
    shutil.move(root / "conf/local", root / "conf/mine")
    assert "KF158" not in command(root, "plan").stdout, "a clone has no conf/local"
    catalog.touch()
    flyte(root, "run", "--output", str(tmp_path / "out"))

    (result,) = (tmp_path / "out").glob("counted*")
    assert content(result) == {"length": 10}


@pytest.mark.parametrize("version", ["0.18.14", "0.19.3", "1.3.1"])
def test_an_older_kedro_is_told_what_to_do(version, monkeypatch):
    monkeypatch.setattr(kedro, "__version__", version)

    done = CliRunner().invoke(commands, ["flyte", "plan"])

    assert done.exit_code == 1
    assert f"Kedro {version} is installed, and kedro-flyte needs 1.4 or newer" in done.output
    assert "pip install 'kedro>=1.4,<2'" in done.output


def test_the_new_name_of_the_option_for_a_pipeline_is_taken(root):
    assert "has no pipeline 'nowhere'" in command(root, "plan", "--pipelines", "nowhere").stderr
