#!/bin/sh
# Install what the browser tests need, unless it is there: a Chromium, and a font with Korean letters.
# Debian's packages where apt-get may be used, else the browser of Playwright.
# Argument: the Python that has Playwright.
set -eu

python=$1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

is_root() { [ "$(id -u)" -eq 0 ]; }
may_install() { command -v apt-get >/dev/null && { is_root || sudo -n true 2>/dev/null; }; }

# The one that the tests start: see tests/browser/chromium.py. What is there but does not run is as good as none.
chromium() { "$python" -m tests.browser.chromium >/dev/null 2>&1; }
has_font() { dpkg -s fonts-noto-cjk >/dev/null 2>&1 || [ -n "$(fc-list :lang=ko family 2>/dev/null | head -n 1)" ]; }

as_root() {
  if is_root; then env DEBIAN_FRONTEND=noninteractive "$@"; else sudo -n env DEBIAN_FRONTEND=noninteractive "$@"; fi
}

# Where there is no network this gives up at once.
apt() { as_root apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=15 "$@" </dev/null >>"$log" 2>&1; }

from_debian() {
  may_install || return 1
  echo "Installing $1 with apt-get"
  [ -n "${lists:-}" ] || { lists=known; apt update || true; }
  apt install --yes --no-install-recommends "$1"
}

from_playwright() {
  echo "Installing the Chromium of Playwright"
  timeout 300 "$python" -m playwright install chromium </dev/null >>"$log" 2>&1
}

chromium || { from_debian chromium && chromium; } || { from_playwright && chromium; } || {
  tail -n 5 "$log" >&2
  echo "The browser tests need a Chromium and none could be installed: install one (Debian: apt-get install chromium)," \
    "or run the other tests with $python -m pytest --ignore tests/browser." >&2
  exit 1
}

has_font || { from_debian fonts-noto-cjk && has_font; } || {
  echo "There is no font with Korean letters (Debian: apt-get install fonts-noto-cjk): no pictures are compared." >&2
  [ "${CI:-}" != true ] || exit 1
}
