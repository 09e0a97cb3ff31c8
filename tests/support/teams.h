/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs with a given number of threads, whatever OMP_NUM_THREADS says, and matrices in every form.
 */
#ifndef COFIT_TESTS_TEAMS_H
#define COFIT_TESTS_TEAMS_H

#include "base/parallel.h"
#include "support/support.h"

/* Starts a run on `threads` threads; returns the calling thread's OpenMP count for end_team. */
static inline int begin_team(cf_run *run, int threads)
{
    const int before = cfi_omp_get();
    cfi_omp_set(threads);
    cfi_run_begin(run, &(cf_fit_options){.n_threads = threads});
#ifdef _OPENMP
    ck_assert_int_eq(cf_run_threads(run), threads);
#endif
    return before;
}

/* Ends it; the library must have left the count alone. */
static inline void end_team(cf_run *run, int before)
{
#ifdef _OPENMP
    ck_assert_int_eq(cfi_omp_get(), cf_run_threads(run));
#endif
    cfi_run_end(run);
    cfi_omp_set(before);
}

/* The forms a slot can get the same numbers in. */
typedef enum form { FORM_F64, FORM_F32, FORM_GAPS, FORM_CSR, FORM_CSR_F32, FORM_COUNT } form;

/* An owned copy of the (n, d) numbers in a form; FORM_GAPS has three unused numbers after a row. */
static inline cf_matrix in_form(form f, const double *x, cf_index n, cf_index d)
{
    const cf_matrix plain = cf_view_f64(x, n, d);
    cf_matrix out = {0};
    if (f == FORM_GAPS) {
        ASSERT_OK(cf_matrix_resize(&out, CF_F64, n, d + 3));
        double *to = out.values;
        for (cf_index i = 0; i < n; i++)
            for (cf_index j = 0; j < d + 3; j++)
                to[i * (d + 3) + j] = j < d ? x[i * d + j] : (double)NAN;
        out.cols = d;
    } else {
        ASSERT_OK(cf_matrix_convert(&plain, f == FORM_F32 || f == FORM_CSR_F32 ? CF_F32 : CF_F64,
                                    f >= FORM_CSR ? CF_CSR : CF_DENSE, &out));
    }
    return out;
}

/* Multiples of 1/8, exact in single precision; with `zeros`, about half of them 0. */
static inline double *random_eighths(uint32_t seed, cf_index n, bool zeros)
{
    double *x = random_normals(seed, n);
    for (cf_index i = 0; i < n; i++)
        x[i] = zeros && x[i] < 0.1 ? 0 : round(x[i] * 8) / 8;
    return x;
}

#endif
