#!/bin/sh
# The broker itself reads RABBITMQ_DEFAULT_USER and RABBITMQ_DEFAULT_PASS.
set -eu
echo '[rabbitmq_management].' >/etc/rabbitmq/enabled_plugins
export HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
exec setpriv --reuid rabbitmq --regid rabbitmq --init-groups /usr/lib/rabbitmq/bin/rabbitmq-server
