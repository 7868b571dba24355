#!/bin/sh
# Install what is missing: Debian packages (when root and on Debian), uv, the locked Python environment.
set -eu
cd "$(dirname "$0")/../.."
export UV_PYTHON_DOWNLOADS=never

say() { printf 'setup: %s\n' "$*"; }

packages=""
need() { # need <file or command> <debian package>
    case $1 in
    /*) test -e "$1" || packages="$packages $2" ;;
    *) command -v "$1" >/dev/null 2>&1 || packages="$packages $2" ;;
    esac
}
need python3 python3
python3 -c 'import venv, ensurepip' 2>/dev/null || packages="$packages python3-venv"
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || packages="$packages postgresql"
need /usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server
need /usr/bin/chromium chromium
need git git
need setpriv util-linux
# Documents (WeasyPrint): text layout, and a font to put into them.
ls /usr/lib/*/libpangoft2-1.0.so.0 >/dev/null 2>&1 || packages="$packages libpangoft2-1.0-0"
need /usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf fonts-liberation

if [ -n "$packages" ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        say "please install first:$packages" >&2
        exit 1
    fi
    say "installing Debian packages:$packages"
    # Their own servers stay off: Paravent starts private ones. A policy that was there before is put back.
    policy=/usr/sbin/policy-rc.d
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
        trap 'rm -f "$policy"' EXIT
    fi
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >/dev/null
fi

# The same Chromium without a window, where it is packaged: half the work for the same pages.
light=chromium-headless-shell
if [ ! -e /usr/bin/$light ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    add() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $light >/dev/null 2>&1; }
    add || { apt-get update -qq && add; } || say "$light is not packaged here: chromium does its work"
fi

python=$(command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or later is needed" >&2; exit 1; }
test -x .venv/bin/python || { say "making .venv with $("$python" --version)"; "$python" -m venv .venv; }
if [ ! -x .venv/bin/uv ]; then
    version=$(sed -n 's/^uv==\([0-9.]*\).*/\1/p' requirements.lock)
    .venv/bin/python -m pip install -q --disable-pip-version-check "uv==$version"
fi
say "installing the locked Python packages"
.venv/bin/uv pip install -q --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.lock
editable=""
for folder in chassis proto deploy/local services/*; do editable="$editable -e $folder"; done
# shellcheck disable=SC2086
.venv/bin/uv pip install -q --python .venv/bin/python --no-deps --no-build-isolation $editable
touch .venv/.ready
say "ready"
