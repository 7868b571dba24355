#!/bin/sh
# `server -dev`: in memory, unsealed, reachable from outside the container, root token BAO_DEV_ROOT_TOKEN_ID.
set -eu
if [ "${1:-}" = server ]; then
    shift
    set -- server -dev-root-token-id="${BAO_DEV_ROOT_TOKEN_ID:-}" \
        -dev-listen-address="${BAO_DEV_LISTEN_ADDRESS:-0.0.0.0:8200}" "$@"
fi
export HOME=/tmp
exec bao "$@"
