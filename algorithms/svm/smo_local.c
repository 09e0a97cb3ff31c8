/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SMO with second-order selection on a small dense problem: Fan, Chen and Lin, "Working set
 * selection using second order information for training support vector machines", JMLR 6 (2005),
 * 1889-1918, algorithm WSS 2.
 *
 * With signed variables every step moves beta_i up and beta_j down by the same amount: i has the
 * largest v among those that may rise, j the largest gain (v_i - v_j)^2 / (K_ii + K_jj - 2 K_ij)
 * among those that may fall.
 *
 * A step costs two passes over the working set, so they are written for the vectoriser: the
 * largest of floating-point numbers is sought among integers of the same order, whose last bits
 * are replaced by the position. What may not move has a cap on its key. Selection thus ignores
 * differences beyond 12 bits (41 in double precision); values and steps do not.
 */
#include "algorithms/svm/smo_local.h"

#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

/* Share of K_ii + K_jj below which the curvature is rounding; and that of a pair of zeros. */
static const double flat = 0x1p-50, tau = 1e-12;

enum { POSITION = CFI_SMO_MOST - 1 };

typedef struct pick {
    cf_index up, low; /* positions of the largest v that may rise and the smallest that may fall */
    bool any_up, any_low;
} pick;

/* v -= delta (Ki - Kj), and where the extremes are now. */
CF_CLONES static void update_f32(cf_index n, float delta, const float *restrict Ki,
                                 const float *restrict Kj, float *restrict v,
                                 const int32_t *restrict up, const int32_t *restrict low,
                                 int32_t best[2])
{
    int32_t highest = INT32_MIN, lowest = INT32_MIN;
    for (int32_t t = 0; t < (int32_t)n; t++) {
        const float x = v[t] - delta * (Ki[t] - Kj[t]);
        int32_t bits;
        memcpy(&bits, &x, sizeof bits);
        v[t] = x;
        bits ^= (bits >> 31) & INT32_MAX;
        const int32_t rise = (bits & ~POSITION) | t, fall = (~bits & ~POSITION) | t;
        const int32_t a = rise < up[t] ? rise : up[t], b = fall < low[t] ? fall : low[t];
        highest = a > highest ? a : highest;
        lowest = b > lowest ? b : lowest;
    }
    best[0] = highest;
    best[1] = lowest;
}

CF_CLONES static void update_f64(cf_index n, double delta, const double *restrict Ki,
                                 const double *restrict Kj, double *restrict v,
                                 const int64_t *restrict up, const int64_t *restrict low,
                                 int64_t best[2])
{
    int64_t highest = INT64_MIN, lowest = INT64_MIN;
    for (int64_t t = 0; t < n; t++) {
        const double x = v[t] - delta * (Ki[t] - Kj[t]);
        int64_t bits;
        memcpy(&bits, &x, sizeof bits);
        v[t] = x;
        bits ^= (bits >> 63) & INT64_MAX;
        const int64_t rise = (bits & ~(int64_t)POSITION) | t;
        const int64_t fall = (~bits & ~(int64_t)POSITION) | t;
        const int64_t a = rise < up[t] ? rise : up[t], b = fall < low[t] ? fall : low[t];
        highest = a > highest ? a : highest;
        lowest = b > lowest ? b : lowest;
    }
    best[0] = highest;
    best[1] = lowest;
}

/* The position with the largest gain beside i among those that may fall, as a key. */
CF_CLONES static int32_t partner_f32(cf_index n, float vi, float kii, const float *restrict Ki,
                                     const float *restrict v, const float *restrict diagonal,
                                     const int32_t *restrict low)
{
    int32_t best = INT32_MIN;
    for (int32_t t = 0; t < (int32_t)n; t++) {
        float gap = vi - v[t];
        gap = gap > 0 ? gap : 0;
        const float sum = kii + diagonal[t], least = sum * (float)0x1p-50;
        float curve = sum - 2 * Ki[t];
        curve = curve > least ? curve : least;
        curve = curve > 0 ? curve : (float)1e-12;
        const float gain = gap * gap / curve;
        int32_t bits;
        memcpy(&bits, &gain, sizeof bits);
        const int32_t key = (bits & ~POSITION) | t;
        const int32_t a = key < low[t] ? key : low[t];
        best = a > best ? a : best;
    }
    return best;
}

