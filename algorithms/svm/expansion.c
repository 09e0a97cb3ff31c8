/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows are taken in chunks and vectors in blocks, so that a tile of kernel values stays in the
 * second-level cache; one product a group turns it into sums. A few rows alone are evaluated from
 * the vectors as they are: bringing those into the form for products would cost more.
 */
#include "algorithms/svm/expansion.h"

#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

enum { CHUNK = 128, BLOCK = 512, FEW = 4 };

typedef struct expansion_job {
    const cfi_expansion *e;
    const cf_matrix *X;
    const cf_index *rows;
    cf_index n;
    cfi_expansion_fn receive;
    void *ctx;
    cfi_point_form form;
    cfi_points vectors;
} expansion_job;

/* sums += tile times coefficients, for vectors [begin, end), group by group. */
static void add_block(const cfi_expansion *e, cf_index count, cf_index begin, cf_index end,
                      const double *tile, double *sums)
{
    const cf_index stride = e->n_groups * e->n_coef;
    cf_index first = 0;
    for (cf_index g = 0; g < e->n_groups; g++) {
        const cf_index from = first > begin ? first : begin;
        const cf_index to = e->end[g] < end ? e->end[g] : end;
        if (from < to)
            cfi_gemm_1(false, true, count, e->n_coef, to - from, 1, tile + from - begin,
                       end - begin, e->coef + from, e->n, 1, sums + g * e->n_coef, stride);
        first = e->end[g];
    }
}

/* Turns a tile of floats into doubles in place, from the back. */
static void widen(void *tile, cf_index count)
{
    for (cf_index k = count - 1; k >= 0; k--) {
        float x;
        memcpy(&x, (float *)tile + k, sizeof x);
        const double wide = (double)x;
        memcpy((double *)tile + k, &wide, sizeof wide);
    }
}

static cf_status run_chunk(void *ctx, cf_index task, cf_run *run)
{
    expansion_job *job = ctx;
    const cfi_expansion *e = job->e;
    const cf_index first = task * CHUNK;
    const cf_index count = job->n - first < CHUNK ? job->n - first : CHUNK;
    const cf_index stride = e->n_groups * e->n_coef;
    cf_status status = CF_OK;
    cfi_points points = {0};
    double *tile = NULL, *sums = NULL;
    char *scratch = NULL;
    CF_GO(cf_run_check(run));
    CF_GO(CF_ALLOC(tile, CHUNK * BLOCK));
    CF_GO(CF_ALLOC_ZERO(sums, count * stride));
    CF_GO(CF_ALLOC_ZERO(scratch, (cf_index)cfi_kernel_scratch(&job->form)));
    CF_GO(cfi_points_fill(&points, &job->form, job->X, job->rows ? job->rows + first : NULL, first,
                          count));
    for (cf_index begin = 0; begin < e->n; begin += BLOCK) {
        const cf_index end = begin + BLOCK < e->n ? begin + BLOCK : e->n;
        cfi_kernel_block(&points, 0, count, &job->vectors, begin, end, tile, end - begin, scratch);
        if (job->form.f32)
            widen(tile, count * (end - begin));
        add_block(e, count, begin, end, tile, sums);
    }
    job->receive(job->ctx, first, count, sums);
cleanup:
    cfi_points_clear(&points);
    cf_free(tile);
    cf_free(sums);
    cf_free(scratch);
    return status;
}

static cf_status take_vectors(expansion_job *job, const cf_matrix *vectors, bool f32)
{
    const cfi_expansion *e = job->e;
    CF_TRY(cfi_point_form_new(&job->form, e->kernel, f32, vectors, e->rows, e->n));
    return cfi_points_fill(&job->vectors, &job->form, vectors, e->rows, 0, e->n);
}

/* True while the rounding of floats leaves the exponents, which are differences of norms. */
static bool floats_hold(const expansion_job *job)
{
    const float most = 256, *norms = job->vectors.norms;
    for (cf_index i = 0; norms && i < job->e->n; i++)
        if (!(norms[i] <= most))
            return false;
    return true;
}

static cf_status apply_in_chunks(expansion_job *job, cf_run *run)
{
    const cfi_expansion *e = job->e;
    cf_status status = CF_OK;
    const bool precomputed = e->kernel->type == CFI_KERNEL_PRECOMPUTED;
    const cf_matrix *vectors = precomputed ? job->X : e->vectors;
    /* Sums of products that are not bounded may cancel: floats would leave no digit. */
    const bool bounded = precomputed || e->kernel->type == CFI_KERNEL_RBF;
    const bool f32 = bounded && vectors->dtype == CF_F32 && job->X->dtype == CF_F32;
    CF_GO(take_vectors(job, vectors, f32));
    if (f32 && !floats_hold(job)) {
        cfi_points_clear(&job->vectors);
        cfi_point_form_clear(&job->form);
        CF_GO(take_vectors(job, vectors, false));
    }
    CF_GO(cf_parallel_tasks(run, (job->n + CHUNK - 1) / CHUNK, run_chunk, job));
cleanup:
    cfi_points_clear(&job->vectors);
    cfi_point_form_clear(&job->form);
    return status;
}

/* ---- a few rows ---- */

/* out[i] = what the kernel is a function of, for row x and all vectors. */
static void compare(const cfi_expansion *e, const double *x, double *out)
{
    const cf_index d = e->vectors->cols;
    for (cf_index i = 0; i < e->n; i++) {
        const double *v = cfi_row_f64(e->vectors, e->rows ? e->rows[i] : i);
        out[i] = e->kernel->type == CFI_KERNEL_RBF ? cfi_distance2(x, v, d) : cfi_dot_1(d, x, v);
    }
}

static cf_status apply_to_few(const expansion_job *job)
{
    const cfi_expansion *e = job->e;
    double *values, *sums;
    CF_TRY(CF_ALLOC(values, e->n));
    const cf_status status = CF_ALLOC_ZERO(sums, job->n * e->n_groups * e->n_coef);
    if (status == CF_OK) {
        for (cf_index r = 0; r < job->n; r++) {
            compare(e, cfi_row_f64(job->X, job->rows ? job->rows[r] : r), values);
            cfi_kernel_values(e->kernel, e->n, values);
            add_block(e, 1, 0, e->n, values, sums + r * e->n_groups * e->n_coef);
        }
        job->receive(job->ctx, 0, job->n, sums);
    }
    cf_free(values);
    cf_free(sums);
    return status;
}

cf_status cfi_expansion_apply(const cfi_expansion *e, const cf_matrix *X, const cf_index *rows,
                              cf_index n, cf_run *run, cfi_expansion_fn receive, void *ctx)
{
    expansion_job job = {.e = e, .X = X, .rows = rows, .n = n, .receive = receive, .ctx = ctx};
    const bool simple = e->kernel->type != CFI_KERNEL_PRECOMPUTED && X->storage == CF_DENSE &&
                        X->dtype == CF_F64 && e->vectors->storage == CF_DENSE &&
                        e->vectors->dtype == CF_F64;
    return simple && n <= FEW ? apply_to_few(&job) : apply_in_chunks(&job, run);
}
