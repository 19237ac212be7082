"""Checks for Domino: what a flow lacks, and what Domino cannot do."""

from collections.abc import Iterator

from kedro_flyte.errors import nearest
from kedro_flyte.plan.checks.facts import Facts, error, info, warning
from kedro_flyte.plan.settings.demand import environments
from kedro_flyte.plan.view import Finding, base_name
from kedro_flyte.targets.domino.agreement_checks import increments, shared_sources
from kedro_flyte.targets.domino.flyte_yml import domino_section
from kedro_flyte.targets.domino.record import PRODUCTION

LIMIT = 100  # jobs in one flow, for FlyteAdmin


def production(facts: Facts) -> Iterator[Finding]:
    own = domino_section(facts.config)
    if own.profile != PRODUCTION:
        return
    settings = (
        ("git_ref", own.git_ref or own.project == "dfs"),
        ("artifacts_commit", own.artifacts_commit),
        ("volume_size_gib", own.volume_size_gib),
        ("external_volumes", own.external_volumes is not None),
        *_environment_settings(facts),
        *((f"snapshots.{one.label}.version", one.version) for one in facts.scope.snapshots),
    )
    for key, value in settings:
        if not value:
            where = key if key.startswith("snapshots") else f"domino.{key}"
            yield error(
                "KF201",
                f"The production profile lacks '{where}'.",
                "A flow in production takes nothing from the project's defaults, which change.",
                f"Add it to flyte.yml ({_EXAMPLES.get(key, '...')}), or use the profile "
                "'development'.",
                place=where,
            )


_EXAMPLES = {
    "git_ref": "{type: commitId, value: 1a2b...}",
    "artifacts_commit": "40 hexadecimal digits",
    "volume_size_gib": "10",
    "external_volumes": "[] for none",
}


def _environment_settings(facts: Facts) -> Iterator[tuple[str, object]]:
    known = domino_section(facts.config).environments
    for name in sorted(_used(facts)[1]):
        yield f"environments.{name}.name", known.get(name)
        if name in known:
            yield f"environments.{name}.revision", known[name].revision


def _used(facts: Facts) -> tuple[set[str], set[str]]:
    """Return the tiers and the environments of the jobs."""
    needs = facts.grouped.needs.values()
    return {need.tier for need in needs}, {need.environment for need in needs}


def names(facts: Facts) -> Iterator[Finding]:
    known_tiers, own = facts.scope.tiers, domino_section(facts.config)
    used_tiers, used_environments = _used(facts)
    for name in sorted(used_tiers & known_tiers.keys()):
        if not known_tiers[name].named:
            yield error(
                "KF202",
                f"Tier '{name}' has no name in Domino.",
                "A job names its hardware tier as Domino does.",
                f"Add 'domino: <name>' to tiers.{name} in flyte.yml.",
                place=f"tiers.{name}",
            )
    # One without an image is the default one on Flyte, too.
    with_image = {one.name for one in environments(facts.config).values() if one.image}
    for name in sorted((used_environments & with_image) - {"default", *own.environments}):
        if own.profile != PRODUCTION:
            yield warning(
                "KF203",
                f"Environment '{name}' has an image, and no name in Domino.",
                "Its jobs run in the project's default environment.",
                f"Add 'domino: {{environments: {{{name}: {{name: ...}}}}}}' to flyte.yml.",
                place=f"environments.{name}",
            )
    for section, given, right in (
        ("environments", own.environments, environments(facts.config)),
        ("tier_ids", own.tier_ids, known_tiers),
    ):
        for name in sorted(set(given) - set(right)):
            yield error(
                "KF204",
                f"flyte.yml has '{name}' under domino.{section}, and knows no such name elsewhere."
                f"{nearest(name, right)}",
                f"Known: {', '.join(right)}.",
                "Correct the name or remove it.",
                place=f"domino.{section}.{name}",
            )


def base_class(facts: Facts) -> Iterator[Finding]:
    """A job with retries or a timeout is one by `DominoJobTask`, which takes ids for names."""
    own = domino_section(facts.config)
    for label, need in facts.grouped.needs.items():
        if not need.retries and not need.timeout:
            continue
        missing = [] if need.tier in own.tier_ids else [f"domino.tier_ids.{need.tier}"]
        environment = own.environments.get(need.environment)
        if environment and not environment.id:
            missing.append(f"domino.environments.{need.environment}.id")
        missing += [f"the id of volume '{v.name}'" for v in own.external_volumes or [] if not v.id]
        if missing:
            yield error(
                "KF205",
                f"Job '{label.rstrip('/')}' has retries or a timeout and lacks "
                f"{', '.join(missing)}.",
                "Only Domino's class for jobs can say retries and timeouts, and it takes ids.",
                "Add what is missing to flyte.yml; Domino's administrator knows the ids.",
                place=label.rstrip("/"),
            )


