#!/bin/sh
# Builds the web for production into .next/standalone; does nothing when it is up to date.
#
#   build.sh NODE_BIN_DIR TOOLS_DIR        (as for install.sh)
#
# Start it with:  PORT=3000 HOSTNAME=127.0.0.1 API_PUBLIC_URL=… GRAPHQL_PUBLIC_URL=… \
#                 S3_PUBLIC_ENDPOINT_URL=… node .next/standalone/server.js
# The addresses are read when the server answers, so one build serves any ports.
set -eu

web=$(cd "$(dirname "$0")/.." && pwd)
node_bin=$(cd "$1" && pwd)
mkdir -p "$2"
tools=$(cd "$2" && pwd)

# Two stacks of one checkout may start at once; the second one waits and finds the work done.
exec 9>"$tools/web-build.lock"
flock 9

"$web/scripts/install.sh" "$node_bin" "$tools" >/dev/null
cd "$web"
export PATH="$node_bin:$PATH" CI=1 NEXT_TELEMETRY_DISABLED=1

stamp=.next/standalone/.vidmill-sources
sources=$(find src public scripts/build.sh next.config.ts tsconfig.json \
  package.json pnpm-lock.yaml -type f ! -path 'src/generated/*' ! -name '*.test.ts*' 2>/dev/null |
  LC_ALL=C sort | xargs cksum | cksum)
if [ "$(cat "$stamp" 2>/dev/null)" = "$sources" ]; then exit 0; fi

rm -f "$stamp"
node node_modules/next/dist/bin/next build >&2
# Next leaves these two to a CDN; here the same server sends them.
rm -rf .next/standalone/.next/static .next/standalone/public
cp -R .next/static .next/standalone/.next/static
if [ -d public ]; then cp -R public .next/standalone/public; fi
echo "$sources" >"$stamp"
