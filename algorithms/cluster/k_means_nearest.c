/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Nearest centres of batches of rows. By product: |x - c|^2 = |x|^2 + |c|^2 - 2 x'c, the products
 * of the whole batch from one GEMM, laid out so that the search for the smallest two runs along the
 * rows. The rounding error of that form is bounded by err = (d + 8) eps (|x| + max |c|)^2; when the
 * smallest two are within 2 err of each other, the candidates are compared again by the sum of
 * squared differences, so the answer never depends on how rows were batched. With few columns that
 * sum is cheaper than GEMM from the start.
 */
#include "algorithms/cluster/k_means_solver.h"
#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/rows.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Columns up to which the differences are cheaper. */
enum { FEW_COLUMNS = 12, ALIGN = 8 };

static cf_index round_up(cf_index n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* Rows of a batch: scores of some hundred kilobytes, and enough rows to make packing the centres
 * for GEMM worth while. */
static cf_index choose_block(cfi_assigner_kernel kernel, cf_index k)
{
    if (kernel == CFI_ASSIGN_BY_DIFFERENCE)
        return 256;
    const cf_index rows = 65536 / k;
    return round_up(rows < 32 ? 32 : rows > 512 ? 512 : rows);
}

static bool is_single(const cfi_assigner *s)
{
    return s->kernel == CFI_ASSIGN_BY_PRODUCT && s->points->X->dtype == CF_F32;
}

cf_status cfi_assigner_new(cfi_assigner *s, cf_run *run, const cfi_points *points, cf_index k)
{
    const cf_index d = points->X->cols;
    *s = (cfi_assigner){.points = points, .k = k, .d = d};
    s->kernel = points->X->storage == CF_CSR ? CFI_ASSIGN_SPARSE
                : d <= FEW_COLUMNS           ? CFI_ASSIGN_BY_DIFFERENCE
                                             : CFI_ASSIGN_BY_PRODUCT;
    s->block = choose_block(s->kernel, k);
    /* Rows, labels, two bounds; then the rows' numbers and the scores. */
    cf_index numbers = s->block * (d + k);
    if (s->kernel == CFI_ASSIGN_SPARSE)
        numbers = k;
    else if (s->kernel == CFI_ASSIGN_BY_DIFFERENCE)
        numbers = s->block * d;
    else if (is_single(s))
        numbers = s->block * d + s->block * (d + k + 3) / 2;
    s->scratch_size = round_up(4 * s->block + numbers);
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(s->norms, k));
    if (is_single(s))
        CF_GO(CF_ALLOC(s->single, k * d + k));
    if (s->kernel == CFI_ASSIGN_SPARSE)
        CF_GO(CF_ALLOC(s->turned, k * d));
    CF_GO(CF_ALLOC_ZERO(s->scratch, cf_run_threads(run) * s->scratch_size));
cleanup:
    if (status != CF_OK)
        cfi_assigner_clear(s);
    return status;
}

void cfi_assigner_clear(cfi_assigner *s)
{
    cf_free(s->norms);
    cf_free(s->single);
    cf_free(s->turned);
    cf_free(s->scratch);
    *s = (cfi_assigner){0};
}

void cfi_assigner_set(cfi_assigner *s, const double *centres)
{
    double largest = 0;
    s->centres = centres;
    for (cf_index c = 0; c < s->k; c++) {
        const double *centre = centres + c * s->d;
        s->norms[c] = cfi_dot_1(s->d, centre, centre);
        largest = s->norms[c] > largest ? s->norms[c] : largest;
        for (cf_index j = 0; s->turned && j < s->d; j++)
            s->turned[j * s->k + c] = centre[j];
        for (cf_index j = 0; s->single && j < s->d; j++)
            s->single[c * s->d + j] = (float)centre[j];
        if (s->single)
            s->single[s->k * s->d + c] = (float)s->norms[c];
    }
    s->radius = sqrt(largest);
}

cfi_batch cfi_assigner_batch(const cfi_assigner *s, int worker)
{
    double *scratch = s->scratch + worker * s->scratch_size;
    cfi_batch b = {.nearest = s, .best = scratch, .second = scratch + s->block};
    b.rows = (int64_t *)(void *)(scratch + 2 * s->block);
    b.labels = (int64_t *)(void *)(scratch + 3 * s->block);
    b.x = scratch + 4 * s->block;
    b.scores = s->kernel == CFI_ASSIGN_SPARSE ? b.x : b.x + s->block * s->d;
    b.single = is_single(s) ? (float *)(void *)b.scores : NULL;
    return b;
}

