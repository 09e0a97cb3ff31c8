/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The assignment step with the bounds of C. Elkan (2003, Using the triangle inequality to
 * accelerate k-means, ICML): a lower bound of the distance from each row to each centre beside the
 * upper one to the own centre, so that few distances are ever computed where clusters are well
 * apart. A bound is stored together with how far its centre had drifted in all when it was found,
 * and the drift of today is subtracted when it is read: no pass over the n k bounds is needed after
 * a step.
 */
#include "algorithms/cluster/k_means_solver.h"
#include "matrix/kernels.h"

#include <float.h>
#include <math.h>

/* Centres tested at once. */
enum { LANES = 16 };

/* A float that is not above x >= 0, whatever its size. */
static float round_down(double x)
{
    if (x < (double)FLT_MIN)
        return 0;
    return x < (double)FLT_MAX ? (float)x * (1 - FLT_EPSILON) : FLT_MAX;
}

/* Distances to all centres: the first step. */
static cf_index start_row(const cfi_k_means_state *s, cf_index i, unsigned char *touched)
{
    const double slack = cfi_k_means_slack(s->d);
    float *lowers = s->lowers + i * s->k;
    double best = HUGE_VAL;
    int32_t label = 0;
    for (cf_index c = 0; c < s->k; c++) {
        const double distance =
            sqrt(cfi_points_distance2(&s->points, i, s->nearest.centres + c * s->d));
        lowers[c] = round_down(distance * (1 - slack) + s->drift[c]);
        if (distance < best) {
            best = distance;
            label = (int32_t)c;
        }
    }
    s->upper[i] = best * (1 + slack);
    return cfi_k_means_relabel(s, i, label, touched);
}

/* Some of the `n` centres may be nearer than `upper`: neither bound excludes it. */
CF_CLONES static bool has_candidate(const float *lowers, const double *drift, const double *halves,
                                    double upper, cf_index n)
{
    int64_t found = 0;
    for (cf_index c = 0; c < n; c++)
        found |= ((double)lowers[c] - drift[c] <= upper) & (halves[c] <= upper);
    return found != 0;
}

static cf_index step_row(const cfi_k_means_state *s, cf_index i, unsigned char *touched)
{
    const double slack = cfi_k_means_slack(s->d);
    int32_t label = s->labels[i];
    float *lowers = s->lowers + i * s->k;
    double upper = (s->upper[i] + s->moves[label]) * (1 + 0x1p-50), distance = upper;
    bool tight = false;
    for (cf_index first = 0; upper >= s->half[label] && first < s->k; first += LANES) {
        const cf_index end = first + LANES < s->k ? first + LANES : s->k;
        const double *halves = s->halves + label * s->k;
        if (!has_candidate(lowers + first, s->drift + first, halves + first, upper, end - first))
            continue;
        for (cf_index c = first; c < end; c++) {
            if (c == label || (double)lowers[c] - s->drift[c] > upper ||
                s->halves[label * s->k + c] > upper)
                continue;
            if (!tight) {
                const double *own = s->nearest.centres + label * s->d;
                distance = sqrt(cfi_points_distance2(&s->points, i, own));
                lowers[label] = round_down(distance * (1 - slack) + s->drift[label]);
                upper = distance * (1 + slack);
                tight = true;
                c--; /* the same centre again, with the better bound */
                continue;
            }
            const double other =
                sqrt(cfi_points_distance2(&s->points, i, s->nearest.centres + c * s->d));
            lowers[c] = round_down(other * (1 - slack) + s->drift[c]);
            if (other < distance || (other == distance && c < label)) {
                label = (int32_t)c;
                distance = other;
                upper = other * (1 + slack);
            }
        }
    }
    s->upper[i] = upper;
    return cfi_k_means_relabel(s, i, label, touched);
}

cf_index cfi_k_means_elkan_step(const cfi_k_means_state *s, cf_index begin, cf_index end,
                                int worker, unsigned char *touched)
{
    (void)worker;
    cf_index changed = 0;
    for (cf_index i = begin; i < end; i++)
        changed += s->first ? start_row(s, i, touched) : step_row(s, i, touched);
    return changed;
}
