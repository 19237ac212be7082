"""plan.json as a task reads it: only the one that its module was written with, or a clear error."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from golden_cases import CASES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kedro_flyte import PlanFile, run_task
from kedro_flyte.errors import KedroFlyteError
from kedro_flyte.export import exported
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.serialization import digest, from_json, to_json
from kedro_flyte.runtime.plan_file import read_plan
from kedro_flyte.targets import load, registered
from kedro_flyte.targets.domino import job
from plan_views import node, plan, view

GOLDEN = sorted(Path(__file__).parents[1].glob("golden/*/plan*.json"))


def _two_outputs(outputs: str = "a b") -> Plan:
    return plan(view(node("both", outputs=outputs), node("use", "a b", "res")))


def _written(folder: Path, text: str | bytes) -> Path:
    path = folder / "two.plan.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _refusal(path: Path, digest: str = "") -> str:
    with pytest.raises(KedroFlyteError) as caught:
        run_task(PlanFile(path, digest), "both", {})
    return str(caught.value)


def test_a_plan_with_outputs_in_another_order_is_refused(tmp_path):
    path = _written(tmp_path, to_json(_two_outputs("b a")))

    said = _refusal(path, digest(_two_outputs("a b")))

    assert "two.plan.json is not the plan that its module was written with" in said
    assert "Export again" in said


def test_a_plan_of_another_pipeline_is_refused_by_name(tmp_path):
    document = {**json.loads(to_json(_two_outputs())), "pipeline": "three"}
    path = _written(tmp_path, json.dumps(document))

    assert "it is for pipeline 'three'" in _refusal(path, digest(_two_outputs()))


def test_a_job_refuses_a_plan_that_its_module_does_not_know(tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("DOMINO_IS_WORKFLOW_JOB", raising=False)
    path = str(_written(tmp_path, to_json(_two_outputs("b a"))))
    words = [path, "both", "--plan-digest", digest(_two_outputs("a b"))]

    assert job.main(words) == 1
    assert "is not the plan that its module was written with" in capsys.readouterr().err


def test_a_plan_in_another_layout_is_the_same_plan(tmp_path):
    made = _two_outputs()
    text = json.dumps(json.loads(to_json(made)), indent=4, sort_keys=True).replace("\n", "\r\n")

    assert read_plan(PlanFile(_written(tmp_path, text), digest(made))) == made


def test_a_plan_is_read_once_and_anew_when_its_file_changes(tmp_path):
    file = PlanFile(_written(tmp_path, to_json(_two_outputs())))
    first = read_plan(file)

    assert read_plan(file) is first
    _written(tmp_path, to_json(_two_outputs("b a")))
    assert read_plan(file) == _two_outputs("b a")


@pytest.mark.parametrize("target", registered())
def test_a_module_has_the_digest_of_the_plan_beside_it(target):
    files = exported(CASES["operations"](target), load(target), Path("flows").absolute())
    module = next(t for p, t in files.items() if p.suffix == ".py" and t)
    text = next(t for p, t in files.items() if p.suffix == ".json")

    found = re.findall(r"\b[0-9a-f]{16}\b", module)

    assert found == [digest(from_json(text))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        (to_json(_two_outputs())[:200], "is no JSON"),
        (to_json(_two_outputs()).encode().replace(b"use", b"\xff\xfe"), "is not UTF-8"),
        ("[" * 100_000, "is no JSON"),
        ("[1]", "schema version None"),
        ('{"schema_version": true}', "schema version True"),
        ('{"schema_version": 1}', "does not fit its schema"),
        (to_json(_two_outputs()).replace('"tier": "small"', '"tier": 3'), "tier: 3 is no str"),
        (to_json(_two_outputs()).replace('"nodes": ["use"]', '"nodes": "use"'), "'use' is no list"),
        (to_json(_two_outputs()).replace('"tier": "small"', '"tear": "small"'), "has no ['tear']"),
    ],
    ids=("empty", "cut", "latin", "deep", "a list", "true", "no plan", "number", "text", "unknown"),
)  # fmt: skip
def test_a_file_that_is_no_plan_gives_one_clear_error(tmp_path, text, said):
    assert said in _refusal(_written(tmp_path, text))


def _places(document: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to each value of a document."""
    inside = document.items() if isinstance(document, dict) else ()
    inside = enumerate(document) if isinstance(document, list) else inside
    return [at, *(place for key, value in inside for place in _places(value, (*at, key)))]


DOCUMENTS = [json.loads(path.read_text()) for path in GOLDEN]
PLACES = [_places(document)[1:] for document in DOCUMENTS]
ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)


@st.composite
def _spoilt(draw: st.DrawFn) -> str:
    """A plan of which one value is another one, or gone."""
    which = draw(st.integers(0, len(DOCUMENTS) - 1))
    document = json.loads(json.dumps(DOCUMENTS[which]))
    *way, last = draw(st.sampled_from(PLACES[which]))
    holder = document
    for key in way:
        holder = holder[key]
    if draw(st.booleans()):
        holder[last] = draw(ODD)
    else:
        del holder[last]
    return json.dumps(document)


def _is_read_or_refused(text: str | bytes, folder: Path) -> None:
    try:
        found = read_plan(PlanFile(_written(folder, text)))
    except KedroFlyteError:
        return
    assert isinstance(found, Plan)


HURRY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(HURRY, max_examples=20_000)


@HURRY
@given(text=_spoilt())
def test_a_spoilt_plan_is_read_or_refused(tmp_path, text):
    _is_read_or_refused(text, tmp_path)


@pytest.mark.slow
@LONG
@given(text=_spoilt() | st.binary(max_size=200))
def test_any_spoilt_plan_is_read_or_refused(tmp_path, text):
    _is_read_or_refused(text, tmp_path)
