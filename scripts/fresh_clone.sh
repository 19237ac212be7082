#!/bin/sh
# Do what a new user does: clone the last commit, and run the README's commands as printed there.
#
# The environment is empty but for a home folder, the system's PATH and what the network needs. There
# is no Java, no uv and no Python but the system's; FRESH_PYTHON=/path/to/bin puts another first.
# Everything happens in a temporary folder, which stays only if a command fails.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/e06-fresh-XXXXXX")
git clone --quiet --no-local "$root" "$work/clone"

# The commands are the lines of the first block of code.
awk '/^```/ { if (inside) exit; inside = 1; next } inside' "$work/clone/README.md" >"$work/commands"
if ! grep -q . "$work/commands"; then
    printf 'README.md holds no block of code\n' >&2
    exit 1
fi

# A folder of links: what make, git and the scripts call, without /usr/bin as a whole.
mkdir "$work/bin" "$work/home"
for folder in /usr/local/bin /usr/bin /bin; do
    for program in "$folder"/*; do
        case ${program##*/} in
            java* | jar* | uv | uvx | kedro* | pytest*) ;;
            *) [ -e "$work/bin/${program##*/}" ] || ln -s "$program" "$work/bin/" ;;
        esac
    done
done

keep=$(env | grep -E '^(PIP_|UV_|SSL_CERT|https?_proxy=|HTTPS?_PROXY=|no_proxy=|NO_PROXY=|REQUESTS_CA_BUNDLE=)' |
    cut -d= -f1)
set -- HOME="$work/home" PATH="${FRESH_PYTHON:+$FRESH_PYTHON:}$work/bin" LANG=C.UTF-8
for name in $keep; do
    eval "set -- \"\$@\" \"$name=\$$name\""
done

cd "$work/clone"
while IFS= read -r command; do
    printf '\n$ %s\n' "$command"
    began=$(date +%s)
    if ! env -i "$@" sh -c "$command" </dev/null; then
        printf '\n`%s` failed in a fresh clone. It is left in %s\n' "$command" "$work/clone" >&2
        exit 1
    fi
    printf '(%s s)\n' "$(($(date +%s) - began))"
done <"$work/commands"
rm -rf "$work"
