#!/bin/sh
# Unpacks Debian's promtool into a folder; asks nobody for rights and installs nothing.
#   sh deploy/tools/promtool.sh FOLDER      prints where it is
# A promtool in PATH is taken as it is. Debian 13 has it in a package of its own, 12 in prometheus.
set -eu
folder=$1

if command -v promtool; then exit 0; fi
if [ -x "$folder/usr/bin/promtool" ]; then echo "$folder/usr/bin/promtool"; exit 0; fi
if ! command -v apt-get >/dev/null || ! command -v dpkg >/dev/null; then
    echo "The alert rules are checked by promtool. Install Prometheus 2.40 or newer (it brings" >&2
    echo "promtool), put it in PATH, and run this again; Debian and Ubuntu need nothing." >&2
    exit 1
fi

part=$folder.part
rm -rf "$part"
mkdir -p "$part/lists/partial" "$part/cache/archives/partial" "$part/root"
cd "$part"
# The machine's own sources with lists of our own, as its lists may be old or gone.
options="-o Dir::State::Lists=$PWD/lists -o Dir::Cache=$PWD/cache -o APT::Sandbox::User=$(id -un) -qq"
fetch() { apt-get $options download promtool || apt-get $options download prometheus; }
{ apt-get $options update && fetch; } >log 2>&1 || {
    echo "promtool could not be had from this machine's apt sources:" >&2
    tail -5 log >&2
    exit 1
}
for package in *.deb; do dpkg -x "$package" root; done
cd - >/dev/null
rm -rf "$folder"
mkdir -p "$(dirname "$folder")"
mv "$part/root" "$folder"
rm -rf "$part"
echo "$folder/usr/bin/promtool"
