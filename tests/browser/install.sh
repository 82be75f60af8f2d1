#!/bin/sh
# Install what the browser tests need, unless it is there: a Chromium, and a font with Korean letters.
# Debian's packages where apt-get may be used, else the browser of Playwright.
# Argument: the Python that has Playwright.
set -eu

python=$1

has_chromium() { command -v chromium >/dev/null; }
has_font() { dpkg -s fonts-noto-cjk >/dev/null 2>&1 || [ -n "$(fc-list :lang=ko family 2>/dev/null | head -n 1)" ]; }
is_root() { [ "$(id -u)" -eq 0 ]; }
may_install() { command -v apt-get >/dev/null && { is_root || sudo -n true 2>/dev/null; }; }

as_root() {
  if is_root; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

from_debian() {
  echo "Installing $1 with apt-get"
  as_root apt-get install --yes --no-install-recommends "$1" </dev/null ||
    echo "apt-get could not install $1" >&2
}

if may_install && { ! has_chromium || ! has_font; }; then
  as_root apt-get update </dev/null || echo "apt-get update failed; trying with the lists there are" >&2
  has_chromium || from_debian chromium
  has_font || from_debian fonts-noto-cjk
fi

# A Chromium that is a snap cannot be driven from outside: the tests use Playwright's own then.
case "$(command -v chromium || true)" in
  "" | /snap/*) "$python" -m playwright install chromium ;;
esac

has_font || echo "No font with Korean letters was found: the browser tests compare no pictures then, and say so." >&2
