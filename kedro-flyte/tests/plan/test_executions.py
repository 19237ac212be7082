"""Findings of what the tasks of one execution must agree on."""

from kedro_flyte.plan.view import Severity
from plan_views import found, node, plan, view

VERSIONED = {"type": "text.TextDataset", "filepath": "s3://b/x.txt", "versioned": True}
INCREMENT = {
    "type": "partitions.IncrementalDataset", "path": "s3://b/inc", "dataset": "text.TextDataset",
}  # fmt: skip


def _said(project, **more):
    return [(f.severity, f.place) for f in found(plan(project, **more), "KF156")]


def test_jobs_that_read_a_versioned_source_may_read_two_versions():
    project = view(node("a", "x", "y"), node("b", "x y", "z"), catalog={"x": VERSIONED})

    assert _said(project, target="domino", group_by="node") == [(Severity.WARNING, "x")]
    assert _said(project, target="domino", group_by="pipeline") == []
    assert _said(project) == []


def test_jobs_that_read_an_increment_may_read_other_partitions():
    project = view(node("a", "inc", "y"), node("b", "inc y", "z"), catalog={"inc": INCREMENT})

    assert _said(project, target="domino", group_by="node") == [(Severity.WARNING, "inc")]


def test_a_job_cannot_confirm_what_another_has_loaded():
    project = view(
        node("a", "inc", "y"), node("b", "y", "z", confirms=("inc",)), catalog={"inc": INCREMENT}
    )

    assert _said(project, target="domino", group_by="node") == [(Severity.ERROR, "inc")]
    assert _said(project, target="domino", group_by="pipeline") == []
    assert _said(project) == []


def test_a_version_within_a_wrapper_is_not_that_of_the_run():
    wrapped = {"type": "kedro_mlflow.io.artifacts.MlflowArtifactDataset", "dataset": VERSIONED}
    cached = {"type": "CachedDataset", "versioned": True, "dataset": VERSIONED}
    project = view(node("a", "", "x"), node("b", "", "y"), catalog={"x": wrapped, "y": cached})

    assert [f.place for f in found(plan(project), "KF157")] == ["x"]
