/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GridSearchCV: every combination of listed parameter values is cross-validated, the best one by
 * its mean test score is fitted to all rows and answers. The candidates come in scikit-learn's
 * order and ties go to the first, so the choice is scikit-learn's where the scores are.
 */
#include "matrix/matrix.h"
#include "model_selection/folds.h"
#include "model_selection/parameter_grid.h"
#include "model_selection/search.h"

#include <math.h>
#include <string.h>

typedef struct grid_search_cv {
    cf_estimator base;
    cf_estimator *estimator;
    cf_value param_grid;
    cf_value scoring;
    cf_value refit;
    cf_value cv;
    cf_value error_score;
    bool return_train_score;
    /* state */
    cf_estimator *best_estimator_; /* NULL without refit */
    cf_value best_params_;
    cf_value cv_results_;
    cf_value cv_times_;
    cf_value scorer_; /* None, a name, or a list of names */
    double best_score_;
    double refit_time_;
    int64_t best_index_; /* -1 where there is no best one */
    int64_t n_splits_;
    bool multimetric_;
} grid_search_cv;

static const grid_search_cv *const_self(const cf_estimator *e)
{
    return (const grid_search_cv *)e;
}

static bool is_list(const cf_value *v)
{
    return v->kind == CF_VALUE_LIST || v->kind == CF_VALUE_TUPLE;
}

static bool refits(const grid_search_cv *g)
{
    return g->refit.kind != CF_VALUE_BOOL || g->refit.as.b;
}

/* ---- what is asked for ---- */

/* The name of a scorer; NULL where the value is none. */
static const char *scorer_name(const cf_value *v)
{
    if (v->kind == CF_VALUE_FUNCTION && v->as.function->score)
        return v->as.function->name;
    return v->kind == CF_VALUE_TEXT ? v->as.text : NULL;
}

/* The position of the metric that chooses, among several; -1 for none. */
static cf_index choosing_metric(const grid_search_cv *g)
{
    if (!is_list(&g->scoring))
        return 0;
    for (cf_index m = 0; m < g->scoring.count; m++) {
        const char *name = scorer_name(&g->scoring.as.items[m]);
        if (name && cf_value_is_text(&g->refit, name))
            return m;
    }
    return -1;
}

static cf_status check_params(const cf_estimator *self)
{
    const grid_search_cv *g = const_self(self);
    if (!g->estimator)
        return cf_fail(CF_ERR_ARGUMENT, "GridSearchCV: estimator is None");
    if (g->cv.kind == CF_VALUE_ESTIMATOR && !g->cv.as.estimator->cls->split)
        return cf_fail(CF_ERR_ARGUMENT, "GridSearchCV: cv = %s is no splitter",
                       g->cv.as.estimator->cls->name);
    for (cf_index m = 0; is_list(&g->scoring) && m < g->scoring.count; m++)
        if (!scorer_name(&g->scoring.as.items[m]))
            return cf_fail(CF_ERR_TYPE, "GridSearchCV: scoring lists scorers, or their names");
    if (g->scoring.kind == CF_VALUE_FUNCTION && !scorer_name(&g->scoring))
        return cf_fail(CF_ERR_TYPE, "GridSearchCV: scoring is a function, but no scorer");
    if (g->refit.kind == CF_VALUE_FUNCTION && !g->refit.as.function->choose)
        return cf_fail(CF_ERR_TYPE, "GridSearchCV: refit is a function that chooses nothing");
    return CF_OK;
}

/* Not a matter of check_params: a file may hold refit=true where a function had chosen. */
static cf_status check_choice(const grid_search_cv *g)
{
    if (choosing_metric(g) >= 0 || !refits(g) || g->refit.kind == CF_VALUE_FUNCTION)
        return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT,
                   "GridSearchCV: For multi-metric scoring, the parameter refit must be set to a "
                   "scorer key, or to false when no best_estimator_ is needed");
}

/* The scorers of a search; zero-initialised = empty. */
typedef struct scorer_list {
    cf_index count;
    const cf_scorer **all; /* (count); NULL = the estimator's own score */
    cf_scorer *own;        /* (count) those made of functions */
} scorer_list;

static void scorer_list_clear(scorer_list *list)
{
    cf_free(list->all);
    cf_free(list->own);
    *list = (scorer_list){0};
}

