/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Seeding: k-means++ (D. Arthur, S. Vassilvitskii 2007) in its greedy form: each step draws 2 +
 * log(k) rows with probability proportional to weight times squared distance D to the nearest seed,
 * and keeps the one that lowers the sum of D most. The draws are scikit-learn's, from the same
 * stream.
 *
 * A candidate y cannot lower D of a row whose nearest seed is s when |y - s|^2 >= 4 D (triangle
 * inequality), so distances of most rows are never computed once the clusters have their seeds.
 * Distances are sums of squared differences: no digits are lost. Sums of weight times D are kept by
 * blocks of rows, which a draw searches first.
 */
#include "algorithms/cluster/k_means_solver.h"
#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/matrix.h"
#include "matrix/vectors.h"

#include <math.h>
#include <string.h>

/* Rows of a block of sums, and of a chunk. */
enum { BLOCK = 256, CHUNK = 8 * BLOCK };

/* 2 + log(k) for any k; memory for the distances of one step, which saves the kept candidate's from
 * being computed twice. */
enum { MOST_TRIALS = 48, KEPT_BYTES = 64 << 20 };

typedef struct seeding {
    cf_run *run;
    cfi_points points; /* without shift: differences need none */
    cf_index n, d, trials, blocks;
    double *nearest;    /* (n) squared distance to the nearest seed */
    int32_t *seed;      /* (n) which seed that is */
    double *squares;    /* (n, trials) of the rows weighed in this step; NULL when too large */
    double *sums;       /* (blocks) of weight * nearest */
    double *candidates; /* (trials, d) */
    double *norms;      /* (trials) */
    double *seeds;      /* (k, d) */
    double *gaps;       /* (k, trials) squared distances of seeds and candidates */
    double *least_gap;  /* (k) the smallest of those */
    double *potentials; /* (chunks, trials) */
    double *totals;     /* (trials) */
    cf_index *chosen;   /* (trials) rows of the candidates */
    cf_index kept;      /* the candidate that becomes a seed */
    cf_index count;     /* seeds so far */
} seeding;

static double distance2(const seeding *s, cf_index i, cf_index candidate)
{
    const double *centre = s->candidates + candidate * s->d;
    return s->points.X->storage == CF_CSR
               ? cfi_points_sparse_distance2(&s->points, i, centre, s->norms[candidate])
               : cfi_points_distance2(&s->points, i, centre);
}

/*
 * Squared distances of a dense row from all candidates, three at a time: the row is loaded once for
 * three, and their chains of additions overlap. The last numbers of a row are read together with
 * some before them, which count as zero.
 */
enum { LANES = 8 };
typedef double v8d __attribute__((vector_size(64), aligned(8), may_alias));
typedef int64_t v8i __attribute__((vector_size(64)));
#define LOAD_F64(p) (*(const v8d *)(p))
#define LOAD_F32(p) __builtin_convertvector(*(const cfi_v8f *)(p), v8d)

/* A macro, for clang passes no vectors this wide to functions. */
#define SUM_EIGHT(a)                                                                               \
    ((((a)[0] + (a)[4]) + ((a)[1] + (a)[5])) + (((a)[2] + (a)[6]) + ((a)[3] + (a)[7])))

#define ADD_SQUARES(v, at, keep)                                                                   \
    do {                                                                                           \
        const v8d x_ = (v);                                                                        \
        const v8d ga_ = (v8d)((v8i)(x_ - LOAD_F64(a + (at))) & (keep));                            \
        const v8d gb_ = (v8d)((v8i)(x_ - LOAD_F64(b + (at))) & (keep));                            \
        const v8d gc_ = (v8d)((v8i)(x_ - LOAD_F64(c + (at))) & (keep));                            \
        sa += ga_ * ga_;                                                                           \
        sb += gb_ * gb_;                                                                           \
        sc += gc_ * gc_;                                                                           \
    } while (0)

#define DEFINE_DISTANCES(name, T, LOAD)                                                            \
    CF_CLONES static void name(const T *x, const double *candidates, cf_index d, cf_index trials,  \
                               double *out)                                                        \
    {                                                                                              \
        const v8i place = {0, 1, 2, 3, 4, 5, 6, 7};                                                \
        const v8i all = place >= 0, last = place >= LANES - d % LANES;                             \
        for (cf_index t = 0; t < trials; t += 3) {                                                 \
            /* Past the last candidate the first of the group stands in. */                        \
            const double *a = candidates + t * d, *b = t + 1 < trials ? a + d : a;                 \
            const double *c = t + 2 < trials ? b + d : a;                                          \
            v8d sa = {0}, sb = {0}, sc = {0};                                                      \
            for (cf_index j = 0; j + LANES <= d; j += LANES)                                       \
                ADD_SQUARES(LOAD(x + j), j, all);                                                  \
            if (d % LANES != 0)                                                                    \
                ADD_SQUARES(LOAD(x + d - LANES), d - LANES, last);                                 \
            out[t] = SUM_EIGHT(sa);                                                                \
            if (t + 1 < trials)                                                                    \
                out[t + 1] = SUM_EIGHT(sb);                                                        \
            if (t + 2 < trials)                                                                    \
                out[t + 2] = SUM_EIGHT(sc);                                                        \
        }                                                                                          \
    }

