/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The assignment step of Lloyd's iteration with the bounds of G. Hamerly (2010, Making k-means even
 * faster, doi:10.1137/1.9781611972801.12): one upper bound of the distance to the own centre and
 * one lower bound of the distance to all others for each row. While the upper one is below the
 * lower one, or below half the distance from the own centre to its nearest neighbour, the label
 * cannot change; only the other rows are compared with all centres, batched for one GEMM. The
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

/* Moves the bounds of row i with the centres; true when they settle its label. */
static bool is_settled(const cfi_k_means_state *s, cf_index i)
{
    const int32_t own = s->labels[i];
    const double others = own == s->most_moved ? s->next_move : s->most_move;
    s->upper[i] = (s->upper[i] + s->moves[own]) * (1 + 0x1p-50);
    s->lower[i] = (s->lower[i] - others) * (1 - 0x1p-50);
    const double limit = s->lower[i] > s->half[own] ? s->lower[i] : s->half[own];
    if (s->upper[i] < limit)
        return true;
    const double *centre = s->nearest.centres + own * s->d;
    s->upper[i] = sqrt(cfi_points_distance2(&s->points, i, centre)) * (1 + cfi_k_means_slack(s->d));
    return s->upper[i] < limit;
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
    for (cf_index i = begin; i < end; i++)
        if (!is_settled(s, i) && cfi_batch_add(&b, i))
            changed += take_answers(s, &b, touched);
    return changed + take_answers(s, &b, touched);
}
