"""Checks of what is done around the tasks: caches, secrets, sub-workflows, failure handling."""

import re
from collections.abc import Iterator, Sequence

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error, info, warning
from kedro_flyte.plan.model import Travel
from kedro_flyte.plan.operations.secrets import all_secrets, used_credentials
from kedro_flyte.plan.settings.demand import BY_CODE
from kedro_flyte.plan.view import Finding, NodeView, base_name, is_parameter


def cached_effects(facts: Facts) -> Iterator[Finding]:
    for label, nodes in _cached(facts):
        made = {base_name(entry) for node in nodes for entry in node.outputs}
        given = made & {*facts.travelling.crossing, *facts.travelling.results}
        effects = sorted(name for name in made if _stays(facts, name))
        reason = f"it saves {', '.join(effects)} in place" if effects else "it gives nothing back"
        if effects or not given:
            yield error(
                "KF140",
                f"Task '{label.rstrip('/')}' is cached, and {reason}.",
                "A cached task is skipped, and what it does to the world would not be done.",
                "Take 'cache' from its nodes, give the dataset 'versioned: true', or let the task "
                "hand a result over.",
                place=label.rstrip("/"),
            )


def _cached(facts: Facts) -> Iterator[tuple[str, Sequence[NodeView]]]:
    for label, nodes in facts.divided.groups.items():
        if all(facts.grouped.asked[node.name].cache for node in nodes):
            yield label, nodes


def _stays(facts: Facts, name: str) -> bool:
    """Whether a dataset has one place for all runs, which the value between tasks does not tell."""
    way = facts.routes[name]
    return way.travel is Travel.IN_PLACE or (way.travel is Travel.REFERENCE and not way.versioned)


def cached_inputs(facts: Facts) -> Iterator[Finding]:
    made_anywhere = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    for label, nodes in _cached(facts):
        here = {base_name(entry) for node in nodes for entry in node.outputs}
        read = {base_name(e) for node in nodes for e in node.inputs if not is_parameter(e)} - here
        for name in sorted(name for name in read if _unseen(facts, name, nodes)):
            between = name in made_anywhere
            yield (error if between else warning)(
                "KF141",
                f"Task '{label.rstrip('/')}' is cached and reads '{name}', whose changes the key "
                "of the cache does not see.",
                f"It is {facts.routes[name].reason}: the same name, whatever it holds.",
                "Give the dataset 'versioned: true', or do not cache the task."
                if between
                else "Cache the task only if this data never changes.",
                place=name,
            )


def _unseen(facts: Facts, name: str, nodes: Sequence[NodeView]) -> bool:
    if name in facts.travelling.sources:
        return not any(facts.grouped.asked[node.name].cache == BY_CODE for node in nodes)
    way = facts.routes[name]
    is_source = name not in facts.travelling.crossing
    return _stays(facts, name) or (is_source and way.travel is Travel.REFERENCE)


def secret_rules(facts: Facts) -> Iterator[Finding]:
    known = [secret.name for secret in all_secrets(facts.config)]
    config = facts.config
    sections = (config.nodes, config.tags, config.namespaces)
    rules = [config.default, *(rule for section in sections for rule in section.values())]
    for name in sorted({name for rule in rules for name in rule.secrets} - set(known)):
        yield error(
            "KF149",
            f"A rule in flyte.yml asks for the secret '{name}', which is not known."
            f"{nearest(name, known)}",
            f"Known secrets: {', '.join(known) or 'none'}.",
            f"Correct the name, or add it under 'secrets' as {{key: ..., env: {name}}}.",
            place=name,
        )


def secret_uses(facts: Facts) -> Iterator[Finding]:
    known = [secret.name for secret in all_secrets(facts.config)]
    for one in used_credentials(facts.view):
        for variable in sorted(set(one.variables) - {*known, *one.optional}):
            yield warning(
                "KF142",
                f"Credentials '{one.name}' read {variable}, which no secret in flyte.yml holds.",
                "A task starts without this machine's environment.",
                f"Add it under 'secrets' as {{group: ..., key: ..., env: {variable}}}, unless the "
                "image sets it.",
                place=one.name,
            )
    for variable, is_needed in sorted(facts.view.variables.items()):
        if is_needed and variable not in known:
            yield warning(
                "KF142",
                f"The parameters or the catalog read {variable}, which no secret in flyte.yml "
                "holds.",
                "A task starts without this machine's environment, and reads all of both.",
                f"Add it under 'secrets' as {{group: ..., key: ..., env: {variable}}}, unless the "
                "image sets it, or give it a default.",
                place=variable,
            )
    tasks = [
        *facts.equipped.tasks,
        *([facts.equipped.handler.task] if facts.equipped.handler else []),
    ]
    used = {name for task in tasks for name in task.secrets}
    for name in known:
        if name not in used:
            yield warning(
                "KF143",
                f"No task asks for the secret '{name}'.",
                "Only tasks whose datasets' credentials read its variable do.",
                "Name its 'env' in credentials.yml as ${oc.env:...}, or ask for it in a rule: "
                f"nodes.<name>.secrets: [{name}].",
                place=name,
            )