CF_CLONES static int64_t partner_f64(cf_index n, double vi, double kii, const double *restrict Ki,
                                     const double *restrict v, const double *restrict diagonal,
                                     const int64_t *restrict low)
{
    int64_t best = INT64_MIN;
    for (int64_t t = 0; t < n; t++) {
        double gap = vi - v[t];
        gap = gap > 0 ? gap : 0;
        const double sum = kii + diagonal[t], least = sum * flat;
        double curve = sum - 2 * Ki[t];
        curve = curve > least ? curve : least;
        curve = curve > 0 ? curve : tau;
        const double gain = gap * gap / curve;
        int64_t bits;
        memcpy(&bits, &gain, sizeof bits);
        const int64_t key = (bits & ~(int64_t)POSITION) | t;
        const int64_t a = key < low[t] ? key : low[t];
        best = a > best ? a : best;
    }
    return best;
}

cf_status cfi_smo_local_new(cfi_smo_local *local, cf_index most, bool f32)
{
    const cf_index room = (most + 15) / 16 * 16;
    const size_t size = f32 ? sizeof(float) : sizeof(double);
    *local = (cfi_smo_local){.room = room, .f32 = f32};
    local->K = cf_alloc_zero(room * room, size);
    local->diagonal = cf_alloc_zero(room, size);
    local->v = cf_alloc_zero(room, size);
    local->up = cf_alloc(room, size);
    local->low = cf_alloc(room, size);
    if (!local->K || !local->diagonal || !local->v || !local->up || !local->low)
        return cf_out_of_memory();
    CF_TRY(CF_ALLOC(local->beta, room));
    CF_TRY(CF_ALLOC(local->least, room));
    return CF_ALLOC(local->largest, room);
}

void cfi_smo_local_clear(cfi_smo_local *local)
{
    cf_free(local->K);
    cf_free(local->diagonal);
    cf_free(local->v);
    cf_free(local->up);
    cf_free(local->low);
    cf_free(local->beta);
    cf_free(local->least);
    cf_free(local->largest);
    *local = (cfi_smo_local){0};
}

void *cfi_smo_local_row(const cfi_smo_local *local, cf_index i)
{
    return local->f32 ? (void *)((float *)local->K + i * local->room)
                      : (void *)((double *)local->K + i * local->room);
}

void cfi_smo_local_set(cfi_smo_local *local, cf_index i, double v, double diagonal)
{
    if (local->f32) {
        ((float *)local->v)[i] = (float)v;
        ((float *)local->diagonal)[i] = (float)diagonal;
    } else {
        ((double *)local->v)[i] = v;
        ((double *)local->diagonal)[i] = diagonal;
    }
}

void cfi_smo_local_mirror(cfi_smo_local *local, cf_index kept, cf_index n)
{
    const cf_index room = local->room;
    for (cf_index i = kept; i < n; i++) {
        for (cf_index j = 0; j < kept; j++) {
            if (local->f32)
                ((float *)local->K)[j * room + i] = ((const float *)local->K)[i * room + j];
            else
                ((double *)local->K)[j * room + i] = ((const double *)local->K)[i * room + j];
        }
    }
}

/* The caps of variable i: lowest when it may not move that way. */
static void set_caps(cfi_smo_local *local, cf_index i)
{
    const bool up = i < local->n && local->beta[i] < local->largest[i];
    const bool low = i < local->n && local->beta[i] > local->least[i];
    if (local->f32) {
        ((int32_t *)local->up)[i] = up ? INT32_MAX : INT32_MIN;
        ((int32_t *)local->low)[i] = low ? INT32_MAX : INT32_MIN;
    } else {
        ((int64_t *)local->up)[i] = up ? INT64_MAX : INT64_MIN;
        ((int64_t *)local->low)[i] = low ? INT64_MAX : INT64_MIN;
    }
}

