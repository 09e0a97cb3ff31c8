/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Passes over the rows in cache-sized blocks: a block is multiplied by the parameters and, while it
 * is still in the cache, by the residuals. With e = exp(-|m|), p(1 - p) = e / (1 + e)^2 and
 * log(1 + exp(m)) = max(m, 0) + log(1 + e) keep all digits for any margin. Without weights the
 * logarithms of a block become one: sum log(1 + e_i) = log prod (1 + e_i), a product below 2^512.
 */
#include "algorithms/linear_model/logistic_loss.h"

#include "base/parallel.h"
#include "matrix/gram.h"
#include "matrix/kernels.h"
#include "matrix/matrix.h"
#include "matrix/row_block.h"
#include "matrix/rows.h"

#include <math.h>
#include <string.h>

/* Multiplications worth a chunk; and how many of them must stand against adding up one sum. */
enum { GRAIN = 1 << 16, SUM_COST = 4 };

/* Columns whose sums of products fit the second-level cache; rows of a panel beyond them. */
enum { MOST_NARROW = 320, PANEL = 1024 };

static cf_index stored_of(const cf_matrix *X)
{
    return X->storage == CF_CSR ? X->offsets[X->rows] - X->offsets[0] : X->rows * X->cols;
}

/* Rows of a chunk: enough work, and more of it than zeroing and adding the chunk's sums takes. */
static cf_index chunk_rows(const cfi_logistic *p, cf_index sums)
{
    const cf_index stored = stored_of(p->X) + p->n; /* the intercept is one more entry a row */
    const double a_row = (double)stored * (double)p->k / (double)p->n;
    const double rows = fmax(GRAIN, SUM_COST * (double)sums) / a_row;
    return rows >= (double)p->n ? p->n : (cf_index)rows + 1;
}

static double *scratch_of(const cfi_logistic *p, int worker)
{
    return p->scratch + worker * p->scratch_size;
}

cf_status cfi_logistic_start(cfi_logistic *p)
{
    cf_status status;
    p->margins = p->curvature = p->scratch = NULL;
    p->block = cfi_row_block_size(p->X);
    p->scratch_size = cfi_row_block_scratch(p->X) + 3 * p->block * p->k + 8;
    p->grain = chunk_rows(p, cfi_logistic_size(p));
    p->weight_sum = p->weights ? cfi_sum(p->weights, NULL, p->n) : (double)p->n;
    CF_GO(CF_ALLOC_ZERO(p->margins, p->n * p->k));
    CF_GO(CF_ALLOC(p->curvature, p->n * p->k));
    CF_GO(CF_ALLOC(p->scratch, cf_run_threads(p->run) * p->scratch_size));
cleanup:
    if (status != CF_OK)
        cfi_logistic_clear(p);
    return status;
}

void cfi_logistic_clear(cfi_logistic *p)
{
    cf_free(p->margins);
    cf_free(p->curvature);
    cf_free(p->scratch);
    p->margins = p->curvature = p->scratch = NULL;
}

/* ---- loss of a block: residuals, curvatures, sum of losses ---- */

/* e -> log(1 + e) below 2^-13, to 5e-13 of it. */
static double log1p_small(double e)
{
    return e * (1 - e * (0.5 - e * (1.0 / 3)));
}

/* From e = exp(-|m|): probability of class 1, or of class 0, whichever the sign makes small. */
CF_CLONES static void binary_parts(cf_index n, const double *m, const int32_t *y, const double *e,
                                   double *residual, double *curvature)
{
    for (cf_index i = 0; i < n; i++) {
        const double near = 1 / (1 + e[i]), far = e[i] * near; /* near + far = 1 */
        const double p1 = m[i] >= 0 ? near : far, p0 = m[i] >= 0 ? far : near;
        residual[i] = y[i] > 0 ? -p0 : p1;
        curvature[i] = near * far;
    }
}

CF_CLONES static void minus_absolutes(cf_index n, const double *m, double *out)
{
    for (cf_index i = 0; i < n; i++)
        out[i] = -fabs(m[i]);
}

