"""Flyte's own compiler in tests: a Go program around propeller's, built once, asked about packages.

    path = packages.write(package, tmp_path / "package.tgz")     # or one that `pyflyte package` made
    for verdict in verdicts(path):
        assert verdict.refusals == ()

What FlyteAdmin adds to the compiler cannot be had as a library. Its rules are written again in the Go
program, and each refusal says whose it is. Nothing here knows Kedro, except the making of packages.
"""

from real.verdicts import Refusal, Verdict, codes, verdicts

__all__ = ["Refusal", "Verdict", "codes", "verdicts"]
