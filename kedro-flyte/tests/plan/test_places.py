"""Places: one spelling for each, and what follows where two names mean one place."""

import os
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kedro.io.core import get_protocol_and_path
from kedro_flyte.plan.data.places import above, is_remote, normal
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.view import DatasetView, Finding, Severity
from plan_views import found, node, plan, view

TEXT = "text.TextDataset"
FOLDER = "partitions.PartitionedDataset"
SEGMENT = st.text("ab.-_%é ", min_size=1, max_size=4).filter(lambda s: s not in (".", ".."))
PATH = st.lists(SEGMENT, min_size=1, max_size=4)


def spelled(segments: list[str], draw) -> str:
    """Return a path with dots, doubled slashes and a slash at its end, here and there."""
    between = draw(st.lists(st.sampled_from(["/", "//", "/./"]), min_size=9, max_size=9))
    text = "".join(s + b for s, b in zip(segments, between, strict=False))
    return text if draw(st.booleans()) else text.rstrip("/.") or text


@given(PATH, st.data())
def test_every_spelling_of_a_path_is_one_place(segments, data):
    text = spelled([s.rstrip(".") or "x" for s in segments], data.draw)
    start = data.draw(st.sampled_from(["", "./", "up/../", ".//"]))
    expected = posixpath.normpath(text)

    assert normal(start + text) == expected
    assert normal(f"file:///{text}") == normal(f"/{text}") == f"/{expected}"
    assert normal(normal(text)) == normal(text)


@given(PATH, st.sampled_from(["s3", "S3", "s3a", "s3n"]), st.data())
def test_every_spelling_of_a_path_in_a_store_is_one_place(segments, protocol, data):
    names = [s.rstrip(".") or "x" for s in segments]
    text = f"{protocol}://{spelled(names, data.draw)}"

    assert normal(text) == f"s3://{'/'.join(names)}"
    assert normal(normal(text)) == normal(text)
    assert is_remote(text)


@pytest.mark.parametrize(
    "location",
    ["data/x", "./data//x", "file:///a/b", "file://data/x", "s3://b//x/./y", "C:/x", "~/x"],
)
def test_a_place_is_where_kedro_looks(location):
    protocol, path = get_protocol_and_path(location)
    expected = os.path.normpath(path) if protocol == "file" else f"{protocol}://{path}"

    assert normal(location) == expected.replace("//x/./", "/x/")
    assert is_remote(location) == (protocol != "file")


def test_the_folders_above_a_place_end_at_its_protocol():
    assert list(above("a/b/c")) == ["a/b", "a"]
    assert list(above("s3://b/x/y")) == ["s3://b/x", "s3://b"]
    assert list(above("/a/b")) == ["/a"]


def _pair(saved: str, read: str, kind: str = TEXT, **more) -> Plan:
    """Return the plan of two nodes: one saves `w`, the other reads `r`, which is no `w`."""
    nodes = (node("save", "", "w"), node("read", "r", "out"))
    entry = {"type": kind, "path" if kind == FOLDER else "filepath": read, **more}
    return plan(view(*nodes, catalog={"w": {"type": TEXT, "filepath": saved}, "r": entry}))


def _one(made: Plan) -> Finding:
    (finding,) = found(made, "KF121")
    return finding


@pytest.mark.parametrize(
    ("saved", "read"),
    [
        ("data/x.txt", "data/x.txt"),
        ("data/x.txt", "./data/x.txt"),
        ("data//x.txt", "data/y/../x.txt"),
        ("/a/x.txt", "file:///a/x.txt"),
        ("data/x", "data/x/"),
        ("s3://b/x.txt", "s3://b/x.txt"),
        ("s3://b/x.txt", "s3a://b//x.txt"),
    ],
)
def test_a_file_under_two_names_is_an_error_where_one_is_saved_and_the_other_read(saved, read):
    finding = _one(_pair(saved, read))

    assert finding.severity is Severity.ERROR
    assert "node 'save' saves 'w', and node 'read' reads 'r'" in finding.what


