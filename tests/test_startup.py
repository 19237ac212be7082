"""What makes a run start sooner leaves out what it says, and changes no result.

Each test asks a fresh process, since a module is imported once.
"""

import json
import subprocess
import sys
from typing import Any

LIGHT = "from e06_flows.startup import start_light; start_light()\n"
VALIDATE = """
import json, sys
import pandas as pd
from e06_flows.pipelines.sample.schemas import DatasetA

table = pd.DataFrame({"Id": [1, 2], "SepalLengthCm": [5, 6], "SepalWidthCm": [3.0, 2.5], "RandomColumn": [0.1, 0.2]})
found = DatasetA.validate(table).to_dict("list")
"""


def _said(code: str) -> Any:
    """Run code in a fresh process and return what it has printed, as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_hypothesis_is_not_imported_by_a_run():
    imported = "print(json.dumps('hypothesis' in sys.modules))"

    assert _said(VALIDATE + imported) is True  # or there would be nothing to leave out
    assert _said(LIGHT + VALIDATE + imported) is False


def test_a_table_is_validated_the_same_without_hypothesis():
    assert _said(f"{LIGHT}{VALIDATE}print(json.dumps(found))") == _said(
        f"{VALIDATE}print(json.dumps(found))"
    )


def test_hypothesis_can_be_imported_afterwards():
    found = _said(
        f"{LIGHT}import json, hypothesis.strategies\nprint(json.dumps(bool(hypothesis.given)))"
    )

    assert found is True


def test_a_library_imported_before_stays():
    found = _said(
        f"import json, hypothesis, sys\n{LIGHT}import pandera.strategies.base_strategies as used\n"
        "print(json.dumps([used.HAS_HYPOTHESIS, sys.modules['hypothesis'] is hypothesis]))"
    )

    assert found == [True, True]


def test_garbage_is_looked_for_less_often():
    found = _said(
        f"import gc, json\nbefore = gc.get_threshold()[0]\n{LIGHT}"
        "print(json.dumps([before, gc.get_threshold()[0], gc.isenabled()]))"
    )

    assert found[0] < found[1]
    assert found[2] is True
