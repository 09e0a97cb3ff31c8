#!/bin/sh
# usage: install_test.sh SOURCE BUILD   installs into a scratch folder, then builds and runs programs there
set -eu
source=$1 build=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if nm -D "$build/libcofit.so" | grep -q __asan_init; then
  echo "an instrumented library is not installed: skipped"
  exit 77
fi
DESTDIR="$scratch" meson install -C "$build" --no-rebuild >"$scratch/log" 2>&1 || { cat "$scratch/log"; exit 1; }
pc=$(find "$scratch" -name cofit.pc)
[ -n "$pc" ] || { echo "no cofit.pc"; exit 1; }
PKG_CONFIG_PATH=$(dirname "$pc") PKG_CONFIG_SYSROOT_DIR="$scratch"
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
# shellcheck disable=SC2046  # flags are words
cc -std=c11 -Wall -Werror "$source/examples/quickstart.c" -o "$scratch/quickstart" $(pkg-config --cflags --libs cofit)
libdir=$(dirname "$(find "$scratch" -name libcofit.so)")
LD_LIBRARY_PATH="$libdir" "$scratch/quickstart" "$source/datasets/wine.csv" "$scratch/wine.cofit"
[ -s "$scratch/wine.cofit" ]
# The page on adding an estimator, followed to the letter: its files, its command.
page=$source/docs/adding_an_estimator.md
awk -v folder="$scratch" '/^<!-- file: /{name = $3} /^```c$/{writing = name != ""; next}
  /^```$/{writing = 0; name = ""} writing{print > (folder "/" name)}' "$page"
sed -n '/^```sh$/,/^```$/p' "$page" | grep '^cc ' >"$scratch/command"
[ -s "$scratch/command" ] && [ -s "$scratch/scale_by_max.c" ]
(cd "$scratch" && sh -eu ./command)
[ "$(LD_LIBRARY_PATH="$libdir" "$scratch/scale")" = "0.25 -1" ]
# Only the public names are exported.
if nm -D --defined-only "$libdir/libcofit.so" | awk '{print $3}' | grep -v -e '^cf_' -e '^COFIT_0' | grep -q .; then
  nm -D --defined-only "$libdir/libcofit.so" | awk '{print $3}' | grep -v -e '^cf_' -e '^COFIT_0' | head
  exit 1
fi
[ -L "$libdir/libcofit.so" ] && [ -e "$libdir/libcofit.so.0" ]
