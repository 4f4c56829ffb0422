#!/bin/sh
# Installs the web's packages exactly as pnpm-lock.yaml names them, and prints where pnpm is; does
# nothing when they are there.
#
#   install.sh NODE_BIN_DIR TOOLS_DIR        (as for tools/pnpm/install.sh)
set -eu

node_bin=$(cd "$1" && pwd)
web=$(cd "$(dirname "$0")/.." && pwd)
pnpm=$("$web/tools/pnpm/install.sh" "$node_bin" "$2")
export PATH="$node_bin:$PATH"
export CI=1 NEXT_TELEMETRY_DISABLED=1

lock=$(cd "$web" && cat package.json pnpm-lock.yaml pnpm-workspace.yaml | cksum)
if [ "$(cat "$web/node_modules/.vidmill-lock" 2>/dev/null)" != "$lock" ]; then
  "$pnpm" --dir "$web" install --frozen-lockfile --reporter=append-only >&2
  echo "$lock" >"$web/node_modules/.vidmill-lock"
fi
echo "$pnpm"
