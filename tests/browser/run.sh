#!/usr/bin/env bash
# Drives a headless Chromium over the live page. Installs what it needs into a folder of its own, or is skipped visibly.
# EVENHAND: the program (else it is built). BROWSER_FOLDER: where packages and screenshots go (else a temporary folder).
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
chromium="${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)}"
if [ -z "$chromium" ]; then echo "skipped: there is no chromium"; exit 0; fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then echo "skipped: there is no node or no npm"; exit 0; fi

work="${BROWSER_FOLDER:-$(mktemp -d)}"
mkdir -p "$work/shots"
[ -n "${BROWSER_FOLDER:-}" ] || trap 'rm -rf "$work"' EXIT
if [ ! -d "$work/node_modules/playwright-core" ] || [ ! -d "$work/node_modules/axe-core" ]; then
    echo '{"private":true,"type":"module"}' >"$work/package.json"
    if ! (cd "$work" && npm install --silent --no-audit --no-fund --ignore-scripts playwright-core@1.65.1 axe-core@4.14.1 >"$work/npm.txt" 2>&1); then
        echo "skipped: npm could not install playwright-core and axe-core"
        tail -5 "$work/npm.txt"
        exit 0
    fi
fi
if [ -z "${EVENHAND:-}" ]; then
    cargo build --release --locked --manifest-path "$root/Cargo.toml"
    EVENHAND="$root/target/release/evenhand"
fi
cp "$here/live.mjs" "$work/live.mjs"
EVENHAND="$EVENHAND" CHROMIUM="$chromium" ROOT="$root" WORK="$work" node "$work/live.mjs" "$@"
