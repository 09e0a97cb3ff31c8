/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Four-lane vectors of the compiler for sums: the lanes are part of the algorithm, so the same bits
 * come out whatever registers the processor has. Loads may be unaligned.
 */
#ifndef COFIT_MATRIX_VECTORS_H
#define COFIT_MATRIX_VECTORS_H

typedef double cfi_v4d __attribute__((vector_size(32), aligned(8), may_alias));
typedef float cfi_v4f __attribute__((vector_size(16), aligned(4), may_alias));
typedef float cfi_v8f __attribute__((vector_size(32), aligned(4), may_alias));

/* Four doubles from doubles, or from floats. */
#define CFI_LOAD_F64(p) (*(const cfi_v4d *)(p))
#define CFI_LOAD_F32(p) __builtin_convertvector(*(const cfi_v4f *)(p), cfi_v4d)

/* Sum of the lanes of four vectors a, b, c, d in a fixed order, into the double `out`. */
#define CFI_SUM_LANES(out, a, b, c, d)                                                             \
    do {                                                                                           \
        const cfi_v4d s_ = ((a) + (b)) + ((c) + (d));                                              \
        (out) = (s_[0] + s_[1]) + (s_[2] + s_[3]);                                                 \
    } while (0)

/*
 * sum of TERM(i) for i in [0, n), TERM being an expression macro of an index that gives a cfi_v4d
 * through LOAD-like access, LAST(i) the same as a double: sixteen lanes, then the rest in order.
 */
#define CFI_SUM_TERMS(out, n, TERM, LAST)                                                          \
    do {                                                                                           \
        cfi_v4d a_ = {0}, b_ = {0}, c_ = {0}, d_ = {0};                                            \
        cf_index i_ = 0;                                                                           \
        for (; i_ + 16 <= (n); i_ += 16) {                                                         \
            a_ += TERM(i_);                                                                        \
            b_ += TERM(i_ + 4);                                                                    \
            c_ += TERM(i_ + 8);                                                                    \
            d_ += TERM(i_ + 12);                                                                   \
        }                                                                                          \
        for (; i_ + 4 <= (n); i_ += 4)                                                             \
            a_ += TERM(i_);                                                                        \
        CFI_SUM_LANES(out, a_, b_, c_, d_);                                                        \
        for (; i_ < (n); i_++)                                                                     \
            (out) += LAST(i_);                                                                     \
    } while (0)

#endif
