/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs of elements: one loop a dtype, and one more for neighbours, which vectorises. */
#include "matrix/elements.h"

#include "matrix/kernels.h"

#include <string.h>

/* One loop for a step of 1, which the compiler turns into vector loads, and one for any other. */
#define LOAD_RUN(T)                                                                                \
    do {                                                                                           \
        const T *from = (const T *)values + at;                                                    \
        if (step == 1)                                                                             \
            for (cf_index k = 0; k < n; k++)                                                       \
                out[k] = (double)from[k];                                                          \
        else                                                                                       \
            for (cf_index k = 0; k < n; k++)                                                       \
                out[k] = (double)from[k * step];                                                   \
    } while (0)

CF_CLONES void cfi_load_run(const void *values, cf_dtype dtype, cf_index at, cf_index step,
                            cf_index n, double *out)
{
    switch (dtype) {
    case CF_F64:
        LOAD_RUN(double);
        break;
    case CF_F32:
        LOAD_RUN(float);
        break;
    case CF_I32:
        LOAD_RUN(int32_t);
        break;
    case CF_I64:
        LOAD_RUN(int64_t);
        break;
    case CF_I8:
        LOAD_RUN(int8_t);
        break;
    case CF_U8:
        LOAD_RUN(uint8_t);
        break;
    case CF_U16:
        LOAD_RUN(uint16_t);
        break;
    case CF_U32:
        LOAD_RUN(uint32_t);
        break;
    }
}

/* NaN compares false, so it is outside every integer. */
static bool all_fit(cf_dtype dtype, cf_index n, const double *x)
{
    static const double least[] = {[CF_I32] = -0x1p31, [CF_I64] = -0x1p63, [CF_I8] = -128,
                                   [CF_U8] = 0,        [CF_U16] = 0,       [CF_U32] = 0};
    static const double above[] = {[CF_I32] = 0x1p31, [CF_I64] = 0x1p63, [CF_I8] = 128,
                                   [CF_U8] = 256,     [CF_U16] = 65536,  [CF_U32] = 0x1p32};
    if (dtype == CF_F64 || dtype == CF_F32)
        return true;
    bool fit = true;
    for (cf_index k = 0; k < n; k++)
        fit &= x[k] >= least[dtype] && x[k] < above[dtype];
    return fit;
}

/* As LOAD_RUN; all_fit has seen that no cast leaves the range of T. */
#define STORE_RUN(T)                                                                               \
    do {                                                                                           \
        T *to = (T *)values + at;                                                                  \
        if (step == 1)                                                                             \
            for (cf_index k = 0; k < n; k++)                                                       \
                to[k] = (T)x[k];                                                                   \
        else                                                                                       \
            for (cf_index k = 0; k < n; k++)                                                       \
                to[k * step] = (T)x[k];                                                            \
    } while (0)

/* Stores without looking at the range. */
CF_CLONES static void store_run(void *values, cf_dtype dtype, cf_index at, cf_index step,
                                cf_index n, const double *x)
{
    switch (dtype) {
    case CF_F64:
        STORE_RUN(double);
        break;
    case CF_F32:
        STORE_RUN(float);
        break;
    case CF_I32:
        STORE_RUN(int32_t);
        break;
    case CF_I64:
        STORE_RUN(int64_t);
        break;
    case CF_I8:
        STORE_RUN(int8_t);
        break;
    case CF_U8:
        STORE_RUN(uint8_t);
        break;
    case CF_U16:
        STORE_RUN(uint16_t);
        break;
    case CF_U32:
        STORE_RUN(uint32_t);
        break;
    }
}

bool cfi_store_run(void *values, cf_dtype dtype, cf_index at, cf_index step, cf_index n,
                   const double *x)
{
    if (!all_fit(dtype, n, x))
        return false;
    store_run(values, dtype, at, step, n, x);
    return true;
}