bool cfi_batch_add(cfi_batch *b, cf_index i)
{
    const cfi_assigner *s = b->nearest;
    if (s->kernel == CFI_ASSIGN_BY_PRODUCT)
        cfi_points_load(s->points, i, b->x + b->count * s->d, 1);
    else if (s->kernel == CFI_ASSIGN_BY_DIFFERENCE)
        cfi_points_load(s->points, i, b->x + b->count, s->block);
    b->rows[b->count++] = i;
    return b->count == s->block;
}

void cfi_batch_add_run(cfi_batch *b, cf_index begin, cf_index end)
{
    if (b->nearest->kernel != CFI_ASSIGN_BY_DIFFERENCE) {
        for (cf_index i = begin; i < end; i++)
            (void)cfi_batch_add(b, i);
        return;
    }
    cfi_difference_load(b, begin, end);
    for (cf_index i = begin; i < end; i++)
        b->rows[b->count++] = i;
}

/* Smallest two of norms[c] + scores[c][r] over c, for every r < n. */
CF_CLONES static void smallest_two(const double *scores, cf_index stride, cf_index n,
                                   const double *norms, cf_index k, const cfi_batch *b)
{
    double *restrict best = b->best, *restrict second = b->second;
    int64_t *restrict label = b->labels;
    for (cf_index r = 0; r < n; r++) {
        best[r] = second[r] = HUGE_VAL;
        label[r] = 0;
    }
    for (cf_index c = 0; c < k; c++) {
        const double *restrict row = scores + c * stride;
        for (cf_index r = 0; r < n; r++) {
            const double score = row[r] + norms[c], old = best[r];
            const double larger = score > old ? score : old;
            second[r] = larger < second[r] ? larger : second[r];
            label[r] = score < old ? c : label[r];
            best[r] = score < old ? score : old;
        }
    }
}

/* The same for floats. */
typedef struct two_single {
    float *best, *second;
    int32_t *label;
} two_single;

CF_CLONES static void smallest_two_f32(const float *scores, cf_index stride, cf_index n,
                                       const float *norms, cf_index k, const two_single *t)
{
    float *restrict best = t->best, *restrict second = t->second;
    int32_t *restrict label = t->label;
    for (cf_index r = 0; r < n; r++) {
        best[r] = second[r] = HUGE_VALF;
        label[r] = 0;
    }
    for (cf_index c = 0; c < k; c++) {
        const float *restrict row = scores + c * stride;
        for (cf_index r = 0; r < n; r++) {
            const float score = row[r] + norms[c], old = best[r];
            const float larger = score > old ? score : old;
            second[r] = larger < second[r] ? larger : second[r];
            label[r] = score < old ? (int32_t)c : label[r];
            best[r] = score < old ? score : old;
        }
    }
}

/*
 * (d + 8) eps (|x| + radius)^2, and what the ends of the range cost: what a score plus |x|^2 can be
 * off by. Infinite where squares overflow.
 */
static double score_error(const cfi_assigner *s, double x_norm)
{
    const double eps = is_single(s) ? 2 * (double)FLT_EPSILON : DBL_EPSILON;
    const double reach = sqrt(x_norm) + s->radius;
    if (!(reach * reach < (is_single(s) ? (double)FLT_MAX : DBL_MAX) / 8))
        return (double)INFINITY;
    const double least = is_single(s) ? (double)FLT_MIN * (1 + reach) : DBL_MIN;
    return (double)(s->d + 8) * (eps * reach * reach + least);
}

static double score_of(const cfi_batch *b, cf_index r, cf_index c)
{
    const cfi_assigner *s = b->nearest;
    if (s->kernel == CFI_ASSIGN_SPARSE)
        return b->scores[c];
    if (!is_single(s))
        return b->scores[c * s->block + r] + s->norms[c];
    const float *scores = b->single + s->block * s->d;
    return (double)(scores[c * s->block + r] + s->single[s->k * s->d + c]);
}

/* Compares the centres within `limit` by their exact distance. */
static void resolve(const cfi_batch *b, cf_index r, double limit)
{
    const cfi_assigner *s = b->nearest;
    double best = HUGE_VAL;
    for (cf_index c = 0; c < s->k; c++) {
        if (score_of(b, r, c) > limit)
            continue;
        const double *centre = s->centres + c * s->d;
        const double square = s->kernel == CFI_ASSIGN_SPARSE
                                  ? cfi_points_distance2(s->points, b->rows[r], centre)
                                  : cfi_distance2(b->x + r * s->d, centre, s->d);
        if (square < best) {
            best = square;
            b->labels[r] = c;
        }
    }
    b->best[r] = sqrt(best) * (1 + cfi_k_means_slack(s->d));
    b->second[r] = sqrt(best) * (1 - cfi_k_means_slack(s->d));
}

