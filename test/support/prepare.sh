#!/usr/bin/env bash
# Installs what the tests need beside npm's packages: redis-server, Chromium, an SSH server, and
# SecantusDB, which stands for MongoDB. Nothing to do is the usual case, and quick. What cannot be
# installed is said; in CI that fails the run, elsewhere the tests that need it will.
set -euo pipefail
cd "$(dirname "$0")/../.."

secantus='SecantusDB==0.7.0b3'
missing=()
packages=()

# Each command, and the Debian package that has it.
for pair in redis-server:redis-server chromium:chromium sshd:openssh-server; do
  command="${pair%%:*}"
  command -v "$command" >/dev/null || [ -x "/usr/sbin/$command" ] || packages+=("${pair##*:}")
done

if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${packages[*]}"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"; } \
      >/dev/null 2>&1 || missing+=("${packages[@]}")
  else
    missing+=("${packages[@]}")
  fi
fi

if [ ! -x .venv/bin/secantusd-py ] || [ "$(cat .venv/tako 2>/dev/null)" != "$secantus" ]; then
  echo "Installing $secantus"
  if { python3 -m venv .venv || python3 -m virtualenv .venv; } >/dev/null 2>&1 &&
    .venv/bin/pip install --quiet --disable-pip-version-check "$secantus"; then
    echo "$secantus" >.venv/tako
  else
    missing+=("$secantus (it needs python3 with venv)")
  fi
fi

if [ ${#missing[@]} -gt 0 ]; then
  echo "The tests need what could not be installed: ${missing[*]}" >&2
  [ "${CI:-}" != true ] || exit 1
fi
