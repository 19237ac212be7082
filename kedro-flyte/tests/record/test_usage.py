"""What is measured of a process is what it has used."""

import subprocess
import sys

import pytest
from kedro_flyte.record import usage

TAKE = """
from kedro_flyte.record import usage

usage.forget_peak()
before = usage.used()["peak"]
taken = bytearray({size})
taken[::4096] = b"x" * len(taken[::4096])
del taken
print(usage.used()["peak"] - before)
usage.forget_peak()
print(usage.used()["peak"] - before)
"""


@pytest.mark.parametrize("gibibytes", [0.3, 1.5])
def test_a_peak_is_what_was_taken_within_five_percent(gibibytes):
    size = int(gibibytes * 2**30)
    done = subprocess.run(
        [sys.executable, "-c", TAKE.format(size=size)], check=True, capture_output=True, text=True
    )
    peak, after = map(int, done.stdout.split())

    assert peak == pytest.approx(size, rel=0.05)
    assert after < 0.05 * size


def test_written_bytes_are_counted(tmp_path):
    before = usage.used()
    (tmp_path / "x").write_bytes(b"x" * 5_000_000)

    assert usage.used()["written"] - before["written"] == pytest.approx(5_000_000, rel=0.01)
