"""Data that a task keeps for itself is found at any depth, and told before it is lost."""

import pytest
from kedro_flyte.plan.data.own_data import own_data, own_data_of_credentials
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.view import OF_HOOK, CredentialData, DatasetView, Severity
from plan_views import found, node, plan, view

SQL = {"type": "pandas.SQLTableDataset", "table_name": "t", "credentials": "db"}
DUCK = {
    "type": "ibis.TableDataset", "table_name": "t",
    "connection": {"backend": "duckdb", "database": "x.duckdb"},
}  # fmt: skip
FINAL = {"results": "final"}
ON_DISK = {"db": (CredentialData(key="con", shipped=False),)}
SHIPPED = {"db": (CredentialData(key="con", shipped=True),)}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("sqlite:///data/x.db", "data/x.db"),
        ("sqlite:////abs/x.db", "/abs/x.db"),
        ("sqlite+pysqlite:///x.db?timeout=3", "x.db"),
        ("sqlite:///file:x.db?uri=true", "x.db"),
        ("duckdb:///data/x", "data/x"),
        ("jdbc:sqlite:data/x.db", "data/x.db"),
        ("jdbc:h2:~/test;MODE=MySQL", "~/test"),
        ("jdbc:h2:file:/data/x", "/data/x"),
        ("data/x.sqlite", "data/x.sqlite"),
        ("sqlite:///${_root}/x.db", ""),
    ],
)
def test_a_url_of_a_file_is_data_of_the_task(value, path):
    (one,) = own_data_of_credentials({"con": value})

    assert (one.key, one.path, one.in_memory) == ("con", path, False)


@pytest.mark.parametrize(
    "value",
    ["sqlite://", "sqlite:///", "sqlite:///:memory:", "duckdb:///:memory:", "jdbc:h2:mem:x",
     "sqlite:///file::memory:?cache=shared"],
)  # fmt: skip
def test_a_database_in_memory_is_data_of_the_task(value):
    (one,) = own_data_of_credentials([{"con": value}])

    assert (one.key, one.path, one.in_memory) == ("0.con", "", True)


@pytest.mark.parametrize(
    "value",
    ["postgresql://u:p@host/db", "mysql+pymysql://host/x.db", "duckdb:///md:mine", "s3://b/x.db",
     "jdbc:h2:tcp://host/x", "jdbc:derby://host:1527/x", "${oc.env:DATABASE_URL}", "secret", "",
     "keys/private.pem", "/etc/ssl/ca.crt"],
)  # fmt: skip
def test_what_is_elsewhere_or_no_data_is_left_alone(value):
    assert own_data_of_credentials({"con": value, "private_key_path": value}) == ()


@pytest.mark.parametrize(
    ("entry", "key", "path"),
    [
        (DUCK, "connection.database", "x.duckdb"),
        ({"type": "ibis.TableDataset", "connection": {"backend": "sqlite"}}, "connection.database", ""),
        ({"type": "kedro_datasets.ibis.TableDataset", "table_name": "t"}, "connection", ""),
        ({"type": "optuna.StudyDataset", "backend": "sqlite", "database": "o"}, "database", "o"),
        ({"type": "faiss.FAISSVectorStoreDataset", "index_path": "x.faiss"}, "index_path", "x.faiss"),
        ({"type": "ChromaDBDataset", "client_settings": {"path": "chroma"}}, "client_settings.path", "chroma"),
        ({"type": "feast.FeastDataset", "repo": "features"}, "repo", "features"),
        ({"type": "my.Store", "a": [{"b": {"folder": "x"}}]}, "a.0.b.folder", "x"),
        ({"type": "my.Store", "credentials": {"con": "sqlite:///x"}}, "credentials.con", "x"),
        ({"type": "my.Store", "target": "data/x.duckdb"}, "target", "data/x.duckdb"),
    ],
)  # fmt: skip
def test_a_place_is_found_at_any_depth_of_an_entry(entry, key, path):
    (one,) = own_data(entry)

    assert (one.key, one.path) == (key, path)


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "api.APIDataset", "url": "https://host/path", "load_args": {"params": {"file": "s3://x"}}},
        {"type": "ibis.TableDataset", "connection": {"backend": "postgres", "database": "prod"}},
        {"type": "ibis.TableDataset", "connection": {"backend": "duckdb", "database": "md:mine"}},
        {"type": "ibis.TableDataset", "credentials": "warehouse"},
        {"type": "pandas.SQLQueryDataset", "sql": "select 'a/b' from data/x.db", "credentials": "db"},
        {"type": "databricks.ExternalTable", "location": "abfss://c@a/x", "table": "x"},
        {"type": "my.Model", "artifact_path": "models/x", "metadata": {"path": "a/b"}},
        {"type": "snowflake.SnowparkTableDataset", "database": "meteo", "schema": "a/b"},
        {"type": "my.Keyed", "credentials": {"private_key_path": "keys/x.p8"}},
    ],
)  # fmt: skip
def test_an_entry_that_keeps_its_data_elsewhere_is_left_alone(entry):
    assert own_data(entry) == ()


def _made(entry: dict, *nodes, data=None, **more) -> Plan:
    catalog = {"t": DatasetView(name="t", config=entry, **more.pop("of_entry", {}))}
    config = more.pop("config", {})
    return plan(view(*nodes, catalog=catalog, credential_data=data or {}), config, **more)


