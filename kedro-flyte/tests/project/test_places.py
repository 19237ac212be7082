"""Where datasets are, as a real project says it: through credentials, links and absolute paths."""

import pytest
from kedro_flyte.plan.view import CredentialData
from kedro_flyte.project.credential_data import credential_data
from kedro_flyte.project.shipping import Shipping
from kedro_flyte.targets.flyte.packing import CARRIER as COPY
from kedro_projects import Project, command

NODES = """
from kedro.pipeline import Node, Pipeline

def one():
    return "1"

def create():
    return Pipeline([
        Node(one, None, "table", name="make"), Node(len, "table", "x", name="use"),
        Node(one, None, "duck", name="make_duck"), Node(len, "duck", "y", name="use_duck"),
        Node(one, None, "saved", name="save"), Node(len, "linked", "z", name="read"),
        Node(len, "rates", "r", name="rate"),
    ])
"""
CATALOG = """
table: {type: pandas.SQLTableDataset, table_name: t, credentials: own}
duck: {type: ibis.TableDataset, table_name: t, connection: {backend: duckdb, database: x.duckdb}}
saved: {type: text.TextDataset, filepath: data/saved.txt}
linked: {type: text.TextDataset, filepath: ROOT/data/link.txt}
rates: {type: pandas.SQLQueryDataset, sql: select 1, credentials: shipped}
"""
CREDENTIALS = """
own: {con: "sqlite:///data/s3cret.db"}
shipped: {con: "sqlite:///data/rates.db"}
"""


def test_places_of_a_project_are_found_however_they_are_named(tmp_path):
    root = tmp_path / "project"
    files = {"conf/base/credentials.yml": CREDENTIALS, "data/saved.txt": "0", "data/rates.db": ""}
    Project(NODES, catalog=CATALOG.replace("ROOT", str(root)), files=files).write(root)
    (root / "data/link.txt").symlink_to(root / "data/saved.txt")

    said = command(root, "plan", COLUMNS="1000").stdout

    lines = [line for line in said.splitlines() if "KF114" in line or "KF121" in line]
    assert [line.split("Dataset")[1].split("'")[1] for line in lines[:2]] == ["duck", "table"]
    assert "The datasets linked, saved are one place" in lines[2]
    assert len(lines) == 3
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("db: {con: 'sqlite:///x.db'}", CredentialData(key="con", shipped=True)),
        ("db: {con: 'sqlite:///gone.db'}", CredentialData(key="con", shipped=False)),
        ("db: {con: 'sqlite:////abs/x.db'}", CredentialData(key="con", shipped=False)),
        ("db: {con: 'sqlite://'}", CredentialData(key="con", in_memory=True)),
        ("_c: 'sqlite:///x.db'\ndb: {con: '${_c}'}", CredentialData(key="con", shipped=True)),
        ("db: {con: 'sqlite:///${oc.env:X}'}", CredentialData(key="con")),
        ("db: {con: '${oc.env:URL}'}", None),
        ("db: {con: 'postgresql://host/x'}", None),
        ("a: '${b}'\nb: '${a}'\ndb: {con: '${a}'}", None),
        ("- list", None),
    ],
)
def test_of_credentials_only_the_kind_of_their_place_is_kept(tmp_path, text, expected):
    (tmp_path / "x.db").write_text("")
    (tmp_path / "base").mkdir()
    (tmp_path / "base/credentials.yml").write_text(text)

    found = credential_data([tmp_path / "local", tmp_path / "base"], Shipping(tmp_path, COPY))

    assert found.get("db", ()) == ((expected,) if expected else ())


def test_credentials_of_base_outweigh_those_of_this_machine(tmp_path):
    for name, url in (("local", "sqlite:///x.db"), ("base", "postgresql://host/x")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "credentials.yml").write_text(f"db: {{con: '{url}'}}")

    folders = [tmp_path / "local", tmp_path / "base"]

    assert "db" not in credential_data(folders, Shipping(tmp_path, COPY))
    assert "db" in credential_data(folders[:1], Shipping(tmp_path, COPY))
