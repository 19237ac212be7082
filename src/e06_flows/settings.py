"""Kedro's settings for this project; every name in capitals is one that Kedro knows."""

import atexit
import gc
import warnings

from omegaconf.resolvers import oc

from e06_flows.hooks.configuration import RememberConfiguration
from e06_flows.hooks.publishing import PublishAfterRun
from e06_flows.tracking.commands import defer_mlflow_commands
from e06_flows.tracking.hook import TrackOnDemand

# Kedro prefers `--pipelines` since 1.6; why commands here do not is told in docs/decisions/0062.
warnings.filterwarnings("ignore", message="Option '--pipeline' is deprecated")

# Nearly all objects of an import stay for good: garbage is looked for every 50,000 of them and not
# every 700, and not when the process ends. docs/decisions/0004-start-up.md says what that saves.
gc.set_threshold(50_000)
atexit.register(gc.freeze)

defer_mlflow_commands()  # the commands of kedro-mlflow import MLflow when they are used

HOOKS = (RememberConfiguration(), PublishAfterRun(), TrackOnDemand())

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "custom_resolvers": {"oc.env": oc.env},  # mlflow.yml names the server by a variable
}
