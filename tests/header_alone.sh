#!/bin/sh
# usage: header_alone.sh cc|c++ INCLUDE_DIR HEADER   compiles the header by itself
set -eu
if [ "$1" = cc ]; then
  printf '#include <cofit/%s>\nint cofit_header_alone;\n' "$3" |
    cc -std=c11 -Wall -Wextra -Wpedantic -Werror -I"$2" -x c -fsyntax-only -
else
  printf '#include <cofit/%s>\nint cofit_header_alone;\n' "$3" |
    c++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -I"$2" -x c++ -fsyntax-only -
fi
