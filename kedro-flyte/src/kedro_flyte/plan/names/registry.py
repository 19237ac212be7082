"""One registry of the names of a module: whatever the module defines or hands around is named here.

Two scopes matter. What tasks and the workflow take and give are arguments and variables of
functions; the functions themselves are names of the module, and so are constants, types and classes
(`plan/names.py` keeps words and patterns for those). A variable hides a function of its name, so
that all of them must differ.

A name depends on the thing itself wherever that is possible: a spelling that two would have is
nobody's, and each of the two gets another one. So nothing takes over the name of something else
when a project grows.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

from kedro_flyte.plan.names.identifiers import LONGEST_TASK, TASKS, hashed, identifier

Key = TypeVar("Key", bound=Hashable)


class Names:
    """The names of a module that are taken; more are given, and none twice."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def give(
        self, wanted: Mapping[Key, Sequence[str]], marked: Callable[[Key], str]
    ) -> dict[Key, str]:
        """Return a name for each thing, and take it.

        Args:
            wanted: Names that it may have, the nearest first. One that a second thing wants as
                much, or that is taken, goes to none.
            marked: What it is called where it gets none of them: a name with a hash of it.
        """
        named: dict[Key, str] = {}
        gone = set(self._taken)
        for place in range(max(map(len, wanted.values()), default=0)):
            asked = {
                key: names[place]
                for key, names in wanted.items()
                if key not in named and place < len(names)
            }
            counts = Counter(asked.values())
            named |= {k: n for k, n in asked.items() if counts[n] == 1 and n not in gone}
            gone |= set(asked.values())
        rest = {key: marked(key) for key in wanted if key not in named}
        named |= rest
        self._taken |= set(named.values())
        return {key: named[key] for key in wanted}

    def functions(self, labels: Iterable[str], suffix: str = "task") -> dict[str, str]:
        """Return the name of a function for each label, such as that of a node or a group."""
        plain = {label: identifier(label.rstrip("/"), TASKS, LONGEST_TASK) for label in labels}
        wanted = {label: (found, f"{found}_{suffix}") for label, found in plain.items()}
        return self.give(wanted, lambda label: hashed(label, LONGEST_TASK, f"{label} "))

    def of_tasks(self, ids: Iterable[str], what: str, longest: int) -> dict[str, str]:
        """Return a name for something of each task, such as `train_if` for `train`.

        Args:
            ids: The names of the tasks.
            what: The word that follows them.
            longest: The most characters, beyond which a task's name is shortened.
        """
        room = longest - len(what) - 1
        wanted = {
            one: (f"{one if len(one) <= room else identifier(one, TASKS, room)}_{what}",)
            for one in ids
        }
        return self.give(wanted, lambda one: hashed(f"{one} {what}", longest))