/* The scorer a value is or names; `own` is where that of a function is made. */
static cf_status find_scorer(const cf_value *v, cf_scorer *own, const cf_scorer **out)
{
    if (v->kind != CF_VALUE_FUNCTION)
        return cfi_scorer_require(v->as.text, out);
    *own = (cf_scorer){.name = v->as.function->name,
                       .score = v->as.function->score,
                       .score_ctx = v->as.function->ctx};
    *out = own;
    return CF_OK;
}

static cf_status list_scorers(const grid_search_cv *g, scorer_list *list)
{
    if (g->scoring.kind == CF_VALUE_NONE)
        return CF_OK;
    const bool many = is_list(&g->scoring);
    list->count = many ? g->scoring.count : 1;
    CF_TRY(CF_ALLOC_ZERO(list->all, list->count));
    CF_TRY(CF_ALLOC_ZERO(list->own, list->count));
    for (cf_index m = 0; m < list->count; m++)
        CF_TRY(find_scorer(many ? &g->scoring.as.items[m] : &g->scoring, &list->own[m],
                           &list->all[m]));
    return CF_OK;
}

/* out = the names in place of the scorers: a function is no part of what was learned. */
static cf_status name_scorers(const grid_search_cv *g, const scorer_list *list, cf_value *out)
{
    CF_TRY(cf_value_copy(&g->scoring, out));
    for (cf_index m = 0; m < list->count; m++)
        CF_TRY(cf_value_text(is_list(out) ? &out->as.items[m] : out, list->all[m]->name));
    return CF_OK;
}

/* What the folds are made and scored with; weights and groups are the caller's to add. */
static cf_cv_options cv_options(const grid_search_cv *g, const scorer_list *scorers)
{
    const bool raises = g->error_score.kind == CF_VALUE_TEXT;
    return (cf_cv_options){.scorers = scorers->all,
                           .n_scoring = scorers->count,
                           .cv = g->cv.kind == CF_VALUE_ESTIMATOR ? g->cv.as.estimator : NULL,
                           .n_splits = cf_value_int_or(&g->cv, 5),
                           .return_train_score = g->return_train_score,
                           .error_score = raises ? CF_ERROR_SCORE_RAISE : CF_ERROR_SCORE_VALUE,
                           .error_value = raises ? 0 : cf_value_number(&g->error_score)};
}

/* ---- fit ---- */

/* Position and score of the first candidate with the best rank by metric m. */
static cf_status choose_by_rank(grid_search_cv *g, const cfi_search *s, cf_index m)
{
    const cf_index n = s->n_candidates;
    double *means = NULL;
    int32_t *ranks = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(means, n));
    CF_GO(CF_ALLOC(ranks, n));
    cfi_search_means(s, m, means);
    CF_GO(cfi_search_ranks(means, n, ranks));
    g->best_index_ = 0;
    while (ranks[g->best_index_] != 1)
        g->best_index_++;
    g->best_score_ = means[g->best_index_];
cleanup:
    cf_free(means);
    cf_free(ranks);
    return status;
}

/* Position by the caller's function; which score it went by is not known. */
static cf_status choose_by_function(grid_search_cv *g, cf_index n_candidates)
{
    const cf_function *function = g->refit.as.function;
    cf_index best = -1;
    CF_TRY(function->choose(function->ctx, &g->cv_results_, &g->cv_times_, &best));
    if (best < 0 || best >= n_candidates)
        return cf_fail(CF_ERR_ARGUMENT, "GridSearchCV: refit chose candidate %lld of %lld",
                       (long long)best, (long long)n_candidates);
    g->best_index_ = best;
    return CF_OK;
}

/* Position, score and parameters of the best candidate, if something says which one that is. */
static cf_status choose(grid_search_cv *g, const cfi_search *s)
{
    const cf_index m = choosing_metric(g);
    g->best_index_ = -1;
    g->best_score_ = (double)NAN;
    if (g->refit.kind == CF_VALUE_FUNCTION)
        CF_TRY(choose_by_function(g, s->n_candidates));
    else if (m >= 0)
        CF_TRY(choose_by_rank(g, s, m));
    else
        return CF_OK;
    return cf_value_copy(&s->candidates->as.items[g->best_index_], &g->best_params_);
}