DEFINE_DISTANCES(distances_f64, double, LOAD_F64)
DEFINE_DISTANCES(distances_f32, float, LOAD_F32)

/* A little more than 4: rounding must not exclude a candidate that is as near as the seed. */
static const double reach = 4 + 1e-9;

/* Squared distances of row i from the candidates that the gaps do not rule out. */
static void weigh_row(const seeding *s, cf_index i, const double *gaps, double limit,
                      double *squares)
{
    const cf_matrix *X = s->points.X;
    cf_index near = 0;
    for (cf_index t = 0; t < s->trials; t++)
        near += gaps[t] < limit;
    if (X->storage == CF_CSR || near <= 2 || s->d < LANES) {
        for (cf_index t = 0; t < s->trials; t++)
            squares[t] = gaps[t] < limit ? distance2(s, i, t) : HUGE_VAL;
    } else if (X->dtype == CF_F32) {
        distances_f32(cfi_row_f32(X, i), s->candidates, s->d, s->trials, squares);
    } else {
        distances_f64(cfi_row_f64(X, i), s->candidates, s->d, s->trials, squares);
    }
}

/* Asks for a dense row some rows before it is read: those that are weighed lie scattered. */
static void prefetch_row(const cf_matrix *X, cf_index i)
{
    const size_t size = X->dtype == CF_F32 ? sizeof(float) : sizeof(double);
    const char *row = (const char *)X->values + (size_t)(i * X->row_stride) * size;
    for (size_t byte = 0; byte < (size_t)X->cols * size && byte < 512; byte += 64)
        __builtin_prefetch(row + byte);
}

/* Rows of [begin, end) whose distance a candidate could lower; the others go to *unmoved. */
static cf_index list_rows(const seeding *s, cf_index begin, cf_index end, cf_index *list,
                          double *unmoved)
{
    cf_index count = 0;
    for (cf_index i = begin; i < end; i++) {
        const double w = cfi_points_weight(&s->points, i), old = s->nearest[i];
        if (s->least_gap[s->seed[i]] >= reach * old || w == 0)
            *unmoved += w * old;
        else
            list[count++] = i;
    }
    return count;
}

/* Reads a number that was just written: in a vector of several it would wait for all of them to
 * reach the cache. */
static inline double one_by_one(const double *number)
{
    return *(const volatile double *)number;
}

/* Potentials of the chunk's rows with each candidate. */
static void weigh_candidates(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    enum { AHEAD = 4 };
    const seeding *s = ctx;
    const bool sparse = s->points.X->storage == CF_CSR;
    double *potentials = s->potentials + chunk * s->trials, unmoved = 0;
    memset(potentials, 0, (size_t)s->trials * sizeof *potentials);
    for (cf_index first = begin; first < end; first += BLOCK) {
        cf_index list[BLOCK];
        const cf_index last = first + BLOCK < end ? first + BLOCK : end;
        const cf_index count = list_rows(s, first, last, list, &unmoved);
        for (cf_index l = 0; l < count; l++) {
            const cf_index i = list[l];
            const double w = cfi_points_weight(&s->points, i), old = s->nearest[i];
            double local[MOST_TRIALS];
            double *squares = s->squares ? s->squares + i * s->trials : local;
            if (!sparse && l + AHEAD < count)
                prefetch_row(s->points.X, list[l + AHEAD]);
            weigh_row(s, i, s->gaps + s->seed[i] * s->trials, reach * old, squares);
            for (cf_index t = 0; t < s->trials; t++) {
                const double square = one_by_one(squares + t);
                potentials[t] += w * (square < old ? square : old);
            }
        }
    }
    for (cf_index t = 0; t < s->trials; t++)
        potentials[t] += unmoved;
}

/* The kept candidate becomes a seed: rows it is nearer to change, blocks are summed again. */
static void take_candidate(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const seeding *s = ctx;
    for (cf_index first = begin; first < end; first += BLOCK) {
        const cf_index last = first + BLOCK < end ? first + BLOCK : end;
        double sum = 0;
        for (cf_index i = first; i < last; i++) {
            const double w = cfi_points_weight(&s->points, i), old = s->nearest[i];
            if (w == 0) /* was not weighed */
                continue;
            if (s->count == 0 || s->gaps[s->seed[i] * s->trials + s->kept] < reach * old) {
                const double square = s->squares && s->count > 0
                                          ? s->squares[i * s->trials + s->kept]
                                          : distance2(s, i, s->kept);
                if (s->count == 0 || square < old) {
                    s->nearest[i] = square;
                    s->seed[i] = (int32_t)s->count;
                }
            }
            sum += w * s->nearest[i];
        }
        s->sums[first / BLOCK] = sum;
    }
}

