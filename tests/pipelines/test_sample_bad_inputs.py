"""Bad inputs of the sample flow: each gets an error that says what is wrong, and changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sample_projects import copy_project, run_in_process

RESULTS = ("data/06_models/sklearn_rf.pkl", "data/08_reporting/sample_metrics.json")

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


A, B = "datasetA.csv", "datasetB.csv"
BAD: dict[str, tuple[Break, str]] = {
    "missing file": (lambda raw: (raw / A).unlink(), r"datasetA\.csv"),
    "empty file": (lambda raw: (raw / A).write_text(""), "No columns to parse from file"),
    "header only": (lambda raw: (raw / A).write_text("Id,SepalLengthCm,SepalWidthCm,RandomColumn\n"), "dataset_a"),
    "missing column": (_table(B, lambda t: t.drop(columns="PetalWidthCm")), "PetalWidthCm"),
    "renamed column": (_table(A, lambda t: t.rename(columns={"SepalLengthCm": "length"})), "SepalLengthCm"),
    "text in a number column": (_table(A, _cell("SepalLengthCm", "long")), "SepalLengthCm"),
    "duplicate Id": (_table(A, _cell("Id", 1)), "Id: .*"),
    "no common Id": (_table(A, lambda t: t.assign(Id=t.Id + 1000)), "how: stack"),
    "unknown Species": (_table(B, _cell("Species", "Iris-unknown")), "Iris-unknown"),
    "missing value": (_table(A, _cell("SepalWidthCm", None)), "SepalWidthCm"),
}  # fmt: skip
WRONG: dict[str, tuple[dict[str, object], str]] = {
    "test size of 0": ({"test_size": 0}, "test_size"),
    "test size of 1": ({"test_size": 1.0}, "test_size"),
    "no trees": ({"n_estimators": 0}, "n_estimators"),
    "unknown way to merge": ({"how": "glue"}, "how"),
    "unknown parameter": ({"trees": 5}, "trees"),
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
