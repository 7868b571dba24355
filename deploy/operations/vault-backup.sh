#!/bin/sh
# vault-backup.sh FOLDER: one backup of identity-vault, in FOLDER/<UTC time>/: its database and OpenBao's storage.
# Asks for: PGHOST, PGPORT, PGUSER, PGDATABASE, PGPASSFILE (libpq) of the database's owner;
#   BAO_ADDR, BAO_TOKEN_FILE (a token that may read sys/storage/raft/snapshot), BAO_CACERT if the system does not know it.
# Backups older than VAULT_BACKUP_DAYS (30 at most: an erased record may not live longer in one) are deleted.
set -eu
umask 077

[ $# -eq 1 ] || { echo "usage: vault-backup.sh FOLDER" >&2; exit 2; }
: "${PGDATABASE:?}" "${BAO_ADDR:?}" "${BAO_TOKEN_FILE:?}"
days=${VAULT_BACKUP_DAYS:-30}
[ "$days" -le 30 ] || { echo "backups may not live longer than 30 days" >&2; exit 2; }

made="$1/$(date -u +%Y%m%dT%H%M%SZ)"
draft="$made.part"
mkdir -p "$draft"

# What is sealed between the two is in the database only, and is missing after a restore, as all that is sealed later.
printf 'X-Vault-Token: %s\n' "$(cat "$BAO_TOKEN_FILE")" |
    curl --silent --show-error --fail ${BAO_CACERT:+--cacert "$BAO_CACERT"} --header @- \
        --output "$draft/openbao.snapshot" "$BAO_ADDR/v1/sys/storage/raft/snapshot"
pg_dump --format=custom --schema=public --file="$draft/database.dump"

(cd "$draft" && sha256sum openbao.snapshot database.dump > SHA256SUMS)
sync "$draft"/*
mv "$draft" "$made"
find "$1" -mindepth 1 -maxdepth 1 -type d -name '20*' -mtime "+$days" -exec rm -rf {} +
echo "$made"
