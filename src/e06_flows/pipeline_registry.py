"""The pipelines of this project, found by folder."""

from kedro.framework.project import find_pipelines
from kedro.pipeline import Pipeline

DEFAULT = "sample"


def register_pipelines() -> dict[str, Pipeline]:
    """Return the pipelines by name; without a name, `kedro run` runs `sample`.

    Raises:
        ImportError: A pipeline cannot be imported. It is not left out in silence.
    """
    pipelines = find_pipelines(raise_errors=True)
    if DEFAULT in pipelines:
        pipelines["__default__"] = pipelines[DEFAULT]
    return pipelines
