"""The five steps in one process, without a framework: what the work and its imports take."""

import sys
from importlib import import_module
from pathlib import Path


def main(raw: Path, out: Path) -> None:
    """Do all that the five scripts do, and write all that they write."""
    for step in ("load_a", "load_b"):
        import_module(step).main(raw, out)
    for step in ("merge", "process", "train"):
        import_module(step).main(out)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
