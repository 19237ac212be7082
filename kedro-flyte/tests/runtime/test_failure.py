"""The text of a failure: whatever was raised, it can be written everywhere."""

import logging

import pytest
from kedro.pipeline import Node
from kedro_flyte.errors import TaskError, legible
from kedro_flyte.plan.serialization import to_json
from kedro_flyte.runtime.failure import explain, legible_log
from kedro_flyte.runtime.task import run_task
from kedro_flyte.targets.domino import job
from plan_views import node, plan, view

PLAN = to_json(plan(view(node("a", outputs="b"))))
NOT_UTF8 = "caf\udce9"


class SpeechlessError(Exception):
    """An error whose text cannot be had."""

    def __str__(self) -> str:
        raise RuntimeError


def test_an_error_without_a_text_is_told_by_its_type():
    assert "failed: SpeechlessError, whose text cannot be had" in explain(
        SpeechlessError(), "a", "p"
    )


def test_the_first_and_the_last_line_name_the_node():
    lines = explain(ValueError("no luck\nat all"), "a", "p").splitlines()

    assert lines[0] == lines[-1] == "Kedro node 'a' of pipeline 'p' failed: ValueError: no luck"


def test_a_long_text_keeps_its_head_and_its_tail():
    told = legible(f"head{'m' * 5_000_000}tail")

    assert len(told) < 101_000
    assert told.startswith("headm")
    assert told.endswith("mtail")
    assert "4900008 more characters" in told


def test_kedro_logs_a_long_text_of_a_failed_node_in_short(monkeypatch):
    def fail():
        raise ValueError(f"head{'m' * 5_000_000}tail")

    logged = []
    logger = logging.getLogger("kedro.pipeline.node")
    monkeypatch.setattr(logger, "handlers", [handler := logging.Handler()])
    monkeypatch.setattr(handler, "emit", lambda record: logged.append(record.getMessage()))
    monkeypatch.setattr(logger, "propagate", False)
    with legible_log(), pytest.raises(ValueError, match="headm"):
        Node(fail, None, "made", name="fail").run()

    (told,) = (text for text in logged if "failed with error" in text)
    assert len(told) < 11_000
    assert told.endswith("mtail")


def test_an_error_that_is_not_utf8_is_told_by_a_task(tmp_path):
    folder = tmp_path / NOT_UTF8
    folder.mkdir()
    (folder / "plan.json").write_text(PLAN)

    with pytest.raises(TaskError) as caught:
        run_task(folder / "plan.json", "a", {})

    assert r"caf\udce9" in str(caught.value)
    assert str(caught.value).encode("utf-8")


def test_an_error_that_is_not_utf8_is_told_by_a_job(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DOMINO_IS_WORKFLOW_JOB", "true")
    monkeypatch.setenv("KEDRO_FLYTE_WORKFLOW", str(tmp_path))
    path = tmp_path / "plan.json"
    path.write_text(PLAN)

    assert job.main([str(path), NOT_UTF8]) == 1

    assert r"caf\udce9" in capsys.readouterr().err
    assert r"caf\udce9" in (tmp_path / "outputs/_ERROR").read_text(encoding="utf-8")
