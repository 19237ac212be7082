"""What ships, held against flytekit's own filter, and what a plan says of what does not."""

import re
import subprocess
import tempfile
from pathlib import Path

import pytest
from docker.utils.build import PatternMatcher
from flytekit.constants import CopyFileDetection
from flytekit.tools.ignore import DockerIgnore, FlyteIgnore, GitIgnore, IgnoreGroup, StandardIgnore
from flytekit.tools.repo import find_common_root
from flytekit.tools.script_mode import ls_files
from hypothesis import example, given, settings
from hypothesis import strategies as st
from kedro_flyte.errors import ProjectError
from kedro_flyte.project.ignore_files import left_out_by, patterns
from kedro_flyte.project.needed import environments
from kedro_flyte.project.shipping import Shipping
from kedro_flyte.targets import load
from kedro_projects import Project, command, flyte

COPY, COMMIT = (load(name).platform.can.carrier for name in ("flyte", "domino"))

NAMES = (
    "data", "Data", "a.csv", "b.csv", "src", ".cache", "__pycache__", "m.pyc", "[x]", "é", "x y",
    "pyvenv.cfg",
)  # fmt: skip
# fmt: off
KNOWN = [
    "data", "/data/", "data/*", "!data/a.csv", "**/*.csv", "!src", "src/**", "*", "**/data", "# data",
    "", " ./src/../data ", "?", "[ab].csv", "[!a]*", "[x]", "é", "!*", "a*/", ".*", "**", "***", "..",
    "a.csv**", "[]x]", "[]", "[!]", "!", "!!data", "x y", "DATA/A.CSV", "pyvenv.cfg",
]
# fmt: on
LINES = st.lists(st.sampled_from(KNOWN) | st.text("ad*?/![]^.-\\ é", max_size=8), max_size=6)
PATHS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join)


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")  # of docker-py's pattern
@given(LINES, PATHS)
@example(["[]]x", "[!]]"], "]x")
def test_an_ignore_file_is_read_as_flytekit_reads_it(lines, path):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / ".dockerignore").write_text("\n".join(lines), encoding="utf-8")
        try:
            theirs = DockerIgnore(root).is_ignored(path)
        except re.error:
            with pytest.raises(ProjectError, match="no pattern"):
                patterns(root, ".dockerignore")
            return

        found = left_out_by(patterns(root, ".dockerignore"), path)

        assert (found is not None) == theirs
        if found is not None:
            assert lines[found.line - 1].strip() == found.pattern


@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")  # of docker-py's pattern
@given(
    files=st.sets(PATHS, min_size=1, max_size=12),
    docker=LINES, flyte=LINES, git=st.none() | LINES, tracked=st.booleans(),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_what_ships_is_what_flytekit_packs(files, docker, flyte, git, tracked):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        _write(root, files)
        for name, lines in ((".dockerignore", docker), (".flyteignore", flyte)):
            (root / name).write_text("\n".join(lines), encoding="utf-8")
        if git is not None:
            _repository(root, git, add=tracked)
        try:
            theirs = _packed(root)
        except re.error:
            return

        shipping = Shipping(root, COPY)

        assert sorted(shipping.files()) == theirs
        everything = [p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()]
        asked = shipping.of(name for name in everything if not name.startswith(".git/"))
        assert sorted(name for name, found in asked.items() if found.files) == theirs


def _write(root, files):
    for name in sorted(files):
        path = root / name
        if not any(above.is_file() for above in path.parents) and not path.is_dir():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)


def _repository(root, lines=(), add=False):
    subprocess.run(["git", "init", "-q", root], check=True)
    if add:
        subprocess.run(["git", "-C", root, "add", "--all"], check=True)
    (root / ".gitignore").write_text("\n".join(lines), encoding="utf-8")


def _packed(root):
    filters = IgnoreGroup(str(root), [GitIgnore, DockerIgnore, StandardIgnore, FlyteIgnore])
    files, _ = ls_files(str(root), CopyFileDetection.ALL, False, filters)
    return sorted(Path(name).relative_to(root).as_posix() for name in files)


