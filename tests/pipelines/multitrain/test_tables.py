"""The datasets of the flow: the user's table, and a model of H2O under two names."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from kedro.io.core import DatasetError
from pandera.errors import SchemaError
from pipelines.multitrain.projects import credit_rows

from e06_flows.datasets.mojo import MojoDataset
from e06_flows.datasets.tables import OwnCSVDataset, StagedCSVDataset
from e06_flows.h2o.mojo import Mojo
from e06_flows.pipelines.multitrain.schemas import CreditRows, IrisRows


def _mojo(model_id: str) -> Mojo:
    empty = io.BytesIO()
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("model.ini", "[info]")
    return Mojo.pack(
        empty.getvalue(), model_id=model_id, features=["x"], classes=[0, 1], domain=["0", "1"]
    )


def test_a_table_of_ones_own_that_is_missing_says_where_to_put_it(tmp_path: Path) -> None:
    dataset = OwnCSVDataset(filepath=str(tmp_path / "mine.csv"))

    with pytest.raises(DatasetError, match=r"mine.csv does not exist.*Copy the CSV file"):
        dataset.load()


def test_a_table_of_ones_own_is_loaded(tmp_path: Path) -> None:
    credit_rows(20).to_csv(tmp_path / "mine.csv", index=False)

    table = OwnCSVDataset(filepath=str(tmp_path / "mine.csv")).load()

    assert len(CreditRows.validate(table)) == 20


@pytest.mark.parametrize(("column", "value"), [("DEFAULT", 2), ("PAY_0", 40), ("LIMIT_BAL", -1)])
def test_a_credit_table_with_impossible_values_is_refused(column: str, value: int) -> None:
    table = credit_rows(20)
    table.loc[0, column] = value

    with pytest.raises(SchemaError, match=column):
        CreditRows.validate(table)


def test_an_unknown_species_is_refused(iris: pd.DataFrame) -> None:
    with pytest.raises(SchemaError, match="Species"):
        IrisRows.validate(iris.assign(Species="Iris-rara"))


def test_a_model_of_h2o_is_one_file_of_a_stable_name_and_one_of_its_own(tmp_path: Path) -> None:
    dataset = MojoDataset(filepath=str(tmp_path / "06_models/h2o_automl.zip"))

    dataset.save(_mojo("GBM_1_AutoML_1_x"))
    dataset.save(_mojo("GLM_7_AutoML_2_y"))

    assert sorted(path.name for path in (tmp_path / "06_models").iterdir()) == [
        "GBM_1_AutoML_1_x.zip",
        "GLM_7_AutoML_2_y.zip",
        "h2o_automl.zip",
    ]
    assert dataset.load().model_id == "GLM_7_AutoML_2_y"
    assert dataset.exists()


def test_a_model_of_a_failed_run_is_not_there(tmp_path: Path) -> None:
    dataset = MojoDataset(filepath=str(tmp_path / "h2o_automl.zip"))
    dataset.stage("run")

    dataset.save(_mojo("GBM_1_AutoML_1_x"))
    assert dataset.load().model_id == "GBM_1_AutoML_1_x"
    dataset.discard()

    assert list(tmp_path.iterdir()) == []


def test_a_model_is_there_after_its_node_if_the_catalog_says_so(tmp_path: Path) -> None:
    dataset = MojoDataset(filepath=str(tmp_path / "h2o_automl.zip"), metadata={"publish": "node"})
    dataset.stage("run")

    dataset.save(_mojo("GBM_1_AutoML_1_x"))
    dataset.discard()

    assert dataset.load().model_id == "GBM_1_AutoML_1_x"


def test_publishing_nothing_leaves_the_model_that_is_there(tmp_path: Path) -> None:
    dataset = MojoDataset(filepath=str(tmp_path / "h2o_automl.zip"))
    dataset.save(_mojo("GBM_1_AutoML_1_x"))

    dataset.publish()

    assert dataset.load().model_id == "GBM_1_AutoML_1_x"


def test_a_model_in_memory_or_elsewhere_is_saved_and_loaded_too() -> None:
    dataset = MojoDataset(filepath="memory://models/h2o_automl.zip")

    dataset.save(_mojo("GBM_1_AutoML_1_x"))

    assert dataset.load().model_id == "GBM_1_AutoML_1_x"
    assert "memory" in str(dataset)


def test_a_staged_table_is_written_whole(tmp_path: Path) -> None:
    dataset = StagedCSVDataset(filepath=str(tmp_path / "t.csv"), save_args={"index": False})

    dataset.save(pd.DataFrame({"a": [1]}))

    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == "a\n1\n"
