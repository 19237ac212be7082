"""A real S3 server for tests: moto in a process of its own, on a free loopback port."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO

from flyte_standin.storage import S3Storage

_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


class S3Server:
    """Starts the server with one bucket, and ends it (nothing else) on leaving.

    Args:
        timeout: Seconds to wait until it answers.
    """

    def __init__(self, bucket: str = "flyte", *, timeout: float = 60.0) -> None:
        self.bucket = bucket
        self.timeout = timeout

    def __enter__(self) -> S3Storage:
        self._log: IO[bytes] = tempfile.NamedTemporaryFile(prefix="s3-server-", suffix=".log")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env={"PATH": os.defpath, "PYTHONUNBUFFERED": "1"},
        )
        try:
            self.storage = S3Storage(self._wait_for_address(), self.bucket)
            self.storage.create_bucket()
        except BaseException:
            self._end()
            raise
        return self.storage

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.storage.close()
        self._end()

    def _wait_for_address(self) -> str:
        deadline = time.monotonic() + self.timeout
        while time.monotonic() < deadline and self._process.poll() is None:
            found = _ADDRESS.search(self._read_log())
            if found:
                return found.group()
            time.sleep(0.05)
        raise RuntimeError(f"The S3 server did not start:\n{self._read_log()}")

    def _read_log(self) -> str:
        return Path(self._log.name).read_text(errors="replace")

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
