#!/bin/sh
# Create .venv with the Python given and install the pinned packages. One clear line when it cannot.
set -eu
python=${1:-python3}

fail() {
    printf 'Set-up stopped: %s\n' "$1" >&2
    exit 1
}

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
    fail "no Python was found. Install Python 3.11 or 3.12, or name one: make setup PYTHON=/path/to/python3.11"
case $version in
    3.11 | 3.12) ;;
    *) fail "$python is Python $version, and this project needs 3.11 or 3.12. Name one: make setup PYTHON=python3.11" ;;
esac
if [ ! -x .venv/bin/python ]; then
    "$python" -m venv .venv >/dev/null 2>&1 || {
        rm -rf .venv
        fail "$python cannot make a virtual environment. On Debian: apt-get install python$version-venv"
    }
fi

log=.venv/setup.log
install() {
    if command -v uv >/dev/null 2>&1 &&
        uv pip install --quiet --python .venv/bin/python --compile-bytecode -r requirements.lock >"$log" 2>&1; then
        return 0
    fi
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.lock >"$log" 2>&1
}

printf 'Setting up .venv: about two minutes the first time ...\n'
if ! install; then
    tail -n 3 "$log" >&2
    if grep -qiE 'connection|resolve|network|timed out|No matching distribution|ProxyError' "$log"; then
        fail "the packages could not be fetched. Is there a network, or a package mirror set for pip? All output: $log"
    fi
    fail "the packages could not be installed. All output: $log"
fi
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps \
    --no-build-isolation -e . -e kedro-flyte >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    fail "this project could not be installed into .venv. All output: $log"
}
touch .venv/.ready
