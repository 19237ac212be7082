"""Checks of the tasks: how nodes are grouped, and what each task runs on."""

from collections.abc import Iterator

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error, warning
from kedro_flyte.plan.settings.demand import ENVIRONMENT_TAG, TIER_TAG, environments
from kedro_flyte.plan.view import Finding


def cycle(facts: Facts) -> Iterator[Finding]:
    if facts.grouped.circle is not None:
        groups = " -> ".join(group.rstrip("/") for group in facts.grouped.circle.groups)
        yield error(
            "KF101",
            f"Grouping by {facts.scope.grouping} makes tasks that wait for each other: {groups}.",
            f"The circle goes through the nodes {' -> '.join(facts.grouped.circle.path)}.",
            "Put the node in the middle into the group as well, or use --group-by node.",
            place=facts.view.pipeline,
        )


def node_tiers(facts: Facts) -> Iterator[Finding]:
    known = facts.scope.tiers
    for node in facts.view.nodes:
        asked = facts.grouped.asked[node.name]
        for tier in asked.tiers:
            if tier not in known:
                yield error(
                    "KF105",
                    f"Node '{node.name}' asks for tier '{tier}', which is not known."
                    f"{nearest(tier, known)}",
                    f"Known tiers: {', '.join(known)}.",
                    f"Correct the tag, or add 'tiers: {{{tier}: ...}}' to flyte.yml.",
                    place=node.name,
                )
        if len(set(asked.tiers)) > 1:
            yield warning(
                "KF103",
                f"Node '{node.name}' asks for the tiers {', '.join(asked.tiers)}.",
                f"A task runs on one tier; the larger one, '{asked.tier}', is taken.",
                "Leave one of the tags out.",
                place=node.name,
            )


def task_tiers(facts: Facts) -> Iterator[Finding]:
    for label, nodes in facts.divided.groups.items():
        need = facts.grouped.needs[label]
        if len(need.tiers) > 1:
            yield warning(
                "KF104",
                f"Task '{label.rstrip('/')}' holds nodes of the tiers {', '.join(need.tiers)}.",
                f"A task runs on one tier; the larger one, '{need.tier}', is taken.",
                "Group the nodes otherwise, if the larger machine is too dear for all of them.",
                place=label.rstrip("/"),
            )
        alone = len(nodes) == 1
        mixed = facts.grouped.asked[nodes[0].name].environments if alone else need.environments
        if len(mixed) > 1:
            who = (
                f"Node '{nodes[0].name}' asks for"
                if alone
                else (f"Task '{label.rstrip('/')}' holds nodes of")
            )
            yield error(
                "KF123",
                f"{who} the environments {', '.join(mixed)}.",
                "A task runs in one container image.",
                "Leave one of them out."
                if alone
                else "Group the nodes otherwise, or give them one environment.",
                place=label.rstrip("/"),
            )


def tags_like_tiers(facts: Facts) -> Iterator[Finding]:
    known = facts.scope.tiers
    right = [f"{TIER_TAG}{name}" for name in known]
    for tag in sorted({tag for node in facts.view.nodes for tag in node.tags}):
        if tag.startswith((TIER_TAG, ENVIRONMENT_TAG)):
            continue
        plain = tag.lower().replace("-", ".").replace("_", ".")
        close = (
            plain in right
            or plain in known
            or (plain.count(".") == 1 and nearest(plain, right) and plain.split(".")[1] in known)
        )
        if close:
            guess = plain if plain in right else f"{TIER_TAG}{plain.rsplit('.', 1)[-1]}"
            yield warning(
                "KF106",
                f"Tag '{tag}' looks like a tier and is not one. Did you mean '{guess}'?",
                f"Only tags that begin with '{TIER_TAG}' choose a tier.",
                f"Write '{guess}', or give the tag a rule in flyte.yml.",
                place=tag,
            )


def unknown_environments(facts: Facts) -> Iterator[Finding]:
    known = environments(facts.config)
    for node in facts.view.nodes:
        for name in facts.grouped.asked[node.name].environments:
            if name not in known:
                yield error(
                    "KF118",
                    f"Node '{node.name}' asks for environment '{name}', which is not known."
                    f"{nearest(name, known)}",
                    f"Known environments: {', '.join(known)}.",
                    f"Correct the tag, or add 'environments: {{{name}: {{image: ...}}}}' to "
                    "flyte.yml.",
                    place=node.name,
                )
