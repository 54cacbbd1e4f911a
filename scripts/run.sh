#!/bin/sh
# Run the whole site from this checkout: web, worker and beat, with the demonstration in it. Ctrl-C stops all of them.
#
# PORT (8000), BIND (127.0.0.1) and VAR_DIR (var) may be set. DEMO=no loads no demonstration: a site without an
# administrator prints the one-time address at which its first makes an account. Expects scripts/bootstrap.sh to have run.
set -eu
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}
cd "$(dirname "$0")/.."
PATH=$PWD/.venv/bin:$PATH
VAR_DIR=${VAR_DIR:-var}
case $VAR_DIR in /*) ;; *) VAR_DIR=$PWD/$VAR_DIR ;; esac
# honcho gives every process a PORT of its own, so the address travels under another name.
WEB_HOST=${BIND:-127.0.0.1}
WEB_PORT=${PORT:-8000}
WEB_BIND=$WEB_HOST:$WEB_PORT
case ${DEMO:-yes} in
    yes | no) ;;
    *) echo "DEMO must be yes or no, not '$DEMO'." >&2; exit 2 ;;
esac
PYTHONUNBUFFERED=1
case $WEB_HOST in 0.0.0.0) seen=127.0.0.1 ;; *) seen=$WEB_HOST ;; esac
SITE_URL=${SITE_URL:-http://$seen:$WEB_PORT}
export PATH VAR_DIR WEB_BIND SITE_URL PYTHONUNBUFFERED
mkdir -p "$VAR_DIR"

child=
stop() {
    trap '' INT TERM HUP
    if [ -n "$child" ]; then
        kill -TERM "$child" 2>/dev/null || :
        wait "$child" || :
    fi
    exit "$1"
}
trap 'stop 130' INT
trap 'stop 143' TERM
trap 'stop 129' HUP

# Every step is a child that is waited for, because a shell hears a signal only while it waits.
step() {
    "$@" &
    child=$!
    wait "$child"
    child=
}

python - "$WEB_HOST" "$WEB_PORT" <<'PYTHON'
import socket
import sys

host, port = sys.argv[1:]
if not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
    sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}.")
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((host, int(port)))
    except OSError as error:
        sys.exit(f"Cannot listen on {host}:{port} ({error.strerror}). Name another port: make run PORT=8001")
PYTHON

step python scripts/messages.py compile
step python manage.py migrate --noinput --verbosity 0
step python manage.py catalogue
step python manage.py collectstatic --noinput --verbosity 0
if [ "${DEMO:-yes}" = yes ]; then
    echo "Loading the demonstration; the first time this takes up to a minute."
    step python manage.py demo
fi

# honcho would die of a closed terminal and leave its children: it ends by the TERM that stop() sends, and only by that.
# /dev/null stands in place of .env, which is the file of docker-compose.yml.
(
    trap '' HUP
    exec honcho --env /dev/null --procfile Procfile start
) &
child=$!

answers() {
    python -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$1" 2>/dev/null
}
until answers "http://$seen:$WEB_PORT/healthz"; do
    kill -0 "$child" 2>/dev/null || break
    sleep 0.5
done
if kill -0 "$child" 2>/dev/null; then
    printf '\n  http://%s:%s/\n\n' "$seen" "$WEB_PORT"
    if [ "${DEMO:-yes}" = yes ]; then
        cat <<BANNER
  Demonstration accounts, password demo-steel:
    reporter@daye.example      enters the monthly return of the Daye plant
    director@daye.example      approves it
    organizer@example.org      groups, calendar
    evaluator@example.org      accepts returns
    admin@example.org          plants, people, catalogue
BANNER
    elif address=$(python manage.py welcome --site "http://$seen:$WEB_PORT" 2>/dev/null); then
        cat <<BANNER
  This site is empty. Make its first administrator here; the address works once and for 24 hours
  (another one: manage.py welcome):
    $address
BANNER
    else
        echo "  Sign in as the administrator of this site."
    fi
    printf '\n  Ctrl-C stops everything. All data stands in %s.\n\n' "$VAR_DIR"
fi
wait "$child"
