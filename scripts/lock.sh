#!/bin/sh
# Resolve pyproject.toml into requirements/run.lock and test.lock, for every platform, with the hashes of every file.
# UV names the tool; options given here go to it, such as --upgrade.
set -eu
cd "$(dirname "$0")/.."
uv=$(command -v "${UV:-uv}" || command -v .venv/bin/uv) || {
    echo "uv is needed to resolve the lock: pip install uv, or UV=/path/to/uv make lock" >&2
    exit 1
}
lock() {
    out=$1
    shift
    # Where the packages came from belongs to the machine, not to the lock.
    "$uv" pip compile pyproject.toml --universal --python-version 3.11.0 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "make lock" --quiet --output-file "$out" "$@"
}
lock requirements/run.lock "$@"
lock requirements/test.lock --extra test --constraint requirements/run.lock "$@"