static cf_status fit_best(grid_search_cv *g, const cf_fit_args *args)
{
    const double begin = cfi_clock();
    CF_TRY(cfi_search_candidate(g->estimator, &g->best_params_, &g->best_estimator_));
    cf_run refitting = cfi_run_part(args->run, 0.9, 0.1);
    cf_fit_args own = *args;
    own.run = &refitting;
    const cf_status status = cfi_fit(g->best_estimator_, &own);
    cfi_run_join(args->run, &refitting);
    g->refit_time_ = cfi_clock() - begin;
    return status == CF_OK ? CF_OK : cfi_fail_prefix(status, "GridSearchCV: best_estimator_: ");
}

static cf_status search(grid_search_cv *g, const cfi_cv *cv, cf_run *run)
{
    cf_value candidates = {0};
    cfi_search found = {0};
    cf_status status = CF_OK;
    CF_GO(cfi_parameter_grid("GridSearchCV", &g->param_grid, &candidates));
    CF_GO(cfi_search_run(g->estimator, cv, &candidates, run, &found));
    found.multimetric = g->multimetric_;
    CF_GO(cfi_search_table(&found, &g->cv_results_));
    CF_GO(cfi_search_times(&found, &g->cv_times_));
    CF_GO(choose(g, &found));
cleanup:
    cf_value_clear(&candidates);
    cfi_search_clear(&found);
    return status;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    grid_search_cv *g = (grid_search_cv *)self;
    const cf_matrix weights = cf_view_f64(args->weights_given, args->X->rows, 1);
    const cf_matrix groups = cf_view_i64(args->groups, args->X->rows, 1);
    scorer_list scorers = {0};
    cf_folds given = {0};
    cfi_cv cv = {0};
    cf_run searching = cfi_run_part(args->run, 0, 0.9);
    cf_status status = CF_OK;
    CF_GO(check_choice(g));
    CF_GO(list_scorers(g, &scorers));
    cf_cv_options options = cv_options(g, &scorers);
    if (is_list(&g->cv)) {
        CF_GO(cfi_folds_from_value("GridSearchCV", &g->cv, &given));
        options.folds = &given;
    }
    options.sample_weight = args->weights_given ? &weights : NULL;
    options.groups = args->groups ? &groups : NULL;
    g->multimetric_ = is_list(&g->scoring);
    CF_GO(name_scorers(g, &scorers, &g->scorer_));
    CF_GO(cfi_cv_begin(g->estimator, args->X, args->y_given, &options, &searching, &cv));
    g->n_splits_ = cv.folds.count;
    CF_GO(search(g, &cv, &searching));
    cfi_cv_end(&cv); /* the folds are not needed any more */
    if (refits(g))
        CF_GO(fit_best(g, args));
cleanup:
    cfi_run_join(args->run, &searching);
    cfi_cv_end(&cv);
    cf_folds_clear(&given);
    scorer_list_clear(&scorers);
    return status;
}

/* ---- answers: those of the best estimator ---- */

static const cf_estimator *answering(const grid_search_cv *g)
{
    return g->base.core->fitted ? g->best_estimator_ : g->estimator;
}

static void traits(const cf_estimator *self, cf_traits *t)
{
    const grid_search_cv *g = const_self(self);
    const cf_estimator *e = answering(g) ? answering(g) : g->estimator;
    const unsigned own = (unsigned)(CF_HAS_PARTIAL_FIT | CF_HAS_FIT_PREDICT);
    t->tags = CF_TAG_ANY_X;
    t->methods = 0;
    if (!e)
        return;
    const cf_traits s = cfi_traits(e);
    t->kind = CF_META | s.kind;
    t->tags |= s.tags & ~(unsigned)(CF_TAG_ORDER_FREE | CF_TAG_WARM_START | CF_TAG_STATELESS |
                                    CF_TAG_F32 | CF_TAG_KEEPS_F32 | CF_TAG_ONE_TO_ONE);
    if (!refits(g))
        return;
    t->methods = s.methods & ~own;
    if (g->scoring.kind != CF_VALUE_NONE)
        t->methods |= CF_HAS_SCORE;
}

static cf_status apply(const cf_estimator *self, cfi_slot slot, const cf_matrix *X, cf_run *run,
                       cf_matrix *out)
{
    const grid_search_cv *g = const_self(self);
    if (!g->best_estimator_)
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "GridSearchCV was made with refit=false: %s is available only after "
                       "refitting on the best parameters",
                       cfi_slot_name(slot));
    return cfi_apply(g->best_estimator_, slot, X, run, out);
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    return apply(self, CFI_PREDICT, X, run, out);
}

