"""Projects of other shapes: Kedro's own starter, other folders, other ways to configure."""

from kedro_projects import DOUBLE, Project

from conformance.starter import starter

_NO_TRACKING = """
class NoTracking:
    __name__ = "mlflow_hook"

HOOKS = (NoTracking(),)
"""

_FLOW = (
    DOUBLE
    + """
def create():
    return Pipeline([Node(double("one"), "params:x", "a", name="one"),
                     Node(double("two"), "a", "b", name="two")])
"""
)
_A = "a: {type: json.JSONDataset, filepath: data/a.json}\n"

CASES: dict[str, Project] = {
    "Kedro's starter": starter(),
    "Kedro's starter without a folder src": starter("flat_flights", source=""),
    "a configuration in another folder": Project(
        _FLOW,
        parameters="x: wrong",
        settings='CONF_SOURCE = "config/of/ours"\n' + _NO_TRACKING,
        files={
            "config/of/ours/base/catalog.yml": _A,
            "config/of/ours/base/parameters.yml": "x: 3",
            "config/of/ours/local/.gitkeep": "",
            "config/of/ours/base/flyte.yml": "default: {tier: large}",
        },
    ),
    "a configuration in one folder": Project(
        _FLOW,
        settings='CONF_SOURCE = "config"\nCONFIG_LOADER_ARGS = {"base_env": "", "default_run_env": ""}\n'
        + _NO_TRACKING,
        files={
            "config/catalog.yml": _A,
            "config/parameters.yml": "x: 3",
            "config/flyte.yml": "default: {tier: large}",
        },
    ),
    "resolvers, patterns and environments of the project's own": Project(
        _FLOW,
        parameters="x: wrong",
        settings="""

CONFIG_LOADER_ARGS = {
    "base_env": "common",
    "default_run_env": "dev",
    "config_patterns": {"parameters": ["settings*"], "catalog": ["data*", "data/**"]},
    "custom_resolvers": {"plus": lambda a, b: a + b, "day": lambda: "2026-01-02"},
    "merge_strategy": {"parameters": "soft"},
}
"""
        + _NO_TRACKING,
        files={
            "conf/common/data/deep.yml": 'a: {type: json.JSONDataset, filepath: "data/${day:}/a.json"}\n',
            "conf/common/settings.yml": "x: ${plus:1,2}\nday: ${day:}\ngroup: {a: 1, b: 2}\n",
            "conf/dev/settings.yml": "group: {b: 3}\n",
        },
    ),
    "a loader of the project's own": Project(
        _FLOW,
        parameters="x: 3",
        catalog=_A,
        settings='''
from pathlib import Path

import yaml
from kedro.config import AbstractConfigLoader, MissingConfigException


class Loader(AbstractConfigLoader):
    """Reads one file a kind, and knows no patterns."""

    def __init__(self, conf_source, env=None, runtime_params=None, **_):
        super().__init__(conf_source=conf_source, env=env, runtime_params=runtime_params)

    def __getitem__(self, key):
        if key in self.data:
            return self.data[key]
        path = Path(self.conf_source) / "base" / f"{key}.yml"
        if not path.exists():
            raise MissingConfigException(key)
        found = yaml.safe_load(path.read_text())
        return {**found, **(self.runtime_params or {})} if key == "parameters" else found


CONFIG_LOADER_CLASS = Loader
'''
        + _NO_TRACKING,
        files={"conf/base/flyte.yml": "default: {tier: large}"},
    ),
    "a context and a catalog of the project's own": Project(
        _FLOW,
        parameters="x: 3",
        catalog=_A,
        settings="""
from kedro.framework.context import KedroContext
from kedro.io import DataCatalog


class Context(KedroContext):
    @property
    def params(self):
        return {**super().params, "x": 4}


class Catalog(DataCatalog):
    pass


CONTEXT_CLASS = Context
DATA_CATALOG_CLASS = Catalog
"""
        + _NO_TRACKING,
    ),
}
