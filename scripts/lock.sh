#!/bin/sh
# Write requirements.lock: every package of every extra, pinned, for Python 3.11 and 3.12, and no
# index address. It goes to a temporary name first, so that a failure leaves the old file.
set -eu
temporary=$(mktemp ./requirements.XXXXXX)
trap 'rm -f "$temporary"' EXIT
.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-header \
    --no-emit-index-url --no-emit-find-links --no-annotate --no-emit-package kedro-flyte \
    ${UPGRADE:---upgrade} --output-file "$temporary.out" pyproject.toml
{
    printf '# Written by `make lock`: pinned for Python 3.11 and 3.12.\n'
    grep -v '^\(#\|-e\|\./\)' "$temporary.out"
} >"$temporary"
rm -f "$temporary.out"
mv "$temporary" requirements.lock
chmod 644 requirements.lock
printf 'requirements.lock: %s packages\n' "$(grep -c == requirements.lock)"
