"""What a module for Flyte says: mypy passes on it, and it says a thing once."""

import shutil
from pathlib import Path

from mypy import api

GOLDEN = Path(__file__).parents[1] / "golden"


def test_mypy_passes_on_every_module(tmp_path):
    for module in GOLDEN.glob("*/flyte.py"):
        shutil.copy(module, tmp_path / f"{module.parent.name}.py")

    said, _, code = api.run(
        ["--config-file=", "--ignore-missing-imports", "--follow-imports=silent",
         "--cache-dir", str(tmp_path / "cache"), str(tmp_path)]
    )  # fmt: skip

    assert code == 0, said
