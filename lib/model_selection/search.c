/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The work of a search: every (candidate, fold) pair is a task. A parameter that a candidate's
 * estimator refuses counts as a fit that fails; an unknown name fails the search.
 */
#include "model_selection/search.h"

#include "matrix/kernels.h"
#include "model_selection/pairwise_sum.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void cfi_search_clear(cfi_search *s)
{
    cf_free(s->test);
    cf_free(s->train);
    cf_free(s->fit_time);
    cf_free(s->score_time);
    *s = (cfi_search){0};
}

/* Parameters are set in the order of the candidate; nested names reach a Pipeline's steps. */
cf_status cfi_search_candidate(const cf_estimator *e, const cf_value *params, cf_estimator **out)
{
    cf_estimator *made = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_clone(&made, e));
    for (cf_index i = 0; i < params->count; i++)
        CF_GO(cf_set_value(made, params->as.items[2 * i].as.text, &params->as.items[2 * i + 1]));
    *out = made;
    made = NULL;
cleanup:
    cf_estimator_free(made);
    return status;
}

/* One search, shared by the tasks of all pairs: each writes only its own pair's entries, but for
 * counters. Tasks are numbered candidate by candidate: task = candidate * n_splits + fold. */
typedef struct job {
    cfi_search *search;           /* under construction */
    cf_run *run;                  /* of the call: gets the progress */
    cf_estimator **tried;         /* (n_candidates) NULL where the parameters were refused */
    atomic_llong done, failures;  /* pairs, for the progress and the end */
    cf_status why;                /* of the first task's failure */
    char first[CFI_MESSAGE_SIZE]; /* its message */
} job;

/* The scores of one task, an array over the metrics, into a table (n_metrics, n_candidates,
 * n_splits); nothing where there is no table. */
static void store(const cfi_search *s, cf_index task, const double *scores, double *table)
{
    const cf_index pairs = s->n_candidates * s->n_splits;
    for (cf_index m = 0; table && m < s->n_metrics; m++)
        table[m * pairs + task] = scores[m];
}

/* scores (2 n_metrics): the tests, then the training rows. *failure is what error_score has
 * covered. */
static cf_status run_pair(const job *j, cf_index task, cf_run *run, double *scores,
                          cf_status *failure)
{
    const cfi_search *s = j->search;
    const cf_estimator *candidate = j->tried[task / s->n_splits];
    double *train = s->train ? scores + s->n_metrics : NULL;
    cfi_fold_result fold = {.test = scores, .train = train};
    /* Refused parameters: no time is spent, and both sides score error_score. */
    if (!candidate) {
        for (cf_index m = 0; m < 2 * s->n_metrics; m++)
            scores[m] = cfi_cv_error_value(s->cv->options);
        *failure = CF_ERR_ARGUMENT;
    } else {
        CF_TRY(cfi_cv_fold(s->cv, candidate, task % s->n_splits, run, &fold));
        *failure = fold.failure;
    }
    store(s, task, scores, s->test);
    store(s, task, scores + s->n_metrics, s->train);
    s->fit_time[task] = fold.fit_time;
    s->score_time[task] = fold.score_time;
    return CF_OK;
}

/* The scores are of the task's own memory until they are all known. */
static cf_status run_task(void *ctx, cf_index task, cf_run *run)
{
    job *j = ctx;
    cf_status failure = CF_OK;
    double *scores = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(scores, 2 * j->search->n_metrics));
    CF_GO(run_pair(j, task, run, scores, &failure));
    if (failure != CF_OK)
        atomic_fetch_add(&j->failures, 1);
    /* Only task 0 writes these, so the message does not depend on the thread count. Where candidate
     * 0 was refused, make_candidates has left its message here. */
    if (failure != CF_OK && task == 0 && j->tried[0]) {
        j->why = failure;
        cfi_message_take(j->first);
    }
    const long long done = atomic_fetch_add(&j->done, 1) + 1;
    cf_run_progress(j->run, (double)done / (double)(j->search->n_candidates * j->search->n_splits),
                    "candidates");
