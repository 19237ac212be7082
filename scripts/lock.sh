#!/bin/sh
# Write requirements.lock: every package of every extra, pinned, for Python 3.11 and 3.12, and no
# index address. It goes to a temporary name first, so that a failure leaves the old file.
# Of these versions, requirements.txt has what a task that trains needs, and requirements-light.txt
# what the other tasks need; images are made from them.
set -eu
temporary=$(mktemp ./requirements.XXXXXX)
trap 'rm -f "$temporary"' EXIT

# compile FILE OPTION...: pin what the extras need, and no package of this repository.
compile() {
    file=$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --no-header \
        --no-emit-index-url --no-emit-find-links --no-annotate --no-emit-package kedro-flyte \
        --output-file "$temporary.out" "$@" pyproject.toml
    {
        printf '# Written by `make lock`: pinned for Python 3.11 and 3.12.\n'
        grep -v '^\(#\|-e\|\./\)' "$temporary.out"
    } >"$temporary"
    rm -f "$temporary.out"
    mv "$temporary" "$file"
    chmod 644 "$file"
}

if [ "${ONLY:-}" != images ]; then
    compile requirements.lock --extra dev ${UPGRADE:---upgrade}
fi
compile requirements.txt --extra train --extra flyte --constraint requirements.lock
compile requirements-light.txt --extra flyte --constraint requirements.lock
printf 'requirements.lock: %s packages\n' "$(grep -c == requirements.lock)"
