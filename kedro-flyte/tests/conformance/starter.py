"""A project in the shape that Kedro's own starter gives: what most projects look like.

Two of its pipelines are one modular pipeline with two namespaces; its figures, tables and models have
the formats of that starter; its settings, logging and .gitignore are those of `kedro new`.
"""

import io

from kedro_projects import Project

_PROCESSING = '''
import pandas as pd
from kedro.pipeline import Node, Pipeline


def _is_true(x: pd.Series) -> pd.Series:
    return x == "t"


def preprocess_companies(companies: pd.DataFrame) -> pd.DataFrame:
    """Preprocesses the data for companies."""
    return companies.assign(iata_approved=_is_true(companies["iata_approved"]))


def preprocess_shuttles(shuttles: pd.DataFrame) -> pd.DataFrame:
    return shuttles.assign(
        d_check_complete=_is_true(shuttles["d_check_complete"]),
        price=shuttles["price"].str.replace("$", "", regex=False).astype(float),
    )


def create_model_input_table(
    shuttles: pd.DataFrame, companies: pd.DataFrame, reviews: pd.DataFrame
) -> pd.DataFrame:
    rated = shuttles.merge(reviews, left_on="id", right_on="shuttle_id").drop("id", axis=1)
    return rated.merge(companies, left_on="company_id", right_on="id").dropna()


def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline(
        [
            Node(func=preprocess_companies, inputs="companies", outputs="preprocessed_companies",
                 name="preprocess_companies_node"),
            Node(func=preprocess_shuttles, inputs="shuttles", outputs="preprocessed_shuttles",
                 name="preprocess_shuttles_node"),
            Node(func=create_model_input_table,
                 inputs=["preprocessed_shuttles", "preprocessed_companies", "reviews"],
                 outputs="model_input_table", name="create_model_input_table_node"),
        ]
    )
'''

_SCIENCE = """
import logging

import numpy as np
import pandas as pd
from kedro.pipeline import Node, Pipeline


def split_data(data: pd.DataFrame, parameters: dict) -> tuple:
    X, y = data[parameters["features"]], data["price"]
    last = int(len(data) * (1 - parameters["test_size"]))
    return X[:last], X[last:], y[:last], y[last:]


def train_model(X_train: pd.DataFrame, y_train: pd.Series) -> list[float]:
    return np.linalg.lstsq(X_train.to_numpy(float), y_train.to_numpy(), rcond=None)[0].tolist()


def evaluate_model(regressor: list[float], X_test: pd.DataFrame, y_test: pd.Series) -> dict[str, float]:
    error = float(np.abs(X_test.to_numpy(float) @ np.array(regressor) - y_test).max())
    logging.getLogger(__name__).info("Model has a max error of %.3f on test data.", error)
    return {"max_error": error}


def create_pipeline(**kwargs) -> Pipeline:
    base = Pipeline(
        [
            Node(func=split_data, inputs=["model_input_table", "params:model_options"],
                 outputs=["X_train", "X_test", "y_train", "y_test"], name="split_data_node"),
            Node(func=train_model, inputs=["X_train", "y_train"], outputs="regressor",
                 name="train_model_node"),
            Node(func=evaluate_model, inputs=["regressor", "X_test", "y_test"], outputs="metrics",
                 name="evaluate_model_node"),
        ]
    )
    return sum(
        Pipeline(base, namespace=namespace, inputs="model_input_table")
        for namespace in ("active_modelling_pipeline", "candidate_modelling_pipeline")
    )
"""

_REPORTING = """
import pandas as pd
import plotly.graph_objects as go
from kedro.pipeline import Node, Pipeline


def compare_passenger_capacity_exp(shuttles: pd.DataFrame) -> pd.DataFrame:
    return shuttles.groupby(["shuttle_type"]).mean(numeric_only=True).reset_index()


def compare_passenger_capacity_go(shuttles: pd.DataFrame) -> go.Figure:
    data = shuttles.groupby(["shuttle_type"]).mean(numeric_only=True).reset_index()
    return go.Figure([go.Bar(x=data["shuttle_type"], y=data["passenger_capacity"])])


def create_confusion_matrix(companies: pd.DataFrame):
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().imshow([[len(companies), 1], [2, 3]])
    return figure


def create_pipeline(**kwargs) -> Pipeline:
    return Pipeline(
        [
            Node(func=compare_passenger_capacity_exp, inputs="preprocessed_shuttles",
                 outputs="shuttle_passenger_capacity_plot_exp"),
            Node(func=compare_passenger_capacity_go, inputs="preprocessed_shuttles",
                 outputs="shuttle_passenger_capacity_plot_go"),
            Node(func=create_confusion_matrix, inputs="companies", outputs="dummy_confusion_matrix"),
        ]
    )
"""

