"""Findings that flyte.yml allows: they stay in the plan, with the reason, and forbid nothing.

What would make the export wrong code, or code of something else than was asked, cannot be allowed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase

from kedro_flyte.plan.settings.config import AllowConfig
from kedro_flyte.plan.view import Finding, Severity

NEVER = {
    "KF101": "the tasks would be others than the grouping asks for",
    "KF105": "there are no resources to write for a tier that is not known",
    "KF112": "the plan is of another environment",
    "KF115": "a task would stop for want of its data",
    "KF116": "a task would stop for want of its parameter",
    "KF118": "there is no image to write for an environment that is not known",
    "KF125": "Flyte takes no schedule with an input that its workflow lacks",
    "KF126": "Flyte takes no schedule that leaves out a required input",
    "KF145": "the sub-workflows would be others than those asked for",
    "KF146": "there is nothing to write for the failure, or nothing for it to read",
    "KF148": "Flyte takes no schedule with a value of another type",
    "KF149": "there is nothing to write for a secret that is not known",
    "KF160": "tasks would read another place than the one that was saved to",
    "KF163": "what one task saves would not reach the other",
    "KF202": "there is no hardware tier to write",
    "KF205": "there is no id to write",
    "KF207": "a snapshot cannot be written to",
    "KF208": "there is no path to read the snapshot at",
    "KF210": "a task finds one version of a dataset where it is mounted",
}
_TOLD_LATER = {"KF152", "KF168", "KF216"}


def settled(
    findings: Iterable[Finding], entries: Sequence[AllowConfig], pipeline: str
) -> tuple[Finding, ...]:
    """Return the findings as `allowed` does, with those about the entries themselves."""
    found = list(findings)
    return allowed([*found, *_without_effect(found, entries, pipeline)], entries)


def allowed(findings: Iterable[Finding], entries: Sequence[AllowConfig]) -> tuple[Finding, ...]:
    """Return the findings, those that are allowed with the reason, at the end."""
    found = [_with_reason(finding, entries) for finding in findings]
    return tuple(sorted(found, key=lambda finding: bool(finding.allowed)))


def _without_effect(
    found: Sequence[Finding], entries: Sequence[AllowConfig], pipeline: str
) -> Iterator[Finding]:
    """Yield a finding for each entry that allows none of the findings."""
    for entry in entries:
        place = f"{entry.code} at '{entry.at}'" if entry.at else entry.code
        if entry.code in NEVER:
            yield Finding(
                code="KF168",
                severity=Severity.WARNING,
                what=f"flyte.yml allows {entry.code}, which cannot be allowed.",
                why=f"If it were, {NEVER[entry.code]}.",
                todo="Take it out of 'allow', and mend what the finding says.",
                place=entry.code,
            )
        elif entry.code not in _TOLD_LATER and not any(_fits(entry, f) for f in found):
            yield Finding(
                code="KF168",
                severity=Severity.INFO,
                what=f"flyte.yml allows {place}, which pipeline '{pipeline}' does not have.",
                why="It would silence what comes later, unseen.",
                todo="Take it out of 'allow', unless another pipeline or environment needs it.",
                place=entry.code,
            )


def _with_reason(finding: Finding, entries: Sequence[AllowConfig]) -> Finding:
    if finding.code in NEVER:
        return finding
    reasons = (entry.reason for entry in entries if _fits(entry, finding))
    return replace(finding, allowed=next(reasons, ""))


def _fits(entry: AllowConfig, finding: Finding) -> bool:
    """Whether an entry is about a finding; a name with brackets is itself, too."""
    at = entry.at or "*"
    return entry.code == finding.code and (at == finding.place or fnmatchcase(finding.place, at))
