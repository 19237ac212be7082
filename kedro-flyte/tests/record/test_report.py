"""The page on a run says what its record says, and nothing that a name or an error says is code."""

import json
import re
from html.parser import HTMLParser

import pytest
from kedro_flyte.errors import ProjectError
from kedro_flyte.record.find import recorded
from kedro_flyte.record.read import DatasetUse, NodeRun, RunRecord, TaskRun
from kedro_flyte.report import as_html, as_json, critical_path
from kedro_projects import flyte
from record_runs import PROJECT, ran

EVIL = "<script>alert('x')</script>&\"{{ run.id }}"


def node(name, started, seconds, loaded="", saved="", **more):
    uses = [("loaded", one) for one in loaded.split()] + [("saved", one) for one in saved.split()]
    datasets = tuple(DatasetUse(name=one, how=how, size=2048) for how, one in uses)
    words = {"state": "done", "peak_memory": 2**29, "datasets": datasets, **more}
    return NodeRun(
        name=name, started=started, seconds=seconds, computing_seconds=seconds, **words
    )  # fmt: skip


def run(*nodes, state="done", **more):
    return RunRecord(
        id="2026", of="flyte", pipeline="p", state=state, started=0.0, ended=100.0,
        planned=("a", "b", "c", "d", "last"), nodes=nodes, **more,
    )  # fmt: skip


DIAMOND = (
    node("a", 0, 10, "", "one"),
    node("b", 10, 5, "one", "two"),
    node("c", 10, 60, "one", "three"),
    node("d", 70, 30, "two three", "four"),
)


class Words(HTMLParser):
    """What a reader sees, and the elements of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text, self.open = [], [], []
        self.feed(page)
        self.said = " ".join(" ".join(self.text).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        if "style" not in self.open:
            self.text.append(data)


def test_the_critical_path_is_what_the_end_has_waited_for():
    assert critical_path(run(*DIAMOND)) == ("a", "c", "d")
    assert critical_path(run()) == ()
    assert critical_path(run(node("a", 0, 1, "x", "x"))) == ("a",)


def test_a_page_shows_times_memory_of_the_tier_and_what_has_not_begun():
    task = TaskRun(
        id="t", state="done", tier="small", memory="1Gi", nodes=("a", "b"), started=0, seconds=15
    )
    said = Words(as_html(run(*DIAMOND, tasks=(task,)))).said

    assert "Took 1 min 40 s" in said
    assert "a done t small 10.0 s 10.0 s 0 ms 512 MiB 50 %" in said
    assert "Not begun: last." in said
    assert "The end has waited for: a → c → d." in said
    assert "four d 2 KiB" in said


def test_a_page_compares_two_runs():
    said = Words(as_html(run(*DIAMOND), run(node("a", 0, 3)))).said

    assert "Took 1 min 40 s (1 min 40 s in 2026)" in said
    assert "a done 10.0 s 3.0 s 10.0 s" in said
    assert "b done 5.0 s - 5.0 s" in said


def test_a_page_shows_the_error_of_a_node_and_of_a_run():
    failed = node("b", 10, 5, state="failed", error="ValueError: no luck", traceback="Traceback")
    assert "Node b failed ValueError: no luck Traceback" in Words(as_html(run(failed))).said
    assert "The run failed KF" in Words(as_html(run(state="failed", error="KF"))).said


def test_no_name_and_no_error_becomes_part_of_the_page_itself():
    task = TaskRun(id=EVIL, state="done", tier=EVIL, memory="", nodes=(EVIL,), started=0, seconds=1)
    bad = node(EVIL, 0, 1, state="failed", error=EVIL, traceback=EVIL)
    bad = run(bad, tasks=(task,), error=EVIL)
    plain, evil = Words(as_html(run(node("a", 0, 1)))), Words(as_html(bad))

    assert "script" not in evil.tags
    assert set(evil.tags) <= {*plain.tags, "pre"}
    assert evil.said.count(" ".join(EVIL.split())) >= 6


def test_a_page_needs_nothing_beside_it():
    page = as_html(run(*DIAMOND))

    assert not re.search(r"https?:|src=|@import|url\(|<link", page)
    assert '<html lang="en">' in page


def test_a_record_as_json_has_all_its_fields():
    found = json.loads(as_json(run(*DIAMOND)))

    assert found["nodes"][2]["datasets"][0] == {"name": "one", "how": "loaded", "size": 2048}
    assert (found["state"], found["ended"]) == ("done", 100.0)


def test_the_command_writes_a_page_on_the_last_run(tmp_path):
    root = PROJECT.write(tmp_path)
    with pytest.raises(ProjectError, match="No run has been recorded"):
        recorded(root, None)
    first, last = ran(root, "kedro run"), ran(root, "flyte", "raise")

    told = flyte(root, "report", "--compare", first.id).stdout
    assert told.endswith(f"wrote .kedro-flyte/reports/{last.id}.html\n")
    said = Words((root / ".kedro-flyte/reports" / f"{last.id}.html").read_text()).said
    assert f"in {first.id}" in said
    assert "Node second failed ValueError: no luck" in said

    flyte(root, "report", first.id, "--format", "json", "--output", "run.json")
    assert json.loads((root / "run.json").read_text())["of"] == "kedro run"
