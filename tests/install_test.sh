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
# From C++ every plain type sets a parameter.
cat >"$scratch/types.cpp" <<'END'
#include <cofit/cofit.h>
int main()
{
    cf_estimator *e = nullptr;
    cf_matrix X{};
    const bool ok = cf_parse(&e, "StandardScaler | KMeans") == CF_OK && cf_set(e, "kmeans__n_clusters", 3) == CF_OK &&
                    cf_set(e, "kmeans__n_clusters", 3U) == CF_OK && cf_set(e, "kmeans__n_clusters", 3L) == CF_OK &&
                    cf_set(e, "kmeans__n_clusters", 3UL) == CF_OK && cf_set(e, "kmeans__n_clusters", 3LL) == CF_OK &&
                    cf_set(e, "kmeans__n_clusters", 3ULL) == CF_OK && cf_set(e, "kmeans__max_iter", X.rows) == CF_ERR_ARGUMENT &&
                    cf_set(e, "kmeans__n_clusters", static_cast<short>(3)) == CF_OK && cf_set(e, "kmeans__tol", 1e-3F) == CF_OK &&
                    cf_set(e, "standardscaler__with_std", false) == CF_OK && cf_set(e, "kmeans__init", "random") == CF_OK;
    cf_estimator_free(e);
    return !ok;
}
END
# shellcheck disable=SC2046
c++ -std=c++17 -Wall -Wextra -Wpedantic -Wconversion -Werror "$scratch/types.cpp" -o "$scratch/types" $(pkg-config --cflags --libs cofit)
LD_LIBRARY_PATH="$libdir" "$scratch/types"
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
