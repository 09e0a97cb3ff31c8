/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Rows are taken in slabs, so that the decisions of all pairs are never held for all rows at once;
 * every slab computes each kernel value once for all pairs.
 */
#include "algorithms/svm/svc_answer.h"

#include "algorithms/svm/svc_train.h"
#include "algorithms/svm/svm_probability.h"
#include "matrix/kernels.h"

#include <math.h>

enum { SLAB_CELLS = 1 << 22, SLAB_LEAST = 512, GRAIN = 128 };

typedef struct answer_job {
    const cfi_svc_decider *d;
    cfi_svc_question question;
    cf_index n_pairs, work_size;
    double *decisions; /* (rows of the slab, n_pairs) */
    double *work;      /* (threads, work_size) */
    cf_index first;    /* row of the slab */
    cf_matrix *out;
} answer_job;

/* Decisions of the rows [first, first + count) of the slab from their sums. */
static void receive_sums(void *ctx, cf_index first, cf_index count, const double *sums)
{
    const answer_job *job = ctx;
    const cf_index k = job->d->n_classes;
    for (cf_index r = 0; r < count; r++) {
        const double *row = sums + r * k * (k - 1);
        double *out = job->decisions + (first + r) * job->n_pairs;
        for (cf_index i = 0; i < k; i++)
            for (cf_index j = i + 1; j < k; j++)
                *out++ = row[i * (k - 1) + j - 1] + row[j * (k - 1) + i] +
                         job->d->intercept[cfi_svc_pair(i, j, k)];
    }
}

/* Votes of every class, plus the sum of its decisions squeezed into (-1/3, 1/3) if wanted. */
static void score_classes(cf_index k, const double *decisions, bool break_ties, double *scores)
{
    double *sums = scores + k;
    for (cf_index i = 0; i < 2 * k; i++)
        scores[i] = 0;
    for (cf_index i = 0; i < k; i++) {
        for (cf_index j = i + 1; j < k; j++) {
            const double decision = *decisions++;
            /* Among scores a tie goes to i, among votes to j: scikit-learn's and LIBSVM's rule. */
            scores[decision > 0 || (break_ties && decision == 0) ? i : j] += 1;
            sums[i] += decision;
            sums[j] -= decision;
        }
    }
    for (cf_index i = 0; break_ties && i < k; i++)
        scores[i] += sums[i] / (3 * (fabs(sums[i]) + 1));
}

/* Sigmoids of the pairs, away from 0 and 1 so that coupling has a solution. */
static void find_probabilities(const cfi_svc_decider *d, const double *decisions, double *work,
                               double *p)
{
    const cf_index k = d->n_classes;
    const double least = 1e-7;
    double *r = work;
    for (cf_index i = 0; i < k; i++) {
        for (cf_index j = i + 1; j < k; j++) {
            const cf_index pair = cfi_svc_pair(i, j, k);
            const double q = cfi_sigmoid_value(decisions[pair], d->prob_a[pair], d->prob_b[pair]);
            r[i * k + j] = q < least ? least : q > 1 - least ? 1 - least : q;
            r[j * k + i] = 1 - r[i * k + j];
        }
    }
    if (k == 2) {
        p[0] = r[1];
        p[1] = r[2];
    } else {
        cfi_couple_pairs(k, r, p, work + k * k);
    }
}

/* The answer about one row: a label, or `cols` numbers, in `work` or where they were. */
static const double *answer_row(const answer_job *job, const double *decisions, double *work)
{
    const cf_index k = job->d->n_classes;
    switch (job->question) {
    case CFI_SVC_PAIRS:
        break;
    case CFI_SVC_SCORES:
    case CFI_SVC_BEST_SCORE:
        score_classes(k, decisions, true, work);
        return work;
    case CFI_SVC_VOTE:
        score_classes(k, decisions, false, work);
        return work;
    case CFI_SVC_PROBABILITIES:
        find_probabilities(job->d, decisions, work + k, work);
        return work;
    }
    return decisions;
}

static void finish_rows(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    const answer_job *job = ctx;
    const cf_matrix *out = job->out;
    double *work = job->work + worker * job->work_size;
    for (cf_index r = begin; r < end; r++) {
        const double *answer = answer_row(job, job->decisions + r * job->n_pairs, work);
        const cf_index at = (job->first + r) * out->row_stride;
        if (out->dtype == CF_I32)
            ((int32_t *)out->values)[at] = (int32_t)cfi_argmax(answer, job->d->n_classes);
        else
            for (cf_index j = 0; j < out->cols; j++)
                ((double *)out->values)[at + j * out->col_stride] = answer[j];
    }
}

static cf_status shape_answer(const cfi_svc_decider *d, cfi_svc_question question, cf_index n,
                              cf_matrix *out)
{
    switch (question) {
    case CFI_SVC_PAIRS:
        return cf_matrix_resize(out, CF_F64, n, d->n_classes * (d->n_classes - 1) / 2);
    case CFI_SVC_SCORES:
    case CFI_SVC_PROBABILITIES:
        return cf_matrix_resize(out, CF_F64, n, d->n_classes);
    case CFI_SVC_VOTE:
    case CFI_SVC_BEST_SCORE:
        break;
    }
    return cf_matrix_resize(out, CF_I32, n, 1);
}

cf_status cfi_svc_answer(const cfi_svc_decider *d, cfi_svc_question question, const cf_matrix *X,
                         cf_run *run, cf_matrix *out)
{
    const cf_index k = d->n_classes, n_pairs = k * (k - 1) / 2;
    cf_index slab = SLAB_CELLS / n_pairs > SLAB_LEAST ? SLAB_CELLS / n_pairs : SLAB_LEAST;
    slab = slab < X->rows ? slab : X->rows;
    cf_status status = CF_OK;
    answer_job job = {.d = d,
                      .question = question,
                      .n_pairs = n_pairs,
                      .work_size = 2 * k * k + 2 * k,
                      .out = out};
    CF_GO(shape_answer(d, question, X->rows, out));
    CF_GO(CF_ALLOC(job.decisions, slab * n_pairs));
    CF_GO(CF_ALLOC(job.work, cf_run_threads(run) * job.work_size));
    for (job.first = 0; job.first < X->rows; job.first += slab) {
        const cf_index end = job.first + slab < X->rows ? job.first + slab : X->rows;
        const cf_matrix rows = cf_view_rows(X, job.first, end);
        CF_GO(cfi_expansion_apply(&d->expansion, &rows, NULL, end - job.first, run, receive_sums,
                                  &job));
        cf_parallel_for(run, end - job.first, GRAIN, finish_rows, &job);
    }
cleanup:
    cf_free(job.decisions);
    cf_free(job.work);
    return status;
}
