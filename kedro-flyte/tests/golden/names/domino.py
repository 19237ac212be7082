"""Kedro pipeline '__default__' as a Domino flow: 9 nodes in 9 jobs.

Written by `kedro flyte export --target domino`. Do not edit: change the pipeline or
flyte.yml, and export again. Which nodes run in which job says the plan beside it,
demo__default.plan.json.

In a workspace, from the project's root: pyflyte run --remote FILE default
where FILE is the path of this module.
"""

from typing import NamedTuple

from flytekit import workflow
from flytekit.types.file import FlyteFile
from flytekitplugins.domino.artifact import DATA, Artifact
from flytekitplugins.domino.helpers import Input, Output, run_domino_job_task

# What a job runs; {} stands for its id in the plan
PLAN = "flows/on_domino/demo__default.plan.json"
TASK = f"{PLAN} {{}} --plan-digest 1aa0ab4a02ab81ba"
COMMAND = f"bash -c 'PYTHONPATH=src python -m kedro_flyte.targets.domino.job {TASK}'"

# What all jobs share
JOB = {"use_project_defaults_for_omitted": True}

# Hardware tiers, by their names in Domino
TIER_SMALL = "Small"

# Results, as artifacts of the execution
FILES = Artifact("demo__default data", DATA)

# Types of the files that pass between jobs
PickleFile = FlyteFile["pickle"]


class DefaultOutputs(NamedTuple):
    """What default gives."""

    out_of_1st: PickleFile
    out_of_class: PickleFile
    out_of_modele_zhzqaq: PickleFile
    out_of_chskv2: PickleFile
    out_of_a_b: PickleFile
    out_of_a__b: PickleFile
    out_of_a_b_5b5mmp: PickleFile
    out_of_aB: PickleFile
    out_of_start_node: PickleFile


@workflow
def default(x: int = 1) -> DefaultOutputs:
    """Pipeline '__default__' of demo."""
    out_of_1st = run_domino_job_task(
        flyte_task_name="demo__default.n_1st_4ao56z",
        command=COMMAND.format("n_1st_4ao56z"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(name="out_of_1st", type=FILES.File(name="out_of_1st.pickle")),
        ],
        **JOB,
    )
    out_of_class = run_domino_job_task(
        flyte_task_name="demo__default.class_bcercp",
        command=COMMAND.format("class_bcercp"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(name="out_of_class", type=FILES.File(name="out_of_class.pickle")),
        ],
        **JOB,
    )
    out_of_modele_zhzqaq = run_domino_job_task(
        flyte_task_name="demo__default.modele_x5oyxk",
        command=COMMAND.format("modele_x5oyxk"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(
                name="out_of_modele_zhzqaq",
                type=FILES.File(name="out_of_modele_zhzqaq.pickle"),
            ),
        ],
        **JOB,
    )
    out_of_chskv2 = run_domino_job_task(
        flyte_task_name="demo__default.x_krapoq",
        command=COMMAND.format("x_krapoq"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(name="out_of_chskv2", type=FILES.File(name="out_of_chskv2.pickle")),
        ],
        **JOB,
    )
    out_of_a_b = run_domino_job_task(
        flyte_task_name="demo__default.a_b",
        command=COMMAND.format("a_b"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(name="out_of_a_b", type=FILES.File(name="out_of_a_b.pickle")),
        ],
        **JOB,
    )
    out_of_a__b = run_domino_job_task(
        flyte_task_name="demo__default.a__b",
        command=COMMAND.format("a__b"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(name="out_of_a__b", type=FILES.File(name="out_of_a__b.pickle")),
        ],
        **JOB,
    )
    out_of_a_b_5b5mmp = run_domino_job_task(
        flyte_task_name="demo__default.a_b_2rbwfv",
        command=COMMAND.format("a_b_2rbwfv"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(
                name="out_of_a_b_5b5mmp",
                type=FILES.File(name="out_of_a_b_5b5mmp.pickle"),
            ),
        ],
        **JOB,
    )
    out_of_aB = run_domino_job_task(
        flyte_task_name="demo__default.aB",
        command=COMMAND.format("aB"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(name="out_of_aB", type=FILES.File(name="out_of_aB.pickle")),
        ],
        **JOB,
    )
    out_of_start_node = run_domino_job_task(
        flyte_task_name="demo__default.start_node",
        command=COMMAND.format("start_node"),
        hardware_tier_name=TIER_SMALL,
        inputs=[Input(name="x", type=int, value=x)],
        output_specs=[
            Output(
                name="out_of_start_node",
                type=FILES.File(name="out_of_start_node.pickle"),
            ),
        ],
        **JOB,
    )
    return DefaultOutputs(
        out_of_1st=out_of_1st,
        out_of_class=out_of_class,
        out_of_modele_zhzqaq=out_of_modele_zhzqaq,
        out_of_chskv2=out_of_chskv2,
        out_of_a_b=out_of_a_b,
        out_of_a__b=out_of_a__b,
        out_of_a_b_5b5mmp=out_of_a_b_5b5mmp,
        out_of_aB=out_of_aB,
        out_of_start_node=out_of_start_node,
    )
