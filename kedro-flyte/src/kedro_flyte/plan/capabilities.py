"""What a platform can do, and how code comes to its tasks: what a plan depends on."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """What brings the project's files to the tasks; without more, a commit.

    Args:
        name: What sentences call it.
        takes: What it takes, as a sentence.
        leak: What it does with a file of credentials, after the file's name.
        remedy: How such a file stays here; `{folder}` stands for its folder.
        tool: Who leaves out `patterns`.
        ignore_files: Files that leave out more than git does, by docker's rules.
        patterns: Names of files that never come.
        takes_links: Whether a link to a folder comes as a link; otherwise it does not come.
        misses_quoted: Whether a file is taken although git ignores it, where git writes its name in
            quotes.
    """

    name: str = "the commit that a task runs"
    takes: str = "It takes what git does."
    leak: str = "goes into a commit"
    remedy: str = "Write `{folder}/` into .gitignore."
    tool: str = ""
    ignore_files: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    takes_links: bool = True
    misses_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform can do. Each default is what most can.

    Args:
        name: The target's name.
        title: What sentences call the platform.
        tier_names: What it calls the built-in tiers, by their names; with it, a tier of flyte.yml
            may have a key of the target's name. None: it knows no tiers by name.
        grouping: Which nodes share a task where nothing says it.
        carrier: What brings the code to the tasks.
        workflow_limit: Most calls in one workflow; with more, sub-workflows are made. 0: it knows
            no sub-workflows.
        runs_inside: Why branches and maps run inside a task; empty where the platform runs them.
        stays_inside: Why those run inside that the platform does not run.
        structured_inputs: Whether an input may be a list, or a record of parameters.
        failure_node: Whether a task can run when the workflow fails.
        execution_settings: Whether a failure policy and a limit of tasks at a time can be set.
        tracking_server: Whether tasks find an MLflow server without being told.
    """

    name: str
    title: str
    tier_names: Mapping[str, str] | None = None
    grouping: str = "node"
    carrier: Carrier = Carrier()
    workflow_limit: int = 0
    runs_inside: str = ""
    stays_inside: str = ""
    structured_inputs: bool = False
    failure_node: bool = False
    execution_settings: bool = False
    tracking_server: bool = False