def versions_of_snapshots(facts: Facts) -> Iterator[Finding]:
    for label, nodes in facts.divided.groups.items():
        read = {base_name(entry) for node in nodes for entry in node.inputs}
        mine = [one for one in facts.scope.snapshots if read & {name for name, _ in one.paths}]
        datasets = [one.id or one.name for one in mine]
        for twice in sorted({name for name in datasets if datasets.count(name) > 1}):
            labels = ", ".join(one.label for one in mine if (one.id or one.name) == twice)
            yield error(
                "KF210",
                f"Task '{label.rstrip('/')}' reads several snapshots of dataset '{twice}': "
                f"{labels}.",
                "Domino mounts one version of a dataset into a job.",
                "Group the nodes otherwise, or use one version.",
                place=label.rstrip("/"),
            )


def cannot(facts: Facts) -> Iterator[Finding]:
    """What Flyte does and Domino does not: left out, and how else it is done."""
    own = facts.config.of_pipeline(facts.view.pipeline)
    for name in own.schedules:
        yield warning(
            "KF211",
            f"Schedule '{name}' is not made: Domino has no schedules of flows.",
            "A scheduled Domino job can start the flow.",
            "Enter the command that the exported module's docstring gives as a scheduled job.",
            place=name,
        )
    if own.notifications:
        yield warning(
            "KF212",
            "The notifications are not made: Domino has none for flows.",
            "Domino notifies of jobs, by the settings of the project and of each user.",
            "Set them in Domino.",
            place=facts.view.pipeline,
        )
    for node in facts.view.nodes:
        if facts.grouped.asked[node.name].interruptible:
            yield warning(
                "KF213",
                f"Node '{node.name}' may be interrupted, which Domino does not know.",
                "Whether machines are taken away is a property of the hardware tier.",
                "Name a tier of such machines.",
                place=node.name,
            )
    if facts.config.secrets:
        names = ", ".join(secret.env or secret.key for secret in facts.config.secrets)
        yield info(
            "KF214",
            f"Domino gives secrets to jobs by itself: {names}.",
            "A flow names none; they are environment variables of the project or the user.",
            "Set them in Domino, under the names that credentials.yml reads.",
            place="secrets",
        )
    if len(facts.divided.groups) > LIMIT:
        yield error(
            "KF215",
            f"The flow has {len(facts.divided.groups)} jobs.",
            f"FlyteAdmin takes {LIMIT} tasks in a workflow, and each job starts slowly.",
            "Group nodes for fewer and longer jobs: --group-by namespace, tag or pipeline.",
            place=facts.view.pipeline,
        )


def cannot_as_set(facts: Facts) -> Iterator[Finding]:
    """What flyte.yml says of an execution as a whole, and Domino does not do."""
    own = facts.config.of_pipeline(facts.view.pipeline)
    if own.on_failure:
        yield warning(
            "KF217",
            f"Node '{own.on_failure}' does not run when the flow fails.",
            "A flow of Domino has no job for that.",
            "Set notifications of failed jobs in Domino, or start the flow from a job that waits.",
            place=own.on_failure,
        )
    if own.max_parallelism:
        yield warning(
            "KF218",
            f"max_parallelism: {own.max_parallelism} is left out.",
            "Domino limits how many jobs run at a time by user and by hardware tier.",
            "Ask its administrator, or put nodes into one job: --group-by tier.",
            place=facts.view.pipeline,
        )
    if own.failure_policy == "finish_others":
        yield warning(
            "KF219",
            "failure_policy: finish_others is left out.",
            "A flow of Domino is not known to go on with other jobs when one has failed.",
            "Cache the jobs: a flow that is started again takes what succeeded from the cache.",
            place=facts.view.pipeline,
        )
    if (own.sub_workflows or facts.config.sub_workflows) == "namespace":
        yield info(
            "KF220",
            "sub_workflows: namespace is left out: all jobs are in one workflow.",
            "The order and the results are the same.",
            "Use --group-by namespace for one job a namespace.",
            place=facts.view.pipeline,
        )


CHECKS = (
    production,
    names,
    base_class,
    versions_of_snapshots,
    cannot,
    cannot_as_set,
    shared_sources,
    increments,
)
