#!/bin/sh
# All checks that run no test. Every one runs, so that one call shows everything; the exit status tells whether all passed.
set -u
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH
failed=

check() {
    name=$1
    shift
    printf '== %s\n' "$name"
    "$@" || failed="$failed, $name"
}

check "lint" ruff check --quiet .
check "format" ruff format --check --quiet .
check "types" mypy
check "floors" lint-imports --no-logo
check "template lint" djlint templates --lint --quiet
check "template format" djlint templates --check --quiet
check "migrations" python manage.py makemigrations --check --dry-run
check "compose file" check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
check "django" python manage.py check --fail-level WARNING
check "translations" python scripts/messages.py check

if [ -n "$failed" ]; then
    printf '\nFailed: %s\n' "${failed#, }" >&2
    exit 1
fi
printf '\nAll checks passed.\n'