def namespaces_as_workflows(facts: Facts) -> Iterator[Finding]:
    if facts.divided.knot is not None:
        groups = " -> ".join(group.strip(" /") for group in facts.divided.knot.groups)
        yield error(
            "KF145",
            f"As sub-workflows, namespaces would wait for each other: {groups}.",
            f"The circle goes through the nodes {' -> '.join(facts.divided.knot.path)}.",
            "Put the node in the middle into the namespace, or leave out 'sub_workflows'.",
            place=facts.view.pipeline,
        )


_SERVERS = ("http://", "https://", "databricks", "postgresql", "mysql", "mssql")
_BY_VARIABLE = re.compile(r"\$\{oc\.env:(?P<variable>[^,}]+)(,(?P<otherwise>.*))?\}")


def tracking(facts: Facts) -> Iterator[Finding]:
    if facts.can.tracking_server:
        return
    by = _BY_VARIABLE.fullmatch(facts.view.tracking)
    place = ((by["otherwise"] or "") if by else facts.view.tracking).strip("\"' ")
    if not place or place.startswith(_SERVERS):
        return
    why = "The disk of a task ends with it, and so would runs, models and versions."
    if by:
        # What one task registers, nodes of other tasks may need.
        say = warning if len(facts.divided.groups) > 1 else info
        yield say(
            "KF129",
            f"MLflow keeps runs at {place} without the variable {by['variable']}, which each task "
            "has for itself.",
            why,
            f"Give the tasks a server: `pyflyte run --env {by['variable']}=https://...`, or in "
            "their image.",
            place="mlflow",
        )
    else:
        yield warning(
            "KF129",
            f"MLflow keeps runs at {place}, which each task has for itself.",
            why,
            "Name a server in mlflow.yml: "
            "server.mlflow_tracking_uri: ${oc.env:MLFLOW_TRACKING_URI,...}.",
            place="mlflow",
        )


def failure_node(facts: Facts) -> Iterator[Finding]:
    name = facts.scope.own.on_failure
    if not name:
        return
    if name in {node.name for node in facts.view.nodes}:
        yield error(
            "KF146",
            f"Node '{name}' is to run when the workflow fails, and is one of its own nodes.",
            "`kedro run` would run it always.",
            "Put it into a pipeline of its own, and register that.",
            place=name,
        )
    elif facts.view.handler is None:
        yield error(
            "KF146",
            f"There is no node '{name}', which is to run when the workflow fails."
            f"{nearest(name, facts.view.known.nodes)}",
            "It is looked for in all registered pipelines.",
            "Correct 'on_failure', or register a pipeline that has the node.",
            place=name,
        )


def failure_data(facts: Facts) -> Iterator[Finding]:
    handler = facts.view.handler
    if handler is None:
        return
    made = {base_name(entry) for node in facts.view.nodes for entry in node.outputs}
    for entry in handler.node.inputs:
        way = facts.handler_routes.get(base_name(entry))
        if way is not None and base_name(entry) in made and way.travel.is_handed_over:
            yield error(
                "KF146",
                f"Node '{handler.node.name}' runs when the workflow fails, and reads "
                f"'{entry}', which the workflow makes.",
                "What tasks hand over ends with a failed execution.",
                "Let it read parameters, sources, or data at remote paths.",
                place=entry,
            )
    for entry in handler.node.outputs:
        way = facts.handler_routes[base_name(entry)]
        if way.travel.is_handed_over:
            yield warning(
                "KF147",
                f"'{entry}', which '{handler.node.name}' saves when the workflow fails, is lost.",
                "A failed workflow has no results, and the disk of the task is not kept.",
                "Save it at a remote path, or send it.",
                place=entry,
            )