_CATALOG = """
companies:
  type: pandas.CSVDataset
  filepath: data/01_raw/companies.csv

reviews:
  type: pandas.CSVDataset
  filepath: data/01_raw/reviews.csv

shuttles:
  type: pandas.ParquetDataset
  filepath: data/01_raw/shuttles.parquet
  load_args:
    engine: pyarrow

preprocessed_companies:
  type: pandas.ParquetDataset
  filepath: data/02_intermediate/preprocessed_companies.parquet

preprocessed_shuttles:
  type: pandas.ParquetDataset
  filepath: data/02_intermediate/preprocessed_shuttles.parquet

model_input_table:
  type: pandas.ParquetDataset
  filepath: data/03_primary/model_input_table.parquet

"{namespace}.regressor":
  type: pickle.PickleDataset
  filepath: data/06_models/regressor_{namespace}.pickle
  versioned: true

"{namespace}.metrics":
  type: json.JSONDataset
  filepath: data/08_reporting/metrics_{namespace}.json
  metadata:
    kedro-viz: {layer: reporting}

shuttle_passenger_capacity_plot_exp:
  type: plotly.PlotlyDataset
  filepath: data/08_reporting/shuttle_passenger_capacity_plot_exp.json
  versioned: true
  plotly_args:
    type: bar
    fig: {x: shuttle_type, y: passenger_capacity, orientation: h}
    layout: {xaxis_title: Shuttles, title: Shuttle Passenger capacity}

shuttle_passenger_capacity_plot_go:
  type: plotly.JSONDataset
  filepath: data/08_reporting/shuttle_passenger_capacity_plot_go.json
  versioned: true

dummy_confusion_matrix:
  type: matplotlib.MatplotlibDataset
  filepath: data/08_reporting/dummy_confusion_matrix.png
  versioned: true
"""

_PARAMETERS = """
active_modelling_pipeline:
  model_options: {test_size: 0.2, random_state: 3, features: [passenger_capacity, crew]}

candidate_modelling_pipeline:
  model_options: {test_size: 0.5, random_state: 8, features: [passenger_capacity]}
"""

_LOGGING = """
version: 1
disable_existing_loggers: False
formatters:
  simple: {format: "%(asctime)s - %(name)s - %(levelname)s - %(message)s"}
handlers:
  console: {class: logging.StreamHandler, level: INFO, formatter: simple, stream: ext://sys.stdout}
  info_file_handler:
    class: logging.handlers.RotatingFileHandler
    level: INFO
    formatter: simple
    filename: info.log
    delay: True
  rich: {class: kedro.logging.RichHandler, rich_tracebacks: True}
loggers:
  kedro: {level: INFO}
  spaceflights: {level: INFO}
root: {handlers: [rich]}
"""

_SETTINGS = '''
"""Project settings."""

from kedro.config import OmegaConfigLoader

CONFIG_LOADER_CLASS = OmegaConfigLoader
CONFIG_LOADER_ARGS = {"base_env": "base", "default_run_env": "local"}


class NoTracking:
    __name__ = "mlflow_hook"


HOOKS = (NoTracking(),)
'''

_REGISTRY = '''
"""Project pipelines."""

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline


def register_pipelines() -> dict[str, Pipeline]:
    pipelines = find_pipelines(raise_errors=True)
    pipelines["__default__"] = sum(pipelines.values(), start=Pipeline([]))
    return pipelines
'''

GITIGNORE = """
conf/local/**
!conf/local/.gitkeep
conf/**/*credentials*
data/**
!data/**/
!.gitkeep
!data/01_raw/*
*.log
"""


def starter(package: str = "spaceflights", *, source: str = "src/") -> Project:
    """Return the project; `source` is the folder that the package is in."""
    at = f"{source}{package}"
    pyproject = f"""
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "{package}"
version = "0.1"
dependencies = ["kedro", "kedro-datasets"]

[tool.kedro]
package_name = "{package}"
project_name = "Spaceflights"
kedro_init_version = "1.4.0"
tools = ["Linting", "Testing", "Custom Logging", "Documentation", "Data Structure"]
example_pipeline = "True"
source_dir = "{source.rstrip("/") or "."}"
"""
    files: dict[str, str | bytes] = {
        "pyproject.toml": pyproject,
        ".gitignore": GITIGNORE,
        f"{at}/__init__.py": "",
        f"{at}/settings.py": _SETTINGS,
        f"{at}/pipeline_registry.py": _REGISTRY,
        f"{at}/pipelines/__init__.py": "",
        "conf/base/parameters_data_processing.yml": "# nothing yet\n",
        "conf/base/parameters_data_science.yml": _PARAMETERS,
        "conf/local/credentials.yml": "# Here you can define credentials\n",
        f"src/{package}/flow.py": "def create(): ...\n",
        "conf/logging.yml": _LOGGING,
        "data/01_raw/companies.csv": "id,company_rating,iata_approved\n1,90%,t\n2,80%,f\n3,70%,t\n",
        "data/01_raw/reviews.csv": "shuttle_id,review_scores_rating\n"
        + "".join(f"{i},{90 + i}\n" for i in range(8)),
        "data/01_raw/shuttles.parquet": _shuttles(),
    }
    for name, text in (
        ("data_processing", _PROCESSING),
        ("data_science", _SCIENCE),
        ("reporting", _REPORTING),
    ):
        files[f"{at}/pipelines/{name}/__init__.py"] = (
            "from .pipeline import create_pipeline  # noqa\n"
        )
        files[f"{at}/pipelines/{name}/pipeline.py"] = text
    return Project(
        nodes="",
        catalog=_CATALOG,
        parameters="# Empty parameters file, for now\n",
        files=files,
        package=package,
    )


def _shuttles() -> bytes:
    import pandas as pd

    table = pd.DataFrame(
        {
            "id": range(8),
            "shuttle_type": ["a", "b"] * 4,
            "passenger_capacity": [1.0, 2, 3, 4, 5, 6, 7, 8],
            "crew": [1.0, 1, 2, 2, 3, 3, 4, 5],
            "d_check_complete": ["f", "t"] * 4,
            "price": [f"${100 * i}" for i in range(8)],
            "company_id": [1, 2, 3, 1, 2, 3, 1, 2],
        }
    )
    stream = io.BytesIO()
    table.to_parquet(stream)
    return stream.getvalue()
