#!/bin/sh
# Builds the playground and the REST documentation into dist; does nothing when it is up to date.
#
#   build.sh NODE_BIN_DIR TOOLS_DIR        (as for apps/web/tools/pnpm/install.sh)
#
# The services find dist by CONSOLE_DIR, and read it anew for every request.
set -eu

console=$(cd "$(dirname "$0")/.." && pwd)
checkout=$(cd "$console/../.." && pwd)
node_bin=$(cd "$1" && pwd)
mkdir -p "$2"
tools=$(cd "$2" && pwd)

# Two stacks of one checkout may start at once; the second one waits and finds the work done.
exec 9>"$tools/console-build.lock"
flock 9

cd "$console"
schema=../../apps/graphql/schema.graphql
icon=../../apps/web/src/app/icon.svg
sources=$(find src scripts package.json pnpm-lock.yaml pnpm-workspace.yaml "$schema" "$icon" -type f |
  LC_ALL=C sort | xargs cksum | cksum)
if [ "$(cat dist/.sources 2>/dev/null)" = "$sources" ]; then exit 0; fi

pnpm=$("$checkout/apps/web/tools/pnpm/install.sh" "$node_bin" "$tools")
CI=1 "$pnpm" install --frozen-lockfile --reporter=append-only >&2

# Put together where git and the services do not look, so that nobody meets half of it.
modules=node_modules
new="$modules/.dist"
old="$modules/.dist-before"
rm -rf "$new" "$old"
mkdir "$new"

cp -R src/graphiql src/docs "$new/"
cp "$icon" "$new/graphiql/icon.svg"
cp "$icon" "$new/docs/icon.svg"
cp "$schema" "$new/graphiql/schema.txt"

cp "$modules/react/umd/react.production.min.js" \
  "$modules/react-dom/umd/react-dom.production.min.js" \
  "$modules/graphiql/graphiql.min.js" "$modules/graphiql/graphiql.min.css" "$new/graphiql/"
cp "$modules/@graphiql/plugin-explorer/dist/index.umd.js" "$new/graphiql/explorer.umd.js"
cp "$modules/@graphiql/plugin-explorer/dist/style.css" "$new/graphiql/explorer.css"
cp "$modules/swagger-ui-dist/swagger-ui-bundle.js" "$modules/swagger-ui-dist/swagger-ui.css" \
  "$new/docs/"

# The licence of plugin-explorer is the one of graphiql, out of whose repository it comes.
for package in graphiql graphiql-explorer react react-dom; do
  cp "$modules/$package/LICENSE" "$new/graphiql/LICENSE.$package.txt"
done
cp "$modules/swagger-ui-dist/LICENSE" "$new/docs/LICENSE.swagger-ui.txt"
cp "$modules/swagger-ui-dist/NOTICE" "$new/docs/NOTICE.swagger-ui.txt"
cp "$modules/swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt" "$new/docs/"

echo "$sources" >"$new/.sources"
# A folder cannot replace a full one in one step: for a moment there is none, but never half a one.
if [ -e dist ]; then mv dist "$old"; fi
mv "$new" dist
rm -rf "$old"
