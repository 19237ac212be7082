"""Which code has made something."""

import subprocess
from pathlib import Path

import e06_flows


def code_version() -> str:
    """Return the package's version, and the commit where there is a git repository."""
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    folder = Path(__file__).parent
    try:
        done = subprocess.run(  # noqa: S603  no shell
            command, cwd=folder, capture_output=True, text=True, check=False
        )
    except OSError:
        return e06_flows.__version__
    commit = done.stdout.strip()
    return f"{e06_flows.__version__}+{commit}" if commit else e06_flows.__version__