static cf_status predict_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    return apply(self, CFI_PREDICT_PROBA, X, run, out);
}

static cf_status predict_log_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    return apply(self, CFI_PREDICT_LOG_PROBA, X, run, out);
}

static cf_status decision_function(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    return apply(self, CFI_DECISION_FUNCTION, X, run, out);
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    return apply(self, CFI_TRANSFORM, X, run, out);
}

static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    return apply(self, CFI_INVERSE_TRANSFORM, X, run, out);
}

static cf_status score_samples(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    return apply(self, CFI_SCORE_SAMPLES, X, run, out);
}

/* By the scorer that chose, not by the estimator's own score. */
static cf_status score(const cf_estimator *self, const cf_matrix *X, const cf_matrix *y,
                       const double *weights, cf_run *run, double *out)
{
    const grid_search_cv *g = const_self(self);
    const cf_matrix w = cf_view_f64(weights, X->rows, 1);
    const cf_value *scorer = g->scoring.kind == CF_VALUE_FUNCTION ? &g->scoring : &g->scorer_;
    const cf_scorer *found = NULL;
    cf_scorer own;
    if (!g->best_estimator_)
        return cf_fail(CF_ERR_UNSUPPORTED, "GridSearchCV was made with refit=false: score is "
                                           "available only after refitting on the best parameters");
    if (is_list(scorer)) {
        const cf_index m = choosing_metric(g);
        if (g->refit.kind != CF_VALUE_TEXT)
            return cf_fail(CF_ERR_UNSUPPORTED, "GridSearchCV: refit chose by a function: it is not "
                                               "known which of several scorers to score with");
        scorer = is_list(&g->scoring) && m >= 0 ? &g->scoring.as.items[m] : &g->refit;
    }
    if (scorer_name(scorer))
        CF_TRY(find_scorer(scorer, &own, &found));
    const cfi_scoring scoring = {
        .count = 1, .scorers = &found, .X = X, .y = y, .weights = weights ? &w : NULL};
    return cfi_score_many(g->best_estimator_, &scoring, run, out);
}

static cf_status feature_names(const cf_estimator *self, const cf_schema *in, cf_schema **out)
{
    return cfi_features_out(const_self(self)->best_estimator_, in, out);
}

static void used_columns(const cf_estimator *self, bool *used)
{
    const cf_estimator *best = const_self(self)->best_estimator_;
    if (best && best->cls->used_columns)
        best->cls->used_columns(best, used);
    else
        memset(used, true, (size_t)self->core->n_features_in * sizeof *used);
}

