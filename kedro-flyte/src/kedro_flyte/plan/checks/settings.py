"""Checks of the configuration: parameters, secrets, rules and schedules."""

from collections.abc import Iterator

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error, info, parameter_place
from kedro_flyte.plan.data import parameters
from kedro_flyte.plan.passes.inputs import shown
from kedro_flyte.plan.view import Finding, Keys, dotted


def secrets(facts: Facts) -> Iterator[Finding]:
    for secret in facts.view.secrets:
        yield error(
            "KF109",
            f"'{secret.key}' in {secret.file}, line {secret.line}, seems to hold a secret.",
            "The configuration is shipped with the code, and parameters become workflow inputs.",
            "Move it to credentials.yml as ${oc.env:NAME}, and name it under 'secrets' in "
            "flyte.yml.",
            place=secret.place or secret.key,
        )


def made_parameters(facts: Facts) -> Iterator[Finding]:
    for keys in _used_leaves(facts):
        made = [one for one in facts.view.made_parameters if one.reaches(keys)]
        path = dotted(keys)
        if made:
            by = sorted({name for one in made for name in one.by})
            yield info(
                "KF170",
                f"Parameter '{path}' is made by {', '.join(by)} when the configuration is read.",
                "The module and the plan do not hold its value; each task makes its own.",
                "Give it at the launch for another value, or write it out."
                if shown(facts.view, keys)
                else "It is no input, since all who see an execution can read its inputs.",
                place=parameter_place(path),
            )


def made_settings(facts: Facts) -> Iterator[Finding]:
    for made in facts.view.made_settings:
        key, by = ".".join(made.keys), ", ".join(made.by)
        yield (error if made.is_secret else info)(
            "KF171",
            f"'{key}' in flyte.yml is made by {by} at the export.",
            "The module holds its value of now: what runs is fixed when it is exported.",
            "Name the secret under 'secrets' instead."
            if made.is_secret
            else "Export with the same value where the files are compared, or write it out.",
            place=key,
        )


def fixed_parameters(facts: Facts) -> Iterator[Finding]:
    known = {parameter.keys for parameter in facts.named.parameters}
    for keys in _used_leaves(facts):
        if keys not in known and shown(facts.view, keys):
            yield info(
                "KF120",
                f"Parameter '{dotted(keys)}' is no input of the workflow.",
                "No text can carry its value.",
                "It is read from the configuration in the task.",
                place=parameter_place(dotted(keys)),
            )


def _used_leaves(facts: Facts) -> list[Keys]:
    """Return the keys of all leaves that nodes use, in the order of their names."""
    entries = {entry for node in facts.view.nodes for entry in node.inputs}
    known = facts.scope.paths
    by_all = parameters.named(known, entries)
    found = parameters.used(facts.view.parameters, known, entries, by_all)
    return sorted(found, key=dotted)


def left_out(facts: Facts) -> Iterator[Finding]:
    if facts.view.left_out:
        yield info(
            "KF117",
            f"{_capital(facts.can.carrier.name)} leaves out {', '.join(facts.view.left_out)}.",
            facts.can.carrier.takes,
            "Give credentials by environment variables, data by inputs or remote storage.",
            place=facts.view.left_out[0],
        )


def _capital(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def unknown_rules(facts: Facts) -> Iterator[Finding]:
    known = facts.view.known
    for section, names, right in (
        ("nodes", facts.config.nodes, known.nodes),
        ("tags", facts.config.tags, known.tags),
        ("namespaces", facts.config.namespaces, known.namespaces),
        ("pipelines", facts.config.pipelines, known.pipelines),
    ):
        for name in sorted(set(names) - set(right)):
            yield error(
                "KF122",
                f"flyte.yml has a rule for '{name}' under '{section}', and the project has no "
                f"such name.{nearest(name, right)}",
                "The rule would hold for nothing.",
                "Correct the name or remove the rule.",
                place=name,
            )