cleanup:
    cf_free(scores);
    return status;
}

/*
 * The candidates as estimators; NULL with a warning where one refuses its parameters. Made before
 * the tasks: each candidate is cloned for every fold, from many threads. An unknown name is
 * CF_ERR_NAME and fails the search, as in scikit-learn.
 */
static cf_status make_candidates(const cf_estimator *e, job *j)
{
    const cfi_search *s = j->search;
    const bool raise = s->cv->options->error_score == CF_ERROR_SCORE_RAISE;
    for (cf_index c = 0; c < s->n_candidates; c++) {
        const cf_status status = cfi_search_candidate(e, &s->candidates->as.items[c], &j->tried[c]);
        if (status == CF_OK)
            continue;
        if (raise || (status != CF_ERR_ARGUMENT && status != CF_ERR_TYPE))
            return status;
        if (c == 0) {
            j->why = status;
            cfi_message_take(j->first);
        }
        cf_run_warn(j->run, CF_WARN_FIT_FAILED, "candidate %lld failed: %s", (long long)c,
                    cf_last_error());
    }
    return CF_OK;
}

/* What is made is released by cfi_search_clear, on failure too. */
static cf_status make_tables(cfi_search *s)
{
    const cf_index pairs = s->n_candidates * s->n_splits;
    CF_TRY(CF_ALLOC_ZERO(s->test, pairs * s->n_metrics));
    if (s->cv->options->return_train_score)
        CF_TRY(CF_ALLOC_ZERO(s->train, pairs * s->n_metrics));
    CF_TRY(CF_ALLOC_ZERO(s->fit_time, pairs));
    return CF_ALLOC_ZERO(s->score_time, pairs);
}

cf_status cfi_search_run(const cf_estimator *e, const cfi_cv *cv, const cf_value *candidates,
                         cf_run *run, cfi_search *out)
{
    cfi_search s = {.cv = cv,
                    .candidates = candidates,
                    .n_candidates = candidates->count,
                    .n_splits = cv->folds.count,
                    .n_metrics = cv->n_metrics};
    job j = {.search = &s, .run = run};
    const cf_index pairs = s.n_candidates * s.n_splits;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(j.tried, s.n_candidates));
    CF_GO(make_candidates(e, &j));
    CF_GO(make_tables(&s));
    CF_GO(cf_parallel_tasks(run, pairs, run_task, &j));
    /* scikit-learn refuses too: nothing was learned about any candidate. */
    if (atomic_load(&j.failures) == pairs)
        CF_GO(cf_fail(j.why, "All the %lld fits failed: %.800s", (long long)pairs, j.first));
    *out = s;
    s = (cfi_search){0};
cleanup:
    for (cf_index c = 0; j.tried && c < candidates->count; c++)
        cf_estimator_free(j.tried[c]);
    cf_free(j.tried);
    cfi_search_clear(&s);
    return status;
}

/* ---- figures ---- */

/* Mean of n scores as NumPy sums them: ties between candidates fall as scikit-learn's do. */
static double mean_of(const double *x, cf_index n)
{
    return cfi_pairwise_sum(x, n) / (double)n;
}

void cfi_search_means(const cfi_search *s, cf_index m, double *out)
{
    const double *scores = s->test + m * s->n_candidates * s->n_splits;
    for (cf_index c = 0; c < s->n_candidates; c++)
        out[c] = mean_of(scores + c * s->n_splits, s->n_splits);
}

