"""A pipeline whose nodes depend on a parameter, which an execution is given another value for."""

from kedro_projects import Project, command, flyte

NODES = """
from kedro.framework.hooks import hook_impl
from kedro.pipeline import Node, Pipeline

NEWEST = []

class Remember:
    @hook_impl
    def after_context_created(self, context):
        NEWEST[:] = [context.config_loader]

def same(x):
    return x

def create():
    wanted = NEWEST[0]["parameters"]["model"]["more"] if NEWEST else True
    nodes = [Node(same, "params:model", "first", name="first")]
    more = [Node(same, "params:model", "more", name="more")] if wanted else []
    return Pipeline([*nodes, *more])
"""
SETTINGS = f"{Project.settings}from demo.flow import Remember\nHOOKS = (*HOOKS, Remember())\n"
PROJECT = Project(NODES, parameters="model: {more: true, rate: 1}", settings=SETTINGS)


def test_a_task_whose_node_is_gone_says_why_and_what_to_do(tmp_path):
    root = PROJECT.write(tmp_path)
    flyte(root, "run")
    done = command(root, "run", "--param", "model.more=false")

    told = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == 1
    assert "Pipeline '__default__' has no node more in this task" in told
    assert "kedro flyte export --params KEY=VALUE" in told

    done = flyte(root, "run", "--params", "model.more=false")
    assert "[1/1]" in done.stdout
