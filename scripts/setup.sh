#!/bin/sh
# Create .venv with the Python given and install the pinned packages. One clear line when it cannot.
#
# uv installs them: the one on PATH, or else the pinned one, which pip puts into .venv. Where uv
# fails, pip does it alone. Both take the packages from where pip is configured to take them.
set -eu
python=${1:-python3}
log=.venv/setup.log
unfinished=.venv/.unfinished
unset PYTHONDONTWRITEBYTECODE # without byte-code every start takes twice as long
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1

fail() {
    printf 'Set-up stopped: %s\n' "$1" >&2
    exit 1
}

in_venv() {
    .venv/bin/python "$@" >"$log" 2>&1
}

# What pip is configured to do, by a variable or by a file; empty if nothing is set.
configured() {
    variable=PIP_$(printf '%s' "$1" | tr 'a-z-' 'A-Z_')
    eval "value=\${$variable:-}"
    if [ -z "$value" ]; then
        value=$(.venv/bin/python -m pip config list 2>/dev/null |
            sed -n "s/^[a-z]*\.$1='\(.*\)'\$/\1/p" | tail -n 1)
    fi
    printf '%s' "$value"
}

# Tell uv what pip knows, without a word on the terminal: an address may hold a password.
follow_pip() {
    for pair in index-url:UV_DEFAULT_INDEX extra-index-url:UV_INDEX find-links:UV_FIND_LINKS \
        cert:SSL_CERT_FILE default-timeout:UV_HTTP_TIMEOUT timeout:UV_HTTP_TIMEOUT; do
        name=${pair#*:}
        eval "already=\${$name:-}"
        value=$(configured "${pair%%:*}")
        if [ -z "$already" ] && [ -n "$value" ]; then
            export "$name=$value"
        fi
    done
}

no_network() {
    grep -qiE 'connection|resolve|network|timed out|no matching distribution|proxyerror|offline' "$log"
}

stop_without_packages() {
    if no_network; then
        rm -f "$unfinished" # both fetch everything before they install anything
        fail "the packages could not be fetched. Is there a network, or a package mirror set for pip? All output: $log"
    fi
    tail -n 3 "$log" >&2
    fail "the packages could not be installed. All output: $log"
}

install() {
    uv=$(command -v uv) || uv=.venv/bin/uv
    if [ ! -x "$uv" ]; then
        in_venv -m pip install --quiet "$(grep '^uv==' requirements.lock)" || stop_without_packages
    fi
    follow_pip
    "$uv" pip install --quiet --python .venv/bin/python --compile-bytecode \
        -r requirements.lock >"$log" 2>&1 && return
    in_venv -m pip install --quiet -r requirements.lock || stop_without_packages
}

version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) ||
    fail "no Python was found. Install Python 3.11 or 3.12, or name one: make setup PYTHON=/path/to/python3.11"
case $version in
    3.11 | 3.12) ;;
    *) fail "$python is Python $version, and this project needs 3.11 or 3.12. Name one: make setup PYTHON=python3.11" ;;
esac

# A set-up that was interrupted, or a Python that has gone, leaves a .venv that nothing can rely on.
if [ -e "$unfinished" ] || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    rm -rf .venv
    "$python" -m venv .venv >/dev/null 2>&1 || {
        rm -rf .venv
        fail "$python cannot make a virtual environment. On Debian: apt-get install python$version-venv"
    }
fi

printf 'Setting up .venv: about two minutes the first time ...\n'
touch "$unfinished"
install
in_venv -m pip install --quiet --no-index --no-deps --no-build-isolation -e . -e kedro-flyte || {
    tail -n 3 "$log" >&2
    fail "this project could not be installed into .venv. All output: $log"
}
rm -f "$unfinished"
touch .venv/.ready
