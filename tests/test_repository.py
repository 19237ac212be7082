"""The repository itself: its data, its set-up, its exported flows."""

import json
import os
import re
import runpy
import sqlite3
import subprocess
import sys
import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from kedro_flyte.plan.checks.allow import NEVER
from sample_projects import ROOT, kedro


def test_the_raw_data_is_made_again_byte_for_byte(tmp_path):
    subprocess.run(
        [sys.executable, ROOT / "scripts/make_datasets.py", tmp_path],
        check=True,
        capture_output=True,
    )

    assert _statements(tmp_path / "flowers.db") == _statements(ROOT / "data/01_raw/flowers.db")
    for path in sorted(tmp_path.rglob("*.csv")):
        shipped = ROOT / "data/01_raw" / path.relative_to(tmp_path)
        assert path.read_bytes() == shipped.read_bytes()
    assert len(list(tmp_path.rglob("*.csv"))) == 4 + 5


def _statements(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


def test_make_alone_lists_the_targets():
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True)

    for target in ("setup", "run", "test", "check", "fix", "bench", "picture", "lock"):
        assert f"make {target}" in done.stdout


def test_make_test_all_leaves_out_nothing_that_make_test_leaves_to_it():
    makefile = (ROOT / "Makefile").read_text()
    (every,) = re.findall(r"^test-all:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]

    assert not re.search(r" -m (?!pytest)| -k |--ignore|--deselect", every)
    assert options["addopts"][-2] == "-m"
    assert f'-m "not long and {options["addopts"][-1]}"' in makefile, "what make test leaves out"
    assert "make test-all" in (ROOT / ".ci/run").read_text().splitlines()


THEIRS = [
    "data/01_raw/customers.csv", "data/01_raw/customers.parquet", "data/01_raw/customers.csv.gz",
    "data/01_raw/book.xlsx", "data/01_raw/own.db", "data/01_raw/flower_batches/2027-01-01.csv",
    "data/01_raw/new_folder/part.csv",
]  # fmt: skip
REGISTRY = ["mlflow.db", "mlruns/1/model.zip"]
MADE = ["data/02_intermediate/a.parquet", "data/06_models/mine/sklearn_rf.pkl", ".viz/stats.json"]


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A git repository with what ships below data/, files of its user, and what runs have made."""
    shipped = _git(ROOT, "ls-files", "data", ".gitignore", "Makefile").splitlines()
    for name in [*shipped, *THEIRS, *REGISTRY, *MADE]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    for name in (".gitignore", "Makefile"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "add", ".")
    return tmp_path


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def test_git_takes_the_shipped_files_and_none_that_its_user_puts_there(clone):
    assert _git(clone, "ls-files") == _git(ROOT, "ls-files", "data", ".gitignore", "Makefile")


def test_make_clean_leaves_the_files_of_the_user_and_the_registry(clone):
    done = subprocess.run(["make", "clean"], cwd=clone, capture_output=True, text=True, check=True)

    left = {name for name in [*THEIRS, *REGISTRY, *MADE] if (clone / name).exists()}
    assert left == {*THEIRS, *REGISTRY}
    assert "Kept: mlflow.db and mlruns" in done.stdout
    assert not _git(clone, "ls-files", "--deleted")


@pytest.mark.parametrize(("answer", "goes"), [("yes", True), ("no", False), ("", False)])
def test_the_registry_goes_only_when_asked_twice(clone, answer, goes):
    done = subprocess.run(
        ["make", "clean-registry"], cwd=clone, input=f"{answer}\n", capture_output=True,
        text=True, check=False,
    )  # fmt: skip

    assert "with all runs, models and the champion?" in done.stdout
    assert [(clone / name).exists() for name in REGISTRY] == [not goes] * 2
    assert all((clone / name).exists() for name in [*THEIRS, *MADE])


# An index on a port of this machine that nobody listens on.
DEAD = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_RETRIES": "0",
    "PIP_DEFAULT_TIMEOUT": "2",
}


def _setup(tmp_path: Path, python: Path, **env: str) -> subprocess.CompletedProcess[str]:
    for name in ("scripts/setup.sh", "requirements.lock"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return subprocess.run(
        ["/bin/sh", "scripts/setup.sh", str(python)],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def _script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_a_python_that_is_too_old_gets_one_clear_line(tmp_path):
    done = _setup(tmp_path, _script(tmp_path / "python", "#!/bin/sh\necho 3.8\n"))

    assert done.returncode != 0
    assert "is Python 3.8, and this project needs 3.11 or 3.12" in done.stderr


def test_a_machine_without_python_gets_one_clear_line(tmp_path):
    done = _setup(tmp_path, tmp_path / "nowhere")

    assert done.returncode != 0
    assert "no Python was found" in done.stderr


def test_a_python_without_venv_gets_one_clear_line(tmp_path):
    fake = "#!/bin/sh\ncase $1 in -c) echo 3.11;; *) exit 1;; esac\n"
    done = _setup(tmp_path, _script(tmp_path / "python", fake))

    assert done.returncode != 0
    assert "apt-get install python3.11-venv" in done.stderr


def test_a_machine_without_network_gets_one_clear_line(tmp_path):
    done = _setup(tmp_path, Path(sys.executable), **DEAD)

    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "the packages could not be fetched. Is there a network" in done.stderr
    assert not (tmp_path / ".venv/.ready").exists()


def test_a_set_up_that_was_interrupted_starts_afresh(tmp_path):
    left = tmp_path / ".venv/half-installed"
    left.parent.mkdir()
    left.touch()
    (tmp_path / ".venv/.unfinished").touch()

    _setup(tmp_path, Path(sys.executable), **DEAD)

    assert not left.exists()
    assert (tmp_path / ".venv/bin/python").exists()


@pytest.mark.parametrize("by", ["variable", "file"])
def test_uv_takes_packages_from_where_pip_is_configured_to_take_them(tmp_path, by):
    said = tmp_path / "said"
    _script(tmp_path / "uv", f"#!/bin/sh\nenv >{said}\nexit 1\n")
    settings = {"find-links": "/some/wheels", "cert": "/some/ca.pem"}
    env = {**DEAD, "PATH": f"{tmp_path}:/usr/bin:/bin"}
    if by == "variable":
        env.update({f"PIP_{k.upper().replace('-', '_')}": v for k, v in settings.items()})
    else:
        (tmp_path / "pip.conf").write_text(
            "[global]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items())
        )
        env["PIP_CONFIG_FILE"] = str(tmp_path / "pip.conf")

    _setup(tmp_path, Path(sys.executable), **env)

    heard = dict(line.split("=", 1) for line in said.read_text().splitlines() if "=" in line)
    assert heard["UV_DEFAULT_INDEX"] == DEAD["PIP_INDEX_URL"]
    assert heard["UV_FIND_LINKS"] == "/some/wheels"
    assert heard["SSL_CERT_FILE"] == "/some/ca.pem"


def test_the_readmes_first_block_holds_the_two_commands_of_the_fresh_clone():
    readme = (ROOT / "README.md").read_text()

    assert readme.split("```")[1].split()[1:] == ["make", "run", "make", "test"]
    assert "awk '/^```/" in (ROOT / "scripts/fresh_clone.sh").read_text()


def test_every_page_that_a_page_links_to_is_there():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, link)
        for page in pages
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    ]

    missing = [(page.name, link) for page, link in links if not (page.parent / link).exists()]
    assert missing == []


SHOWN = re.compile(
    r"(?<![\w./-])((?:conf|src|flows|docs|scripts|benchmarks|tests)/[\w./-]*\w|data/01_raw/\w+\.csv)"
)
YOURS = re.compile(r"conf/(local|mine)\b|data/01_raw/(my_\w+|mine\w*|credit_default)\.csv")


def test_the_reference_of_findings_lists_what_cannot_be_allowed():
    text = " ".join((ROOT / "docs/reference/findings.md").read_text(encoding="utf-8").split())

    assert f"or of something else than was asked: {', '.join(sorted(NEVER))}." in text


def test_every_path_that_a_page_shows_is_there():
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    texts = [page.read_text() for page in pages]
    shown = {path for text in texts for path in SHOWN.findall(text)}
    # The files of an example are written by the page that shows them.
    shown -= {path for text in texts for path in re.findall(r"^# (\S+)$", text, re.MULTILINE)}

    assert len(shown) > 20
    assert {p for p in shown if not YOURS.match(p) and not (ROOT / p).exists()} == set()


@pytest.mark.parametrize("pipeline", ["sample", "multitrain"])
def test_every_file_that_the_catalog_reads_is_there(pipeline):
    from kedro.framework.project import pipelines
    from kedro.framework.session import KedroSession
    from kedro.framework.startup import bootstrap_project

    bootstrap_project(ROOT)
    with KedroSession.create(ROOT) as session:
        catalog = session.load_context().catalog
    sources = [name for name in pipelines[pipeline].inputs() if not name.startswith("params:")]

    assert len(sources) == 2
    assert [name for name in sources if not catalog.exists(name)] == []


def test_every_test_that_a_page_names_is_there():
    pages = (ROOT / "docs").rglob("*.md")
    named = {name for page in pages for name in re.findall(r"`(test_\w+)`", page.read_text())}
    code = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))

    assert len(named) > 10
    assert {name for name in named if f"def {name}(" not in code} == set()


def test_the_lock_has_all_that_the_plugin_needs_which_the_page_on_domino_installs():
    text = (ROOT / "docs/how-to/from-this-repository-to-a-domino-project.md").read_text()
    plugin = tomllib.loads((ROOT / "kedro-flyte/pyproject.toml").read_text())["project"]
    needed = {re.match(r"[\w-]+", one)[0].lower() for one in plugin["dependencies"]}
    locked = (ROOT / "requirements.lock").read_text().lower()

    assert "pip install --requirement /tmp/repository/requirements.lock" in text
    assert "pip install --no-deps /tmp/repository/kedro-flyte" in text
    assert {name for name in needed if f"\n{name}==" not in locked} == set()


def test_no_index_address_is_in_the_lock_file():
    text = (ROOT / "requirements.lock").read_text()

    assert "://" not in text
    assert all(re.match(r"[\w.\[\]-]+==\S+", line) for line in text.splitlines() if line[0] != "#")


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a clone: git knows no files")
def test_no_committed_file_names_a_path_of_a_machine():
    done = subprocess.run(
        ["git", "grep", "-nIE", r"(^|[^a-z.])/(home|root|Users)/[a-z]+/", "--", ".", ":!kedro-flyte/LICENSE"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout == ""


EXPORTED = sorted(path.relative_to(ROOT) for path in ROOT.glob("flows/**/*.plan.json"))


@pytest.mark.parametrize("path", EXPORTED, ids=str)
def test_every_exported_flow_is_up_to_date(path):
    plan = json.loads((ROOT / path).read_text())
    target = path.parent.name.removeprefix("on_")
    words = ["--pipeline", plan["pipeline"], "--target", target]
    if plan.get("env"):
        words += ["--env", plan["env"]]

    done = kedro(ROOT, "flyte", "export", *words, "--check", HOME=os.environ["HOME"])

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_pipeline_is_exported_to_both_targets():
    from kedro.framework.project import pipelines
    from kedro.framework.startup import bootstrap_project

    bootstrap_project(ROOT)
    known = set(pipelines) - {"__default__"}
    files = {
        f"flows/on_{target}/e06_flows__{name}.plan.json"
        for name in known
        for target in ("flyte", "domino")
    }
    (made,) = re.findall("^PIPELINES := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert files <= {path.as_posix() for path in EXPORTED}
    assert len(known) == 7
    assert sorted(made.split()) == sorted(known), "what `make export` writes again"


def test_each_step_of_the_original_example_is_a_job_with_its_tier():
    text = (ROOT / "flows/on_domino/e06_flows__sample.plan.json").read_text()
    tiers = {task["id"]: task["tier"] for task in json.loads(text)["tasks"]}
    steps = ("load_dataset_a", "load_dataset_b", "merge_datasets", "process_dataset")

    assert [tiers[step] for step in (*steps, "train_random_forest")] == [
        "small", "small", "medium", "medium", "large",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["multitrain", "multitrain__credit"])
def test_the_four_algorithms_are_jobs_that_run_in_parallel(name):
    path = ROOT / f"flows/on_domino/e06_flows__{name}.plan.json"
    plan = json.loads(path.read_text())
    training = [task for task in plan["tasks"] if task["id"].startswith(("train_", "tune_"))]
    made = {name for task in training for name in task["outputs"]}

    assert len(training) == 4
    assert [task["id"] for task in training if made & set(task["inputs"])] == []


def test_the_credit_flow_mounts_a_snapshot_where_the_table_is_read():
    text = (ROOT / "flows/on_domino/e06_flows__multitrain__credit.py").read_text()

    assert text.count("dataset_snapshots=[SNAPSHOT_CREDIT_DEFAULT]") == 1
    assert '"/mnt/data/credit-default/credit_default.csv"' in text


def test_every_pinned_package_has_a_licence_that_was_looked_at():
    rows = re.findall(
        r"^\| (\S+) \| (.+?) \|", (ROOT / "docs/reference/licences.md").read_text(), re.M
    )
    lines = (ROOT / "requirements.lock").read_text().splitlines()

    pinned = [re.split(r"[=\[ ;]", line)[0] for line in lines if not line.startswith("#")]
    assert [name for name, _ in rows[1:]] == pinned, "run: make licences"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-light.txt"])
def test_images_get_what_the_lock_pins(name):
    lock = set((ROOT / "requirements.lock").read_text().splitlines())

    lines = {re.sub(r" ;.*", "", line) for line in (ROOT / name).read_text().splitlines()}
    assert lines <= {re.sub(r" ;.*", "", line) for line in lock}, "run: ONLY=images make lock"


def test_the_page_of_findings_says_what_the_command_says():
    path = ROOT / "docs/reference/findings.md"
    script = runpy.run_path(str(ROOT / "scripts/findings.py"))

    assert script["page"](path.read_text()) == path.read_text(), "run: make findings"


def test_the_walks_through_the_code_name_functions_that_are_there():
    page = (ROOT / "docs/explanation/architecture.md").read_text(encoding="utf-8")
    source = ROOT / "kedro-flyte/src/kedro_flyte"

    named = re.findall(r"`([\w/]+\.py):(\w+)`", page)
    assert len(named) > 15
    for file, function in named:
        assert re.search(rf"^ *def {function}\(", (source / file).read_text(), re.MULTILINE), file
