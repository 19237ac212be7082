"""The cases of the conformance tests: graphs, data, names, layouts of projects, settings.

Each is a whole project of one or a few nodes that log their names.
"""

from kedro_projects import Project

from conformance import data, layouts, names, operations, shapes, shipping

CASES: dict[str, Project] = {
    **shapes.CASES,
    **data.CASES,
    **names.CASES,
    **layouts.CASES,
    **operations.CASES,
    **shipping.CASES,
}

# The variables of the store that a case's credentials name, and of its secret.
PASSWORD = "open sesame"
SECRETS = {("warehouse", "password"): PASSWORD}

GROUPINGS = ("node", "namespace", "tag", "tier", "pipeline")

# Groupings that no order of tasks can serve; the export says so.
REFUSED = {
    ("a node between two of a namespace", "namespace"),
    ("in memory past a file", "tag"),
}
