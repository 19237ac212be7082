"""What a job reads, writes and refuses: each rule of the platform, on a process of its own."""

import json
import subprocess
import sys
from datetime import date, datetime, timezone
from pathlib import Path

import pytest
from kedro_flyte.errors import TaskError
from kedro_flyte.plan.data.parameters import decode
from kedro_flyte.plan.model import Kind, Parameter
from kedro_flyte.runtime import archive
from kedro_flyte.targets.domino import exchange
from kedro_projects import Project, environment, flyte

PROJECT = Project(
    """
from kedro.io import AbstractDataset
from kedro.pipeline import Node, Pipeline

class Elsewhere(AbstractDataset):
    def __init__(self, filepath):
        self._filepath = filepath

    def load(self):
        return 1

    def save(self, data):
        pass

    def _describe(self):
        return {}

def load(raw):
    return raw

def total(table):
    return {"total": int(table.x.sum())}

def tell(*values):
    return list(values)

def part(word):
    return {"a": word, "deep/b": word * 2}

def count(parts):
    return {key: read() for key, read in sorted(parts.items())}

def fail(word):
    raise ValueError(f"{word} is no good")

def create():
    told = [f"params:{name}" for name in ("flag", "whole", "rate", "word", "nothing", "many")]
    return Pipeline([
        Node(load, "raw", "table", name="load"), Node(total, "table", "sum", name="total"),
        Node(tell, told, "told", name="tell"),
        Node(part, "params:word", "parts", name="part"), Node(count, "parts", "counted", name="count"),
        Node(fail, "params:word", "never", name="fail"), Node(fail, "never", "end", name="after"),
        Node(tell, "params:word", "elsewhere", name="lose"),
    ])
""",
    catalog="""
raw: {type: pandas.CSVDataset, filepath: data/raw.csv}
table: {type: pandas.CSVDataset, filepath: data/table.csv}
sum: {type: json.JSONDataset, filepath: data/sum.json}
told: {type: json.JSONDataset, filepath: data/told.json}
counted: {type: json.JSONDataset, filepath: data/counted.json}
parts: {type: partitions.PartitionedDataset, path: data/parts, filename_suffix: .txt, dataset: text.TextDataset}
elsewhere: {type: demo.flow.Elsewhere, filepath: data/elsewhere.bin}
""",
    parameters='{flag: true, whole: 1, rate: 0.5, word: "a", nothing: null, many: [1, 2]}',
    files={"data/raw.csv": "x\n1\n2\n"},
)
TEXTS = {"flag": "true", "whole": "1", "rate": "0.5", "word": "a", "nothing": "null", "many": "[1]"}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a project whose flow is exported, a job for each node."""
    made = PROJECT.write(tmp_path_factory.mktemp("project"))
    flyte(made, "export", "--target", "domino", "--group-by", "node")
    return made


def job(root: Path, task: str, *words: str, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run one job."""
    plan = "flows/on_domino/demo__default.plan.json"
    return subprocess.run(
        [sys.executable, "-m", "kedro_flyte.targets.domino.job", plan, task, *words],
        cwd=root, env=environment(PYTHONPATH="src", **env), capture_output=True, text=True, check=False,
    )  # fmt: skip


