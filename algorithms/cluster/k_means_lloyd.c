/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The assignment step of Lloyd's iteration with the bounds of G. Hamerly (2010, Making k-means even
 * faster, doi:10.1137/1.9781611972801.12): one upper bound of the distance to the own centre and
 * one lower bound of the distance to all others for each row. While the upper one is below the
 * lower one, or below half the distance from the own centre to its nearest neighbour, the label
 * cannot change. For the other rows only centres c' with |c - c'| <= 2 |x - c| + min |c - c''| can
 * be the nearest or the second (J. Newling, F. Fleuret, ICML 2016, "exponion"): these few are
 * compared one by one, and only where they are many all centres are, batched for one GEMM. The
 * bounds are rounded outwards, so the labels are those of the plain iteration.
 */
#include "algorithms/cluster/k_means_solver.h"

#include <math.h>

/* Answers of a batch become labels and bounds. */
static cf_index take_answers(const cfi_k_means_state *s, cfi_batch *b, unsigned char *touched)
{
    cf_index changed = 0;
    cfi_batch_solve(b);
    for (cf_index r = 0; r < b->count; r++) {
        const cf_index i = b->rows[r];
        changed += cfi_k_means_relabel(s, i, (int32_t)b->labels[r], touched);
        if (s->upper) {
            s->upper[i] = b->best[r];
            s->lower[i] = b->second[r];
        }
    }
    b->count = 0;
    return changed;
}

/* Moves the bounds of row i with the centres; true when they settle its label, else *square is the
 * squared distance to its own centre. */
static bool is_settled(const cfi_k_means_state *s, cf_index i, double *square)
{
    const int32_t own = s->labels[i];
    const double others = own == s->most_moved ? s->next_move : s->most_move;
    s->upper[i] = (s->upper[i] + s->moves[own]) * (1 + 0x1p-50);
    s->lower[i] = (s->lower[i] - others) * (1 - 0x1p-50);
    const double limit = s->lower[i] > s->half[own] ? s->lower[i] : s->half[own];
    if (s->upper[i] < limit)
        return true;
    *square = cfi_points_distance2(&s->points, i, s->nearest.centres + own * s->d);
    s->upper[i] = sqrt(*square) * (1 + cfi_k_means_slack(s->d));
    return s->upper[i] < limit;
}

/*
 * Compares row i with the centres near its own one, whose squared distance is `best`; false when
 * the list does not reach far enough.
 */
static bool compare_near(const cfi_k_means_state *s, cf_index i, double best,
                         unsigned char *touched, cf_index *changed)
{
    const double slack = cfi_k_means_slack(s->d);
    const int32_t own = s->labels[i], *near = s->near + own * s->n_near;
    const double *halves = s->near_half + own * s->n_near;
    const double reach = s->upper[i] + s->half[own] * (1 + 4 * slack);
    double second = HUGE_VAL;
    int32_t label = own;
    if (s->n_near == 0 || !(reach < halves[s->n_near - 1]))
        return false;
    for (cf_index l = 0; halves[l] <= reach; l++) {
        const double square =
            cfi_points_distance2(&s->points, i, s->nearest.centres + near[l] * s->d);
        if (square < best || (square == best && near[l] < label)) {
            second = best;
            best = square;
            label = near[l];
        } else if (square < second) {
            second = square;
        }
    }
    s->upper[i] = sqrt(best) * (1 + slack);
    s->lower[i] = sqrt(second) * (1 - slack);
    *changed += cfi_k_means_relabel(s, i, label, touched);
    return true;
}

cf_index cfi_k_means_lloyd_step(const cfi_k_means_state *s, cf_index begin, cf_index end,
                                int worker, unsigned char *touched)
{
    cfi_batch b = cfi_assigner_batch(&s->nearest, worker);
    const cf_index block = s->nearest.block;
    cf_index changed = 0;
    if (!s->upper || s->first) {
        for (cf_index i = begin; i < end; i += block) {
            cfi_batch_add_run(&b, i, i + block < end ? i + block : end);
            changed += take_answers(s, &b, touched);
        }
        return changed;
    }
    for (cf_index i = begin; i < end; i++) {
        double square;
        if (is_settled(s, i, &square) || compare_near(s, i, square, touched, &changed))
            continue;
        if (cfi_batch_add(&b, i))
            changed += take_answers(s, &b, touched);
    }
    return changed + take_answers(s, &b, touched);
}
