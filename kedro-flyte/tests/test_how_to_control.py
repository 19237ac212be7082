"""The how-to pages on branches, maps and tasks from configuration: as Kedro runs them, and as Flyte."""

import json
from pathlib import Path

import pytest
from control_runs import run as kedro_run
from kedro_projects import flyte
from workflows import package, page, project_of, run

VARIANT = "  long: { words: 10 }\n"
DRAFT = "  middle: { words: 5 }\n"


def project(name: str, root: Path, files: dict[str, str] | None = None) -> Path:
    """Return the project of a page; `files` replaces what it prints, and removes where empty."""
    project_of(name, root)
    for path, text in (files or {}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text) if text else (root / path).unlink()
    return root


def data_of(root: Path) -> dict:
    return {
        p.relative_to(root / "data").as_posix(): json.loads(p.read_text())
        for p in (root / "data").rglob("*.json")
    }


def on_flyte(root: Path, folder: Path, output: str):
    made = package(root)
    done = run(root, folder, made)
    assert done.succeeded, done.error
    return made, json.loads(done.output_bytes(output))


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, {"old": 1}),
        (
            {"data/scores.json": "[0.5]", "data/champion.json": ""},
            {"seed": 42, "trained_on": 1},
        ),
    ],
)
def test_the_page_on_branches_chooses_the_same_everywhere(files, expected, tmp_path):
    root = project("branch", tmp_path / "project", files)

    made, published = on_flyte(root, tmp_path, "o0")
    done = kedro_run(root)

    assert not done.failed, done.text
    assert published == {"published": expected}
    assert data_of(root)["published.json"] == published
    (workflow,) = made.workflows.values()
    assert [n.id for n in workflow.nodes if n.HasField("branch_node")]


def test_the_page_on_fan_out_maps_the_same_everywhere(tmp_path):
    root = project("fan-out", tmp_path / "project", {"data/letters/deep/dora.txt": "good"})

    made, ranking = on_flyte(root, tmp_path, "ranking")
    done = kedro_run(root)

    assert not done.failed, done.text
    assert ranking == ["ann", "deep/dora", "bob"]
    assert data_of(root) == {
        "ranking.json": ranking,
        "rejected.json": {"cid": "empty"},
        "scores/ann.json": {"score": 4},
        "scores/bob.json": {"score": -1},
        "scores/deep/dora.json": {"score": 2},
    }
    (workflow,) = made.workflows.values()
    arrays = [n.array_node for n in workflow.nodes if n.HasField("array_node")]
    assert [array.parallelism for array in arrays] == [2]


def test_the_page_on_configuration_makes_a_task_of_each_variant(tmp_path):
    root = project("tasks-from-configuration", tmp_path / "project")

    made, best = on_flyte(root, tmp_path, "best")
    done = kedro_run(root)

    assert not done.failed, done.text
    assert best == list("abcdefghij")
    assert data_of(root)["best.json"] == best
    names = sorted(name.rsplit(".", 1)[-1] for name in made.tasks)
    assert names == ["compare", "long__train", "short__train"]


def test_a_further_variant_is_one_change_of_one_block_of_yaml(tmp_path):
    one = project("tasks-from-configuration", tmp_path / "one")
    parameters = page("tasks-from-configuration")["conf/base/parameters.yml"]
    more = {"conf/base/parameters.yml": parameters.replace(VARIANT, VARIANT + DRAFT)}
    two = project("tasks-from-configuration", tmp_path / "two", more)
    changed = [
        p.relative_to(one).as_posix()
        for p in one.rglob("*")
        if p.is_file() and p.read_bytes() != (two / p.relative_to(one)).read_bytes()
    ]
    assert changed == ["conf/base/parameters.yml"]

    plans = [json.loads(flyte(root, "export") and (root / "flows/on_flyte/demo__default.plan.json").read_text())
             for root in (one, two)]  # fmt: skip
    done = kedro_run(two)

    before, after = ({task["id"] for task in plan["tasks"]} for plan in plans)
    assert after - before == {"middle__train"}
    assert not done.failed, done.text
    assert data_of(two)["middle.json"] == list("abcde")


def test_the_page_with_all_of_it_does_the_same_everywhere(tmp_path, monkeypatch):
    monkeypatch.setenv("MAIL_TOKEN", "token")
    root = project("all-of-it-in-one-pipeline", tmp_path / "project")

    made = package(root)
    execution = run(root, tmp_path, made, secrets={("mail", "token"): "token"})
    flyte(root, "run", "--output", str(tmp_path / "out"))
    flyte(root, "run", "--target", "domino", "--output", str(tmp_path / "of_domino"))
    done = kedro_run(root)

    assert not done.failed, done.text
    assert execution.succeeded, execution.error
    expected = {"sent": "ann", "with": True}
    assert json.loads((tmp_path / "of_domino/report.json").read_text()) == expected
    assert data_of(root)["report.json"] == expected
    assert json.loads((tmp_path / "out/report.json").read_text()) == expected
    assert json.loads(execution.output_bytes("report")) == expected
    (workflow,) = made.workflows.values()
    (mapped,) = [node.array_node for node in workflow.nodes if node.HasField("array_node")]
    assert mapped.parallelism == 2
    assert [node.id for node in workflow.nodes if node.HasField("branch_node")]
    asking = {n for n, t in made.tasks.items() if t.HasField("security_context")}
    assert {name.rsplit(".", 1)[-1] for name in asking} == {"send_best", "summarise"}
