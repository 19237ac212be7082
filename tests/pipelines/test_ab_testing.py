"""The A/B test: who gets which variant, what is measured, and what is decided from it."""

import json
import pickle
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError
from sample_projects import ROOT, copy_project
from use_cases import refused, run_pipeline, untracked

from e06_flows.pipelines.ab_testing import create_pipeline, decision, nodes, traffic
from e06_flows.pipelines.ab_testing.parameters import ABParameters
from e06_flows.statistics.significance import rows_needed

NAME = "ab_testing"
FEATURES = "data/04_feature/flower_features.parquet"
REPORTS = "data/08_reporting"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which features were made and a tracked test has run."""
    root = copy_project(tmp_path_factory.mktemp("ab"))
    run_pipeline(root, "feature_engineering")
    run_pipeline(root, NAME)
    return root


@pytest.fixture
def again(finished: Path, tmp_path: Path) -> Path:
    """A copy of it that tracks nothing."""
    root = Path(shutil.copytree(finished, tmp_path / "again"))
    untracked(root, NAME)
    return root


@pytest.fixture
def features(finished: Path) -> pd.DataFrame:
    """The feature table."""
    return pd.read_parquet(finished / FEATURES)


def _parameters(**changes: object) -> ABParameters:
    text = (ROOT / "conf/base/parameters_ab_testing.yml").read_text(encoding="utf-8")
    return ABParameters(**{**yaml.safe_load(text)[NAME], **changes})


def _variants(**shares: float) -> dict[str, dict[str, object]]:
    return {
        name: {"title": name, "kind": "baseline", "features": ["SepalRatio"], "share": share}
        for name, share in shares.items()
    }


def test_the_decision_table_has_a_row_a_variant_and_what_it_says_is_recomputed(finished):
    from scipy.stats import fisher_exact

    table = pd.read_csv(finished / REPORTS / "ab_decision.csv").set_index("variant")
    output = finished / "data/07_model_output"
    rows = {name: pd.read_parquet(output / f"ab_{name}_outcomes.parquet") for name in table.index}

    assert table.index.tolist() == ["width", "sepals", "forest"]
    for name, outcomes in rows.items():
        assert table.loc[name, "correct"] == pytest.approx(
            (outcomes["Predicted"] == outcomes["Species"]).mean()
        )
    counts = [(int(t["Correct"].sum()), int((~t["Correct"]).sum())) for t in rows.values()]
    raw = [fisher_exact([counts[0], other]).pvalue for other in counts[1:]]
    assert table["p_value"].tolist()[1:] == pytest.approx(raw)
    assert table["p_corrected"].tolist()[1:] == pytest.approx([max(raw), 2 * min(raw)])
    assert (finished / REPORTS / "ab_decision.png").read_bytes().startswith(b"\x89PNG")


def test_the_conclusion_says_what_to_serve_and_how_many_rows_would_be_needed(finished):
    said = json.loads((finished / REPORTS / "ab_conclusion.json").read_text())
    table = pd.read_csv(finished / REPORTS / "ab_decision.csv").set_index("variant")

    adopted = table[table["decision"] == "adopt"]
    assert said["serve"] == adopted["difference"].idxmax()
    needed = rows_needed(
        table.loc["width", "correct"], table.loc["width", "correct"] + 0.05, level=0.025, power=0.8
    )
    assert f"each variant needs {needed} rows" in said["note"]


def test_every_model_is_trained_on_the_training_part_alone(finished, features):
    train = pd.read_parquet(finished / "data/05_model_input/ab_train.parquet")
    model = pickle.loads((finished / "data/06_models/ab_forest.pkl").read_bytes())

    assert set(train["Id"]) == set(features.loc[features["Part"] == "train", "Id"])
    fresh = nodes.train_variant(train, _parameters(), "forest")
    columns = list(_parameters().variants["forest"].features)
    assert np.array_equal(
        fresh.predict_proba(features[columns]), model.predict_proba(features[columns])
    )


def test_every_row_of_traffic_is_seen_by_one_variant(finished, features):
    output = finished / "data/07_model_output"
    parts = [
        pd.read_parquet(output / f"ab_{name}_outcomes.parquet") for name in _parameters().variants
    ]

    seen = pd.concat(parts)["Id"]
    assert sorted(seen) == features.loc[features["Part"] == "holdout", "Id"].tolist()


def test_mlflow_has_a_run_a_variant_below_that_of_the_test(finished):
    with closing(sqlite3.connect(finished / "mlflow.db")) as database:
        names = dict(database.execute("SELECT run_uuid, name FROM runs").fetchall())
        tags = database.execute("SELECT run_uuid, key, value FROM tags").fetchall()

    children = [names[run] for run, key, _ in tags if key == "mlflow.parentRunId"]
    assert sorted(children) == sorted(v.title for v in _parameters().variants.values())
    assert any(key == "outcome" and value.startswith("Serve forest") for _, key, value in tags)


def test_a_second_run_with_threads_decides_the_same_to_the_byte(finished, again):
    run_pipeline(again, NAME, "--runner", "ThreadRunner")

    for name in ("ab_decision.csv", "ab_conclusion.json"):
        assert (again / REPORTS / name).read_bytes() == (finished / REPORTS / name).read_bytes()


def test_a_namespace_is_made_for_a_variant_that_the_environment_adds(again):
    own = _parameters().model_dump(mode="json")
    own["variants"] |= _variants(petals=1)
    file = again / "conf/local/parameters_ab_testing.yml"
    file.write_text(yaml.safe_dump({NAME: own}, sort_keys=False))

    run_pipeline(again, NAME)

    table = pd.read_csv(again / REPORTS / "ab_decision.csv")
    assert table["variant"].tolist() == ["width", "sepals", "forest", "petals"]


def test_without_features_the_run_says_which_pipeline_makes_them(tmp_path):
    root = copy_project(tmp_path)
    untracked(root, NAME)

    printed = refused(root, NAME)

    assert "Make it first: kedro run --pipeline feature_engineering" in printed
    assert "flower_features.parquet does not exist yet" in printed


WRONG = {
    "control that is not there": ("control=nobody", "'nobody' is none of ['width', 'sepals', 'forest']"),
    "no share": ("variants.forest.share=0", "greater than 0"),
    "unknown setting": ("variants.forest.settings.trees=5", "ab_testing.variants.forest: The settings ['trees']"),
    "unknown kind": ("variants.forest.kind=oracle", "'baseline', 'logistic_regression'"),
    "certainty": ("confidence=1.0", "less than 1"),
    "tiny share": ("variants.forest.share=0.0001", "The variants ['forest'] get fewer than 2 of the 45"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_before_anything_is_trained(again, case):
    given, message = WRONG[case]
    before = (again / REPORTS / "ab_decision.csv").read_bytes()

    printed = refused(again, NAME, "--params", f"{NAME}.{given}")

    assert message in printed
    assert "Running node: ab_" not in printed
    assert (again / REPORTS / "ab_decision.csv").read_bytes() == before


BAD_TABLES = {
    "a feature that is not there": (lambda t: t.drop(columns="SepalRatio"), r"forest.features: \['SepalRatio'\]"),
    "no part": (lambda t: t.drop(columns="Part"), r"no columns \['Part'\]"),
    "one class": (lambda t: t.assign(Species="Iris-setosa"), "nothing to tell apart"),
    "a new class": (lambda t: t.assign(Species=t["Species"].where(t["Part"] == "train", "rose")), r"\['rose'\] are in the traffic"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_table_that_cannot_be_used_is_refused(features, case):
    change, message = BAD_TABLES[case]

    with pytest.raises(ValueError, match=message):
        nodes.assign_traffic(change(features), _parameters())


def test_an_id_keeps_its_variant_whatever_other_ids_there_are():
    ids = pd.Series(range(3000))

    whole, some = traffic.assign(ids, _parameters()), traffic.assign(ids[::-7], _parameters())

    assert some.equals(whole[some.index])
    assert not whole.equals(traffic.assign(ids, _parameters(salt="another")))


def test_variants_get_their_shares():
    parameters = _parameters(control="one", variants=_variants(one=2, two=1, three=1))

    counts = traffic.assign(pd.Series(range(40_000)), parameters).value_counts(normalize=True)

    assert counts.to_dict() == pytest.approx({"one": 0.5, "two": 0.25, "three": 0.25}, abs=0.01)


def test_a_variant_added_from_the_last_ones_share_leaves_the_others_ids():
    two = _parameters(control="one", variants=_variants(one=1, two=1))
    three = _parameters(control="one", variants=_variants(one=1, two=0.5, three=0.5))
    ids = pd.Series(range(2000))

    before, after = traffic.assign(ids, two), traffic.assign(ids, three)

    assert ((before == "one") == (after == "one")).all()


def _outcomes(**hits: tuple[int, int]) -> dict[str, pd.DataFrame]:
    return {
        name: pd.DataFrame(
            {"Correct": [True] * right + [False] * (rows - right), "LogLoss": np.linspace(0, 1, rows)}
        )
        for name, (right, rows) in hits.items()
    }  # fmt: skip


def test_each_challenger_gets_the_decision_that_its_rows_allow():
    names = ("control", "better", "worse", "same", "small")
    parameters = _parameters(control="control", variants=_variants(**dict.fromkeys(names, 1.0)))

    table = decision.decide(
        _outcomes(
            control=(4000, 5000), better=(4300, 5000), worse=(3700, 5000), same=(4005, 5000),
            small=(9, 10),
        ),
        parameters,
    )  # fmt: skip

    decided = dict(zip(table["variant"], table["decision"], strict=True))
    assert decided == {
        "control": "control", "better": "adopt", "worse": "reject", "same": "equal",
        "small": "undecided",
    }  # fmt: skip
    assert decision.conclude(table, parameters)["serve"] == "better"


def test_several_challengers_are_corrected_for():
    hits = {"control": (40, 60), "one": (51, 60)}
    alone = _parameters(control="control", variants=_variants(control=1, one=1))
    many = {f"more{i}": (41, 60) for i in range(4)}
    among = _parameters(control="control", variants=_variants(**dict.fromkeys([*hits, *many], 1.0)))

    first = decision.decide(_outcomes(**hits), alone).iloc[1]
    second = decision.decide(_outcomes(**hits, **many), among).iloc[1]

    assert first["p_value"] == second["p_value"]
    assert (first["decision"], second["decision"]) == ("adopt", "undecided")
    assert second["rows_needed"] > first["rows_needed"]


def test_no_better_challenger_leaves_the_control():
    parameters = _parameters(control="control", variants=_variants(control=1, one=1))
    table = decision.decide(_outcomes(control=(50, 60), one=(20, 60)), parameters)

    conclusion = decision.conclude(table, parameters)

    assert conclusion["serve"] == "control"
    assert "no challenger is significantly better" in conclusion["reason"]


def test_lost_rows_of_a_variant_are_told(caplog):
    parameters = _parameters(control="control", variants=_variants(control=1, one=1))

    nodes.decide_test(parameters, *_outcomes(control=(500, 600), one=(300, 400)).values())

    assert "rows of some were lost" in caplog.text


def test_as_many_rows_of_each_variant_are_said_once():
    parameters = _parameters(control="control", variants=_variants(control=1, one=1))
    table = decision.decide(_outcomes(control=(30, 60), one=(29, 60)), parameters)

    assert decision.conclude(table, parameters)["note"].endswith("they have 60 each.")


def test_a_control_that_is_always_right_is_compared_downwards():
    parameters = _parameters(control="control", variants=_variants(control=1, one=1))

    table = decision.decide(_outcomes(control=(30, 30), one=(29, 30)), parameters)

    assert table["rows_needed"].iloc[1] == rows_needed(1.0, 0.95, level=0.05, power=0.8)
    assert table["decision"].iloc[1] == "undecided"


LOGGED = {"unit": "customer", "assignment": "variant", "outcome": "bought"}
SHOP = {
    "log": LOGGED,
    "control": "old",
    "variants": {name: {"title": f"{name} shop", "share": 1} for name in ("old", "new")},
}


def _log(rows: int = 2000) -> pd.DataFrame:
    """A log in which the new shop sells more, with a column that nobody reads."""
    random = np.random.default_rng(0)
    variant = random.choice(["old", "new"], rows)
    bought = random.random(rows) < np.where(variant == "new", 0.30, 0.20)
    return pd.DataFrame(
        {"customer": range(rows), "variant": variant, "bought": bought.astype(int), "country": "CH"}
    )


def test_a_log_of_outcomes_is_decided_as_a_demonstration_is():
    parameters, log = _parameters(**SHOP), _log()

    table, _, conclusion = nodes.decide_test(parameters, *nodes.read_log(log, parameters))

    new = log[log["variant"] == "new"]
    assert table["variant"].tolist() == ["old", "new"]
    assert table["correct"].tolist()[1] == pytest.approx(new["bought"].mean())
    assert "log_loss" not in table
    assert conclusion["serve"] == "new"
    assert "its share of bought is" in conclusion["reason"]


BAD_LOGS = {
    "a column that is not there": (lambda t: t.drop(columns="bought"), r"names the columns \['bought'\]"),
    "an outcome that is missing": (lambda t: t.assign(bought=t["bought"].where(t.index > 2)), r"\{'bought': 3\}"),
    "a unit that is there twice": (lambda t: t.assign(customer=t["customer"] // 2), "rows for independent"),
    "a variant that is not known": (lambda t: t.assign(variant=t["variant"].replace("new", "test")), r"assigns \['test'\]"),
    "a variant without rows": (lambda t: t[t["variant"] == "old"], r"The variants \['new'\] have fewer"),
    "an amount": (lambda t: t.assign(bought=t["bought"] * 12.5), r"\[12\.5\], where 1 \(it happened\)"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_LOGS)
def test_a_log_that_cannot_be_used_is_refused(case):
    change, message = BAD_LOGS[case]

    with pytest.raises(ValueError, match=message):
        nodes.read_log(change(_log(200)), _parameters(**SHOP))


def test_without_a_log_each_variant_says_what_is_trained():
    with pytest.raises(ValidationError, match=r"\['old', 'new'\] have no kind or features"):
        _parameters(**{**SHOP, "log": None})


def test_variants_share_nothing_but_the_traffic_and_have_tiers():
    pipeline = create_pipeline()
    spaces = {node.namespace for node in pipeline.nodes if node.namespace}

    assert spaces == {"ab_width", "ab_sepals", "ab_forest"}
    for space in spaces:
        own = pipeline.filter(node_namespaces=[space])
        assert own.inputs() == {"ab_train", "ab_traffic", "params:ab_testing"}
    assert all(any(tag.startswith("tier.") for tag in node.tags) for node in pipeline.nodes)
