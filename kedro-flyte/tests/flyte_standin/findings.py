"""What a check found, and the error that refuses it.

Codes are those of Flyte's compiler where it has one for the case; checks of our own are named.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

CodeAndMessage: TypeAlias = tuple[str, str]


OURS = {
    "DuplicateId": "the compiler drops the second node, and says nothing",
    "InvalidId": "propeller makes a label and a name of the pod from it, which Kubernetes refuses",
    "LocalPath": "no task can read what lies on the machine that wrote the package",
    "UnknownUpstream": "the compiler takes the edge, and no run of it can end",
    "CacheWithoutVersion": "the catalog of results refuses a task without one when it runs",
}
"""What Flyte itself takes, or says in other words, and why it is refused here."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to refuse a package.

    Args:
        code: Such as "DuplicateId" or "MismatchingTypes".
        where: The workflow and node, the task or the launch plan, such as "flows.main/n0".
    """

    code: str
    where: str
    message: str

    @property
    def is_ours(self) -> bool:
        """Whether Flyte's compiler has no such check."""
        return self.code in OURS

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: {self.message}"


class CompileError(Exception):
    """A package that Flyte refuses, with every reason."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))
