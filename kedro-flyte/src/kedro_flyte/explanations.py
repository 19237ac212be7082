"""What each finding means, at length: one text for `kedro flyte explain` and the reference page.

It stands beside the checks, in `findings.yml`: what any target has beside those of the plan, what
one target has in its own folder.
"""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from kedro_flyte import targets
from kedro_flyte.errors import UnsupportedError

_WIDTH = 88


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a code stands for; `example` is a file's text or a node that brings it, or mends it."""

    code: str
    severity: str
    says: str
    why: str
    mend: str
    example: str = ""

    def text(self) -> str:
        """Return it for a terminal."""
        parts = [
            f"{self.code} {self.severity}: {self.says}.",
            _wrapped("why", self.why),
            _wrapped("do", self.mend),
        ]
        if self.example:
            parts.append(textwrap.indent(self.example.rstrip(), "    "))
        return "\n\n".join(parts)


def explained(code: str) -> Explanation:
    """Return what a code stands for, in any case of its letters.

    Raises:
        UnsupportedError: There is no such code.
    """
    known = explanations()
    if code.upper() not in known:
        raise UnsupportedError(
            f"There is no finding '{code}'. The codes go from {min(known)} to {max(known)}; "
            "`kedro flyte plan` prints those of a pipeline."
        )
    return known[code.upper()]


@cache
def explanations() -> Mapping[str, Explanation]:
    """Return all of them by code, in order."""
    found = {one.code: one for package in _packages() for one in _of(package)}
    return dict(sorted(found.items()))


def _packages() -> Iterator[str]:
    yield "kedro_flyte.plan.checks"
    for place in targets.registered().values():
        yield place.module.rpartition(".")[0]


def _of(package: str) -> Iterator[Explanation]:
    file = files(package) / "findings.yml"
    if file.is_file():
        for code, told in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            yield Explanation(code=code, **told)


def _wrapped(label: str, text: str) -> str:
    margin = " " * 5
    return textwrap.fill(
        text, _WIDTH, initial_indent=f"{label + ':':<5}", subsequent_indent=margin,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
