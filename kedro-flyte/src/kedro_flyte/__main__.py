"""`python -m kedro_flyte ...`: `kedro flyte ...` without other plug-ins and with clean output."""

import contextlib
import sys

with contextlib.redirect_stdout(sys.stderr):  # Kedro logs when it is imported
    from kedro_flyte.cli import flyte

if __name__ == "__main__":
    flyte(prog_name="python -m kedro_flyte")
