"""Champions: who is promoted, and that runs which overlap cannot both win. On a real server."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mlflow_server import mlflow_server

from e06_flows.registry import champions
from e06_flows.registry.champions import champion_version, judge, promote
from e06_flows.statistics.paired import Comparison
from e06_flows.tracking.client import import_mlflow


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    """An MLflow server on loopback, with a SQLite database of its own."""
    with mlflow_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture
def client(server, monkeypatch):
    """A client of the server, which the code under test uses too."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", server)  # MLflow sets it too, and never takes it back
    mlflow = import_mlflow()
    mlflow.set_tracking_uri(server)
    mlflow.set_registry_uri(server)
    yield mlflow.MlflowClient()
    mlflow.set_tracking_uri(None)
    mlflow.set_registry_uri(None)


@pytest.fixture
def model(client, request) -> str:
    """A registered model without versions."""
    name = request.node.name.replace("_", "-")[:60]
    client.create_registered_model(name)
    return name


def _version(client, name: str) -> str:
    run = client.create_run("0")
    client.set_terminated(run.info.run_id)
    made = client.create_model_version(name, source=run.info.artifact_uri, run_id=run.info.run_id)
    return str(made.version)


def _aliases(client, name: str) -> dict[str, str]:
    return {k: str(v) for k, v in client.get_registered_model(name).aliases.items()}


RULE: dict[str, Any] = {"metric": "log_loss", "margin": 0.01, "level": 0.05, "least_rows": 20}


def _found(**changes: Any) -> Comparison:
    given = {"rows": 100, "before": 0.3, "now": 0.2, "better_by": 0.1, "p_value": 0.001}
    return Comparison(**{**given, **changes})


def test_a_challenger_that_is_better_by_the_margin_and_not_by_chance_is_promoted():
    verdict = judge(_found(), **RULE)

    assert verdict.promote
    assert verdict.reason == (
        "log_loss 0.2000 against the champion's 0.3000 on 100 rows: better by more than 0.01 (p = 0.001)"
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"better_by": 0.01}, "not better by more than 0.01"),
        ({"better_by": -0.1}, "not better by more than 0.01"),
        ({"p_value": 0.3}, "better by 0.1000, which chance gives too often (p = 0.3, not below 0.05)"),
        ({"rows": 19}, "on 19 rows: too few, 20 are wanted"),
    ],
)  # fmt: skip
def test_a_champion_falls_only_for_a_reason(changes, why):
    verdict = judge(_found(**changes), **RULE)

    assert not verdict.promote
    assert why in verdict.reason


def test_the_first_model_becomes_champion():
    assert judge(None, **RULE).promote


def test_the_first_promotion_leaves_no_previous_one(client, model):
    first = _version(client, model)
    assert champion_version(model) is None

    assert promote(model, first, instead_of=None).promote

    assert _aliases(client, model) == {"champion": "1"}


def test_the_one_that_was_in_service_stays_as_previous(client, model):
    for expected in (None, "1", "2"):
        assert promote(model, _version(client, model), instead_of=expected).promote

    assert _aliases(client, model) == {"champion": "3", "previous": "2"}


def test_the_same_promotion_twice_changes_nothing(client, model):
    one, two = _version(client, model), _version(client, model)
    promote(model, one, instead_of=None)
    promote(model, two, instead_of=one)

    again = promote(model, two, instead_of=one)

    assert again.promote
    assert "already" in again.reason
    assert _aliases(client, model) == {"champion": two, "previous": one}


def test_a_comparison_with_a_champion_of_the_past_does_not_count(client, model):
    one, two, late = (_version(client, model) for _ in range(3))
    promote(model, one, instead_of=None)
    promote(model, two, instead_of=one)

    verdict = promote(model, late, instead_of=one)

    assert not verdict.promote
    assert "another run has made version 2 the champion" in verdict.reason
    assert _aliases(client, model) == {"champion": two, "previous": one}


def test_of_many_that_overlap_one_wins_and_the_aliases_are_its_own(client, model):
    champion = None
    for _ in range(6):
        challengers = [_version(client, model) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            verdicts = list(
                pool.map(lambda v, c=champion: promote(model, v, instead_of=c), challengers)
            )
        won = [v for v, verdict in zip(challengers, verdicts, strict=True) if verdict.promote]
        assert len(won) == 1, verdicts
        expected = {"champion": won[0], **({"previous": champion} if champion else {})}
        assert _aliases(client, model) == expected
        champion = won[0]


def test_a_claim_of_a_run_that_was_killed_gives_way_later(client, model, monkeypatch):
    one, killed, next_one = (_version(client, model) for _ in range(3))
    promote(model, one, instead_of=None)
    run_id = client.get_model_version(model, one).run_id
    client.log_param(run_id, "succession.1.1", f"version {killed} at {time.time():.6f}")

    assert not promote(model, next_one, instead_of=one).promote
    monkeypatch.setattr(champions, "LEASE", 0.0)

    assert promote(model, next_one, instead_of=one).promote
    assert _aliases(client, model) == {"champion": next_one, "previous": one}


def test_after_a_roll_back_by_hand_another_can_be_promoted(client, model, monkeypatch):
    one, two, three = (_version(client, model) for _ in range(3))
    promote(model, one, instead_of=None)
    promote(model, two, instead_of=one)
    client.set_registered_model_alias(model, "champion", one)
    monkeypatch.setattr(champions, "LEASE", 0.0)  # five minutes later

    assert promote(model, three, instead_of=one).promote
    assert _aliases(client, model) == {"champion": three, "previous": one}
