#!/bin/sh
# `postgres <options>`: a new cluster whose superuser has the password POSTGRES_PASSWORD.
set -eu
data=/var/lib/postgresql/data
binaries=$(echo /usr/lib/postgresql/*/bin)
as_postgres() { setpriv --reuid postgres --regid postgres --init-groups "$@"; }

if [ ! -s "$data/PG_VERSION" ]; then
    install -d -o postgres -g postgres -m 700 "$data"
    install -o postgres -m 600 /dev/null /run/password
    printf '%s' "$POSTGRES_PASSWORD" >/run/password
    as_postgres "$binaries/initdb" -D "$data" -U postgres --pwfile /run/password --auth scram-sha-256 \
        --encoding UTF8 --locale C.UTF-8 >/dev/null
    rm /run/password
    echo "host all all all scram-sha-256" >>"$data/pg_hba.conf"
fi
install -d -o postgres -g postgres /run/postgresql
shift
exec setpriv --reuid postgres --regid postgres --init-groups "$binaries/postgres" -D "$data" -c listen_addresses='*' "$@"