class Flow:
    """The folders of a job in a flow."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root, self.inputs, self.outputs = root, folder / "inputs", folder / "outputs"
        self.inputs.mkdir()
        self.outputs.mkdir()

    def run(self, task: str, is_job: str = "true", **inputs: str):
        """Run a job with these inputs, which are written as they are."""
        for name, text in inputs.items():
            (self.inputs / name).write_bytes(text.encode())
        env = {"DOMINO_IS_WORKFLOW_JOB": is_job, exchange.ROOT: str(self.inputs.parent)}
        return job(self.root, task, **env)

    def told(self, **texts: str) -> list:
        """Return the parameters that a node gets where the job is given these texts."""
        done = self.run("tell", **{**TEXTS, **texts})
        assert done.returncode == 0, done.stderr
        return json.loads((self.outputs / "told").read_text())


@pytest.fixture
def flow(root, tmp_path):
    return Flow(root, tmp_path)


def test_without_its_own_folder_a_job_has_those_of_the_platform(monkeypatch):
    monkeypatch.delenv(exchange.ROOT, raising=False)

    assert exchange.folders() == (Path("/workflow/inputs"), Path("/workflow/outputs"))


@pytest.mark.parametrize(
    ("text", "value"), [("false", False), ("False", False), ("TRUE", True), ("1", True)]
)
def test_a_flag_is_read_in_any_case_of_letters(text, value, flow):
    assert flow.told(flag=text)[0] is value


def test_a_number_is_a_decimal_without_an_exponent(flow):
    found = flow.told(whole="-12", rate="100000000000000000000000")

    assert found[1] == -12
    assert found[2] == 1e23


def test_a_whole_float_has_no_point(flow):
    assert flow.told(rate="2")[2] == 2.0


def test_a_job_computes_with_what_the_flow_gives_where_its_files_were_edited(flow):
    path = flow.root / "conf/base/parameters.yml"
    exported = path.read_text()
    path.write_text(exported.replace("whole: 1", "whole: 9").replace("rate: 0.5", "rate: 0.7"))
    try:
        done = flow.run("tell", **TEXTS)
    finally:
        path.write_text(exported)

    assert json.loads((flow.outputs / "told").read_text())[1:3] == [1, 0.5]
    assert "other values than the workflow for rate, whole" in " ".join(
        (done.stdout + done.stderr).split()
    )


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.DATE, "2026-01-02", date(2026, 1, 2)),
        (Kind.DATETIME, "2026-01-02T03:00:00Z", datetime(2026, 1, 2, 3, tzinfo=timezone.utc)),
    ],
)
def test_days_and_moments_are_iso_8601(kind, text, value):
    parameter = Parameter(keys=("when",), id="when", kind=kind, default="")

    assert decode(kind, exchange.parse(parameter, text)) == value


def test_text_is_taken_as_it_is(flow):
    assert flow.told(word=' é "x"\n')[3] == ' é "x"\n'


def test_null_is_none_and_what_is_nested_is_json(flow):
    found = flow.told(nothing="null", many='[1, {"a": null}]')

    assert found[4:] == [None, [1, {"a": None}]]


def test_a_text_that_is_not_of_its_kind_is_refused_by_name(flow):
    done = flow.run("tell", **{**TEXTS, "whole": "one"})

    assert done.returncode == 1
    assert "Parameter 'whole' is to be int" in (flow.outputs / "_ERROR").read_text()


def test_a_file_without_a_suffix_is_read_by_the_catalog(flow):
    assert flow.run("total", table="x\n3\n4\n").returncode == 0
    assert json.loads((flow.outputs / "sum").read_text()) == {"total": 7}


def test_a_file_with_a_suffix_is_found_too(flow):
    assert flow.run("total", **{"table.csv": "x\n3\n"}).returncode == 0
    assert json.loads((flow.outputs / "sum").read_text()) == {"total": 3}


def test_two_files_with_suffixes_are_ambiguous(flow):
    done = flow.run("total", **{"table.csv": "x\n3\n", "table.txt": ""})

    assert done.returncode == 1
    assert "Which of table.csv, table.txt" in (flow.outputs / "_ERROR").read_text()


def test_the_platforms_own_files_among_the_inputs_are_left_alone(flow):
    assert (
        flow.run("total", **{"table": "x\n3\n", "inputs.pb": "\0", "inputs.json": "{"}).returncode
        == 0
    )


def test_an_input_called_inputs_is_not_the_platforms_own_file(tmp_path):
    for name in ("inputs.pb", "inputs.json"):
        (tmp_path / name).write_text("{}")
    assert exchange.find(tmp_path, "inputs") is None

    (tmp_path / "inputs.csv").write_text("x\n1\n")
    assert exchange.find(tmp_path, "inputs") == tmp_path / "inputs.csv"


def test_an_input_that_is_not_there_is_named(flow):
    done = flow.run("total")

    assert done.returncode == 1
    assert "does not have table" in done.stderr


def test_a_source_is_the_text_of_its_path(flow, tmp_path):
    (tmp_path / "other.csv").write_text("x\n9\n")

    assert flow.run("load", raw=str(tmp_path / "other.csv")).returncode == 0
    assert (flow.outputs / "table").read_text() == "x\n9\n"


def test_an_output_has_its_exact_name_and_no_other_file_is_left(flow):
    assert flow.run("total", table="x\n3\n").returncode == 0
    assert [path.name for path in flow.outputs.iterdir()] == ["sum"]


def test_a_folder_is_given_as_one_file_and_read_as_a_folder(flow, tmp_path, root):
    assert flow.run("part", word="a").returncode == 0
    (tmp_path / "next").mkdir()
    after = Flow(root, tmp_path / "next")
    (after.inputs / "parts").write_bytes((flow.outputs / "parts").read_bytes())

    assert after.run("count").returncode == 0
    assert json.loads((after.outputs / "counted").read_text()) == {"a": "a", "deep/b": "aa"}


def test_an_archive_that_is_data_stays_an_archive(tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "data.zip", "w") as data:
        data.writestr("a", "1")

    assert not archive.is_packed(tmp_path / "data.zip")


def test_a_missing_output_names_the_node_that_should_have_written_it(flow):
    done = flow.run("lose", word="a")

    assert done.returncode == 1
    assert "node 'lose' should have written elsewhere.bin" in (flow.outputs / "_ERROR").read_text()


def test_a_text_has_1024_bytes_at_most(tmp_path):
    exchange.write_output(tmp_path, "short", "é" * 512)

    assert (tmp_path / "short").stat().st_size == 1024
    with pytest.raises(TaskError, match="has 1025 bytes of text, and the platform takes 1024"):
        exchange.write_output(tmp_path, "long", "é" * 512 + "x")


def test_a_failure_is_an_exit_code_a_line_of_the_log_and_the_reason(flow):
    done = flow.run("fail", word="this")

    assert done.returncode == 1
    reason = (flow.outputs / "_ERROR").read_text()
    assert "'fail'" in reason
    assert "this is no good" in reason
    assert reason in done.stderr


def test_the_reason_of_a_failure_has_one_mebibyte_at_most(tmp_path):
    exchange.write_error(tmp_path, "é" * 2**20)

    assert (tmp_path / "_ERROR").stat().st_size == 2**20
    (tmp_path / "_ERROR").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", ["false", "", "1"])
def test_the_platforms_folders_do_not_make_a_flow(word, flow):
    done = flow.run("total", is_job=word)

    assert not list(flow.outputs.iterdir())
    assert "does not have" not in done.stderr


@pytest.mark.parametrize("word", ["true", "True", "TRUE"])
def test_the_variable_alone_makes_a_flow(word, flow):
    assert flow.run("total", is_job=word, table="x\n3\n").returncode == 0
    assert (flow.outputs / "sum").exists()


def test_elsewhere_values_come_from_folders(root, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/table.csv").write_text("x\n5\n")

    done = job(root, "total", "--inputs", str(tmp_path / "in"), "--outputs", str(tmp_path / "out"))

    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out/sum").read_text()) == {"total": 5}


def test_elsewhere_a_value_is_given_by_its_name_and_wins(root, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/word").write_text("from the folder")
    words = ("--inputs", str(tmp_path / "in"), "--word", "told", "--flag", "False")

    done = job(root, "tell", *words, "--outputs", str(tmp_path / "out"))

    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out/told").read_text()) == [False, 1, 0.5, "told", None, [1, 2]]


def test_elsewhere_what_is_not_given_is_read_and_saved_by_the_catalog(tmp_path):
    root = PROJECT.write(tmp_path)
    flyte(root, "export", "--target", "domino", "--group-by", "node")

    assert job(root, "load").returncode == 0
    assert (root / "data/table.csv").read_text() == "x\n1\n2\n"
    assert job(root, "total").returncode == 0
    assert json.loads((root / "data/sum.json").read_text()) == {"total": 3}


def test_elsewhere_nothing_is_left_in_the_temporary_folder(root, tmp_path):
    (tmp_path / "tmp").mkdir()

    done = job(root, "part", "--outputs", str(tmp_path / "out"), TMPDIR=str(tmp_path / "tmp"))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out/parts").exists()
    assert list((tmp_path / "tmp").glob("kedro-flyte-*")) == []


def test_elsewhere_what_only_memory_holds_must_be_given(root):
    done = job(root, "after")

    assert done.returncode == 1
    assert "Nothing gives never" in done.stderr


def test_elsewhere_a_file_that_is_not_there_is_named(root):
    done = job(root, "total", "--table", "nowhere.csv")

    assert done.returncode == 1
    assert "nowhere.csv for --table is not there." in done.stderr