/* Sum of the losses of rows without weights; at most 512 of them. */
static double binary_losses(cf_index n, const double *m, const int32_t *y, const double *e)
{
    double sum = 0, product = 1;
    for (cf_index i = 0; i < n; i++) {
        const bool small = e[i] < 0x1p-13;
        sum += small ? log1p_small(e[i]) : 0;
        product *= small ? 1 : 1 + e[i];
        sum += (m[i] > 0) != (y[i] > 0) ? fabs(m[i]) : 0;
    }
    return sum + log(product);
}

static double weighted_losses(cf_index n, const double *m, const int32_t *y, const double *e,
                              const double *w)
{
    double sum = 0;
    for (cf_index i = 0; i < n; i++)
        sum += w[i] * (log1p(e[i]) + ((m[i] > 0) != (y[i] > 0) ? fabs(m[i]) : 0));
    return sum;
}

static double binary_block(const cfi_logistic *p, cf_index begin, cf_index n, double *residual,
                           double *e)
{
    const double *m = p->margins + begin, *w = p->weights ? p->weights + begin : NULL;
    double *curvature = p->curvature + begin;
    const int32_t *y = p->y + begin;
    minus_absolutes(n, m, e);
    cfi_exp(n, e, e);
    binary_parts(n, m, y, e, residual, curvature);
    if (!w)
        return binary_losses(n, m, y, e);
    for (cf_index i = 0; i < n; i++) {
        residual[i] *= w[i];
        curvature[i] *= w[i];
    }
    return weighted_losses(n, m, y, e, w);
}

/* Shifts every row by its largest margin, so that no exponential overflows. */
static void shift_rows(cf_index n, cf_index k, const double *m, double *out)
{
    for (cf_index i = 0; i < n; i++, m += k, out += k) {
        double largest = m[0];
        for (cf_index c = 1; c < k; c++)
            largest = m[c] > largest ? m[c] : largest;
        for (cf_index c = 0; c < k; c++)
            out[c] = m[c] - largest;
    }
}

/* What the other classes add to `total`, summed by itself where it would drown in it: beside a
 * class that is nearly certain it is all the loss there is. */
static double sum_of_others(cf_index k, const double *e, int32_t own, double total)
{
    if (e[own] < 0.5 * total)
        return total - e[own];
    double others = 0;
    for (cf_index c = 0; c < k; c++)
        others += c == own ? 0 : e[c];
    return others;
}

/* Loss of a row = log(sum of exponentials) - shifted margin of its class. Equal rows get equal
 * probabilities, whatever their classes. */
static double softmax_block(const cfi_logistic *p, cf_index begin, cf_index n, double *residual,
                            double *shifted)
{
    const cf_index k = p->k;
    double *probability = p->curvature + begin * k;
    double sum = 0, product = 1;
    shift_rows(n, k, p->margins + begin * k, shifted);
    cfi_exp(n * k, shifted, probability);
    for (cf_index i = 0; i < n; i++, probability += k, residual += k, shifted += k) {
        const double w = p->weights ? p->weights[begin + i] : 1;
        const int32_t own = p->y[begin + i];
        double total = 0;
        for (cf_index c = 0; c < k; c++)
            total += probability[c];
        const double self = probability[own], others = sum_of_others(k, probability, own, total);
        const double inverse = 1 / total;
        for (cf_index c = 0; c < k; c++) {
            probability[c] *= inverse;
            residual[c] = w * probability[c];
        }
        residual[own] = -w * others * inverse;
        if (self == 1 && others < 0x1p-13) {
            sum += w * log1p_small(others);
            continue;
        }
        sum -= w * shifted[own];
        if (p->weights) {
            sum += w * log(total);
        } else if ((product *= total) > 1e250) {
            sum += log(product);
            product = 1;
        }
    }
    return sum + log(product);
}

/* ---- value and gradient ---- */

typedef struct pass {
    const cfi_logistic *p;
    const double *V; /* parameters the rows are multiplied by */
    bool adds;       /* to the margins; else it replaces them */
} pass;

static const double *bias_of(const pass *a)
{
    return a->p->intercept ? a->V + a->p->d * a->p->k : NULL;
}

