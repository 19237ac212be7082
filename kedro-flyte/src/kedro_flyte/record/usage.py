"""What this process has used until now, as the operating system counts it."""

import os
import sys
from pathlib import Path

_PROCESS = Path("/proc/self")


def used() -> dict[str, float]:
    """Return CPU seconds, peak memory and bytes read and written of this process, so far.

    Keys: `cpu` in seconds with its ended children's, `peak` in bytes since `forget_peak`, `read`
    and `written` in bytes through any file or pipe. Linux alone counts the last three; elsewhere
    `peak` is that of the process's life, and the others are missing.
    """
    times = os.times()
    found = {"cpu": times.user + times.system + times.children_user + times.children_system}
    try:
        status = (_PROCESS / "status").read_text(encoding="ascii", errors="replace")
        counts = (_PROCESS / "io").read_text(encoding="ascii")
    except OSError:
        return found | _peak_of_life()
    found["peak"] = 1024 * int(_value(status, "VmHWM").split()[0])
    found["read"], found["written"] = int(_value(counts, "rchar")), int(_value(counts, "wchar"))
    return found


def forget_peak() -> None:
    """Let the peak begin anew at what is used now, where the system can."""
    try:
        (_PROCESS / "clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _value(text: str, name: str) -> str:
    return next(line.split(":", 1)[1] for line in text.splitlines() if line.startswith(f"{name}:"))


def _peak_of_life() -> dict[str, float]:
    try:
        import resource
    except ImportError:  # not a system that counts it
        return {}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"peak": most if sys.platform == "darwin" else 1024 * most}
