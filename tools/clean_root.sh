#!/bin/sh
# Runs commands in a clean, minimal Debian 12: no Python, no compiler, no curl.
# The way to know that a fresh machine is enough.
#
#   tools/clean_root.sh                    ./dev up, ./dev up again, ./dev test
#   tools/clean_root.sh './dev setup'      these commands instead, in order
#
# Needs root (debootstrap, chroot, a mount namespace). What lies in the clone's
# last commit is what is tried. Names of the machine's own surroundings (DNS,
# package mirror, proxy, certificates) are carried in from outside; ./dev knows
# nothing of them.
#
#   CLEAN_ROOT=DIR       where (default: a folder in $TMPDIR, removed afterwards)
#   CLEAN_ROOT_KEEP=1    leave it there
#   CLEAN_ROOT_SUITE     bookworm
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
suite=${CLEAN_ROOT_SUITE:-bookworm}
cache=${HEARTH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hearth}/clean-root
root=${CLEAN_ROOT:-${TMPDIR:-/tmp}/hearth-clean-root.$$}

[ "$(id -u)" -eq 0 ] || { echo "clean_root: needs root" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "clean_root: needs debootstrap" >&2; exit 1; }

mirror() {
  cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -n 's/^URIs: *//p; s/^deb \(\[[^]]*\] \)\{0,1\}\(http[^ ]*\).*/\2/p' |
    grep -E '/debian/?$' | head -n 1
}

base() {
  if [ ! -f "$cache/$suite.tar" ]; then
    echo "== debootstrap --variant=minbase $suite"
    mkdir -p "$cache"
    scratch=$(mktemp -d "$cache/.base.XXXXXX")
    chmod 0755 "$scratch"  # it becomes /
    debootstrap --variant=minbase "$suite" "$scratch" "$(mirror)" >"$cache/debootstrap.log" 2>&1 ||
      { tail -n 20 "$cache/debootstrap.log" >&2; rm -rf "$scratch"; exit 1; }
    tar -C "$scratch" --numeric-owner -cf "$cache/$suite.tar.new" .
    mv "$cache/$suite.tar.new" "$cache/$suite.tar"
    rm -rf "$scratch"
  fi
  mkdir -p "$root"
  tar -C "$root" --numeric-owner -xf "$cache/$suite.tar"
}

surroundings() {
  cp -L /etc/resolv.conf "$root/etc/resolv.conf"
  cp -L /etc/hosts "$root/etc/hosts"
  if [ -f /etc/apt/sources.list.d/debian.sources ]; then
    cp /etc/apt/sources.list.d/debian.sources "$root/etc/apt/sources.list.d/"
    rm -f "$root/etc/apt/sources.list"
  fi
  grep -lis 'proxy' /etc/apt/apt.conf.d/* 2>/dev/null |
    while read -r file; do cp "$file" "$root/etc/apt/apt.conf.d/"; done || true
  # Certificates of the surroundings, at a path that no package writes to.
  if [ -f /etc/ssl/certs/ca-certificates.crt ]; then
    cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/surroundings.crt"
  fi
}

inside() {
  echo "== $1"
  begun=$(date +%s)
  proxies=$(env | grep -iE '^(https?|no|all)_proxy=' || true)
  # shellcheck disable=SC2016,SC2086  # the inner shell expands; a proxy setting is one word
  unshare --mount --pid --fork --kill-child sh -eu -c '
    mount --make-rprivate /
    mount --rbind /dev "$1/dev"
    mount -t proc proc "$1/proc"
    mount --rbind /sys "$1/sys"
    shift_root=$1; shift
    exec chroot "$shift_root" /usr/bin/env -i "$@"
  ' sh "$root" HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 TERM=dumb CI=true $proxies \
    NODE_EXTRA_CA_CERTS=/etc/surroundings.crt npm_config_cafile=/etc/surroundings.crt \
    sh -c "cd /root/hearth && $1" </dev/null
  echo "== took $(($(date +%s) - begun)) s: $1"
}

finish() {
  [ -n "${CLEAN_ROOT_KEEP:-}" ] || rm -rf --one-file-system "$root"
}
trap finish EXIT
trap 'exit 130' INT TERM

[ -d "$root/etc" ] || base
surroundings
[ -d "$root/root/hearth" ] || git clone -q --no-local "$here" "$root/root/hearth"
[ "$#" -gt 0 ] || set -- './dev up' './dev up' './dev test'
for command in "$@"; do
  inside "$command"
done