static void move_margins(const pass *a, const cfi_row_block *rows, double *work)
{
    const cf_index k = a->p->k;
    double *margins = a->p->margins + rows->begin * k;
    cfi_row_block_map(rows, a->V, k, bias_of(a), a->adds ? work : margins);
    for (cf_index i = 0; a->adds && i < rows->rows * k; i++)
        margins[i] += work[i];
}

/* sums: the gradient, then the loss. */
static void move_rows(void *ctx, cf_index begin, cf_index end, double *sums, int worker)
{
    const pass *a = ctx;
    const cfi_logistic *p = a->p;
    double *residual = scratch_of(p, worker), *work = residual + p->block * p->k;
    double *copy = work + p->block * p->k, *intercept = sums + p->d * p->k;
    for (cf_index at = begin; at < end; at += p->block) {
        const cf_index n = end - at < p->block ? end - at : p->block;
        const cfi_row_block rows = cfi_row_block_open(p->X, at, n, copy);
        move_margins(a, &rows, work);
        sums[cfi_logistic_size(p)] += p->k == 1 ? binary_block(p, at, n, residual, work)
                                                : softmax_block(p, at, n, residual, work);
        cfi_row_block_add(&rows, residual, p->k, sums);
        for (cf_index i = 0; p->intercept && i < n; i++)
            for (cf_index c = 0; c < p->k; c++)
                intercept[c] += residual[i * p->k + c];
    }
}

/* Adds the penalty's part to G; returns its value. */
static double add_penalty(const cfi_logistic *p, const double *W, double *G)
{
    const cf_index inner = p->d * p->k;
    double sum = 0, sum_intercept = 0;
    for (cf_index j = 0; j < inner; j++) {
        G[j] += p->l2 * W[j];
        sum += W[j] * W[j];
    }
    for (cf_index j = inner; p->intercept && j < inner + p->k; j++) {
        G[j] += p->l2_intercept * W[j];
        sum_intercept += W[j] * W[j];
    }
    return (p->l2 > 0 ? 0.5 * p->l2 * sum : 0) +
           (p->l2_intercept > 0 ? 0.5 * p->l2_intercept * sum_intercept : 0);
}

cf_status cfi_logistic_move(cfi_logistic *p, const double *D, const double *W, double *value,
                            double *G)
{
    pass a = {p, D ? D : W, D != NULL};
    const cf_index size = cfi_logistic_size(p);
    double *sums = NULL;
    cf_status status;
    CF_GO(CF_ALLOC(sums, size + 1));
    CF_GO(cf_parallel_reduce(p->run, p->n, p->grain, size + 1, move_rows, &a, sums));
    memcpy(G, sums, (size_t)size * sizeof *G);
    *value = sums[size] + add_penalty(p, W, G);
cleanup:
    cf_free(sums);
    return status;
}

/* ---- the Hessian ---- */

/* Margins' change U -> change of the residuals, in place. */
static void bend_block(const cfi_logistic *p, cf_index begin, cf_index n, double *U)
{
    const cf_index k = p->k;
    const double *curvature = p->curvature + begin * k;
    if (k == 1) {
        for (cf_index i = 0; i < n; i++)
            U[i] *= curvature[i];
        return;
    }
    for (cf_index i = 0; i < n; i++, curvature += k, U += k) {
        const double w = p->weights ? p->weights[begin + i] : 1;
        double mean = 0;
        for (cf_index c = 0; c < k; c++)
            mean += curvature[c] * U[c];
        for (cf_index c = 0; c < k; c++)
            U[c] = w * curvature[c] * (U[c] - mean);
    }
}

static void multiply_rows(void *ctx, cf_index begin, cf_index end, double *sums, int worker)
{
    const pass *a = ctx;
    const cfi_logistic *p = a->p;
    double *U = scratch_of(p, worker), *copy = U + p->block * p->k;
    double *intercept = sums + p->d * p->k;
    for (cf_index at = begin; at < end; at += p->block) {
        const cf_index n = end - at < p->block ? end - at : p->block;
        const cfi_row_block rows = cfi_row_block_open(p->X, at, n, copy);
        cfi_row_block_map(&rows, a->V, p->k, bias_of(a), U);
        bend_block(p, at, n, U);
        cfi_row_block_add(&rows, U, p->k, sums);
        for (cf_index i = 0; p->intercept && i < n; i++)
            for (cf_index c = 0; c < p->k; c++)
                intercept[c] += U[i * p->k + c];
    }
}