def test_the_matcher_is_the_one_that_flytekit_uses(tmp_path):
    assert isinstance(DockerIgnore(tmp_path).pm, PatternMatcher)


def test_without_git_what_it_would_ignore_ships(tmp_path):
    (tmp_path / ".gitignore").write_text("*.csv")
    _write(tmp_path, ["x.csv"])

    assert "x.csv" in Shipping(tmp_path, COPY).files()


def test_a_line_of_the_ignore_file_is_named(tmp_path):
    _write(tmp_path, ["data/01_raw/x.csv", "logs/y.txt"])
    (tmp_path / ".dockerignore").write_text(".git\n# large\ndata\n")
    _repository(tmp_path, ["", "logs"])

    found = Shipping(tmp_path, COPY).of(["data/01_raw/x.csv", "logs"])

    assert str(found["data/01_raw/x.csv"].obstacle) == "line 3 of .dockerignore (`data`)"
    assert str(found["logs"].obstacle) == "line 2 of .gitignore (`logs`)"


def test_what_the_remedy_says_lets_it_ship(tmp_path):
    _write(tmp_path, ["data/01_raw/x.csv"])
    ignored = tmp_path / ".dockerignore"
    ignored.write_text("data\n")
    (obstacle,) = (o.obstacle for o in Shipping(tmp_path, COPY).of(["data/01_raw"]).values())
    assert "`!data/01_raw` below" in obstacle.remedy("data/01_raw")

    ignored.write_text("data\n!data/01_raw\n")

    assert "data/01_raw/x.csv" in _packed(tmp_path)
    (tmp_path / ".flyteignore").write_text("!data\n")
    ignored.write_text("data\n")
    assert "data/01_raw/x.csv" not in _packed(tmp_path)  # another file cannot bring it back


def test_a_folder_ships_when_all_its_files_do(tmp_path):
    _write(tmp_path, ["parts/a.csv", "parts/b.csv", "parts/.DS_Store"])
    _repository(tmp_path, [".DS_Store"])
    assert Shipping(tmp_path, COPY).of(["parts"])["parts"].obstacle is None

    _repository(tmp_path, ["parts/b.csv"])

    assert "b.csv" in str(Shipping(tmp_path, COPY).of(["parts"])["parts"].obstacle)


@pytest.mark.parametrize("target", ["flyte", "domino"])
def test_links_to_what_is_elsewhere_do_not_ship(target, tmp_path):
    root, elsewhere = tmp_path / "project", tmp_path / "elsewhere"
    _write(elsewhere, ["data/x.csv"])
    _write(root, ["here/x.csv"])
    (root / "data").symlink_to(elsewhere / "data")
    (root / "x.csv").symlink_to(elsewhere / "data/x.csv")
    (root / "inside.csv").symlink_to("here/x.csv")

    found = Shipping(root, load(target).platform.can.carrier).of(
        ["data/x.csv", "x.csv", "inside.csv", str(root / "here")]
    )

    assert [name for name, one in found.items() if one.obstacle is None] == ["inside.csv"]


def test_a_link_to_a_folder_of_the_project_is_followed_on_domino_alone(tmp_path):
    _write(tmp_path, ["here/x.csv"])
    (tmp_path / "there").symlink_to("here")
    place = "there/x.csv"

    assert "there is a link" in str(Shipping(tmp_path, COPY).of([place])[place].obstacle)
    assert Shipping(tmp_path, COMMIT).of([place])[place].obstacle is None


def test_what_ships_is_copied(tmp_path):
    root = tmp_path / "project"
    _write(root, ["src/demo/a.py", "data/x.csv", ".venv/pyvenv.cfg", ".venv/lib/x.py"])
    (root / "src/demo/link.py").symlink_to("a.py")
    _repository(root, ["data", ".venv"])

    Shipping(root, COPY).copy(tmp_path / "copy")

    copied = {p.relative_to(tmp_path / "copy").as_posix() for p in (tmp_path / "copy").rglob("*")}
    assert copied == {"src", "src/demo", "src/demo/a.py", "src/demo/link.py", ".gitignore"}


