"""Files as people have them: each is trained on and told, or refused with one clear error."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from e06_flows.pipelines.multitrain.nodes import load_and_split
from e06_flows.pipelines.multitrain.parameters import MultitrainParameters

Make = Callable[..., MultitrainParameters]
OWN: dict[str, Any] = {"target": "Species", "features": None, "key": None}


@pytest.mark.parametrize(("sign", "said"), [(";", ";"), ("\t", "a tab"), ("|", r"\|")])
def test_a_wrong_separator_is_told_with_the_right_one(
    iris: pd.DataFrame, parameters: Make, sign: str, said: str
) -> None:
    table = pd.read_csv(StringIO(iris.to_csv(index=False, sep=sign)))

    with pytest.raises(ValueError, match=rf"separated by {said} .*load_args: {{sep:"):
        load_and_split(table, table.head(0), parameters())


def test_a_name_that_is_there_twice_in_a_file_is_told_with_its_new_name(
    iris: pd.DataFrame, parameters: Make, caplog: pytest.LogCaptureFixture
) -> None:
    lines = iris.to_csv(index=False).replace("SepalWidthCm", "SepalLengthCm", 1)

    with caplog.at_level("INFO", logger="e06_flows"):
        _, _, _, profile = load_and_split(
            pd.read_csv(StringIO(lines)), iris.head(0), parameters(**OWN)
        )

    assert profile["renamed"] == {
        "SepalLengthCm.1": "the 2. column that is called 'SepalLengthCm' in the file"
    }
    assert "The column 'SepalLengthCm.1' is the 2. column" in caplog.text


def test_two_columns_of_one_name_are_refused(iris: pd.DataFrame, parameters: Make) -> None:
    table = iris.rename(columns={"SepalWidthCm": "SepalLengthCm"})

    with pytest.raises(ValueError, match=r"the same name: \['SepalLengthCm'\]"):
        load_and_split(table, table.head(0), parameters(**OWN))


def test_copies_are_told_left_out_or_refused_as_the_parameters_say(
    iris: pd.DataFrame, parameters: Make, caplog: pytest.LogCaptureFixture
) -> None:
    table = pd.concat([iris, iris.head(7)], ignore_index=True)

    def split(copies: str) -> Any:
        with caplog.at_level("INFO", logger="e06_flows"):
            return load_and_split(table, table.head(0), parameters(**OWN, copies=copies))[3]

    assert split("keep")["copies"] == 7
    assert "7 rows are copies of others, and are trained or tested on" in caplog.text
    dropped = split("drop")
    assert dropped["copies"] == 7
    assert dropped["rows"]["train"] + dropped["rows"]["holdout"] == 150
    assert "7 rows are copies of others, and were left out" in caplog.text
    with pytest.raises(ValueError, match=r"7 rows are copies.*multitrain\.copies=drop"):
        split("refuse")


@pytest.mark.parametrize("number", [1e308, -1e308, np.inf])
def test_a_number_that_trees_cannot_compute_with_is_refused_with_its_column(
    iris: pd.DataFrame, parameters: Make, number: float
) -> None:
    table = iris.copy()
    table.loc[3, "PetalWidthCm"] = number

    with pytest.raises(ValueError, match=r"\{'PetalWidthCm': 1\}.*beyond 3\.4e\+38"):
        load_and_split(table, table.head(0), parameters())
    rows = load_and_split(table, table.head(0), parameters(missing="drop"))[3]["rows"]
    assert rows["train"] + rows["holdout"] == 149


def test_a_saved_index_is_no_feature(iris: pd.DataFrame, parameters: Make) -> None:
    table = pd.read_csv(StringIO(iris.to_csv()))

    _, _, _, profile = load_and_split(table, table.head(0), parameters(**OWN))

    assert profile["left_out"]["Unnamed: 0"] == "has no name in the file, so it counts the rows"
    assert "Unnamed: 0" not in profile["features"]
