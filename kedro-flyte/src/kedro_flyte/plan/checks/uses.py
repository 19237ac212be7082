"""Who makes a dataset, who reads it, and which node is sure to run before another."""

from collections import defaultdict

from kedro_flyte.plan.view import ProjectView, base_name, is_parameter


class Uses:
    """Which node makes a dataset, which read it, and which nodes run before another."""

    def __init__(self, view: ProjectView) -> None:
        self._before = view.dependencies
        self._known: dict[str, frozenset[str]] = {}
        self.maker = {base_name(e): node.name for node in view.nodes for e in node.outputs}
        self.readers: dict[str, list[str]] = defaultdict(list)
        for node in view.nodes:
            for name in dict.fromkeys(base_name(e) for e in node.inputs if not is_parameter(e)):
                self.readers[name].append(node.name)

    def runs_before(self, one: str, other: str) -> bool:
        """Whether a node is sure to run before another one."""
        if other not in self._known:
            found: set[str] = set()
            ahead = [other]
            while ahead:
                new = self._before.get(ahead.pop(), frozenset()) - found
                found |= new
                ahead += new
            self._known[other] = frozenset(found)
        return one in self._known[other]
