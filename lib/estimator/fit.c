/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * fit, partial_fit, fit_transform and fit_predict: check everything, release the old state, hand
 * clean input to the slot, keep what the core keeps. A failed check leaves the estimator as it was,
 * a failed slot leaves it unfitted.
 */
#include "estimator/input.h"

#include <string.h>

/* The last two fall back to a plain fit and what call_after does. */
typedef enum fit_mode { FIT, PARTIAL_FIT, FIT_TRANSFORM, FIT_PREDICT } fit_mode;

/* True when fit may go on from the previous state: it is there, and columns, targets and numbers of
 * classes are as before. Whether it should is for wants_warm_start. */
static bool may_go_on(const cf_estimator *e, const cf_fit_args *args)
{
    const struct cfi_core *core = e->core;
    if (!core->fitted || core->n_features_in != args->X->cols ||
        core->n_targets != args->n_targets || !core->n_classes != !args->n_classes)
        return false;
    for (cf_index t = 0; core->n_classes && t < core->n_targets; t++)
        if (core->n_classes[t] != args->n_classes[t])
            return false;
    return true;
}

/* A class says that it can by having the parameter: there is no second place to forget. */
static bool wants_warm_start(const cf_estimator *e)
{
    const cf_param *row = cfi_param_find(e->cls->params, "warm_start");
    return row && row->type == CF_PARAM_BOOL && *(const bool *)cfi_param_field(row, e);
}

/* Puts what the core keeps of a fit into `core`; the old content is replaced, or kept when memory
 * runs out. The reference count stays: it belongs to the instance, not to the fit. */
static cf_status remember(struct cfi_core *core, const char *owner, const cf_fit_args *args)
{
    struct cfi_core made = {.references = core->references,
                            .n_features_in = args->X->cols,
                            .n_targets = args->n_targets,
                            .y_1d = args->n_targets <= 1 && !args->y_2d};
    cf_status status = CF_OK;
    CF_GO(cfi_remember_schema(owner, args->X->schema, &made.features_in));
    if (args->classes) {
        CF_GO(CF_ALLOC_ZERO(made.classes, args->n_targets));
        CF_GO(CF_ALLOC_ZERO(made.n_classes, args->n_targets));
        for (cf_index t = 0; t < args->n_targets; t++) {
            made.n_classes[t] = args->n_classes[t];
            CF_GO(cf_matrix_share(&made.classes[t], &args->classes[t]));
        }
    }
    cfi_core_clear(core);
    *core = made;
    return CF_OK;
cleanup:
    cfi_core_clear(&made);
    return status;
}

/*
 * Forgets the kinds and dictionaries of columns that a composite does not read; their names stay. A
 * later table may hold anything there or lack them, and the model file says nothing of their
 * content.
 */
static cf_status forget_unused(cf_estimator *e)
{
    struct cfi_core *core = e->core;
    if (!core->features_in || !e->cls->used_columns)
        return CF_OK;
    bool *used = NULL;
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(used, core->n_features_in));
    e->cls->used_columns(e, used);
    CF_GO(cf_schema_new(&schema, core->n_features_in));
    for (cf_index j = 0; j < core->n_features_in; j++) {
        const char *name = cf_schema_name(core->features_in, j);
        if (used[j])
            CF_GO(cfi_schema_copy_column(schema, j, core->features_in, j));
        else if (name)
            CF_GO(cf_schema_set_name(schema, j, name));
    }
    cf_schema_free(core->features_in);
    core->features_in = schema;
    schema = NULL;
cleanup:
    cf_free(used);
    cf_schema_free(schema);
    return status;
}

/* The columns transform will give, when those of X have names; without names they are made when
 * somebody asks (cf_features_out). */
static cf_status remember_output(cf_estimator *e)
{
    struct cfi_core *core = e->core;
    if (!core->features_in || !(cfi_traits(e).methods & CF_HAS_TRANSFORM))
        return CF_OK;
    return cfi_features_out(e, core->features_in, &core->features_out);
}

/* out = labels_ of a fitted clusterer. */
static cf_status copy_labels(const cf_estimator *e, cf_matrix *out)
{
    const cf_state *row = cfi_state_find(e->cls->state, "labels_");
    if (!row || row->type != CF_STATE_MATRIX)
        return cf_fail(CF_ERR_INTERNAL, "%s has no labels_", e->cls->name);
    return cf_matrix_copy(cfi_state_field(row, e), out);
}

