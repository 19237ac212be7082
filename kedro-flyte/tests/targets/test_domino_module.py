"""The module for Domino names only what it imports, and is laid out as a formatter would."""

import re
import subprocess
import sys

import pytest
from kedro_flyte.targets.domino import module as domino
from plan_views import node, plan, view

REVISION = "0123456789abcdef01234567"
PRODUCTION = {
    "profile": "production",
    "git_ref": {"type": "commitId", "value": "abc"},
    "artifacts_commit": "1" * 40,
    "volume_size_gib": 10,
    "external_volumes": [{"name": "shared", "id": "v1"}],
    "tier_ids": {"small": "small-k8s"},
    "environments": {"default": {"name": "Standard", "revision": REVISION, "id": "e1"}},
}


def _module(rule: dict) -> str:
    names = ("a_parameter_with_a_long_name", "another_parameter_with_one", "x")
    project = view(
        node("make", " ".join(f"params:{name}" for name in names), "made"),
        node("use", "made", "used", tags="tier.large"),
        parameters=dict.fromkeys(names, 1),
    )
    made = plan(project, {"domino": PRODUCTION, "nodes": {"make": rule}}, target="domino")
    assert [finding.what for finding in made.findings if finding.severity.value == "error"] == []
    return domino.render(made)


@pytest.mark.parametrize("rule", [{}, {"retries": 2}, {"timeout": 60}], ids=str)
def test_every_name_is_imported_and_every_line_stands_as_a_formatter_puts_it(rule, tmp_path):
    (tmp_path / "flow.py").write_text(_module(rule), encoding="utf-8")

    for words in (["check", "--select", "E4,E7,F,I"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "--isolated", "--line-length", "88", tmp_path],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_a_job_with_retries_is_made_by_the_base_class_and_one_without_by_the_helper():
    text = _module({"retries": 2})

    assert text.count("DominoJobTask(\n") == 1
    assert text.count("run_domino_job_task(\n") == 1
    assert 'HardwareTierId="small-k8s"' in text


def test_a_job_called_as_the_list_of_parameters_does_not_replace_it():
    names = "params:one params:two params:three"
    project = view(
        node("first", names, "a"),
        node("parameters", f"a {names}", "b c"),
        node("last", f"b c {names}", "d"),
        parameters={"one": 1, "two": 2, "three": 3},
    )

    text = domino.render(plan(project, group_by="node", target="domino"))

    assert text.count("    parameters = ") == 1
    (job,) = re.findall(r"    (parameters_\w+) = run_domino_job_task\(", text)
    assert f"value={job}.b" in text


def test_data_that_several_jobs_read_is_listed_once_under_a_name_of_its_own():
    project = view(
        node("split", "params:data", "rows holdout"),
        node("one", "rows holdout", "model1"),
        node("two", "rows holdout", "model2"),
        node("use", "model1 params:data", "end"),
        parameters={"data": 1},
    )

    text = domino.render(plan(project, group_by="node", target="domino"))

    assert text.count('Input(name="rows", type=PickleFile, value=split.rows)') == 1
    assert text.index("    data_ = [") < text.index("    model1 = run_domino_job_task(")
    assert text.count("inputs=[*data_],") == 2
    assert 'Input(name="data", type=int, value=data)' in text
