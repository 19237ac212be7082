"""Builds the Go program where its sources have changed, and keeps it in a folder that git ignores."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SOURCES = Path(__file__).with_name("compiler")
KEPT = Path(__file__).parents[3] / ".real"


def why_not() -> str:
    """Return why the program cannot be built here; empty if it can."""
    if shutil.which("go") is None:
        return "Go is not installed: https://go.dev/doc/install, then `make test-real`"
    return ""


def binary() -> Path:
    """Return the program, built first where no build of these sources is kept.

    A first build compiles a thousand packages: some minutes. One with the Go build cache takes seconds.

    Raises:
        RuntimeError: It does not build; with Go's words.
    """
    path = KEPT / f"compiler-{_digest()}"
    KEPT.mkdir(exist_ok=True)
    with _alone():
        if not path.exists():
            for old in KEPT.glob("compiler-*"):
                old.unlink()
            _build(path)
    return path


def build_seconds() -> float:
    """Return how long the last build took."""
    return float((KEPT / "build-seconds").read_text())


def _build(path: Path) -> None:
    part = path.with_suffix(".part")
    began = time.monotonic()
    done = subprocess.run(
        ["go", "build", "-buildvcs=false", "-o", part, "."],
        cwd=SOURCES, capture_output=True, text=True, check=False,
        env={**os.environ, "GOWORK": "off"},
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"The compiler in {SOURCES} does not build.\n{done.stderr[-3000:]}")
    (KEPT / "build-seconds").write_text(f"{time.monotonic() - began:.1f}")
    part.rename(path)


def _digest() -> str:
    found = hashlib.sha256()
    for path in sorted([*SOURCES.glob("*.go"), *SOURCES.glob("go.*")]):
        found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()[:12]


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time build."""
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
