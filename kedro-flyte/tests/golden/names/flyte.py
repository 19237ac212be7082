"""Kedro pipeline '__default__' as a Flyte workflow: 9 nodes in 9 tasks.

Written by `kedro flyte export`. Do not edit: change the pipeline or flyte.yml, and
export again. Which nodes run in which task, and why, says the plan beside it,
demo__default.plan.json.

Locally:  pyflyte run FILE default
Remotely: pyflyte run --remote --copy all FILE default
"""

from typing import NamedTuple

from flytekit import Resources, task, workflow
from flytekit.types.file import FlyteFile
from kedro_flyte import Number, PlanFile, run_task

PLAN = PlanFile.beside(__file__, digest="d986352ecb30ecc8")

# Hardware tiers: what a task may ask for
TIER_SMALL = Resources(cpu="1", mem="1Gi")

# Types of the files that pass between tasks
# mypy: disable-error-code="valid-type"
PickleFile = FlyteFile["pickle"]


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "1st"})
def n_1st_4ao56z(x: Number) -> PickleFile:
    """Node 1st: function(params:x) -> out_of_1st."""
    return run_task(PLAN, "n_1st_4ao56z", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "class"})
def class_bcercp(x: Number) -> PickleFile:
    """Node class: function(params:x) -> out_of_class."""
    return run_task(PLAN, "class_bcercp", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "modèle"})
def modele_x5oyxk(x: Number) -> PickleFile:
    """Node modèle: function(params:x) -> out_of_modèle."""
    return run_task(PLAN, "modele_x5oyxk", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "数据"})
def x_krapoq(x: Number) -> PickleFile:
    """Node 数据: function(params:x) -> out_of_数据."""
    return run_task(PLAN, "x_krapoq", locals())


@task(resources=TIER_SMALL)
def a_b(x: Number) -> PickleFile:
    """Node a_b: function(params:x) -> out_of_a_b."""
    return run_task(PLAN, "a_b", locals())


@task(resources=TIER_SMALL)
def a__b(x: Number) -> PickleFile:
    """Node a.b: function(params:x) -> out_of_a.b."""
    return run_task(PLAN, "a__b", locals())


@task(resources=TIER_SMALL, annotations={"kedro.org/nodes": "a-b"})
def a_b_2rbwfv(x: Number) -> PickleFile:
    """Node a-b: function(params:x) -> out_of_a-b."""
    return run_task(PLAN, "a_b_2rbwfv", locals())


@task(resources=TIER_SMALL)
def aB(x: Number) -> PickleFile:
    """Node aB: function(params:x) -> out_of_aB."""
    return run_task(PLAN, "aB", locals())


@task(resources=TIER_SMALL)
def start_node(x: Number) -> PickleFile:
    """Node start_node: function(params:x) -> out_of_start_node."""
    return run_task(PLAN, "start_node", locals())


class DefaultOutputs(NamedTuple):
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
def default(x: Number = 1) -> DefaultOutputs:
    """Pipeline '__default__' of demo."""
    out_of_1st = n_1st_4ao56z(x)
    out_of_class = class_bcercp(x)
    out_of_modele_zhzqaq = modele_x5oyxk(x)
    out_of_chskv2 = x_krapoq(x)
    out_of_a_b = a_b(x)
    out_of_a__b = a__b(x)
    out_of_a_b_5b5mmp = a_b_2rbwfv(x)
    out_of_aB = aB(x)
    out_of_start_node = start_node(x)
    return DefaultOutputs(
        out_of_1st,
        out_of_class,
        out_of_modele_zhzqaq,
        out_of_chskv2,
        out_of_a_b,
        out_of_a__b,
        out_of_a_b_5b5mmp,
        out_of_aB,
        out_of_start_node,
    )