static double entry(const cfi_smo_local *local, cf_index i, cf_index j)
{
    return local->f32 ? (double)((const float *)local->K)[i * local->room + j]
                      : ((const double *)local->K)[i * local->room + j];
}

static double value(const cfi_smo_local *local, const void *array, cf_index i)
{
    return local->f32 ? (double)((const float *)array)[i] : ((const double *)array)[i];
}

static pick update(cfi_smo_local *local, double delta, cf_index i, cf_index j)
{
    const cf_index n = (local->n + 15) / 16 * 16;
    const void *Ki = cfi_smo_local_row(local, i), *Kj = cfi_smo_local_row(local, j);
    if (local->f32) {
        int32_t best[2];
        update_f32(n, (float)delta, Ki, Kj, local->v, local->up, local->low, best);
        return (pick){best[0] & POSITION, best[1] & POSITION, best[0] != INT32_MIN,
                      best[1] != INT32_MIN};
    }
    int64_t best[2];
    update_f64(n, delta, Ki, Kj, local->v, local->up, local->low, best);
    return (pick){best[0] & POSITION, best[1] & POSITION, best[0] != INT64_MIN,
                  best[1] != INT64_MIN};
}

/* The partner of i, or -1. */
static cf_index partner(const cfi_smo_local *local, cf_index i)
{
    const cf_index n = (local->n + 15) / 16 * 16;
    const void *Ki = cfi_smo_local_row(local, i);
    if (local->f32) {
        const int32_t key =
            partner_f32(n, ((const float *)local->v)[i], ((const float *)local->diagonal)[i], Ki,
                        local->v, local->diagonal, local->low);
        return key > POSITION ? key & POSITION : -1;
    }
    const int64_t key =
        partner_f64(n, ((const double *)local->v)[i], ((const double *)local->diagonal)[i], Ki,
                    local->v, local->diagonal, local->low);
    return key > POSITION ? (cf_index)(key & POSITION) : -1;
}

/* Moves beta_i up and beta_j down as far as pays; returns how far. */
static double move_pair(cfi_smo_local *local, cf_index i, cf_index j)
{
    double *beta = local->beta;
    const double gap = value(local, local->v, i) - value(local, local->v, j);
    const double sum = value(local, local->diagonal, i) + value(local, local->diagonal, j);
    double curve = fmax(sum - 2 * entry(local, i, j), flat * sum);
    curve = curve > 0 ? curve : tau;
    const double room_i = local->largest[i] - beta[i], room_j = beta[j] - local->least[j];
    double delta = gap / curve;
    delta = delta < room_i ? delta : room_i;
    delta = delta < room_j ? delta : room_j;
    const double risen = beta[i] + delta, fallen = beta[j] - delta;
    const bool moved = risen != beta[i] || fallen != beta[j];
    beta[i] = delta == room_i || risen > local->largest[i] ? local->largest[i] : risen;
    beta[j] = delta == room_j || fallen < local->least[j] ? local->least[j] : fallen;
    return moved ? delta : 0;
}

int64_t cfi_smo_local_solve(cfi_smo_local *local, double tol, int64_t most_steps)
{
    const cf_index padded = (local->n + 15) / 16 * 16;
    for (cf_index i = local->n; i < padded; i++)
        cfi_smo_local_set(local, i, 0, 0);
    for (cf_index i = 0; i < padded; i++)
        set_caps(local, i);
    pick p = update(local, 0, 0, 0);
    int64_t steps = 0;
    while (steps < most_steps && p.any_up && p.any_low) {
        if (!(value(local, local->v, p.up) - value(local, local->v, p.low) > tol))
            break;
        const cf_index j = partner(local, p.up);
        if (j < 0)
            break;
        const double delta = move_pair(local, p.up, j);
        if (delta == 0)
            break;
        set_caps(local, p.up);
        set_caps(local, j);
        p = update(local, delta, p.up, j);
        steps++;
    }
    return steps;
}
