"""Kedro's settings for this project; every name in capitals is one that Kedro knows."""

import warnings

from omegaconf.resolvers import oc

from e06_flows.hooks.configuration import RememberConfiguration
from e06_flows.hooks.publishing import PublishAfterRun
from e06_flows.startup import start_light
from e06_flows.tracking.on_demand import TrackOnDemand, defer_mlflow_commands

# Kedro prefers `--pipelines` since 1.6; why commands here do not is told in docs/decisions/0062.
warnings.filterwarnings("ignore", message="Option '--pipeline' is deprecated")

start_light()
defer_mlflow_commands()

HOOKS = (RememberConfiguration(), PublishAfterRun(), TrackOnDemand())

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "custom_resolvers": {"oc.env": oc.env},  # mlflow.yml names the server by a variable
}
