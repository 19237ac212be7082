"""What a job of Domino would not run: its code comes from the remote repository."""

from collections.abc import Iterator
from pathlib import Path

from kedro_flyte.plan.view import Finding, Severity
from kedro_flyte.project.git import git_lines

_SHOWN = 3


def unpushed(root: Path, exported: Path) -> Iterator[Finding]:
    """Yield a warning for changes that are not committed, and one for commits not pushed.

    `exported` is the folder that the export itself writes; it does not count.
    """
    if not git_lines(root, "rev-parse", "--is-inside-work-tree"):
        return
    own = [f":!{exported.relative_to(root)}"] if exported.is_relative_to(root) else []
    changed = [line[3:] for line in git_lines(root, "status", "--porcelain", "--", ".", *own)]
    if changed:
        more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        yield _warning(f"Not committed: {', '.join(changed[:_SHOWN])}{more}.", "changes")
    ahead = git_lines(root, "rev-list", "--count", "@{upstream}..HEAD")
    if not ahead:
        yield _warning("Not pushed: the branch follows none of a remote repository.", "branch")
    elif ahead != ["0"]:
        yield _warning(f"Not pushed: {ahead[0]} commit{'s' if ahead != ['1'] else ''}.", "branch")


def _warning(what: str, place: str) -> Finding:
    return Finding(
        code="KF216",
        severity=Severity.WARNING,
        what=what,
        why="Jobs run the code of the remote repository, as it is when the flow is registered.",
        todo="Commit and push before you start the flow.",
        place=place,
    )