/* True when two means share a rank. */
static bool ties(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

cf_status cfi_search_ranks(const double *means, cf_index n, int32_t *ranks)
{
    double *negated = NULL;
    cf_index *order = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(negated, n));
    CF_GO(CF_ALLOC(order, n));
    for (cf_index c = 0; c < n; c++)
        negated[c] = -means[c];
    /* Ascending with NaN last: the best mean comes first, and failed candidates share the last
     * rank. */
    CF_GO(cfi_argsort(negated, n, order));
    for (cf_index r = 0; r < n; r++)
        ranks[order[r]] = r > 0 && ties(means[order[r]], means[order[r - 1]]) ? ranks[order[r - 1]]
                                                                              : (int32_t)(r + 1);
cleanup:
    cf_free(negated);
    cf_free(order);
    return status;
}

/* ---- the table ---- */

/* A MAP under construction. */
typedef struct table {
    cf_value map;
    cf_index at, capacity; /* columns filled, and room for */
} table;

/* The place of the next column, named by a format with two texts. Names are cut at 511 bytes. */
static cf_status next_column(table *t, cf_value **column, const char *format, const char *a,
                             const char *b)
{
    char name[512];
    if (t->at == t->capacity)
        return cf_fail(CF_ERR_INTERNAL, "cv_results_ has more columns than expected");
    snprintf(name, sizeof name, format, a, b);
    cf_value *pair = &t->map.as.items[2 * t->at++];
    CF_TRY(cf_value_text(&pair[0], name));
    *column = &pair[1];
    return CF_OK;
}

/* A column out of every stride-th entry of x; copied. */
static cf_status put_reals(table *t, const char *format, const char *a, const char *b,
                           const double *x, cf_index n, cf_index stride)
{
    cf_value *column = NULL;
    CF_TRY(next_column(t, &column, format, a, b));
    const cf_matrix view = cf_view_strided(CF_F64, x, n, 1, stride, 1);
    return cf_value_matrix(column, &view);
}

/* mean_ and std_ of a (n_candidates, n_splits) array; the deviation is NumPy's, divided by
 * n_splits. */
static cf_status put_summary(table *t, const cfi_search *s, const char *what, const char *metric,
                             const double *x)
{
    const cf_index n = s->n_candidates, k = s->n_splits;
    double *means = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(means, 2 * n + k));
    /* One piece of memory: means (n), spread (n), squares (k). */
    double *spread = means + n, *squares = spread + n;
    for (cf_index c = 0; c < n; c++) {
        means[c] = mean_of(x + c * k, k);
        for (cf_index f = 0; f < k; f++)
            squares[f] = (x[c * k + f] - means[c]) * (x[c * k + f] - means[c]);
        spread[c] = sqrt(mean_of(squares, k));
    }
    CF_GO(put_reals(t, "mean_%s%s", what, metric, means, n, 1));
    CF_GO(put_reals(t, "std_%s%s", what, metric, spread, n, 1));
cleanup:
    cf_free(means);
    return status;
}

/* rank_test_NAME, as int32 like scikit-learn's. */
static cf_status put_ranks(table *t, const cfi_search *s, cf_index m, const char *metric)
{
    const cf_index n = s->n_candidates;
    double *means = NULL;
    int32_t *ranks = NULL;
    cf_value *column = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(means, n));
    CF_GO(CF_ALLOC(ranks, n));
    cfi_search_means(s, m, means);
    CF_GO(cfi_search_ranks(means, n, ranks));
    CF_GO(next_column(t, &column, "rank_%s%s", "test_", metric));
    const cf_matrix view = cf_view_i32(ranks, n, 1);
    CF_GO(cf_value_matrix(column, &view));
cleanup:
    cf_free(means);
    cf_free(ranks);
    return status;
}

/* The scores of one metric on one side: every split, then mean and deviation. */
static cf_status put_scores(table *t, const cfi_search *s, const char *side, const char *metric,
                            const double *x)
{
    for (cf_index f = 0; f < s->n_splits; f++) {
        char format[48];
        snprintf(format, sizeof format, "split%lld_%%s%%s", (long long)f);
        CF_TRY(put_reals(t, format, side, metric, x + f, s->n_candidates, s->n_splits));
    }
    return put_summary(t, s, side, metric, x);
}

