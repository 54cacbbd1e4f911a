#!/bin/sh
# Make .venv and install one hashed lock into it: scripts/bootstrap.sh run|test
#
# Needs python3 (3.11 or later) with either python3-venv or python3-pip. A stamp in .venv, keyed by the lock's checksum,
# makes every later call instant. PYTHON names another interpreter.
set -eu
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
export PATH
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

set_name=${1:-run}
case $set_name in
    run | test) ;;
    *) die "usage: scripts/bootstrap.sh run|test" ;;
esac

# The test lock holds everything of the run lock, so one stamp serves for both.
wanted_run=$(cksum <requirements/run.lock)
wanted_test="$wanted_run $(cksum <requirements/test.lock)"
stamped() { [ -f ".venv/.stamp-$1" ] && [ "$(cat ".venv/.stamp-$1")" = "$2" ]; }

if [ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null; then
    if stamped test "$wanted_test"; then exit 0; fi
    if [ "$set_name" = run ] && stamped run "$wanted_run"; then exit 0; fi
    fresh=no
else
    fresh=yes
fi

# Without a PATH of its own, Python cannot tell where it lives: call it by its full name.
python=$(command -v "${PYTHON:-python3}") || die "Python 3.11 or later is needed, and there is no ${PYTHON:-python3}." \
    "On Debian: apt install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "Python 3.11 or later is needed;" \
    "$python is $("$python" -V 2>&1). Name another one: make run PYTHON=python3.12"

if [ "$fresh" = yes ]; then
    say "Making .venv with $("$python" -V)"
    rm -rf .venv
    # Debian without python3-venv has the module venv but not the pip that it would copy into it.
    if ! { "$python" -c 'import ensurepip' && "$python" -m venv .venv; } >/dev/null 2>&1; then
        rm -rf .venv
        "$python" -m venv --without-pip .venv || die "$python cannot make a virtual environment." \
            "On Debian: apt install python3-venv"
    fi
fi

if .venv/bin/python -m pip --version >/dev/null 2>&1; then
    pip() { .venv/bin/python -m pip "$@"; }
elif "$python" -m pip --version >/dev/null 2>&1; then
    pip() { "$python" -m pip --python .venv/bin/python "$@"; }
else
    rm -rf .venv
    die "$python has no pip, neither its own nor one to copy. On Debian, either of these will do:" \
        "apt install python3-venv   or   apt install python3-pip"
fi

say "Installing requirements/$set_name.lock (once; this takes a minute or so)"
rm -f .venv/.stamp-run .venv/.stamp-test
# The lock is complete and made for wheels: nothing is resolved, nothing is built here.
pip --disable-pip-version-check --no-input install --quiet --require-hashes --no-deps --only-binary :all: \
    -r "requirements/$set_name.lock" || die "The packages could not be installed; the message stands above."

printf '%s\n' "$wanted_run" >.venv/.stamp-run
if [ "$set_name" = test ]; then printf '%s\n' "$wanted_test" >.venv/.stamp-test; fi