/* Makes row i candidate number t. */
static void set_candidate(seeding *s, cf_index t, cf_index i)
{
    double *candidate = s->candidates + t * s->d;
    s->chosen[t] = i;
    cfi_points_load(&s->points, i, candidate, 1);
    s->norms[t] = cfi_dot_1(s->d, candidate, candidate);
}

/* The kept candidate enters the seeds. */
static void keep(seeding *s, cf_index *rows)
{
    cf_parallel_for(s->run, s->n, CHUNK, take_candidate, s);
    memcpy(s->seeds + s->count * s->d, s->candidates + s->kept * s->d,
           (size_t)s->d * sizeof *s->seeds);
    rows[s->count++] = s->chosen[s->kept];
}

/* First row with a weight: what is drawn when every row lies on a seed. */
static cf_index first_row(const seeding *s)
{
    cf_index i = 0;
    while (i < s->n - 1 && cfi_points_weight(&s->points, i) == 0)
        i++;
    return i;
}

/* First row at which the running sum of weight * nearest reaches `wanted`. */
static cf_index find_row(const seeding *s, double wanted)
{
    double sum = 0;
    cf_index block = 0;
    while (block < s->blocks - 1 && sum + s->sums[block] < wanted)
        sum += s->sums[block++];
    cf_index last = -1;
    for (cf_index i = block * BLOCK; i < s->n; i++) {
        const double part = cfi_points_weight(&s->points, i) * s->nearest[i];
        sum += part;
        last = part > 0 ? i : last;
        if (sum >= wanted && part > 0)
            return i;
        if (i == block * BLOCK + BLOCK - 1 && last >= 0)
            return last; /* the block's sum was rounded the other way */
    }
    return last >= 0 ? last : s->n - 1;
}

/* Distances between the seeds and the candidates. */
static void measure_seeds(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const seeding *s = ctx;
    for (cf_index c = begin; c < end; c++) {
        s->least_gap[c] = HUGE_VAL;
        for (cf_index t = 0; t < s->trials; t++) {
            const double *candidate = s->candidates + t * s->d;
            const double gap = cfi_distance2(s->seeds + c * s->d, candidate, s->d);
            s->gaps[c * s->trials + t] = gap;
            s->least_gap[c] = gap < s->least_gap[c] ? gap : s->least_gap[c];
        }
    }
}

/* One step: draw, weigh, keep the best. */
static void step(seeding *s, cf_random *random, cf_index *rows)
{
    double potential = 0;
    for (cf_index b = 0; b < s->blocks; b++)
        potential += s->sums[b];
    for (cf_index t = 0; t < s->trials; t++)
        s->totals[t] = cf_random_double(random) * potential;
    for (cf_index t = 0; t < s->trials; t++)
        set_candidate(s, t, potential > 0 ? find_row(s, s->totals[t]) : first_row(s));
    cf_parallel_for(s->run, s->count, (1 << 18) / (s->d * s->trials + 1) + 1, measure_seeds, s);
    cf_parallel_for(s->run, s->n, CHUNK, weigh_candidates, s);
    memset(s->totals, 0, (size_t)s->trials * sizeof *s->totals);
    for (cf_index c = 0; c <= (s->n - 1) / CHUNK; c++)
        for (cf_index t = 0; t < s->trials; t++)
            s->totals[t] += s->potentials[c * s->trials + t];
    s->kept = 0;
    for (cf_index t = 1; t < s->trials; t++)
        if (s->totals[t] < s->totals[s->kept])
            s->kept = t;
    keep(s, rows);
}

/* ---- draws by weight ---- */

/* CF_ERR_DATA unless k rows have a weight. */
static cf_status check_rows(const cfi_points *points, cf_index k)
{
    cf_index usable = 0;
    for (cf_index i = 0; i < points->X->rows; i++)
        usable += cfi_points_weight(points, i) > 0;
    return usable >= k ? CF_OK
                       : cf_fail(CF_ERR_DATA, "%lld rows have a weight, n_clusters is %lld",
                                 (long long)usable, (long long)k);
}

/*
 * cdf[i] = p[0] + ... + p[i], divided by the last: NumPy's choice draws by searching it for a
 * uniform number. Rounded as there, so that the same row is found.
 */