/* Names of all candidates, each where it first appears; *count of them, borrowed. A list of grids
 * may name others in each. The caller frees *names. */
static cf_status find_names(const cfi_search *s, const char ***names, cf_index *count)
{
    cf_index capacity = 0;
    for (cf_index c = 0; c < s->n_candidates; c++)
        capacity += s->candidates->as.items[c].count;
    CF_TRY(CF_ALLOC(*names, capacity));
    for (cf_index c = 0; c < s->n_candidates; c++) {
        const cf_value *params = &s->candidates->as.items[c];
        for (cf_index i = 0; i < params->count; i++) {
            const char *name = params->as.items[2 * i].as.text;
            cf_index k = 0;
            while (k < *count && strcmp((*names)[k], name) != 0)
                k++;
            if (k == *count)
                (*names)[(*count)++] = name;
        }
    }
    return CF_OK;
}

/* param_NAME: the value of each candidate, None where it has none (scikit-learn masks it); then
 * params. */
static cf_status put_params(table *t, const cfi_search *s, const char *const *names, cf_index count)
{
    cf_value *column = NULL;
    for (cf_index k = 0; k < count; k++) {
        CF_TRY(next_column(t, &column, "param_%s%s", names[k], ""));
        CF_TRY(cf_value_items(column, CF_VALUE_LIST, s->n_candidates));
        for (cf_index c = 0; c < s->n_candidates; c++) {
            const cf_value *value = cf_value_find(&s->candidates->as.items[c], names[k]);
            if (value)
                CF_TRY(cf_value_copy(value, &column->as.items[c]));
        }
    }
    CF_TRY(next_column(t, &column, "%s%s", "params", ""));
    return cf_value_copy(s->candidates, column);
}

/* Columns are called after the scorers where there are several, else "score". */
static cf_status put_metrics(table *t, const cfi_search *s)
{
    const cf_index pairs = s->n_candidates * s->n_splits;
    for (cf_index m = 0; m < s->n_metrics; m++) {
        const char *metric = s->multimetric ? s->cv->scorers[m]->name : "score";
        CF_TRY(put_scores(t, s, "test_", metric, s->test + m * pairs));
        CF_TRY(put_ranks(t, s, m, metric));
        if (s->train)
            CF_TRY(put_scores(t, s, "train_", metric, s->train + m * pairs));
    }
    return CF_OK;
}

cf_status cfi_search_table(const cfi_search *s, cf_value *out)
{
    table t = {.at = 0};
    const char **names = NULL;
    cf_index count = 0;
    cf_status status = CF_OK;
    CF_GO(find_names(s, &names, &count));
    /* Parameters and "params"; each metric's splits, mean, deviation and rank; without rank for
     * training. */
    t.capacity = count + 1 + s->n_metrics * (s->n_splits + 3 + (s->train ? s->n_splits + 2 : 0));
    CF_GO(cf_value_items(&t.map, CF_VALUE_MAP, t.capacity));
    CF_GO(put_params(&t, s, names, count));
    CF_GO(put_metrics(&t, s));
    cf_value_clear(out);
    *out = t.map;
    t.map = (cf_value){0};
cleanup:
    cf_free(names);
    cf_value_clear(&t.map);
    return status;
}

cf_status cfi_search_times(const cfi_search *s, cf_value *out)
{
    table t = {.capacity = 4};
    cf_status status = CF_OK;
    CF_GO(cf_value_items(&t.map, CF_VALUE_MAP, t.capacity));
    CF_GO(put_summary(&t, s, "fit_time", "", s->fit_time));
    CF_GO(put_summary(&t, s, "score_time", "", s->score_time));
    cf_value_clear(out);
    *out = t.map;
    t.map = (cf_value){0};
cleanup:
    cf_value_clear(&t.map);
    return status;
}
