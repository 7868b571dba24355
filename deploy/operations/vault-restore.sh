#!/bin/sh
# vault-restore.sh BACKUP: put back what vault-backup.sh made (one of its folders). Everything since then is lost, erasures
# too: run `python -m identity_vault erasures replay` before any process is started again (the eraser does so at its start).
# Asks for the same variables as vault-backup.sh; the token must be allowed to write sys/storage/raft/snapshot-force.
# Stop every process of identity-vault first. OpenBao must run, with the same seal.
set -eu

[ $# -eq 1 ] || { echo "usage: vault-restore.sh BACKUP" >&2; exit 2; }
: "${PGDATABASE:?}" "${BAO_ADDR:?}" "${BAO_TOKEN_FILE:?}"

(cd "$1" && sha256sum --check --quiet SHA256SUMS)

pg_restore --clean --if-exists --exit-on-error --single-transaction --no-owner --dbname="$PGDATABASE" \
    "$1/database.dump"

token() { printf 'X-Vault-Token: %s\n' "$(cat "$BAO_TOKEN_FILE")"; }
token | curl --silent --show-error --fail ${BAO_CACERT:+--cacert "$BAO_CACERT"} --header @- --request POST \
    --data-binary "@$1/openbao.snapshot" "$BAO_ADDR/v1/sys/storage/raft/snapshot-force"

tries=0
until curl --silent --fail ${BAO_CACERT:+--cacert "$BAO_CACERT"} --output /dev/null "$BAO_ADDR/v1/sys/health"; do
    tries=$((tries + 1))
    [ "$tries" -le 60 ] || { echo "OpenBao does not come back: is its seal the same?" >&2; exit 1; }
    sleep 1
done
echo "restored; now: python -m identity_vault erasures replay"
