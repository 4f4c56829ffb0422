#!/bin/sh
# Checks the web's source; installs its packages first when they are not there.
#
#   check.sh NODE_BIN_DIR TOOLS_DIR lint     style, formatting and types, against the exported schemas
#   check.sh NODE_BIN_DIR TOOLS_DIR unit     the tests beside the source
#   check.sh NODE_BIN_DIR TOOLS_DIR e2e      Chromium against a running stack (see e2e/README.md)
#
# What follows the command is passed on to Vitest or Playwright.
set -eu

web=$(cd "$(dirname "$0")/.." && pwd)
node_bin=$(cd "$1" && pwd)
"$web/scripts/install.sh" "$node_bin" "$2" >/dev/null
command=$3
shift 3
cd "$web"
export PATH="$node_bin:$web/node_modules/.bin:$PATH" NEXT_TELEMETRY_DISABLED=1

case "$command" in
lint)
  biome check --error-on-warnings .
  node scripts/typegen.mjs
  next typegen
  tsc --noEmit
  ;;
unit) vitest run "$@" ;;
e2e) playwright test "$@" ;;
*)
  echo "check.sh: lint, unit or e2e, not $command" >&2
  exit 2
  ;;
esac
