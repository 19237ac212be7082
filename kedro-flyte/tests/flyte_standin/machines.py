"""What a pod is on this machine: a process, or a container of the image that its task names.

A machine starts the command of a container. Knows nothing of pods, tasks or literals.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import warm_python

from flyte_standin.containers import Command

_PATH = os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"])
# Kubernetes' words for bytes, in those of podman.
_UNITS = {"Ki": "k", "Mi": "m", "Gi": "g"}


class Machine(Protocol):
    """Starts what a pod runs, and removes what it leaves."""

    def start(
        self, command: Command, env: Mapping[str, str], folder: Path, log: int
    ) -> "warm_python.Process | subprocess.Popen[bytes]":
        """Start a command in a session of its own, with its output in `log`.

        Args:
            env: Its variables; no other of this process is inherited.
            folder: The pod's own.
        """

    def end(self, folder: Path) -> None:
        """Let nothing of the pod of this folder run on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processes:
    """A process in a folder of its own, with a home and a folder for temporary files.

    Args:
        image: The image's working directory, of which each pod gets a copy; None is empty.
    """

    image: Path | None

    def start(
        self, command: Command, env: Mapping[str, str], folder: Path, log: int
    ) -> "warm_python.Process | subprocess.Popen[bytes]":
        """Start it; shipped code arrives in its working directory."""
        work = self._prepare(folder, ships_code=command.ships_code)
        own = {"PATH": _PATH, "HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
        return warm_python.start(
            command.in_folder(str(work)).args, cwd=work, env={**own, **env}, outputs=(log, log),
            kind="pod",
        )  # fmt: skip

    def _prepare(self, folder: Path, *, ships_code: bool) -> Path:
        for name in ("home", "tmp"):
            (folder / name).mkdir(parents=True)
        work = folder / "work"
        if self.image is None or ships_code:
            work.mkdir()
        else:
            shutil.copytree(self.image, work, ignore=shutil.ignore_patterns(".git"))
        return work

    def end(self, folder: Path) -> None:
        """Nothing is left: the session has ended."""


@dataclass(frozen=True, slots=True)
class Containers:
    """A container of the task's image by podman and runc, within the limits of its tier.

    The root file system is read-only, as strict clusters have it: /tmp alone takes files.

    Args:
        mounts: Folders of this machine that a container sees at the same path.
    """

    mounts: tuple[Path, ...] = ()

    def start(
        self, command: Command, env: Mapping[str, str], folder: Path, log: int
    ) -> "subprocess.Popen[bytes]":
        """Start it; the user and the folder are those of the image."""
        variables = [word for key in env for word in ("--env", key)]
        mounts = [word for path in self.mounts for word in ("--volume", f"{path}:{path}")]
        words = (
            *("podman", "--runtime", "runc", "run", "--rm", "--pull", "never", "--read-only"),
            *("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4000:4000", "--network", "host"),
            *("--name", _name(folder), *_limits(command.limits), *mounts, *variables),
            *(command.image, *command.args),
        )
        return _started(words, log, cwd=folder, env={"PATH": os.environ["PATH"], **env})

    def end(self, folder: Path) -> None:
        """Remove the container, which outlives a command that was killed."""
        words = ["podman", "rm", "--force", "--ignore", "--time", "0", _name(folder)]
        subprocess.run(words, check=True, capture_output=True)


def _name(folder: Path) -> str:
    return f"{folder.parent.name}-{folder.name}"


def _limits(limits: Mapping[str, str]) -> list[str]:
    words = ["--cpus", limits["cpu"]] if "cpu" in limits else []
    if memory := limits.get("memory"):
        amount = f"{memory[:-2]}{_UNITS[memory[-2:]]}"
        words += ["--memory", amount, "--memory-swap", amount]
    return words


def _started(
    words: tuple[str, ...], log: int, *, cwd: Path, env: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        words,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
