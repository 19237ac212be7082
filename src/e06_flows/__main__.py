"""Run a pipeline without the `kedro` command: `python -m e06_flows --pipelines sample`."""

from pathlib import Path

from kedro.framework.cli.utils import find_run_command
from kedro.framework.project import configure_project


def main() -> None:
    """Parse the command line as `kedro run` does, and run."""
    package_name = Path(__file__).parent.name
    configure_project(package_name)
    find_run_command(package_name)()


if __name__ == "__main__":
    main()