/* The class's own function for the mode; where it has none, fit, and call_after does the rest. */
static cf_status call_slot(cf_estimator *e, const cf_fit_args *args, fit_mode mode, cf_matrix *out)
{
    const cf_class *c = e->cls;
    if (mode == FIT_TRANSFORM && c->fit_transform)
        return c->fit_transform(e, args, out);
    if (mode == FIT_PREDICT && c->fit_predict)
        return c->fit_predict(e, args, out);
    return mode == PARTIAL_FIT ? c->partial_fit(e, args) : c->fit(e, args);
}

/* What fit_transform and fit_predict do after a plain fit. `fitted` is set by then, for cfi_apply
 * asks; if this fails, the caller releases the state again. */
static cf_status call_after(cf_estimator *e, const cf_fit_args *args, fit_mode mode, cf_matrix *out)
{
    const cf_class *c = e->cls;
    if (mode == FIT_TRANSFORM && !c->fit_transform)
        return cfi_apply(e, CFI_TRANSFORM, args->X, args->run, out);
    if (mode != FIT_PREDICT || c->fit_predict)
        return CF_OK;
    if (c->kind & CF_CLUSTERER && !c->predict)
        return copy_labels(e, out);
    return cfi_apply(e, CFI_PREDICT, args->X, args->run, out);
}

/* The slot and what the core keeps of it, over an empty state or one to go on from. */
static cf_status fit_over(cf_estimator *e, const cf_fit_args *args, fit_mode mode, cf_matrix *out)
{
    /* Before the slot, which asks for the counts; `fitted` comes after it. */
    CF_TRY(remember(e->core, e->cls->name, args));
    CF_TRY(call_slot(e, args, mode, out));
    CF_TRY(forget_unused(e));
    CF_TRY(remember_output(e));
    e->core->fitted = true;
    if (mode == FIT_TRANSFORM && e->cls->fit_transform)
        CF_TRY(cfi_set_features_out(e, out));
    return call_after(e, args, mode, out);
}

/*
 * Fits while the old state waits in an instance of its own: fit may yet refuse X (cf_fit_scan), and
 * a refused X must leave the old model. `refused` is read first, since releasing the state clears
 * it.
 */
static cf_status fit_beside(cf_estimator *e, const cf_fit_args *args, fit_mode mode, cf_matrix *out)
{
    cf_estimator *old = NULL;
    CF_TRY(cfi_new(&old, e->cls));
    cfi_swap_state(e, old);
    const cf_status status = fit_over(e, args, mode, out);
    const bool refused = e->core->refused;
    if (status != CF_OK)
        cfi_release_state(e);
    if (refused)
        cfi_swap_state(e, old);
    cf_estimator_free(old);
    return status;
}

/* Releases, fits, remembers; `args` is what a slot may count on. */
static cf_status run_fit(cf_estimator *e, cf_fit_args *args, fit_mode mode, cf_matrix *out)
{
    const bool goes_on = may_go_on(e, args);
    if (mode == PARTIAL_FIT && e->core->fitted && !goes_on)
        return args->X->cols != e->core->n_features_in
                   ? cf_fail(CF_ERR_SHAPE,
                             "X has %lld features, but %s is expecting %lld features as input",
                             (long long)args->X->cols, e->cls->name,
                             (long long)e->core->n_features_in)
                   : cf_fail(CF_ERR_SHAPE, "%s: y has other targets or classes than before",
                             e->cls->name);
    args->warm = goes_on && (mode == PARTIAL_FIT || wants_warm_start(e));
    /* The last exit that leaves the old model: a call that is cancelled already costs nothing. */
    CF_TRY(cf_run_check(args->run));
    /* a fit that goes on writes into the old state: that one cannot wait aside */
    if (args->unscanned && args->warm) {
        const cf_traits traits = cfi_traits(e);
        CF_TRY(cfi_check_numbers(e, &traits, args->X, "X", args->run));
        args->unscanned = false;
    }
    if (args->unscanned && e->core->fitted)
        return fit_beside(e, args, mode, out);
    if (!args->warm)
        cfi_release_state(e);
    const cf_status status = fit_over(e, args, mode, out);
    if (status != CF_OK)
        cfi_release_state(e);
    return status;
}

