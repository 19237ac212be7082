"""When a schedule starts: checks of cron texts, time zones and intervals.

Flyte's scheduler reads five fields, or a word such as @daily. What other crons know beyond that
(seconds, `L`, `#`, 7 for Sunday) it refuses when the launch plan is registered.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from croniter import CroniterError, croniter

ALIASES = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_FIELDS = (*[r"[\d*/,?-]+"] * 3, *[r"([\d*/,?-]|[A-Za-z]{3})+"] * 2)
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}


def cron_text(text: str) -> str:
    """Return a cron text, trimmed, once it has been found to be right.

    Raises:
        ValueError: It says nothing that Flyte's scheduler understands, or no moment ever fits.
    """
    text = " ".join(text.split())
    if text in ALIASES:
        return text
    fields = text.split(" ")
    if len(fields) != len(_FIELDS) or not all(map(re.fullmatch, _FIELDS, fields)):
        raise ValueError(
            f"'{text}' is not five fields, minute hour day month weekday, nor one of "
            f"{', '.join(ALIASES)}"
        )
    if "7" in re.split(r"\D+", fields[4]):
        raise ValueError(f"'{text}': Sunday is 0, and Flyte's scheduler knows no weekday 7")
    try:
        croniter(text).get_next(datetime)
    except CroniterError as error:
        raise ValueError(f"'{text}' names no moment: {error}") from None
    return text


def time_zone(name: str) -> str:
    """Return the name of a time zone, once it has been found to be one.

    Raises:
        ValueError: There is no such zone.
    """
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"'{name}' is no time zone; a right one is Europe/Berlin") from None
    return name


def minutes(text: str) -> int:
    """Return an interval such as 90m, 6h or 1d in minutes.

    Raises:
        ValueError: It is none.
    """
    match = re.fullmatch(r"([1-9]\d*)\s*([mhd])", text.strip())
    if match is None:
        raise ValueError(f"'{text}' is no interval such as 90m, 6h or 1d")
    return int(match[1]) * _MINUTES[match[2]]