/* Turns the smallest two scores of row r into bounds of distances. */
static void bound(const cfi_batch *b, cf_index r, double x_norm)
{
    const double error = score_error(b->nearest, x_norm);
    const double best = b->best[r], second = b->second[r];
    if (!(second - best > 2 * error)) {
        resolve(b, r, best + 2 * error);
        return;
    }
    b->best[r] = sqrt(fmax(0, best + x_norm) + error);
    b->second[r] = sqrt(fmax(0, second + x_norm - error));
}

static void solve_single(cfi_batch *b)
{
    const cfi_assigner *s = b->nearest;
    const cf_index n = b->count, d = s->d;
    float *x = b->single, *scores = x + s->block * d;
    two_single t = {.best = scores + s->block * s->k};
    t.second = t.best + s->block;
    t.label = (int32_t *)(void *)(t.second + s->block);
    for (cf_index i = 0; i < n * d; i++)
        x[i] = (float)b->x[i];
    cfi_gemm_f32_1(false, true, s->k, n, d, -2, s->single, d, x, d, 0, scores, s->block);
    smallest_two_f32(scores, s->block, n, s->single + s->k * d, s->k, &t);
    for (cf_index r = 0; r < n; r++) {
        b->best[r] = (double)t.best[r];
        b->second[r] = (double)t.second[r];
        b->labels[r] = t.label[r];
    }
}

static void solve_by_product(cfi_batch *b)
{
    const cfi_assigner *s = b->nearest;
    const cf_index n = b->count, d = s->d;
    if (is_single(s)) {
        solve_single(b);
    } else {
        cfi_gemm_1(false, true, s->k, n, d, -2, s->centres, d, b->x, d, 0, b->scores, s->block);
        smallest_two(b->scores, s->block, n, s->norms, s->k, b);
    }
    for (cf_index r = 0; r < n; r++)
        bound(b, r, cfi_dot_1(d, b->x + r * d, b->x + r * d));
}

static void solve_sparse(cfi_batch *b)
{
    const cfi_assigner *s = b->nearest;
    const cf_matrix *X = s->points->X;
    for (cf_index r = 0; r < b->count; r++) {
        const cf_index i = b->rows[r];
        double norm = 0;
        memcpy(b->scores, s->norms, (size_t)s->k * sizeof *b->scores);
        for (cf_index e = X->offsets[i]; e < X->offsets[i + 1]; e++) {
            const double x = cfi_entry(X, e);
            norm += x * x;
            cfi_axpy_1(s->k, -2 * x, s->turned + X->indices[e] * s->k, b->scores);
        }
        b->best[r] = b->second[r] = HUGE_VAL;
        b->labels[r] = 0;
        for (cf_index c = 0; c < s->k; c++) {
            const double score = b->scores[c];
            if (score < b->best[r]) {
                b->second[r] = b->best[r];
                b->best[r] = score;
                b->labels[r] = c;
            } else if (score < b->second[r]) {
                b->second[r] = score;
            }
        }
        bound(b, r, norm);
    }
}

void cfi_batch_solve(cfi_batch *b)
{
    if (b->count == 0)
        return;
    switch (b->nearest->kernel) {
    case CFI_ASSIGN_BY_PRODUCT:
        solve_by_product(b);
        break;
    case CFI_ASSIGN_BY_DIFFERENCE:
        cfi_difference_solve(b);
        break;
    case CFI_ASSIGN_SPARSE:
        solve_sparse(b);
        break;
    }
}

typedef struct labelling {
    const cfi_assigner *nearest;
    int32_t *labels;
} labelling;

static void label_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const labelling *l = ctx;
    const cf_index block = l->nearest->block;
    cfi_batch b = cfi_assigner_batch(l->nearest, worker);
    for (cf_index i = begin; i < end; i += block) {
        b.count = 0;
        cfi_batch_add_run(&b, i, i + block < end ? i + block : end);
        cfi_batch_solve(&b);
        for (cf_index r = 0; r < b.count; r++)
            l->labels[i + r] = (int32_t)b.labels[r];
    }
}

void cfi_assigner_labels(cf_run *run, const cfi_assigner *s, int32_t *labels)
{
    labelling l = {s, labels};
    cf_parallel_for(run, s->points->X->rows, 4 * s->block, label_rows, &l);
}
