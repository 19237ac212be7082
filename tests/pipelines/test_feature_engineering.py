"""The feature flow on the real data: what it makes, from which sources, and what it refuses."""

import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml
from pydantic import ValidationError
from sample_projects import ROOT, copy_project
from use_cases import files, refused, run_pipeline

from e06_flows.modelling.features import Feature, TableFeatures, formula_columns
from e06_flows.pipelines.feature_engineering import create_pipeline, nodes
from e06_flows.pipelines.feature_engineering.parameters import FeatureParameters
from e06_flows.statistics.assignment import position

NAME = "feature_engineering"
TABLE = "data/04_feature/flower_features.parquet"
TRANSFORMER = "data/06_models/feature_transformer.pkl"
RESULTS = (TABLE, TRANSFORMER, "data/08_reporting/feature_dictionary.csv", "data/08_reporting/feature_profile.png")  # fmt: skip
LENGTHS = ("SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm")
GIVEN = yaml.safe_load((ROOT / f"conf/base/parameters_{NAME}.yml").read_text())[NAME]
FEATURE_NAMES = [feature["name"] for feature in GIVEN["features"]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the flow has run for the first time."""
    root = copy_project(tmp_path_factory.mktemp("features"))
    run_pipeline(root, NAME)
    return root


@pytest.fixture
def project(finished: Path, tmp_path: Path) -> Path:
    """A copy with the results of an earlier run."""
    return Path(shutil.copytree(finished, tmp_path / "project"))


@pytest.fixture
def rows() -> pd.DataFrame:
    """All flowers, as the flow has joined them."""
    raw = ROOT / "data/01_raw"
    return pd.read_csv(raw / "datasetA.csv").merge(pd.read_csv(raw / "datasetB.csv"), on="Id")


def _parameters(**changes: object) -> FeatureParameters:
    return FeatureParameters(**{**GIVEN, **changes})


def _lengths() -> list[Feature]:
    return [Feature(name=name, formula=name, unit="cm", meaning=name) for name in LENGTHS]


def _features(rows: pd.DataFrame) -> pd.DataFrame:
    train, holdout = nodes.split_rows(rows, _parameters())
    transformer = nodes.fit_features(train, _parameters())
    return nodes.make_features(transformer, train, holdout, _parameters()).set_index("Id")


def test_the_table_has_a_row_a_flower_and_a_column_a_feature(finished):
    table = pd.read_parquet(finished / TABLE)

    assert list(table.columns) == ["Id", "Part", *FEATURE_NAMES, "Species"]
    assert table["Id"].tolist() == list(range(1, 151))
    assert np.isfinite(table[FEATURE_NAMES]).all(axis=None)


def test_the_features_of_the_training_part_alone_are_standardised(finished):
    table = pd.read_parquet(finished / TABLE)
    train = table[table["Part"] == "train"]

    assert np.allclose(train[FEATURE_NAMES].mean(), 0, atol=0.02)  # but for what is cut off
    assert np.allclose(train[FEATURE_NAMES].std(ddof=0), 1, atol=0.02)
    assert not np.allclose(table[FEATURE_NAMES].mean(), 0, atol=0.001)


def test_the_saved_transformer_gives_prediction_the_features_of_the_table(finished, rows):
    transformer = pickle.loads((finished / TRANSFORMER).read_bytes())
    table = pd.read_parquet(finished / TABLE)

    pd.testing.assert_frame_equal(transformer.transform(rows), table[FEATURE_NAMES])


def test_the_dictionary_describes_every_feature(finished):
    dictionary = pd.read_csv(finished / RESULTS[2]).set_index("feature")
    area = dictionary.loc["PetalAreaCm2"]

    assert dictionary.index.tolist() == FEATURE_NAMES
    assert dictionary.notna().all(axis=None)
    assert (area["unit"], area["made_from"]) == ("cm²", "PetalLengthCm PetalWidthCm")
    assert area["train_min"] == pytest.approx(0.11)  # 1.1 cm by 0.1 cm


def test_the_profile_is_a_picture(finished):
    assert (finished / RESULTS[3]).read_bytes().startswith(b"\x89PNG")


def test_a_second_run_gives_the_same_table_and_transformer(project):
    before = files(project, *RESULTS[:3])

    run_pipeline(project, NAME, "--runner", "ThreadRunner")

    assert files(project, *RESULTS[:3]) == before


def test_features_do_not_change_when_the_species_of_other_rows_do(rows):
    changed = rows.assign(Species=rows["Species"].sample(frac=1, random_state=3).to_numpy())

    before, after = _features(rows), _features(changed)

    assert not changed["Species"].equals(rows["Species"])
    pd.testing.assert_frame_equal(before.drop(columns="Species"), after.drop(columns="Species"))


def test_features_of_the_training_part_do_not_change_with_the_hold_out(rows):
    held_out = position(rows["Id"], "e06-holdout") < 0.3
    changed = rows.copy()
    changed.loc[held_out, list(LENGTHS)] *= 10

    before, after = _features(rows), _features(changed)

    train = before["Part"] == "train"
    pd.testing.assert_frame_equal(before[train], after[train])
    assert not before[~train].equals(after[~train])


def test_a_row_stays_in_its_part_when_other_rows_come_and_go(rows):
    whole = _features(rows)["Part"]
    some = _features(rows.iloc[::-1].iloc[:100])["Part"]

    assert some.equals(whole[some.index])


def test_the_transformer_fills_with_training_medians_and_cuts_off():
    train = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in LENGTHS})
    fitted = TableFeatures(_lengths(), limit=2.0).fit(train)
    table = pd.DataFrame({name: [np.nan, 1000.0] for name in LENGTHS})

    filled, far = fitted.transform(table).to_dict("records")

    assert filled["SepalLengthCm"] == 0  # the median 2 is the mean too
    assert far["SepalLengthCm"] == 2.0
    assert table.isna().any(axis=None)


def test_missing_lengths_are_filled_and_counted(rows):
    rows.loc[rows["Id"] <= 12, "PetalWidthCm"] = np.nan
    train, holdout = nodes.split_rows(rows, _parameters())
    transformer = nodes.fit_features(train, _parameters())
    table = nodes.make_features(transformer, train, holdout, _parameters())

    dictionary, _ = nodes.describe_features(transformer, train, table, _parameters())

    assert np.isfinite(table[FEATURE_NAMES]).all(axis=None)
    filled = dictionary.set_index("feature")["train_filled"]
    assert filled["PetalRatio"] == (train["Id"] <= 12).sum() > 0
    assert filled["SepalRatio"] == 0


ORDERS = pd.DataFrame(
    {"order": range(40), "net [EUR]": [5.0, 0.0, 2.0, 8.0] * 10, "pieces": [1, 2, 0, 4] * 10,
     "note": ["x", "y"] * 20, "returned": ["yes", "no"] * 20}
)  # fmt: skip
OWN = {
    "key": "order",
    "target": "returned",
    "features": [
        {"name": "size", "formula": "log(pieces + 1)", "unit": "1", "meaning": "of the order"},
        {
            "name": "price",
            "formula": "`net [EUR]` / pieces",
            "unit": "EUR",
            "meaning": "of a piece",
        },
    ],
}


def test_features_of_another_table_are_made_from_parameters_alone():
    own = _parameters(**OWN)
    numbers, labels = ORDERS[["order", "net [EUR]", "pieces"]], ORDERS[["order", "returned"]]
    train, holdout = nodes.split_rows(nodes.join_sources(numbers, labels, own), own)
    transformer = nodes.fit_features(train, own)

    table = nodes.make_features(transformer, train, holdout, own)
    dictionary, _ = nodes.describe_features(transformer, train, table, own)

    assert list(table.columns) == ["order", "Part", "size", "price", "returned"]
    assert np.isfinite(table[["size", "price"]]).all(axis=None)
    assert (table.loc[ORDERS["pieces"] == 0, "price"] == 0).all()  # by 0: the training mean
    assert dictionary["made_from"].tolist() == ["pieces", "pieces net [EUR]"]


@pytest.mark.parametrize(
    ("formula", "said"),
    [("pieces *", "is no formula"), ("1 + 2", "names no column"), ("@secret", "is no formula")],
)
def test_a_formula_that_cannot_be_read_is_refused_before_anything_runs(formula, said):
    one = {"name": "x", "formula": formula, "unit": "1", "meaning": "m"}

    with pytest.raises(ValidationError, match=said):
        _parameters(features=[one])


def test_columns_of_a_formula_are_not_its_functions():
    assert formula_columns("log(b) / (a + `c d`)") == ("b", "a", "c d")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "Number"}, "feature_sepals has no column 'Number'"),
        ({"target": "Colour"}, r"names the columns \['Colour'\]"),
        ({"features": [{"name": "x", "formula": "note * 2", "unit": "1", "meaning": "m"}]}, r"\['note'\] hold no numbers"),
    ],
)  # fmt: skip
def test_a_column_that_the_sources_do_not_have_as_wanted_is_named(changes, said):
    numbers, labels = (
        ORDERS[["order", "net [EUR]", "pieces", "note"]],
        ORDERS[["order", "returned"]],
    )

    with pytest.raises(ValueError, match=said):
        nodes.join_sources(numbers, labels, _parameters(**{**OWN, **changes}))


def test_a_column_that_both_sources_have_is_named():
    with pytest.raises(ValueError, match=r"\['returned'\] are in both sources"):
        nodes.join_sources(ORDERS, ORDERS[["order", "returned"]], _parameters(**OWN))


def test_a_function_that_pandas_does_not_know_is_told_with_the_feature():
    one = {"name": "size", "formula": "pieces.mean", "unit": "1", "meaning": "m"}

    with pytest.raises(
        ValueError, match=r"the formula of 'size', 'pieces\.mean', cannot be computed"
    ):
        nodes.fit_features(ORDERS, _parameters(**{**OWN, "features": [one]}))


def test_every_node_names_its_tier():
    for node in create_pipeline().nodes:
        assert [tag for tag in node.tags if tag.startswith("tier.")], node.name


def _change(root: Path, statement: str) -> None:
    with closing(sqlite3.connect(root / "data/01_raw/flowers.db")) as database:
        database.execute(statement)
        database.commit()


BAD = {
    "length of zero": ("UPDATE petals SET PetalWidthCm = 0 WHERE Id = 3", "PetalWidthCm: positive_and_finite"),
    "text": ("UPDATE petals SET PetalWidthCm = 'wide' WHERE Id = 3", "PetalWidthCm: coerce_dtype"),
    "unknown species": ("UPDATE petals SET Species = 'rose' WHERE Id = 3", "e.g. rose"),
    "no rows": ("DELETE FROM petals", "at_least_one_row"),
    "no table": ("DROP TABLE petals", "no such table: petals"),
    "no common Id": ("UPDATE petals SET Id = Id + 1000", "No Id is in both sources"),
    "half missing": ("UPDATE petals SET PetalWidthCm = NULL WHERE Id > 60", "{'PetalWidthCm': 0.6}"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_rows_of_the_database_are_named_and_the_results_stay(project, case):
    statement, message = BAD[case]
    _change(project, statement)
    before = files(project, *RESULTS)

    assert message in refused(project, NAME)
    assert files(project, *RESULTS) == before
    assert not list((project / "data").rglob("*.part*"))


def test_a_missing_file_is_named(project):
    (project / "data/01_raw/datasetA.csv").unlink()

    assert "datasetA.csv" in refused(project, NAME)


@pytest.mark.parametrize(
    "wrong", ["holdout_share=1.0", "limit=0", "salt=", "most_missing=1", "typo=1"]
)
def test_a_wrong_parameter_is_named_before_anything_runs(project, wrong):
    printed = refused(project, NAME, "--params", f"{NAME}.{wrong}")

    assert wrong.split("=")[0] in printed
    assert "Running node" not in printed


def test_a_share_that_leaves_a_part_empty_is_refused(rows):
    with pytest.raises(ValueError, match="all 3 rows are in one part"):
        nodes.split_rows(rows.head(3), _parameters(holdout_share=0.0001))


def test_a_training_part_without_any_value_to_fill_with_is_refused(rows):
    with pytest.raises(ValueError, match="PetalWidthCm"):
        nodes.fit_features(rows.assign(PetalWidthCm=np.nan), _parameters())


def test_positions_are_the_same_for_ever_and_spread_evenly():
    assert position([1, "a"], "salt").tolist() == [0.8071542634649381, 0.9536976896336038]

    spread = np.histogram(position(range(20_000), "salt"), bins=10, range=(0, 1))[0]
    assert spread.min() > 1850
    assert spread.max() < 2150


def test_another_salt_gives_unrelated_positions():
    one, two = position(range(5000), "one"), position(range(5000), "two")

    assert abs(np.corrcoef(one, two)[0, 1]) < 0.05


def _answering(answer: bytes, status: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


@contextmanager
def _api(answer: bytes, status: int = 200) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _answering(answer, status))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/petals"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _petals() -> list[dict[str, Any]]:
    return pd.read_csv(ROOT / "data/01_raw/datasetB.csv").to_dict("records")


def test_an_api_gives_the_same_features(project):
    before = files(project, *RESULTS[:3])
    (project / TABLE).unlink()

    with _api(json.dumps(_petals()).encode()) as address:
        run_pipeline(project, NAME, "--env", "api", FEATURE_API=address)

    assert files(project, *RESULTS[:3]) == before


BAD_ANSWERS = {
    "an error": (b"[]", 503, "503 Server Error"),
    "no JSON": (b"<html>maintenance</html>", 200, "answers with '<html>maintenance</html>'"),
    "no records": (b'{"message": "sorry"}', 200, "a JSON list of records is wanted"),
    "an empty list": (b"[]", 200, "column_in_dataframe"),
    "a bad value": (json.dumps([{**_petals()[0], "PetalWidthCm": -1}]).encode(), 200, "positive_and_finite"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_ANSWERS)
def test_a_bad_answer_of_the_api_is_named_and_the_results_stay(project, case):
    answer, status, message = BAD_ANSWERS[case]
    before = files(project, *RESULTS)

    with _api(answer, status) as address:
        printed = refused(project, NAME, "--env", "api", FEATURE_API=address)

    assert message in printed
    assert files(project, *RESULTS) == before


def test_an_api_that_is_not_there_is_named(project):
    printed = refused(project, NAME, "--env", "api", FEATURE_API="http://127.0.0.1:9/petals")

    assert "Failed to connect to the remote server" in printed


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@contextmanager
def _postgres(programs: Path) -> Iterator[str]:
    """Serve a database of its own, as a user that is not root: PostgreSQL refuses root."""
    user = {"user": "postgres"} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="e06-"))
    if user:
        shutil.chown(folder, "postgres")
    made = {"capture_output": True, "cwd": folder, **user}
    try:
        subprocess.run(
            [programs / "initdb", "-D", "data", "-U", "e06", "-A", "trust"], check=True, **made
        )
        settings = f"-c listen_addresses='' -k {folder} -c fsync=off"
        start = [programs / "pg_ctl", "-D", "data", "-o", settings, "-w", "-l", "log", "start"]
        subprocess.run(start, check=True, **made)
        try:
            yield f"postgresql+psycopg://e06@/postgres?host={folder}"
        finally:
            stop = [programs / "pg_ctl", "-D", "data", "-m", "immediate", "stop"]
            subprocess.run(stop, check=True, **made)
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(_programs() is None, reason="PostgreSQL is not installed")
def test_postgresql_gives_the_same_features(project):
    import sqlalchemy

    before = files(project, *RESULTS[:3])
    (project / TABLE).unlink()

    with _postgres(_programs()) as address:
        engine = sqlalchemy.create_engine(address)
        pd.DataFrame(_petals()).to_sql("petals", engine, index=False)
        engine.dispose()
        run_pipeline(project, NAME, "--env", "postgres", FEATURE_DATABASE=address)

    assert files(project, *RESULTS[:3]) == before


def test_postgresql_without_an_address_names_the_variable(project):
    assert "FEATURE_DATABASE" in refused(project, NAME, "--env", "postgres")