static cf_status validate(const cf_estimator *self)
{
    const grid_search_cv *g = const_self(self);
    const cf_value *params = cf_value_find(&g->cv_results_, "params");
    const cf_index count = params && params->kind == CF_VALUE_LIST ? params->count : 0;
    if (count < 1 || g->best_index_ < -1 || g->best_index_ >= count)
        return cf_fail(CF_ERR_FORMAT, "GridSearchCV: candidate %lld of %lld on %lld splits",
                       (long long)g->best_index_, (long long)count, (long long)g->n_splits_);
    if (refits(g) != (g->best_estimator_ != NULL) ||
        (g->best_estimator_ && (!cfi_state_reads(g->best_estimator_, self->core->n_features_in) ||
                                !cfi_state_answers(g->best_estimator_, self))))
        return cf_fail(CF_ERR_FORMAT, "GridSearchCV: best_estimator_ does not agree with refit");
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_ESTIMATOR(grid_search_cv, estimator, "None", "what is tuned"),
    CF_ROW_VALUE(grid_search_cv, param_grid, "{}", "map | list",
                 "values to try by parameter name (step__name reaches into steps), or several such "
                 "maps"),
    CF_ROW_VALUE(grid_search_cv, scoring, "None", "None | text | list | tuple | function",
                 "a scorer, or several; None: the estimator's own score"),
    CF_ROW_VALUE(
        grid_search_cv, refit, "true", "bool | text | function",
        "fit the best candidate to all rows; with several scorers, the one that chooses; a "
        "function is given cv_results_ and chooses itself"),
    CF_ROW_VALUE(grid_search_cv, cv, "None", "None | int [2, inf) | estimator | list",
                 "folds (stratified for a classifier), a splitter, or the folds themselves as "
                 "(train, test) pairs of rows; None: 5 folds"),
    CF_ROW_VALUE(grid_search_cv, error_score, "nan", "raise | real",
                 "score of a fit that fails, or raise"),
    CF_ROW_BOOL(grid_search_cv, return_train_score, "false", "score the training rows too"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_ESTIMATOR(grid_search_cv, best_estimator_, "the best candidate, fitted to all rows",
                      .optional = true),
    CF_HELD_VALUE(grid_search_cv, best_params_, "its parameters"),
    CF_HELD_REAL(grid_search_cv, best_score_, "its mean test score"),
    CF_HELD_INT(grid_search_cv, best_index_, "its place among the candidates; -1: none was chosen"),
    CF_HELD_VALUE(grid_search_cv, cv_results_, "a column of scores or parameters by name"),
    CF_HELD_VALUE(grid_search_cv, cv_times_,
                  "mean_fit_time, std_fit_time, mean_score_time, std_score_time; not saved",
                  .transient = true),
    CF_HELD_VALUE(grid_search_cv, scorer_, "the name of the scorer, or names; None: own score"),
    CF_HELD_INT(grid_search_cv, n_splits_, "folds of each candidate", .range = "[1, inf)"),
    CF_HELD_REAL(grid_search_cv, refit_time_, "seconds of the fit to all rows; not saved",
                 .transient = true),
    CF_HELD_BOOL(grid_search_cv, multimetric_, "several scorers were used"),
    CF_END,
};

static const char *const examples[] = {
    "GridSearchCV(Ridge, param_grid={alpha: [0.1, 1.0]}, cv=3)",
    "GridSearchCV(StandardScaler | SVC, param_grid={svc__C: [1.0, 10.0]}, cv=3)", NULL};

CF_CLASS(GridSearchCV) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "GridSearchCV",
    .module = "model_selection",
    .signature = "estimator!, param_grid!, *, scoring, n_jobs=None, refit, cv, verbose=0, "
                 "pre_dispatch=\"2*n_jobs\", error_score, return_train_score",
    .summary = "Tries every combination of parameter values by cross-validation",
    .doc =
        "Objective\n"
        "  Each candidate of param_grid is fitted and scored on every fold; the one with the best\n"
        "  mean test score is fitted to all rows and answers predict, transform and the rest.\n"
        "Input\n"
        "  What the estimator takes. sample_weight reaches the fits and the scores of the folds,\n"
        "  groups the splitter.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: no estimator, an empty list of values, cv is no splitter, refit does\n"
        "  not name one of several scorers. CF_ERR_NAME: an unknown parameter or scorer.\n"
        "  CF_ERR_DATA: every fit failed. CF_ERR_UNSUPPORTED: an answer without refit.\n"
        "Cost\n"
        "  candidates times folds fits, and one more to refit; each running fit holds a copy of "
        "its\n"
        "  rows.\n"
        "Threads\n"
        "  The (candidate, fold) pairs run in parallel; the result does not depend on how many "
        "do.\n"
        "Notes\n"
        "  Candidates come in scikit-learn's order: names sorted, the last one's values changing\n"
        "  fastest; ties go to the first. Its time columns of cv_results_ are cv_times_ here, and\n"
        "  not saved, so that equal fits give equal files. best_score_ is NaN and best_index_ -1\n"
        "  where several scorers were used without refit. A function as scorer is asked by\n"
        "  several threads at a time, and a search that holds one cannot be saved.\n"
        "Source\n"
        "  J. Bergstra, Y. Bengio, Random search for hyper-parameter optimization, JMLR 13, 2012,\n"
        "  section 1.\n"
        "Example\n"
        "  examples/grid_search.c\n",
    .kind = CF_META,
    .tags = CF_TAG_ANY_X,
    .size = sizeof(grid_search_cv),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .predict_proba = predict_proba,
    .predict_log_proba = predict_log_proba,
    .decision_function = decision_function,
    .transform = transform,
    .inverse_transform = inverse_transform,
    .score_samples = score_samples,
    .score = score,
    .feature_names = feature_names,
    .validate = validate,
    .check_params = check_params,
    .traits = traits,
    .used_columns = used_columns,
    .examples = examples,
};