@pytest.mark.parametrize("store", ["", "s3://b/"])
def test_a_file_in_a_folder_that_is_a_dataset_is_an_error(store):
    assert _one(_pair(f"{store}data/p/x.txt", f"{store}data/p", FOLDER)).forbids
    assert not found(_pair(f"{store}data/p2/x.txt", f"{store}data/p", FOLDER), "KF121")
    other = _pair(f"{store}data/p/x.txt", f"{store}data/p", FOLDER, filename_suffix=".csv")
    assert not found(other, "KF121")


def test_links_are_followed_where_it_is_known_where_they_lead():
    entries = {
        name: DatasetView(name=name, config={"type": TEXT, "filepath": path}, place="data/x")
        for name, path in (("w", "data/link"), ("r", "/srv/project/data/x"))
    }
    made = plan(view(node("save", "", "w"), node("read", "r", "out"), catalog=entries))

    assert _one(made).forbids


def test_what_is_read_before_it_is_saved_under_another_name_is_told():
    one = {"type": TEXT, "filepath": "data/model"}
    nodes = (node("read", "old", "x"), node("save", "x", "new"))

    assert _one(plan(view(*nodes, catalog={"old": one, "new": one}))).severity is Severity.WARNING


def test_in_a_store_the_order_of_the_nodes_is_enough():
    one = {"type": TEXT, "filepath": "s3://b/x"}
    nodes = (node("save", "", "w x"), node("read", "x r", "out"))

    assert not found(plan(view(*nodes, catalog={"w": one, "r": one})), "KF121")


def test_in_one_task_a_file_that_stays_there_may_have_two_names():
    one = {"type": TEXT, "filepath": "data/x"}
    nodes = (node("save", "", "w x"), node("read", "x r", "y"), node("end", "w y", "out"))
    project = view(*nodes, catalog={"w": one, "r": one})

    assert _one(plan(project)).forbids
    assert _one(plan(project, group_by="pipeline")).forbids  # a result, which is handed over
    final = plan(project, {"results": "final"}, group_by="pipeline")
    assert not _one(final).forbids


def test_two_that_save_to_one_place_are_told():
    local, store = ({"type": TEXT, "filepath": f"{start}x"} for start in ("", "s3://b/"))
    nodes = (node("a", "", "x"), node("b", "", "y"))

    assert _one(plan(view(*nodes, catalog={"x": local, "y": local}))).severity is Severity.WARNING
    assert _one(plan(view(*nodes, catalog={"x": store, "y": store}))).severity is Severity.WARNING
    nodes = (node("a", "", "x"), node("b", "x", "y"))
    assert not found(plan(view(*nodes, catalog={"x": store, "y": store})), "KF121")


def test_two_sources_may_be_one_file():
    one = {"type": TEXT, "filepath": "data/x"}
    project = view(node("a", "x y", "z"), catalog={"x": one, "y": one})

    assert not found(plan(project), "KF121")


def test_transcoding_needs_one_place():
    def made(other: str) -> Plan:
        entries = {
            "x@one": {"type": TEXT, "filepath": "data/x"},
            "x@two": {"type": TEXT, "filepath": other},
        }
        return plan(view(node("a", "", "x@one"), node("b", "x@two", "y"), catalog=entries))

    assert not found(made("./data/x"), "KF160")
    assert found(made("data/y"), "KF160")[0].forbids


def test_a_file_that_is_used_again_after_it_was_read_is_told():
    one = {"type": TEXT, "filepath": "data/scratch.txt"}
    nodes = (node("a", "", "x"), node("b", "x", "y"), node("c", "y", "out"))
    project = view(*nodes, catalog={"x": one, "y": one})

    assert _one(plan(project)).severity is Severity.WARNING


def test_tables_of_one_file_are_not_one_place():
    def table(key: str) -> dict:
        return {"type": "pandas.HDFDataset", "filepath": "data/x.h5", "key": key}

    nodes = (node("save", "", "w"), node("read", "r", "out"))

    assert not found(plan(view(*nodes, catalog={"w": table("a"), "r": table("b")})), "KF121")
    assert found(plan(view(*nodes, catalog={"w": table("a"), "r": table("a")})), "KF121")
