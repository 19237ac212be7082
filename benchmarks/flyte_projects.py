"""Kedro projects and hand-written flows that the benchmarks of the plugin are run on."""

import textwrap
from pathlib import Path

_SETTINGS = """\
[tool.kedro]
package_name = "big"
project_name = "big"
kedro_init_version = "1.7.0"
source_dir = "src"
"""

# kedro-mlflow, which is installed beside, imports MLflow in every session unless its name is taken.
_NO_TRACKING = """\
class NoTracking:
    __name__ = "mlflow_hook"


HOOKS = (NoTracking(),)
"""

_REGISTRY = """\
import pandas as pd
from kedro.pipeline import Node, Pipeline


def step(table: pd.DataFrame, rate: float) -> pd.DataFrame:
    return table.assign(value=table["value"] * (1 + rate))


def register_pipelines() -> dict[str, Pipeline]:
    nodes = [
        Node(
            step,
            inputs=[f"table_{{i}}", f"params:rates.r{{i % 10}}"],
            outputs=f"table_{{i + 1}}",
            name=f"step_{{i}}",
            tags="tier.small",
        )
        for i in range({nodes})
    ]
    return {{"__default__": Pipeline(nodes)}}
"""

_HAND_WRITTEN = """\
from pathlib import Path

import pandas as pd
from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile

SMALL = Resources(cpu="1", mem="2Gi")
TableFile = FlyteFile["{suffix}"]


@task(requests=SMALL, limits=SMALL)
def step_0(table: TableFile, rate: float) -> TableFile:
    data = pd.read_{reader}(table.download())
    data = data.assign(value=data["value"] * (1 + rate))
    path = Path("table_1.{suffix}").absolute()
    data.to_{reader}(path, index=False)
    return TableFile(str(path))


@workflow
def main(table: TableFile, rate: float = 0.0) -> TableFile:
    return step_0(table=table, rate=rate)
"""


def kedro_project(folder: Path, nodes: int, suffix: str = "csv") -> Path:
    """Write a project of a chain of nodes, each with a catalog entry of its own."""
    kind = {"csv": "pandas.CSVDataset", "parquet": "pandas.ParquetDataset"}[suffix]
    catalog = "".join(
        f"table_{i}:\n  type: {kind}\n  filepath: data/table_{i}.{suffix}\n"
        for i in range(nodes + 1)
    )
    files = {
        "pyproject.toml": _SETTINGS,
        ".telemetry": "consent: false\n",
        "src/big/__init__.py": "",
        "src/big/settings.py": _NO_TRACKING,
        "src/big/pipeline_registry.py": _REGISTRY.format(nodes=nodes),
        "conf/base/catalog.yml": catalog,
        "conf/base/parameters.yml": "rates:\n" + "".join(f"  r{i}: 0.{i}\n" for i in range(10)),
        "conf/local/.gitkeep": "",
        "data/.gitkeep": "",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def hand_written_flow(folder: Path, suffix: str = "csv") -> Path:
    """Write the same work as one flytekit task, as a person would; return the module."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "__init__.py").write_text("", encoding="utf-8")
    module = folder / "hand.py"
    text = _HAND_WRITTEN.format(suffix=suffix, reader=suffix)
    module.write_text(textwrap.dedent(text), encoding="utf-8")
    return module
