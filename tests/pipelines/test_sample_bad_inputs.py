"""Bad inputs of the sample flow: each gets an error that says what is wrong, and changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sample_projects import copy_project, kedro, run_in_process

RESULTS = ("data/06_models/sample_random_forest.pkl", "data/08_reporting/sample_metrics.json")

Break = Callable[[Path], object]


def _table(name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> Break:
    def break_it(raw: Path) -> None:
        change(pd.read_csv(raw / name)).to_csv(raw / name, index=False)

    return break_it


def _cell(column: str, value: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(table: pd.DataFrame) -> pd.DataFrame:
        table[column] = table[column].astype(object)
        table.loc[3, column] = value
        return table

    return change


def _text(name: str, change: Callable[[str], str]) -> Break:
    def break_it(raw: Path) -> None:
        (raw / name).write_text(change((raw / name).read_text()))

    return break_it


A, B = "datasetA.csv", "datasetB.csv"
ON_LOAD = r"Validation failed for dataset '{}' on load\n(.*\n)*.*{}"
BAD: dict[str, tuple[Break, str]] = {
    "missing file": (lambda raw: (raw / A).unlink(), r"dataset_a: .*\n.*No such file.*datasetA\.csv"),
    "empty file": (lambda raw: (raw / A).write_text(""), r"dataset_a: .*datasetA\.csv.*\nNo columns to parse"),
    "header only": (_text(B, lambda t: t.splitlines()[0]), ON_LOAD.format("dataset_b", "at_least_one_row")),
    "semicolons": (_text(A, lambda t: t.replace(",", ";")), ON_LOAD.format("dataset_a", "commas_between_columns")),
    "missing column": (
        _table(B, lambda t: t.drop(columns="PetalWidthCm")),
        ON_LOAD.format("dataset_b", r"column_in_dataframe — 1 case \(e.g. PetalWidthCm\)"),
    ),
    "renamed column": (
        _table(A, lambda t: t.rename(columns={"SepalLengthCm": "length"})),
        ON_LOAD.format("dataset_a", r"column_in_dataframe — 1 case \(e.g. SepalLengthCm\)"),
    ),
    "text in a number column": (
        _table(A, _cell("SepalLengthCm", "long")),
        ON_LOAD.format("dataset_a", r"SepalLengthCm: coerce_dtype\('float64'\) — 1 case \(e.g. long\)"),
    ),
    "length of zero": (_table(A, _cell("SepalWidthCm", 0)), "SepalWidthCm: positive_and_finite — 1 case"),
    "endless length": (_table(B, _cell("PetalWidthCm", "inf")), "PetalWidthCm: positive_and_finite — 1 case"),
    "Id with a fraction": (_table(A, _cell("Id", 1.5)), r"Id: dtype\('int64'\)"),
    "duplicate Id": (_table(A, _cell("Id", 1)), r"Id: field_uniqueness — 2 cases \(e.g. 1, 1\)"),
    "no common Id": (_table(A, lambda t: t.assign(Id=t.Id + 1000)), r"No Id is in both tables \(150 Ids .*how: stack"),
    "unknown Species": (
        _table(B, _cell("Species", "Iris-unknown")),
        ON_LOAD.format("dataset_b", r"Species: isin\(.*\) — 1 case \(e.g. Iris-unknown\)"),
    ),
    "missing value": (_table(A, _cell("SepalWidthCm", None)), "SepalWidthCm: not_nullable — 1 case"),
}  # fmt: skip
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "test size of 0": ({"test_size": 0}, r"test_size\n.*greater than 0"),
    "test size of 1": ({"test_size": 1.0}, r"test_size\n.*less than 1"),
    "no trees": ({"n_estimators": 0}, r"n_estimators\n.*greater than or equal to 1"),
    "unknown way to merge": ({"how": "glue"}, r"how\n.*'join' or 'stack'"),
    "unknown parameter": ({"trees": 5}, r"trees\n.*Extra inputs are not permitted"),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    root = copy_project(tmp_path_factory.mktemp("trained"))
    run_in_process(root)
    return root


@pytest.fixture
def project(trained, tmp_path) -> Path:
    """A copy of the project with the results of an earlier run."""
    import shutil

    return Path(shutil.copytree(trained, tmp_path / "project"))


def _fails_and_leaves_results(root: Path, message: str, **params: object) -> None:
    before = {name: (root / name).read_bytes() for name in RESULTS}
    with pytest.raises(Exception, match=message):
        run_in_process(root, **({"sample": params} if params else {}))
    assert {name: (root / name).read_bytes() for name in RESULTS} == before


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_named_and_the_previous_results_stay(project, case):
    break_it, message = BAD[case]
    break_it(project / "data/01_raw")

    _fails_and_leaves_results(project, message)


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_parameter_is_named_and_the_previous_results_stay(project, case):
    params, message = WRONG[case]

    _fails_and_leaves_results(project, message, **params)


def test_a_failing_evaluation_leaves_the_previous_model(project, monkeypatch):
    from e06_flows.pipelines.sample import nodes

    def fail(*_: object) -> None:
        raise ArithmeticError("no metrics today")

    monkeypatch.setattr(nodes, "_metrics", fail)

    _fails_and_leaves_results(project, "no metrics today", n_estimators=3)

    assert not list((project / "data").rglob("*.part*"))


def test_an_interrupted_run_leaves_the_previous_results_and_no_other_file(project):
    before = {name: (project / name).read_bytes() for name in RESULTS}
    with (project / "src/e06_flows/pipelines/sample/nodes.py").open("a") as source:
        source.write("\n\ndef _metrics(*_):\n    raise KeyboardInterrupt\n")

    done = kedro(project, "run", "--pipeline", "sample", "--params", "sample.n_estimators=3")

    assert done.returncode != 0
    assert {name: (project / name).read_bytes() for name in RESULTS} == before
    assert not list((project / "data").rglob("*.part*"))


def test_lengths_in_whole_numbers_are_good_input(project):
    raw = project / "data/01_raw"
    _table(
        A, lambda t: t.round({"SepalLengthCm": 0, "SepalWidthCm": 0}).astype({"SepalLengthCm": int})
    )(raw)

    run_in_process(project)


def test_a_byte_order_mark_is_good_input(project):
    _text(A, lambda text: "\ufeff" + text)(project / "data/01_raw")

    run_in_process(project)