def test_a_commit_takes_what_flytekit_would_leave(tmp_path):
    _write(tmp_path, ["data/x.csv", "src/a.py", "é.csv"])
    (tmp_path / ".dockerignore").write_text("data")
    _repository(tmp_path, ["*.csv", "!data/x.csv"])

    assert "data/x.csv" in Shipping(tmp_path, COMMIT).files()
    assert "é.csv" not in Shipping(tmp_path, COMMIT).files()
    # git writes it in quotes, which flytekit misses
    assert "é.csv" in Shipping(tmp_path, COPY).files()


FLOW = Project(
    """
from kedro.pipeline import Node, Pipeline
from demo.lib import text

def create():
    return Pipeline([Node(text.same, "raw", "made", name="same")])
""",
    catalog="raw: {type: text.TextDataset, filepath: data/01_raw/raw.txt}",
    files={
        "src/demo/lib/__init__.py": "",
        "src/demo/lib/text.py": "def same(x):\n    return x\n",
        "data/01_raw/raw.txt": "hello",
        "conf/local/credentials.yml": "db: {password: canary, host: '${oc.env:HOST}'}",
    },
)


def test_a_virtual_environment_that_ships_is_told(tmp_path):
    _write(tmp_path, [".venv/pyvenv.cfg", "own/pyvenv.cfg"])
    (tmp_path / ".flyteignore").write_text("own\n")

    (finding,) = environments(tmp_path, Shipping(tmp_path, COPY))

    assert (finding.code, finding.place) == ("KF155", ".venv")
    _repository(tmp_path, [".venv"])
    assert not list(environments(tmp_path, Shipping(tmp_path, COPY)))


def _said(root, *words):
    return " ".join(command(root, *words).stdout.split())


def test_what_init_writes_takes_no_source_away(tmp_path):
    root = FLOW.write(tmp_path / "project")
    flyte(root, "init")

    said = _said(root, "plan")
    assert "--raw" in said
    assert "KF107" not in said
    assert "KF152" not in said
    assert "KF153" not in said


def test_code_and_sources_that_do_not_ship_are_told_with_the_line(tmp_path):
    root = FLOW.write(tmp_path / "project")
    (root / ".dockerignore").write_text("# ours\nlib\nsrc/demo/lib\npyproject.toml\ndata\n")
    _repository(root, ["conf/local"])

    said = _said(root, "plan")

    assert "KF152 error: src/demo/lib does not come to the tasks: line 3 of .dockerignore" in said
    assert "KF152 error: pyproject.toml does not come" in said
    assert (
        "Source 'raw' (data/01_raw/raw.txt) does not ship (line 5 of .dockerignore (`data`))"
        in said
    )
    assert "Write `!data/01_raw/raw.txt` below that line of .dockerignore" in said
    assert "KF153" not in said
    assert "KF152" not in _said(root, "plan", "--target", "domino")


def test_credentials_that_would_ship_without_git_are_an_error(tmp_path):
    root = FLOW.write(tmp_path / "project")
    done = command(root, "export")

    assert "conf/local/credentials.yml, with values of db.password" in " ".join(done.stderr.split())
    assert "canary" not in done.stdout + done.stderr
    (root / ".flyteignore").write_text("conf/local\n")
    flyte(root, "export")


def test_an_export_to_where_git_ignores_it_is_an_error(tmp_path):
    root = FLOW.write(tmp_path / "project")
    _repository(root, ["conf/local", "flows/"])

    said = " ".join(command(root, "export").stderr.split())

    assert "does not come to the tasks: line 2 of .gitignore (`flows/`)" in said


def test_a_root_that_is_a_package_is_an_error_on_flyte_which_climbs_over_it(tmp_path):
    root = FLOW.write(tmp_path / "project")
    (root / "__init__.py").write_text("")
    _write(root, ["flows/flow.py", "flows/__init__.py"])
    assert Path(find_common_root([str(root / "flows/flow.py")])) == tmp_path.resolve()

    said = _said(root, "plan")

    assert f"KF154 error: The project's own folder has an __init__.py: {root}/__init__.py." in said
    assert "KF154" not in _said(root, "plan", "--target", "domino")
