"""Run all benchmarks, or those named on the command line: `python -m benchmarks sample`."""

import importlib
import json
import os
import pkgutil
import platform
import sys
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

RESULTS = Path(__file__).with_name("results")


def benchmarks(names: list[str]) -> dict[str, ModuleType]:
    """Return the modules that measure, by name; all, if no name is given.

    Raises:
        SystemExit: A name is not one of a benchmark.
    """
    found = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "__main__" and not module.ispkg:
            candidate = importlib.import_module(f"benchmarks.{module.name}")
            if hasattr(candidate, "measure"):
                found[module.name] = candidate
    unknown = sorted(set(names) - set(found))
    if unknown:
        sys.exit(f"No benchmark is called {', '.join(unknown)}. There are: {', '.join(found)}.")
    return {name: found[name] for name in names or found}


def table(rows: list[dict[str, Any]]) -> str:
    """Return a Markdown table; a ratio is against the row that its own names, or the first."""
    seconds = {row["name"]: row["seconds"] for row in rows} | {"": rows[0]["seconds"]}
    lines = [
        "| what | seconds | ratio | peak memory, MB | runs |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row['name']} | {row['seconds']:.2f} | {row['seconds'] / seconds[row['against']]:.2f} "
        f"| {row['megabytes']:.0f} | {row['runs']} |"
        for row in rows
    ]
    return "\n".join(lines)


def main(names: list[str]) -> None:
    """Print and write a table a benchmark."""
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    RESULTS.mkdir(exist_ok=True)
    for name, module in benchmarks(names).items():
        rows = [asdict(measurement) for measurement in module.measure()]
        about = (module.__doc__ or name).strip().split("\n\n")[0]
        text = f"# {name}\n\n{about}\n\n{table(rows)}\n\nMedians. {machine}.\n"
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
        (RESULTS / f"{name}.json").write_text(
            json.dumps({"machine": machine, "measurements": rows}, indent=2) + "\n",
            encoding="utf-8",
        )
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
