"""Images built for real, by podman and runc, without a registry or a daemon.

    image = build(root, "demo")          # what the project's own Dockerfile says
    run(image, "python", "-c", "...")    # as a strict cluster runs it

The base image stands for `python:3.11-slim`: Debian's own packages, unpacked by debootstrap once
and kept by podman. A wheel of this plugin, built here, stands for the one on the index.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PLUGIN = Path(__file__).parents[1]
_BASE = "localhost/kedro-flyte-tests-python:3.11"
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


def why_not() -> str:
    """Return why no image can be built here; empty where one can."""
    missing = [name for name in ("podman", "runc", "debootstrap") if not shutil.which(name)]
    if missing:
        return f"{', '.join(missing)} not installed"
    if os.geteuid() != 0:
        return "debootstrap needs root"
    return "" if sys.version_info[:2] == (3, 11) else "Debian 12 has Python 3.11 alone"


def build(root: Path, name: str, **arguments: str) -> str:
    """Build the image that a project's Dockerfile describes, and return its name.

    Args:
        root: The project.
        name: Of the image.
        arguments: For `--build-arg`.
    """
    _require_base()
    image = f"localhost/kedro-flyte-tests-{name}:latest"
    given = [word for key, value in arguments.items() for word in ("--build-arg", f"{key}={value}")]
    with tempfile.TemporaryDirectory(prefix="image-") as folder:
        _run(
            "podman", "build", "--quiet", "--pull=never", "--from", _BASE, "--isolation", "chroot",
            "--network", "host", *_mounts(Path(folder)), *given, "--tag", image, root,
        )  # fmt: skip
    return image


def size(image: str) -> int:
    """Return the bytes of an image with its base."""
    return int(_run("podman", "image", "inspect", image, "--format", "{{.Size}}"))


def remove(image: str) -> None:
    """Remove an image that was built here."""
    _run("podman", "image", "rm", "--force", image)


def _mounts(folder: Path) -> list[str]:
    """Let pip find a wheel of this plugin, and trust what this machine trusts."""
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=PLUGIN)
    settings = folder / "pip.conf"
    settings.write_text(f"[global]\nfind-links = /wheels\ncert = {_CERTIFICATES}\n")
    pairs = {folder: "/wheels", settings: "/etc/pip.conf", _CERTIFICATES: _CERTIFICATES}
    return [word for here, there in pairs.items() for word in ("--volume", f"{here}:{there}:ro")]


def _require_base() -> None:
    known = subprocess.run(["podman", "image", "exists", _BASE], check=False)
    if known.returncode == 0:
        return
    with tempfile.TemporaryDirectory(prefix="debian-") as folder:
        packages = "python3,python3-pip,python3-venv,ca-certificates"
        _run("debootstrap", "--variant=minbase", f"--include={packages}", "bookworm", folder)
        root = Path(folder)
        (root / "usr/bin/python").symlink_to("python3")
        for path in root.glob("usr/lib/python3*/EXTERNALLY-MANAGED"):  # the official image has none
            path.unlink()
        archive = root / "root.tar"
        _run("tar", "-C", root, "--exclude=./root.tar", "-cf", archive, ".")
        _run("podman", "import", "--quiet", archive, _BASE)


def _run(*words: object, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout.strip()
