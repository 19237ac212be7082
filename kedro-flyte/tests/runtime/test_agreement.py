"""What tasks of one execution agree on: the first that says a value is followed."""

import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flytekit import FlyteContextManager
from kedro_flyte.errors import TaskError
from kedro_flyte.runtime import agreement
from kedro_flyte.runtime.agreement import Agreement


@pytest.fixture(params=["folder", "store"])
def place(request, tmp_path):
    """Return a folder, and the URI of an object store."""
    return str(tmp_path / "agreed") if request.param == "folder" else f"memory://{uuid.uuid4()}"


def test_the_first_value_that_is_said_is_followed(place):
    assert Agreement(place).agree("a key", lambda: ["first"]) == ["first"]
    assert Agreement(place).agree("a key", lambda: ["second"]) == ["first"]
    assert Agreement(place).agree("another key", lambda: "second") == "second"


def test_a_key_that_nobody_has_said_is_not_known(place):
    assert Agreement(place).known("a key") is None
    Agreement(place).agree("a key", lambda: None)
    assert Agreement(place).known("a key", "default") is None


def test_tasks_that_say_a_value_at_the_same_time_follow_one(place):
    def say(number: int) -> int:
        def slowly() -> int:
            time.sleep(0.05)
            return number

        found: int = Agreement(place).agree("a key", slowly)
        return found

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(say, range(8)))) == 1


def test_a_place_that_takes_nothing_is_told(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises((TaskError, NotADirectoryError)):
        Agreement(str(tmp_path / "file")).agree("a key", lambda: 1)


def _place(monkeypatch, execution: str, prefix: str | None) -> str | None:
    monkeypatch.delenv(agreement.PLACE, raising=False)
    monkeypatch.setenv("FLYTE_INTERNAL_EXECUTION_ID", execution)
    context = FlyteContextManager.current_context()
    params = context.user_space_params.with_task_sandbox().build()
    params._output_metadata_prefix = prefix
    with FlyteContextManager.with_context(
        context.with_execution_state(context.execution_state.with_params(user_space_params=params))
    ):
        found = agreement.of_execution()
    return found.place if found else None


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("s3://b/metadata/propeller/p-dev-f1/n0/data/0", "s3://b/metadata/propeller/p-dev-f1"),
        ("/store/f1/n0-f1/data/0", "/store/f1"),
        ("s3://b/f11/xf1/n0", None),
        (None, None),
    ],
)
def test_the_place_is_where_flyte_keeps_the_execution(monkeypatch, prefix, expected):
    assert _place(monkeypatch, "f1", prefix) == (f"{expected}/kedro-flyte" if expected else None)


def test_a_folder_can_be_named(monkeypatch, tmp_path):
    monkeypatch.setenv(agreement.PLACE, str(tmp_path))

    found = agreement.of_execution()

    assert found is not None
    assert Path(found.place) == tmp_path
    assert list(tmp_path.iterdir()) == []