static void make_cdf(const double *p, cf_index n, double *cdf)
{
    double sum = 0;
    for (cf_index i = 0; i < n; i++) {
        sum += p[i];
        cdf[i] = sum;
    }
    for (cf_index i = 0; i < n; i++)
        cdf[i] /= sum;
}

/* First row with cdf above u. */
static cf_index search_cdf(const double *cdf, cf_index n, double u)
{
    cf_index low = 0, high = n - 1;
    while (low < high) {
        const cf_index middle = low + (high - low) / 2;
        if (cdf[middle] <= u)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* p = weights / sum. */
static void make_probabilities(const cfi_points *points, double *p)
{
    double sum = 0;
    for (cf_index i = 0; i < points->X->rows; i++)
        sum += cfi_points_weight(points, i);
    for (cf_index i = 0; i < points->X->rows; i++)
        p[i] = cfi_points_weight(points, i) / sum;
}

cf_status cfi_k_means_random_rows(const cfi_points *points, cf_index k, cf_random *random,
                                  cf_index *rows)
{
    const cf_index n = points->X->rows;
    cf_status status = CF_OK;
    double *p = NULL, *cdf = NULL, *draws = NULL;
    cf_index found = 0;
    CF_GO(check_rows(points, k));
    CF_GO(CF_ALLOC(p, n));
    CF_GO(CF_ALLOC(cdf, n));
    CF_GO(CF_ALLOC(draws, k));
    make_probabilities(points, p);
    /* Draw what is missing, drop repetitions, and again: NumPy's choice without replacement. */
    while (found < k) {
        const cf_index missing = k - found, before = found;
        for (cf_index i = 0; i < missing; i++)
            draws[i] = cf_random_double(random);
        for (cf_index i = 0; i < found; i++)
            p[rows[i]] = 0;
        make_cdf(p, n, cdf);
        for (cf_index i = 0; i < missing; i++) {
            const cf_index row = search_cdf(cdf, n, draws[i]);
            bool known = false;
            for (cf_index j = before; j < found && !known; j++)
                known = rows[j] == row;
            if (!known)
                rows[found++] = row;
        }
    }
cleanup:
    cf_free(p);
    cf_free(cdf);
    cf_free(draws);
    return status;
}

/* ---- k-means++ ---- */

static void release(seeding *s)
{
    cf_free(s->nearest);
    cf_free(s->seed);
    cf_free(s->squares);
    cf_free(s->sums);
    cf_free(s->candidates);
    cf_free(s->norms);
    cf_free(s->seeds);
    cf_free(s->gaps);
    cf_free(s->least_gap);
    cf_free(s->potentials);
    cf_free(s->totals);
    cf_free(s->chosen);
}

static cf_status prepare(seeding *s, cf_index k)
{
    CF_TRY(CF_ALLOC_ZERO(s->nearest, s->n));
    CF_TRY(CF_ALLOC_ZERO(s->seed, s->n));
    if (s->n <= KEPT_BYTES / 8 / s->trials)
        CF_TRY(CF_ALLOC(s->squares, s->n * s->trials));
    CF_TRY(CF_ALLOC(s->sums, s->blocks));
    CF_TRY(CF_ALLOC(s->candidates, s->trials * s->d));
    CF_TRY(CF_ALLOC(s->norms, s->trials));
    CF_TRY(CF_ALLOC(s->seeds, k * s->d));
    CF_TRY(CF_ALLOC_ZERO(s->gaps, k * s->trials));
    CF_TRY(CF_ALLOC(s->least_gap, k));
    CF_TRY(CF_ALLOC(s->potentials, ((s->n - 1) / CHUNK + 1) * s->trials));
    CF_TRY(CF_ALLOC(s->totals, s->trials));
    return CF_ALLOC(s->chosen, s->trials);
}

cf_status cfi_k_means_plusplus(cf_run *run, const cfi_points *points, cf_index k, cf_random *random,
                               cf_index *rows)
{
    seeding s = {.run = run, .n = points->X->rows, .d = points->X->cols};
    s.points = (cfi_points){.X = points->X, .weights = points->weights};
    s.trials = 2 + (cf_index)log((double)k);
    s.blocks = (s.n + BLOCK - 1) / BLOCK;
    cf_status status = CF_OK;
    CF_GO(check_rows(points, k));
    CF_GO(prepare(&s, k));
    /* The first seed by weight alone; `nearest` is free until then. */
    make_probabilities(points, s.nearest);
    make_cdf(s.nearest, s.n, s.nearest);
    set_candidate(&s, 0, search_cdf(s.nearest, s.n, cf_random_double(random)));
    keep(&s, rows);
    while (s.count < k) {
        CF_GO(cf_run_check(run));
        step(&s, random, rows);
    }
cleanup:
    release(&s);
    return status;
}