/* What the instance can do as configured, asked before anything else is looked at. */
static cf_status check_mode(const cf_estimator *e, fit_mode mode)
{
    const unsigned methods = cfi_traits(e).methods;
    if (!e->cls->fit)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no fit", e->cls->name);
    if (mode == PARTIAL_FIT && !(methods & CF_HAS_PARTIAL_FIT))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no partial_fit", e->cls->name);
    if (mode == FIT_TRANSFORM && !(methods & CF_HAS_TRANSFORM) && !e->cls->fit_transform)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no transform", e->cls->name);
    if (mode == FIT_PREDICT && !(methods & (CF_HAS_PREDICT | CF_HAS_FIT_PREDICT)))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no fit_predict", e->cls->name);
    return CF_OK;
}

/* For a child of a composite: y, labels and weights were checked by the outermost call, so only X
 * is brought into the child's form. */
static cf_status fit_child(cf_estimator *child, const cf_fit_args *args, fit_mode mode,
                           cf_matrix *out)
{
    cfi_input input = {0};
    cf_status status = check_mode(child, mode);
    if (status == CF_OK)
        status = cfi_check_params(child);
    if (status == CF_OK)
        status = cfi_input_for_child(child, args, &input);
    if (status == CF_OK)
        status = run_fit(child, &input.args, mode, out);
    cfi_input_clear(&input);
    return status;
}

cf_status cfi_fit(cf_estimator *child, const cf_fit_args *args)
{
    return fit_child(child, args, FIT, NULL);
}

cf_status cfi_partial_fit(cf_estimator *child, const cf_fit_args *args)
{
    return fit_child(child, args, PARTIAL_FIT, NULL);
}

cf_status cfi_fit_transform(cf_estimator *child, const cf_fit_args *args, cf_matrix *out)
{
    return fit_child(child, args, FIT_TRANSFORM, out);
}

cf_status cfi_fit_predict(cf_estimator *child, const cf_fit_args *args, cf_matrix *out)
{
    return fit_child(child, args, FIT_PREDICT, out);
}

/* Checks what a caller gave, and fits, within a run. */
static cf_status fit_checked(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                             const cf_fit_options *options, fit_mode mode, cf_run *run,
                             cf_matrix *out)
{
    cfi_input input = {0};
    cf_matrix codes = {0};
    /* the slot answers in codes, the caller wants labels */
    const bool decode = mode == FIT_PREDICT && cfi_is_kind(e, CF_CLASSIFIER);
    cf_status status = check_mode(e, mode);
    if (status == CF_OK)
        status = cfi_check_params(e);
    if (status == CF_OK)
        status = cfi_input_check(e, X, y, options, mode == PARTIAL_FIT, run, &input);
    if (status == CF_OK)
        status = run_fit(e, &input.args, mode, decode ? &codes : out);
    if (status == CF_OK && decode)
        status = cfi_decode(e, &codes, out);
    cf_matrix_clear(&codes);
    cfi_input_clear(&input);
    return status;
}

cf_status cfi_fit_checked(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                          const cf_fit_options *options, cf_run *run)
{
    return fit_checked(e, X, y, options, FIT, run, NULL);
}

static cf_status fit_public(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                            const cf_fit_options *options, fit_mode mode, cf_matrix *out)
{
    cf_run run;
    CF_TRY(cfi_matrix_apart(X, out));
    CF_TRY(cfi_matrix_apart(y, out));
    cfi_run_begin(&run, options);
    if (options)
        cfi_run_want_random(&run, e, options->random_state_out);
    const cf_status status = fit_checked(e, X, y, options, mode, &run, out);
    if (status == CF_OK)
        cf_run_progress(&run, 1.0, "done");
    else if (options)
        /* a generator of a fit that failed part of the way is no use to anybody */
        cf_matrix_clear(options->random_state_out);
    cfi_run_end(&run);
    return status;
}

cf_status cf_fit(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                 const cf_fit_options *options)
{
    return fit_public(e, X, y, options, FIT, NULL);
}

cf_status cf_partial_fit(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                         const cf_fit_options *options)
{
    return fit_public(e, X, y, options, PARTIAL_FIT, NULL);
}

cf_status cf_fit_transform(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                           const cf_fit_options *options, cf_matrix *out)
{
    return fit_public(e, X, y, options, FIT_TRANSFORM, out);
}

cf_status cf_fit_predict(cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                         const cf_fit_options *options, cf_matrix *out)
{
    return fit_public(e, X, y, options, FIT_PREDICT, out);
}
