"""Values from the environment: a project reads them where it runs, and no file holds them."""

import pytest
from kedro_projects import Project, command, content, flyte

CANARY = "CANARY-7f3a9"
WORDS = {
    "DB_PASSWORD": CANARY,
    "DB_HOST": f"{CANARY}.example.org",
    "BUCKET": CANARY.lower(),
    "DATA": f"data/{CANARY}",
}

SETTINGS = """
from omegaconf.resolvers import oc

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    "custom_resolvers": {"oc.env": oc.env, "twice": lambda x: 2 * x},
}
"""

PROJECT = Project(
    nodes="""
    from kedro.pipeline import Node, Pipeline

    def see(db, twice):
        return {**db, "twice": twice}

    def far(source):
        return source

    def create():
        return Pipeline([Node(see, ["params:db", "params:twice"], "seen", name="see")])

    def remote():
        return Pipeline([Node(far, "source", "x_far"), Node(far, "x_far", "end")])
    """,
    catalog="""
    seen: {type: json.JSONDataset, filepath: "data/seen.json"}
    source: {type: json.JSONDataset, filepath: "${oc.env:DATA}/source.json"}
    "{name}_far": {type: json.JSONDataset, filepath: "s3://${oc.env:BUCKET}/{name}.json"}
    """,
    parameters="""
    db: {password: "${oc.env:DB_PASSWORD}", host: "${oc.env:DB_HOST}", port: 5432}
    twice: "${twice:21}"
    """,
    settings=Project.settings + SETTINGS,
    files={
        "conf/base/flyte.yml": """
        secrets:
          - {group: g, key: password, env: DB_PASSWORD}
          - {group: g, key: host, env: DB_HOST}
          - {group: g, key: bucket, env: BUCKET}
          - {group: g, key: data, env: DATA}
        """
    },
    registry="""
    from demo.flow import remote
    return {"__default__": create(), "remote": remote()}
    """,
)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return PROJECT.write(tmp_path_factory.mktemp("elsewhere") / "project")


def test_a_value_from_the_environment_is_in_no_file_and_no_output(project):
    done = flyte(project, "export", **WORDS)
    said = done.stdout + done.stderr + command(project, "plan", **WORDS).stdout
    files = [path for path in (project / "flows").rglob("*") if path.is_file()]

    assert "KF170" in said
    assert CANARY not in said + "".join(path.read_text() for path in files)


def test_a_path_from_the_environment_is_in_no_file(project, tmp_path):
    for words in ((), ("--target", "domino")):
        flyte(project, "export", "-p", "remote", "--output", str(tmp_path), *words, **WORDS)

    texts = [path.read_text() for path in tmp_path.rglob("*remote*") if path.is_file()]
    assert len(texts) == 4
    assert CANARY.lower() not in "".join(texts).lower()
    assert "${oc.env:DATA}/source.json" in "".join(texts)


def test_a_task_makes_the_value_that_the_launch_does_not_give(project, tmp_path):
    flyte(project, "run", "--output", str(tmp_path), "--param", "twice=43", **WORDS)

    seen = content(tmp_path / "seen.json").decode()
    assert seen.count(CANARY) == 2
    assert '"twice": 43' in seen
