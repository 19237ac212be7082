#!/bin/sh
# Build the wheels and archives of both distributions into dist/, and check them: two builds are
# equal byte for byte, and the tests say what has to be inside.
set -eu
again=$(mktemp -d)
trap 'rm -rf "$again"' EXIT
rm -rf dist
mkdir dist
root=$(pwd)
for folder in . kedro-flyte; do
    for target in "$root/dist" "$again"; do
        (cd "$folder" && "$root/.venv/bin/python" -m hatchling build -d "$target" >/dev/null)
    done
done
for file in dist/*; do
    cmp "$file" "$again/$(basename "$file")"
done
DIST="$root/dist" .venv/bin/python -m pytest -q -n 0 tests/test_distributions.py
ls -l dist
