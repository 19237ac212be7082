"""Any table of numbers and classes is split; one that cannot be is refused with the reason."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pipelines.multitrain.projects import credit_rows

from e06_flows.pipelines.multitrain.nodes import load_and_split
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

Make = Callable[..., MultitrainParameters]
CREDIT = {
    "target": "DEFAULT",
    "features": ["LIMIT_BAL", "PAY_0", "PAY_2", "PAY_3", "PAY_4", "BILL_AMT1"],
    "key": "ID",
    "max_rows": 400,
    "missing": "drop",
}


def _halves(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    half = len(table) // 2
    return table.iloc[:half], table.iloc[half:]


def test_both_files_are_used_so_none_stands_for_the_other(
    iris: pd.DataFrame, parameters: Make
) -> None:
    first, second = _halves(iris)

    train, _, holdout, profile = load_and_split(first, second, parameters())

    seen = pd.concat([train, holdout])["PetalLengthCm"]
    assert sorted(seen) == sorted(pd.concat([first, second])["PetalLengthCm"])
    assert profile["rows"] == {"train": 105, "searched": 105, "holdout": 45}


def test_the_same_file_twice_is_refused(iris: pd.DataFrame, parameters: Make) -> None:
    first, _ = _halves(iris)

    with pytest.raises(ValueError, match="75 values of the key 'Id' are there more than once"):
        load_and_split(first, first, parameters())


def test_the_split_keeps_the_shares_of_the_classes(iris: pd.DataFrame, parameters: Make) -> None:
    _, _, _, profile = load_and_split(*_halves(iris), parameters())

    species = ("Iris-setosa", "Iris-versicolor", "Iris-virginica")
    assert profile["classes"]["train"] == dict.fromkeys(species, 35)
    assert profile["classes"]["holdout"] == dict.fromkeys(species, 15)


def test_a_split_is_repeated_with_its_seed_and_differs_with_another(
    iris: pd.DataFrame, parameters: Make
) -> None:
    first, again = (load_and_split(*_halves(iris), parameters())[3] for _ in range(2))
    other = load_and_split(*_halves(iris), parameters(seed=7))[3]

    assert first["fingerprint"] == again["fingerprint"]
    assert first["fingerprint"] != other["fingerprint"]


def test_the_fingerprint_changes_with_one_value(iris: pd.DataFrame, parameters: Make) -> None:
    changed = iris.copy()
    changed.loc[3, "PetalWidthCm"] += 0.1

    before = load_and_split(*_halves(iris), parameters())[3]
    after = load_and_split(*_halves(changed), parameters())[3]

    assert before["fingerprint"] != after["fingerprint"]


def test_the_noise_is_no_feature_and_the_inputs_are_left_as_they_were(
    iris: pd.DataFrame, parameters: Make
) -> None:
    first, second = _halves(iris)
    copies = first.copy(), second.copy()

    train, _, _, profile = load_and_split(first, second, parameters())

    assert profile["features"] == [
        "SepalLengthCm", "SepalWidthCm", "PetalLengthCm", "PetalWidthCm",
    ]  # fmt: skip
    assert list(train.columns) == [*profile["features"], "Species"]
    pd.testing.assert_frame_equal(first, copies[0])
    pd.testing.assert_frame_equal(second, copies[1])


def test_without_names_every_other_column_is_a_feature(
    cancer: pd.DataFrame, parameters: Make
) -> None:
    train, _, _, profile = load_and_split(
        cancer, cancer.head(0), parameters(target="target", features=None, key=None)
    )

    assert len(profile["features"]) == 30
    assert train["target"].dtype == np.int64


def test_one_file_is_enough_if_no_row_of_the_other_is_read(
    iris: pd.DataFrame, parameters: Make
) -> None:
    nothing = pd.DataFrame(columns=["quite", "different"])

    _, _, _, profile = load_and_split(iris, nothing, parameters())

    assert profile["rows"] == {"train": 105, "searched": 105, "holdout": 45}


def test_the_credit_rows_are_cleaned_and_drawn_as_the_original_did(parameters: Make) -> None:
    table = credit_rows()

    train, _, holdout, profile = load_and_split(table, table.head(0), parameters(**CREDIT))

    assert (len(train), len(holdout)) == (280, 120)
    assert not pd.concat([train, holdout]).isna().any(axis=None)
    assert set(profile["classes"]["train"]) == {"0", "1"}


def _change(iris: pd.DataFrame, column: str, value: Any, rows: slice | None = None) -> pd.DataFrame:
    table = iris.copy()
    if rows is None:
        table[column] = value
    else:
        table.loc[rows, column] = value
    return table


def test_missing_values_are_refused_with_their_columns(
    iris: pd.DataFrame, parameters: Make
) -> None:
    table = _change(iris, "PetalWidthCm", np.nan, slice(0, 3))

    with pytest.raises(
        ValueError, match=r"missing or infinite: \{'PetalWidthCm': 4\}.*missing=drop"
    ):
        load_and_split(table, table.head(0), parameters(missing="refuse"))


def test_missing_values_are_kept_for_the_models_and_told(
    iris: pd.DataFrame, parameters: Make
) -> None:
    table = _change(iris, "PetalWidthCm", np.nan, slice(0, 3))

    train, _, holdout, profile = load_and_split(table, table.head(0), parameters())

    assert pd.concat([train, holdout])["PetalWidthCm"].isna().sum() == 4
    assert profile["columns"]["PetalWidthCm"] == "number, 4 missing"


def test_a_row_without_its_class_is_refused(iris: pd.DataFrame, parameters: Make) -> None:
    table = _change(iris, "Species", None, slice(0, 3))

    with pytest.raises(ValueError, match=r"missing or infinite: \{'Species': 4\}"):
        load_and_split(table, table.head(0), parameters())


def test_infinite_values_are_refused_too(iris: pd.DataFrame, parameters: Make) -> None:
    table = _change(iris, "PetalWidthCm", np.inf, slice(0, 0))

    with pytest.raises(ValueError, match=r"'PetalWidthCm': 1"):
        load_and_split(table, table.head(0), parameters())


def test_an_unknown_target_is_refused_with_the_columns_that_there_are(
    iris: pd.DataFrame, parameters: Make
) -> None:
    with pytest.raises(ValueError, match=r"multitrain.target names \['Kind'\].*'Species'"):
        load_and_split(iris, iris.head(0), parameters(target="Kind"))


def test_an_unknown_feature_is_refused(iris: pd.DataFrame, parameters: Make) -> None:
    with pytest.raises(ValueError, match=r"multitrain.features names \['Colour'\]"):
        load_and_split(iris, iris.head(0), parameters(features=["Colour"]))


def test_an_unknown_key_is_refused(iris: pd.DataFrame, parameters: Make) -> None:
    with pytest.raises(ValueError, match=r"multitrain.key names \['Number'\]"):
        load_and_split(iris, iris.head(0), parameters(key="Number"))


def test_texts_truth_values_and_dates_are_features(iris: pd.DataFrame, parameters: Make) -> None:
    days = pd.date_range("2026-01-01", periods=150)
    table = iris.assign(
        Colour=np.where(iris.index % 2, "blue", None),
        Wild=iris.index % 3 == 0,
        Seen=days.strftime("%Y-%m-%d"),
        Stored=days,
    )

    train, _, holdout, profile = load_and_split(
        table, table.head(0), parameters(features=["Colour", "Wild", "Seen", "Stored"])
    )

    assert profile["columns"] == {
        "Colour": "text, 1 different, 75 missing", "Wild": "number", "Seen": "number", "Stored": "number",
    }  # fmt: skip
    assert pd.concat([train, holdout])["Seen"].min() == 20454  # days since 1970
    pd.testing.assert_series_equal(train["Seen"], train["Stored"], check_names=False)
    assert set(train["Wild"]) == {0.0, 1.0}


def test_a_column_that_names_rows_or_holds_nothing_is_left_out_and_told(
    iris: pd.DataFrame, parameters: Make, caplog: pytest.LogCaptureFixture
) -> None:
    table = iris.assign(Name=[f"flower {n}" for n in range(150)], Empty=None)

    with caplog.at_level("INFO", logger="e06_flows"):
        train, _, _, profile = load_and_split(table, table.head(0), parameters(features=None))

    assert {"Name", "Empty"}.isdisjoint(train.columns)
    assert profile["left_out"] == {
        "Name": "has 150 different texts, so it names rows", "Empty": "holds no value",
    }  # fmt: skip
    assert "Left out the column 'Name'" in caplog.text
    with pytest.raises(ValueError, match=r"features \['Name'\] have a text of its own"):
        load_and_split(table, table.head(0), parameters(features=["Name"]))


def test_a_table_without_features_is_refused(iris: pd.DataFrame, parameters: Make) -> None:
    table = iris[["Id", "Species"]]

    with pytest.raises(ValueError, match="No column is left as a feature"):
        load_and_split(table, table.head(0), parameters(features=None))


def test_one_class_is_refused(iris: pd.DataFrame, parameters: Make) -> None:
    table = _change(iris, "Species", "Iris-setosa")

    with pytest.raises(ValueError, match="'Species' has one class"):
        load_and_split(table, table.head(0), parameters())


@pytest.mark.parametrize("rows", [1, 2, 6])
def test_a_class_of_too_few_rows_is_refused_with_their_number(
    iris: pd.DataFrame, parameters: Make, rows: int
) -> None:
    table = _change(iris, "Species", "Iris-rara", slice(0, rows - 1))

    with pytest.raises(ValueError, match=rf"classes \{{'Iris-rara': {rows}\}}.*cv_folds"):
        load_and_split(table, table.head(0), parameters())


def test_tables_of_different_columns_are_refused(iris: pd.DataFrame, parameters: Make) -> None:
    first, second = _halves(iris)

    with pytest.raises(ValueError, match=r"has the columns \['RandomColumn'\]"):
        load_and_split(first, second.drop(columns="RandomColumn"), parameters())


def test_tables_without_rows_are_refused(iris: pd.DataFrame, parameters: Make) -> None:
    with pytest.raises(ValueError, match="The tables have no rows"):
        load_and_split(iris.head(0), iris.head(0), parameters())


def test_classes_of_true_and_false_are_taken_by_name(iris: pd.DataFrame, parameters: Make) -> None:
    table = iris.assign(Species=iris["Species"] == "Iris-setosa")

    _, _, _, profile = load_and_split(table, table.head(0), parameters())

    assert profile["classes"]["holdout"] == {"False": 30, "True": 15}


def test_whole_numbers_with_a_point_are_classes(iris: pd.DataFrame, parameters: Make) -> None:
    table = iris.assign(Species=(iris["Species"] == "Iris-setosa").astype(float))

    train, _, _, _ = load_and_split(table, table.head(0), parameters())

    assert set(train["Species"]) == {0, 1}
    assert train["Species"].dtype == np.int64
