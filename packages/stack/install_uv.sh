#!/bin/sh
# Installs uv, hash-checked, into the folder $1 from the lock $2, with nothing but $PYTHON.
# Debian splits venv from Python; where it is missing, pip alone will do.
set -eu
target=$1 lock=$2 python=${PYTHON:-python3}

command -v "$python" >/dev/null 2>&1 || {
    echo "Vidmill needs Python 3.11 or newer, and there is no '$python' here." >&2
    echo "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Vidmill needs Python 3.11 or newer; '$python' is $("$python" -V 2>&1)." >&2
    echo "Name a newer one: make PYTHON=/path/to/python3.11" >&2
    exit 1
}

rm -rf "$target"
mkdir -p "$(dirname "$target")"
if "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    "$python" -m venv "$target"
    "$target/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
elif "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --target "$target" -r "$lock"
else
    echo "Python has neither 'venv' nor 'pip' here, so nothing can be installed." >&2
    echo "Debian, Ubuntu: apt install python3-venv; Fedora: dnf install python3-pip" >&2
    exit 1
fi
touch "$target/bin/uv"
