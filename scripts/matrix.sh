#!/bin/sh
# Try kedro-flyte on the oldest and on the newest versions that its metadata admits, each in an environment of
# its own under .matrix/. One of them: sh scripts/matrix.sh floor
set -eu
cd "$(dirname "$0")/.."
uv=.venv/bin/uv
tests="kedro-flyte/tests/plan kedro-flyte/tests/test_commands.py kedro-flyte/tests/isolated/test_parts.py"

# What the tests need beside the plugin; in all environments the same.
tools="kedro-datasets>=9 hypothesis>=6.150 jsonschema>=4.25 packaging pytest>=9 pytest-xdist>=3.8 ruff"

# The path of an interpreter of a version, such as 3.10; nothing where there is none.
interpreter() {
    command -v "python$1" | grep -v shims && return
    for path in "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
        [ -x "$path" ] && printf '%s\n' "$path"
    done | tail -n 1
}

# try NAME PYTHON RESOLUTION
try() {
    path=$(interpreter "$2")
    if [ -z "$path" ]; then
        printf '%s: no Python %s here, left out\n' "$1" "$2"
        return
    fi
    rm -rf ".matrix/$1"
    "$uv" venv --quiet --python "$path" ".matrix/$1"
    python=.matrix/$1/bin/python
    "$uv" pip install --quiet --python "$python" --resolution "$3" "./kedro-flyte[pods]"
    # shellcheck disable=SC2086 # words
    "$uv" pip install --quiet --python "$python" $tools
    printf "%s: Python %s " "$1" "$2"
    "$uv" pip freeze --quiet --python "$python" | grep -E '^(kedro|flytekit|pydantic|croniter|omegaconf)==' | tr '\n' ' '
    printf '\n'
    # shellcheck disable=SC2086 # words
    "$python" -m pytest -q -n 0 -W default $tests
}

case ${1:-all} in
floor) try floor 3.10 lowest-direct ;;
middle) try middle 3.11 highest ;;
newest) try newest 3.12 highest ;;
all)
    try floor 3.10 lowest-direct
    try middle 3.11 highest
    try newest 3.12 highest
    ;;
*)
    printf 'Name one of floor, middle, newest, or nothing for all.\n' >&2
    exit 2
    ;;
esac
