"""What is set before Kedro is imported in a task."""

import io
import sys

from kedro_flyte.runtime import startup


def test_a_log_takes_a_character_that_is_not_utf8(tmp_path, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="utf-8"))
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    for name in ("MAIN_ENV_FOR_DYNACONF", "KEDRO_LOGGING_CONFIG"):
        monkeypatch.setenv(name, "")

    startup.prepare(tmp_path)
    sys.stdout.write("caf\udce9")
    sys.stdout.flush()

    assert written.getvalue() == rb"caf\udce9"