cf_status cfi_logistic_product(const cfi_logistic *p, const double *V, double *out)
{
    pass a = {.p = p, .V = V};
    CF_TRY(
        cf_parallel_reduce(p->run, p->n, p->grain, cfi_logistic_size(p), multiply_rows, &a, out));
    (void)add_penalty(p, V, out);
    return CF_OK;
}

/* Second derivative of row i's loss by the margins of classes a and b; -1: the mean over a = b. */
static double curvature_of(const cfi_logistic *p, cf_index i, cf_index a, cf_index b)
{
    const double *q = p->curvature + i * p->k, w = p->weights ? p->weights[i] : 1;
    if (p->k == 1)
        return q[0];
    if (a != b)
        return -w * q[a] * q[b];
    if (a >= 0)
        return w * q[a] * (1 - q[a]);
    double sum = 0;
    for (cf_index c = 0; c < p->k; c++)
        sum += q[c] * (1 - q[c]);
    return w * sum / (double)p->k;
}

static void add_squares(void *ctx, cf_index begin, cf_index end, double *sums, int worker)
{
    const cfi_logistic *p = ((const pass *)ctx)->p;
    const cf_matrix *X = p->X;
    const cf_index k = p->k;
    double *copy = scratch_of(p, worker);
    for (cf_index i = begin; i < end; i++) {
        const bool sparse = X->storage == CF_CSR;
        const cf_index first = sparse ? X->offsets[i] : 0;
        const cf_index count = sparse ? X->offsets[i + 1] - first : p->d;
        cf_index stride;
        const double *row = sparse ? NULL : cfi_rows_f64(X, i, i + 1, 0, p->d, copy, &stride);
        for (cf_index c = 0; c < k; c++) {
            const double h = curvature_of(p, i, c, c);
            for (cf_index e = 0; e < count; e++) {
                const double x = sparse ? cfi_entry(X, first + e) : row[e];
                sums[(sparse ? X->indices[first + e] : e) * k + c] += h * x * x;
            }
            sums[p->d * k + c] += h;
        }
    }
}

cf_status cfi_logistic_diagonal(const cfi_logistic *p, double *out)
{
    pass a = {.p = p};
    const cf_index inner = p->d * p->k, size = cfi_logistic_size(p);
    CF_TRY(cf_parallel_reduce(p->run, p->n, p->grain, size, add_squares, &a, out));
    for (cf_index j = 0; j < size; j++)
        out[j] += j < inner ? p->l2 : p->l2_intercept;
    return CF_OK;
}

/* ---- a block of the Hessian ---- */

typedef struct gram {
    const cfi_logistic *p;
    cfi_logistic_part part;
    cf_index q, stride, rows; /* rows of Z: those of every part.skip-th Z are used */
    cf_index first;           /* row of X that row 0 of a panel is */
    double *Z;                /* (workers, rows, stride) */
    double *partials;         /* (chunks, padded q, stride) */
    cf_index partial_size;
} gram;

/* Rows of Z = sqrt(|curvature|) [x 1]; the padding stays zero. */
static void scale_rows(const gram *g, cf_index begin, cf_index n, double *Z)
{
    const cfi_logistic *p = g->p;
    for (cf_index i = 0; i < n; i++, Z += g->stride) {
        const double root = sqrt(fabs(curvature_of(p, begin + i, g->part.a, g->part.b)));
        cf_index stride;
        const double *x = cfi_rows_f64(p->X, begin + i, begin + i + 1, 0, p->d, Z, &stride);
        for (cf_index j = 0; j < p->d; j++)
            Z[j] = root * x[j];
        if (p->intercept)
            Z[p->d] = root;
    }
}

