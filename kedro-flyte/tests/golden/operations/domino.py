"""Kedro pipeline '__default__' as a Domino flow: 2 nodes in 2 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.

Schedule 'nightly' (0 3 * * * Europe/Berlin): a scheduled job with the command
pyflyte run --remote FILE default

Schedule 'often' (every 360 minutes): a scheduled job with the command
pyflyte run --remote FILE default --n 5
"""

from datetime import timedelta

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, Artifact
from flytekitplugins.domino.helpers import Output, run_domino_job_task
from flytekitplugins.domino.task import DominoJobConfig, DominoJobTask

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest ceea53b8fd6d7434"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_LARGE = "Large"
TIER_GPU = "GPU"

# Results, as artifacts of the execution
FILES = Artifact("demo__default data", DATA)

# Types of the files that pass between jobs
PickleFile = FlyteFile["pickle"]


@workflow
def default(n: int = 1) -> PickleFile:
    """Pipeline '__default__' of demo."""
    table = run_domino_job_task(
        flyte_task_name="demo__default.extract",
        command=COMMAND.format("extract"),
        hardware_tier_name=TIER_GPU,
        output_specs=[Output(name="table", type=PickleFile)],
        **JOB,
    )
    model = DominoJobTask(
        name="demo__default.train",
        domino_job_config=DominoJobConfig(
            Command=COMMAND.format("train"),
            HardwareTierId="large-k8s",
        ),
        use_latest=True,
        inputs={"table": PickleFile, "n": int},
        outputs={"model": FILES.File(name="model.pickle")},
        cache=True,
        cache_version="1",
        retries=2,
        timeout=timedelta(seconds=3600),
    )(table=table, n=n)
    return model
