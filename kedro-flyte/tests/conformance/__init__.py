"""The cases of the conformance tests: shapes of graphs, kinds of data, names, layouts of projects.

Each is a whole project of one or a few nodes that log their names.
"""

from kedro_projects import Project

from conformance import data, layouts, names, shapes

CASES: dict[str, Project] = {**shapes.CASES, **data.CASES, **names.CASES, **layouts.CASES}

GROUPINGS = ("node", "namespace", "tag", "tier", "pipeline")

# Groupings that no order of tasks can serve; the export says so.
REFUSED = {
    ("a node between two of a namespace", "namespace"),
    ("in memory past a file", "tag"),
}
