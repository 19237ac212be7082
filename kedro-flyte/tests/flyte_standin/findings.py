"""What a check found, and the error that refuses it.

Codes are those of Flyte's compiler where it has one for the case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

CodeAndMessage: TypeAlias = tuple[str, str]


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

    def __str__(self) -> str:
        return f"{self.code} at {self.where}: {self.message}"


class CompileError(Exception):
    """A package that Flyte refuses, with every reason."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))
