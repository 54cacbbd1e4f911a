#!/bin/sh
# PostgreSQL, Redis, a Chromium for the tests and wrk for the benchmarks, on a Debian machine and as root:
#
#   eval "$(scripts/services.sh start)"    installs what is missing, starts both, exports DATABASE_URL and REDIS_URL
#   scripts/services.sh stop               stops them and deletes their data
#
# Both listen on free ports of 127.0.0.1 and keep their data under SERVICES_DIR (/tmp/competition-services), apart from
# any other server of the machine. A second start finds the running ones. Only the export lines go to stdout.
set -eu
PATH=${PATH:-/usr/local/bin:/usr/bin:/bin}:/usr/sbin:/sbin
export PATH
dir=${SERVICES_DIR:-/tmp/competition-services}

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

pg_bin() { find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1 | xargs -r dirname; }
as_postgres() { (cd "$dir/pg" && runuser -u postgres -- "$@"); }
redis() { redis-cli -h 127.0.0.1 -p "$(cat "$dir/redis/port")" "$@"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

install_missing() {
    wanted=
    [ -n "$(pg_bin)" ] || wanted="$wanted postgresql"
    command -v redis-server >/dev/null || wanted="$wanted redis-server"
    command -v chromium >/dev/null || wanted="$wanted chromium"
    command -v wrk >/dev/null || wanted="$wanted wrk"
    dpkg -s fonts-noto-cjk >/dev/null 2>&1 || wanted="$wanted fonts-noto-cjk"
    if [ -n "$wanted" ]; then
        say "Installing$wanted"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -q </dev/null >&2
        # shellcheck disable=SC2086
        apt-get install -q -y --no-install-recommends $wanted </dev/null >&2
    fi
}

start_postgres() {
    if [ -f "$dir/pg/data/PG_VERSION" ] && as_postgres "$(pg_bin)/pg_ctl" -D "$dir/pg/data" status >/dev/null; then
        return
    fi
    rm -rf "$dir/pg"
    install -d -o postgres -g postgres -m 700 "$dir/pg"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    port=$(free_port)
    printf '%s\n' "$password" >"$dir/pg/password"
    chown postgres "$dir/pg/password"
    as_postgres "$(pg_bin)/initdb" -D "$dir/pg/data" -U competition -A scram-sha-256 --pwfile "$dir/pg/password" \
        -E UTF8 --locale C.UTF-8 --no-sync >&2
    # Nothing here has to outlive a power cut: no fsync.
    as_postgres "$(pg_bin)/pg_ctl" -D "$dir/pg/data" -l "$dir/pg/log" -w -t 60 -o "-p $port -k $dir/pg -h 127.0.0.1 \
        -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" start >&2 ||
        { cat "$dir/pg/log" >&2; die "PostgreSQL did not start."; }
    PGPASSWORD=$password "$(pg_bin)/createdb" -h 127.0.0.1 -p "$port" -U competition competition >&2
    printf 'postgres://competition:%s@127.0.0.1:%s/competition\n' "$password" "$port" >"$dir/pg/url"
}

start_redis() {
    if [ -f "$dir/redis/port" ] && [ "$(redis ping 2>/dev/null)" = PONG ]; then return; fi
    rm -rf "$dir/redis"
    mkdir -p "$dir/redis"
    free_port >"$dir/redis/port"
    redis-server --bind 127.0.0.1 --port "$(cat "$dir/redis/port")" --dir "$dir/redis" --save "" --appendonly no \
        --daemonize yes --logfile "$dir/redis/log" </dev/null >&2
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        if [ "$(redis ping 2>/dev/null)" = PONG ]; then return; fi
        sleep 0.5
    done
    cat "$dir/redis/log" >&2
    die "Redis did not start."
}

start() {
    [ "$(id -u)" = 0 ] || die "scripts/services.sh start must run as root: it installs packages."
    install_missing
    if [ -e "$dir" ] && [ "$(stat -c %u "$dir")" != 0 ]; then die "$dir belongs to somebody else."; fi
    # PostgreSQL's own user must be able to pass through.
    mkdir -p "$dir"
    chmod 711 "$dir"
    start_postgres
    start_redis
    printf 'export DATABASE_URL=%s\n' "$(cat "$dir/pg/url")"
    printf 'export REDIS_URL=redis://127.0.0.1:%s/0\n' "$(cat "$dir/redis/port")"
}

stop() {
    if [ -f "$dir/pg/data/postmaster.pid" ]; then
        as_postgres "$(pg_bin)/pg_ctl" -D "$dir/pg/data" -m immediate -w stop >&2 || :
    fi
    if [ -f "$dir/redis/port" ]; then redis shutdown nosave >&2 || :; fi
    rm -rf "$dir"
}

case ${1:-} in
    start) start ;;
    stop) stop ;;
    *) die "usage: scripts/services.sh start|stop" ;;
esac
