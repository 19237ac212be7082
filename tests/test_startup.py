"""What every run imports first lets it start and end sooner, and changes no result.

It is asked for in a fresh process, since a module is imported once.
"""

import json
import subprocess
import sys


def test_garbage_is_looked_for_less_often():
    code = (
        "import gc, json\nbefore = gc.get_threshold()[0]\nimport e06_flows.settings\n"
        "print(json.dumps([before, gc.get_threshold()[0], gc.isenabled()]))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    before, now, enabled = json.loads(done.stdout)
    assert before < now
    assert enabled is True
