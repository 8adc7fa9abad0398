#!/usr/bin/env bash
# Finds or fetches a Chromium for the browser tests; never fails: without one they skip by name
# (and fail where CI=true). $PYTHON is an interpreter that has Playwright.
set -uo pipefail
python="${PYTHON:-python3}"

works() { [ -n "$1" ] && [ -x "$1" ] && "$1" --version >/dev/null 2>&1; }

own() {
  "$python" -c 'from playwright.sync_api import sync_playwright as s
with s() as p: print(p.chromium.executable_path)' 2>/dev/null
}

for candidate in "${CHROMIUM:-}" "$(command -v chromium)" "$(command -v chromium-browser)" \
  "$(command -v google-chrome)" "$(own)"; do
  works "$candidate" && exit 0
done
echo "No Chromium found: fetching one for the browser tests ..."
timeout 90 "$python" -m playwright install chromium >/dev/null 2>&1 && works "$(own)" && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  export DEBIAN_FRONTEND=noninteractive
  timeout 300 bash -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    chromium fonts-noto-cjk' >/dev/null 2>&1 && works "$(command -v chromium)" && exit 0
fi
echo "No Chromium could be had; the browser tests will be skipped." >&2
exit 0
