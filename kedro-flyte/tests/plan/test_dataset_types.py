"""Every type of kedro-datasets travels as it must: read from the sources, since few are installed."""

import ast
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from kedro_flyte.plan.data.datasets import route
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.view import DatasetView

FILE, FOLDER, IN_PLACE = Travel.FILE, Travel.DIRECTORY, Travel.IN_PLACE

# A type with a `filepath` is a file; these are not, or have none.
EXPECTED = {
    "api.APIDataset": IN_PLACE,
    "chromadb.ChromaDBDataset": IN_PLACE,
    "dask.CSVDataset": FOLDER,
    "dask.ParquetDataset": FOLDER,
    "databricks.ExternalTableDataset": IN_PLACE,
    "databricks.ManagedTableDataset": IN_PLACE,
    "faiss.FAISSVectorStoreDataset": IN_PLACE,
    "feast.FeastDataset": IN_PLACE,
    "huggingface.ArrowDataset": FOLDER,
    "huggingface.CSVDataset": FILE,
    "huggingface.HFDataset": IN_PLACE,
    "huggingface.HFTransformerPipelineDataset": IN_PLACE,
    "huggingface.JSONDataset": FILE,
    "huggingface.ParquetDataset": FILE,
    "ibis.TableDataset": IN_PLACE,
    "langchain.ChatAnthropicDataset": IN_PLACE,
    "langchain.ChatCohereDataset": IN_PLACE,
    "langchain.ChatOpenAIDataset": IN_PLACE,
    "langchain.OpenAIEmbeddingsDataset": IN_PLACE,
    "langfuse.TraceDataset": IN_PLACE,
    "mlrun.MLRunDataframeDataset": IN_PLACE,
    "opik.TraceDataset": IN_PLACE,
    "optuna.StudyDataset": IN_PLACE,
    "pandas.DeltaTableDataset": FOLDER,
    "pandas.GBQTableDataset": IN_PLACE,
    "pandas.SQLTableDataset": IN_PLACE,
    "partitions.IncrementalDataset": FOLDER,
    "partitions.PartitionedDataset": FOLDER,
    "polars.PolarsDatabaseDataset": IN_PLACE,
    "redis.PickleDataset": IN_PLACE,
    "snowflake.SnowparkTableDataset": IN_PLACE,
    "spark.DeltaTableDataset": FOLDER,
    "spark.SparkDataset": FOLDER,
    "spark.SparkDatasetV2": FOLDER,
    "spark.SparkHiveDataset": IN_PLACE,
    "spark.SparkJDBCDataset": IN_PLACE,
    "spark.SparkStreamingDataset": FOLDER,
    "weaviate.WeaviateVectorStoreDataset": IN_PLACE,
}


def _types() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield every type with the arguments of its constructor."""
    for package in ("kedro_datasets", "kedro_datasets_experimental"):
        spec = find_spec(package)
        (root,) = spec.submodule_search_locations if spec else [""]
        for path in sorted(Path(root).glob("*/*.py")) if root else ():
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                public = isinstance(node, ast.ClassDef) and path.name[0] != "_"
                if (
                    public
                    and node.name.endswith(("Dataset", "Writer"))
                    and "Abstract" not in node.name
                ):
                    yield f"{path.parent.name}.{node.name}", _arguments(node)


def _arguments(of_class: ast.ClassDef) -> tuple[str, ...]:
    for one in of_class.body:
        if isinstance(one, ast.FunctionDef) and one.name == "__init__":
            return tuple(a.arg for a in (*one.args.args, *one.args.kwonlyargs))
    return ()


TYPES = dict(_types())
ENTRY = {"path": "data/x.csv", "table_name": "t", "table": "t", "database": "d", "key": "k"}


def test_every_type_is_known_here():
    unknown = {n for n, words in TYPES.items() if "filepath" not in words} - EXPECTED.keys()

    assert TYPES
    assert unknown == set()


@pytest.mark.parametrize("name", TYPES)
@pytest.mark.parametrize("prefix", ["", "kedro_datasets."])
def test_a_type_travels_as_it_must(name, prefix):
    inherited = ("path",) if name.startswith("huggingface") else ()
    words = TYPES[name] or inherited
    entry = {word: ENTRY[word] for word in words if word in ENTRY}
    entry |= {"filepath": "data/x.csv"} if "filepath" in words else {}
    expected = EXPECTED.get(name, FILE)

    way = route(DatasetView(name="x", config={"type": f"{prefix}{name}", **entry}))

    assert way.travel is expected
    assert way.format == ("csv" if way.travel is FILE else "")


@pytest.mark.parametrize("name", ["spark.SparkDataset", "dask.ParquetDataset"])
def test_what_is_a_file_in_the_repository_is_a_file_whatever_type_reads_it(name):
    config = {"type": name, "filepath": "data/x.csv"}

    assert route(DatasetView(name="x", config=config, shipped=True)).travel is FILE
    of_folder = DatasetView(name="x", config=config, shipped=True, is_directory=True)
    assert route(of_folder).travel is FOLDER
    missing = DatasetView(name="x", config=config, shipped=False, exists=False)
    assert route(missing).travel is FOLDER


def test_a_pandas_table_of_the_same_name_is_a_file():
    config = {"type": "pandas.ParquetDataset", "filepath": "data/x.parquet"}

    assert route(DatasetView(name="x", config=config)).travel is FILE