static void add_gram(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    const gram *g = ctx;
    double *Z = g->Z + worker * g->rows * g->stride, *M = g->partials + chunk * g->partial_size;
    memset(M, 0, (size_t)g->partial_size * sizeof *M);
    for (cf_index at = begin; at < end; at += g->rows * g->part.skip) {
        const cf_index n = end - at < g->rows ? end - at : g->rows;
        scale_rows(g, at, n, Z);
        cfi_gram_add_1(n, g->q, g->q, Z, M);
    }
}

/* Rows that count in chunks of `size`. */
static cf_index sampled_rows(const gram *g, cfi_chunks chunks, cf_index n)
{
    cf_index used = 0;
    for (cf_index begin = 0; begin < n; begin += chunks.size) {
        const cf_index end = n - begin < chunks.size ? n : begin + chunks.size;
        for (cf_index at = begin; at < end; at += g->rows * g->part.skip)
            used += end - at < g->rows ? end - at : g->rows;
    }
    return used;
}

static void join_grams(const gram *g, cfi_chunks chunks, double factor, double *M)
{
    for (cf_index i = 0; i < g->q; i++)
        for (cf_index j = i; j < g->q; j++) {
            double sum = 0;
            for (cf_index part = 0; part < chunks.count; part++)
                sum += g->partials[part * g->partial_size + i * g->stride + j];
            M[j * g->q + i] = factor * sum;
        }
}

/* Sums that fit the cache: every chunk has its own. */
static cf_status narrow_block(gram g, double factor, double *M)
{
    const cfi_logistic *p = g.p;
    const cf_index q = g.q;
    cf_status status;
    g.rows = CFI_GRAM_ROWS;
    g.stride = cfi_gram_stride(q);
    g.partial_size = cfi_gram_pad(q) * g.stride;
    const cf_index grain = chunk_rows(p, g.partial_size / q * 8);
    const cfi_chunks chunks = cfi_chunks_for(p->n, grain, (size_t)g.partial_size * sizeof(double));
    CF_GO(CF_ALLOC_ZERO(g.Z, cf_run_threads(p->run) * g.rows * g.stride));
    CF_GO(CF_ALLOC(g.partials, chunks.count * g.partial_size));
    cf_parallel_for(p->run, p->n, chunks.size, add_gram, &g);
    factor *= (double)p->n / (double)sampled_rows(&g, chunks, p->n);
    join_grams(&g, chunks, factor, M);
cleanup:
    cf_free(g.Z);
    cf_free(g.partials);
    return status;
}

static void fill_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const gram *g = ctx;
    scale_rows(g, g->first + begin, end - begin, g->Z + begin * g->stride);
}

/* Sums that do not: rows are made in panels, tiles of M take their products in parallel. */
static cf_status wide_block(gram g, double factor, double *M)
{
    const cfi_logistic *p = g.p;
    const cf_index q = g.q, step = PANEL * g.part.skip;
    cf_index used = 0;
    cf_status status;
    g.stride = q;
    CF_GO(CF_ALLOC(g.Z, PANEL * q));
    memset(M, 0, (size_t)(q * q) * sizeof *M);
    for (g.first = 0; g.first < p->n; g.first += step) {
        const cf_index rows = p->n - g.first < PANEL ? p->n - g.first : PANEL;
        cf_parallel_for(p->run, rows, GRAIN / q + 1, fill_rows, &g);
        const cfi_gram_panel panel = {.by_columns = true,
                                      .p = q,
                                      .q = q,
                                      .inner = rows,
                                      .Z = g.Z,
                                      .ldz = q,
                                      .M = M,
                                      .ldm = q};
        cfi_gram_add(p->run, &panel);
        used += rows;
    }
    factor *= (double)p->n / (double)used;
    for (cf_index i = 0; i < q; i++)
        for (cf_index j = i; j < q; j++)
            M[j * q + i] = factor * M[i * q + j];
cleanup:
    cf_free(g.Z);
    return status;
}

cf_status cfi_logistic_block(const cfi_logistic *p, cfi_logistic_part part, double *M)
{
    const gram g = {.p = p, .part = part, .q = p->d + (p->intercept ? 1 : 0)};
    const double sign = part.a == part.b ? 1 : -1;
    return g.q <= MOST_NARROW ? narrow_block(g, sign, M) : wide_block(g, sign, M);
}