PAIR = (node("make", "", "t"), node("use", "t", "out"))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (SQL, "keeps data where 'con' of the credentials 'db' says, on the disk of its task"),
        (DUCK, "keeps data at 'x.duckdb', on the disk of its task"),
        ({"type": "ibis.TableDataset", "table_name": "t"}, "in the memory of its task"),
        ({**SQL, "credentials": {"con": "sqlite:///s3cret.db"}}, "where 'credentials.con' says"),
    ],
)
def test_a_database_of_a_task_cannot_be_read_by_another(entry, told):
    (finding,) = found(_made(entry, *PAIR, data=ON_DISK), "KF114")

    assert finding.forbids
    assert told in finding.what
    assert "s3cret" not in str(finding)
    together = _made(entry, *PAIR, data=ON_DISK, group_by="pipeline")
    assert found(together, "KF114")[0].severity is Severity.WARNING  # a result that nobody gets
    assert not found(_made(entry, *PAIR, data=ON_DISK, config=FINAL, group_by="pipeline"), "KF114")


@pytest.mark.parametrize("entry", [SQL, DUCK])
def test_a_database_that_goes_with_its_task_is_no_result(entry):
    (finding,) = found(_made(entry, node("make", "", "t"), data=ON_DISK), "KF114")

    assert finding.forbids
    assert "nobody gets" in finding.why


def test_a_database_that_ships_is_fine_to_read():
    assert not found(_made(SQL, node("use", "t", "out"), data=SHIPPED), "KF114")
    assert not found(_made(DUCK, node("use", "t", "out"), of_entry={"shipped": True}), "KF114")


def test_a_database_that_does_not_ship_is_told():
    for made in (
        _made(SQL, node("use", "t", "out"), data=ON_DISK),
        _made(DUCK, node("use", "t", "out"), of_entry={"shipped": False}),
    ):
        (finding,) = found(made, "KF114")
        assert finding.severity is Severity.WARNING


def test_a_query_reads_the_database_that_a_table_is_saved_to():
    query = {"type": "pandas.SQLQueryDataset", "filepath": "sql/x.sql", "credentials": "db"}
    nodes = (node("make", "", "t done"), node("own", "t", "x"), node("use", "done q", "out"))
    project = view(*nodes, catalog={"t": SQL, "q": query}, credential_data=SHIPPED)
    finding = {f.place: f for f in found(plan(project), "KF114")}["q"]
    assert finding.forbids
    assert "t is saved, too" in finding.what
    assert not found(plan(project, FINAL, group_by="pipeline"), "KF114")


def test_what_is_not_known_of_credentials_is_not_guessed():
    assert not found(_made(SQL, *PAIR), "KF114")


@pytest.mark.parametrize(
    ("entry", "keys"),
    [
        ({"type": "my.Two", "filepath": "data/x", "index_path": "data/x.idx"}, ["index_path"]),
        ({"type": "my.Two", "filepath": "data/x", "save_args": {"file": "y"}}, ["save_args.file"]),
        ({"type": "spark.SparkDataset", "filepath": "x", "load_args": {"schema": {"filepath": "s"}}}, []),
        ({"type": "netcdf.NetCDFDataset", "filepath": "data/x.nc", "temppath": "data/tmp"}, []),
        ({"type": "ibis.FileDataset", "filepath": "x", "connection": {"backend": "duckdb"}}, []),
        ({"type": "pandas.CSVDataset", "filepath": "data/x.csv", "metadata": {"file": "a/b"}}, []),
        ({"type": "CachedDataset", "dataset": {"type": "pandas.CSVDataset", "filepath": "x"}}, []),
    ],
)  # fmt: skip
def test_a_second_path_of_what_is_handed_over_is_told(entry, keys):
    told = [finding.what for finding in found(_made(entry, *PAIR), "KF161")]

    assert [f"'{key}'" in what for key, what in zip(keys, told, strict=True)] == [True] * len(keys)
    assert not found(_made(entry, PAIR[0]), "KF161")


@pytest.mark.parametrize(
    "arguments",
    [{"fs_args": {"open_args_save": {"mode": "a"}}}, {"save_args": {"mode": "append"}}],
)
def test_a_file_that_grows_from_run_to_run_is_told(arguments):
    entry = {"type": "pandas.CSVDataset", "filepath": "data/x.csv"}

    assert found(_made({**entry, **arguments}, PAIR[0]), "KF162")
    assert not found(_made({**entry, **arguments}, PAIR[1]), "KF162")
    assert not found(_made({**entry, **arguments, "filepath": "s3://b/x"}, PAIR[0]), "KF162")
    assert not found(_made(entry, PAIR[0]), "KF162")


def test_a_dataset_of_a_hook_between_tasks_is_refused():
    assert found(_made({"type": OF_HOOK}, *PAIR), "KF163")[0].forbids
    assert not found(_made({"type": OF_HOOK}, PAIR[1]), "KF163")
    assert not found(_made({"type": OF_HOOK}, *PAIR, group_by="pipeline"), "KF163")


def test_a_store_in_memory_is_told_where_data_leaves_its_task():
    entry = {"type": "text.TextDataset", "filepath": "memory://a/x.txt"}

    assert found(_made(entry, *PAIR), "KF164")[0].severity is Severity.WARNING
    assert found(_made(entry, PAIR[0]), "KF164")
    assert not found(_made(entry, *PAIR, config=FINAL, group_by="pipeline"), "KF164")
    assert not found(_made({**entry, "filepath": "s3://a/x.txt"}, *PAIR), "KF164")
