"""THINK: from plain records of a Kedro project to a frozen plan. No Kedro, no flytekit in here.

Vocabulary:
    view: what has been read of a project, as records of our own.
    scope: what is planned: the view, flyte.yml, the target, how nodes are grouped.
    group: nodes that share a task; of parameters, those that one input of a node holds.
    task: one container run. Its id is the name of its function in the module.
    sub-workflow: tasks that the workflow calls as one.
    step: what stands for a branch or a map: then, otherwise, split, item, gather.
    route: how one dataset travels; travelling: how all of them do.
    source, result: a dataset that the workflow takes, or gives.
    demand: what flyte.yml and tags ask for a node: tier, environment, retries and the like.
    tier: a machine by name; environment: a container image by name.
    finding: what is so, why it matters, what to do, where.
"""
