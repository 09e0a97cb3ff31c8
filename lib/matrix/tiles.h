/* SPDX-License-Identifier: BSD-3-Clause */
/* Cutting of matrices into tiles that depend on the sizes alone, never on the thread count. */
#ifndef COFIT_MATRIX_TILES_H
#define COFIT_MATRIX_TILES_H

#include "cofit/extend.h"

/* [0, n) in `count` pieces of `size`, the last one shorter. */
typedef struct cfi_pieces {
    cf_index count, size;
} cfi_pieces;

/* Nearly equal pieces of at most `most`; sizes are multiples of 16 where n allows it. */
static inline cfi_pieces cfi_cut(cf_index n, cf_index most)
{
    const cf_index count = n > 0 ? (n - 1) / most + 1 : 0;
    if (count <= 1)
        return (cfi_pieces){count, n};
    cf_index size = (n - 1) / count + 1;
    size = (size + 15) / 16 * 16;
    return (cfi_pieces){(n - 1) / size + 1, size};
}

/* Length of piece i. */
static inline cf_index cfi_piece_length(cfi_pieces p, cf_index i, cf_index n)
{
    return i == p.count - 1 ? n - i * p.size : p.size;
}

/* Tile number t of the upper triangle of a square of tiles: column by column, *i <= *j. Tiles are
 * few: the column is found by counting. */
static inline void cfi_triangle_tile(cf_index t, cf_index *i, cf_index *j)
{
    cf_index column = 0;
    while ((column + 1) * (column + 2) / 2 <= t)
        column++;
    *i = t - column * (column + 1) / 2;
    *j = column;
}

#endif
