/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A chain of transformers with an estimator at its end:
 *   X_0 = X,  X_{i+1} = transform_i(X_i),  the last step fits and answers on X_m.
 * The parameter holds unfitted steps; fit clones them into steps_, so that fitting changes no
 * parameter. The chain is of the kind of its last step and has that step's methods. Intermediate
 * results live only until the next step has read them.
 */
#include "estimator/instance.h"

#include <string.h>

typedef struct pipeline {
    cf_estimator base;
    cf_steps steps; /* the parameter: never fitted */
    /* state */
    cf_estimators steps_;   /* NULL for passthrough */
    cf_strings step_names_; /* theirs: the parameter may have been set anew since */
} pipeline;

static const pipeline *const_self(const cf_estimator *e)
{
    return (const pipeline *)e;
}

/* Step i: fitted when the pipeline is, else the parameter's; NULL = passthrough. */
static const cf_estimator *step_at(const pipeline *p, cf_index i)
{
    return p->base.core->fitted ? p->steps_.items[i] : p->steps.items[i].estimator;
}

static cf_index step_count(const pipeline *p)
{
    return p->base.core->fitted ? p->steps_.count : p->steps.count;
}

/* Puts the name of step i before the message of a failure; before the steps are cloned it is still
 * in the parameter. */
static cf_status in_step(const pipeline *p, cf_index i, cf_status status)
{
    const char *name = i < p->step_names_.count ? p->step_names_.items[i] : p->steps.items[i].name;
    return status == CF_OK ? CF_OK : cfi_fail_prefix(status, "step '%s': ", name);
}

/* Every step but the last transforms; none is dropped or has columns, which only a
 * ColumnTransformer knows. */
static cf_status check_params(const cf_estimator *self)
{
    const pipeline *p = const_self(self);
    if (p->steps.count == 0)
        return cf_fail(CF_ERR_ARGUMENT, "Pipeline: steps is empty");
    for (cf_index i = 0; i < p->steps.count; i++) {
        const cf_step *step = &p->steps.items[i];
        if (step->drop || step->columns.kind != CF_VALUE_NONE)
            return cf_fail(CF_ERR_ARGUMENT,
                           "Pipeline: step '%s' is an estimator or passthrough, without columns",
                           step->name);
        if (i + 1 < p->steps.count && step->estimator &&
            !(cfi_traits(step->estimator).methods & CF_HAS_TRANSFORM))
            return cf_fail(CF_ERR_ARGUMENT, "Pipeline: step '%s' (%s) has no transform", step->name,
                           step->estimator->cls->name);
    }
    return CF_OK;
}

/*
 * What X may be is for the first step to say that is no passthrough, how many targets and whether
 * weights for the last one; any step may want y. The chain transforms, forwards or back, when every
 * step does. A passthrough at the end makes it a transformer.
 */
static void traits(const cf_estimator *self, cf_traits *t)
{
    const pipeline *p = const_self(self);
    const cf_index m = step_count(p);
    const unsigned from_first =
        CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_CATEGORIES | CF_TAG_POSITIVE | CF_TAG_PAIRWISE;
    const unsigned from_last =
        CF_TAG_WEIGHTS | CF_TAG_MULTI_OUTPUT | CF_TAG_POOR_SCORE | CF_TAG_BINARY_ONLY;
    const unsigned from_any = CF_TAG_REQUIRES_Y | CF_TAG_NONDETERMINISTIC;
    unsigned through = CF_HAS_TRANSFORM | CF_HAS_INVERSE;
    bool first = true;
    t->tags = CF_TAG_ANY_X;
    for (cf_index i = 0; i < m; i++) {
        const cf_estimator *step = step_at(p, i);
        if (!step)
            continue;
        const cf_traits s = cfi_traits(step);
        t->tags |= first ? s.tags & from_first : 0u;
        t->tags |= s.tags & from_any;
        t->tags |= i == m - 1 ? s.tags & from_last : 0u;
        through &= s.methods;
        first = false;
        if (i == m - 1) {
            t->kind = CF_META | s.kind;
            t->methods =
                s.methods & ~(unsigned)(CF_HAS_PARTIAL_FIT | CF_HAS_TRANSFORM | CF_HAS_INVERSE);
        }
    }
    if (m > 0 && !step_at(p, m - 1)) {
        t->kind = CF_META | CF_TRANSFORMER;
        t->methods = 0;
    }
    t->methods |= through;
}

/* Fresh clones of the steps, and their names. A failure leaves some: fit fails with it and the core
 * releases all. */
static cf_status clone_steps(pipeline *p)
{
    CF_TRY(cf_estimators_resize(&p->steps_, p->steps.count));
    CF_TRY(cf_strings_resize(&p->step_names_, p->steps.count));
    for (cf_index i = 0; i < p->steps.count; i++) {
        const cf_step *step = &p->steps.items[i];
        p->step_names_.items[i] = cf_text_copy(step->name);
        if (!p->step_names_.items[i])
            return cf_out_of_memory();
        if (step->estimator)
            CF_TRY(cf_clone(&p->steps_.items[i], step->estimator));
    }
    return CF_OK;
}

/* What travels down the chain during a fit. */
typedef struct traveller {
    cf_fit_args args;
    cf_matrix X, X_val; /* owned; empty while args still points at the caller's */
} traveller;

/* Replaces *held by *made and lets *slot point at it. What *slot pointed at may be *held: it is
 * released only now that its successor exists. */
static void pass_on(cf_matrix *held, cf_matrix *made, const cf_matrix **slot)
{
    cf_matrix_clear(held);
    *held = *made;
    *made = (cf_matrix){0};
    *slot = held;
}

/* The validation set goes through the fitted step, which learns nothing from it. */
static cf_status fit_transform_step(cf_estimator *step, cf_run *run, traveller *t)
{
    cf_matrix out = {0};
    t->args.run = run;
    cf_status status = cfi_fit_transform(step, &t->args, &out);
    if (status == CF_OK)
        pass_on(&t->X, &out, &t->args.X);
    if (status == CF_OK && t->args.X_val) {
        status = cfi_apply(step, CFI_TRANSFORM, t->args.X_val, run, &out);
        if (status == CF_OK)
            pass_on(&t->X_val, &out, &t->args.X_val);
    }
    cf_matrix_clear(&out);
    return status;
}

/* The share of the bar of step i of m; in place of the whole, which each step would fill again. */
static cf_run share_of_step(const cf_run *run, cf_index i, cf_index m)
{
    return cfi_run_part(run, (double)i / (double)m, 1 / (double)m);
}

/* Fits all steps but the last, transforming on the way. */
static cf_status fit_front(pipeline *p, cf_run *run, traveller *t)
{
    CF_TRY(clone_steps(p));
    const cf_index m = p->steps_.count;
    for (cf_index i = 0; i + 1 < m; i++) {
        CF_TRY(cf_run_check(run));
        cf_run part = share_of_step(run, i, m);
        cf_status status = CF_OK;
        if (p->steps_.items[i])
            status = in_step(p, i, fit_transform_step(p->steps_.items[i], &part, t));
        cfi_run_join(run, &part);
        CF_TRY(status);
        cf_run_progress(run, (double)(i + 1) / (double)m, p->step_names_.items[i]);
    }
    return CF_OK;
}

static bool takes_weights(const cf_estimator *e)
{
    return e && (cfi_traits(e).tags & CF_TAG_WEIGHTS);
}

typedef enum last_call { LAST_FIT, LAST_FIT_TRANSFORM, LAST_FIT_PREDICT } last_call;

/* A passthrough has nothing to fit; what reaches it is its answer. */
static cf_status call_last(cf_estimator *last, const cf_fit_args *args, last_call call,
                           cf_matrix *out)
{
    if (!last)
        return call == LAST_FIT ? CF_OK : cf_matrix_copy(args->X, out);
    switch (call) {
    case LAST_FIT:
        return cfi_fit(last, args);
    case LAST_FIT_TRANSFORM:
        return cfi_fit_transform(last, args, out);
    case LAST_FIT_PREDICT:
        return cfi_fit_predict(last, args, out);
    }
    return CF_OK;
}

static cf_status fit_chain(cf_estimator *self, const cf_fit_args *args, last_call call,
                           cf_matrix *out)
{
    pipeline *p = (pipeline *)self;
    traveller t = {.args = *args};
    cf_run part = {0};
    cf_status status = CF_OK;
    CF_GO(fit_front(p, args->run, &t));
    const cf_index last = p->steps_.count - 1;
    /* steps before it may do without weights, but a last one that ignores them would be a silent
     * surprise */
    if (args->weights_given && p->steps_.items[last] && !takes_weights(p->steps_.items[last])) {
        status = cf_fail(CF_ERR_UNSUPPORTED, "Pipeline: step '%s' does not take sample_weight",
                         p->step_names_.items[last]);
        goto cleanup;
    }
    part = share_of_step(args->run, last, last + 1);
    t.args.run = &part;
    CF_GO(in_step(p, last, call_last(p->steps_.items[last], &t.args, call, out)));
cleanup:
    /* zero when the last step was not reached: nothing to join */
    cfi_run_join(args->run, &part);
    cf_matrix_clear(&t.X);
    cf_matrix_clear(&t.X_val);
    return status;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    return fit_chain(self, args, LAST_FIT, NULL);
}

static cf_status fit_transform(cf_estimator *self, const cf_fit_args *args, cf_matrix *out)
{
    return fit_chain(self, args, LAST_FIT_TRANSFORM, out);
}

static cf_status fit_predict(cf_estimator *self, const cf_fit_args *args, cf_matrix *out)
{
    return fit_chain(self, args, LAST_FIT_PREDICT, out);
}

/* *at = X through steps [0, end): X itself, or `held`, which the caller clears. */
static cf_status transform_front(const pipeline *p, cf_index end, const cf_matrix *X, cf_run *run,
                                 cf_matrix *held, const cf_matrix **at)
{
    *at = X;
    for (cf_index i = 0; i < end; i++) {
        const cf_estimator *step = step_at(p, i);
        if (!step)
            continue;
        cf_matrix out = {0};
        CF_TRY(in_step(p, i, cfi_apply(step, CFI_TRANSFORM, *at, run, &out)));
        pass_on(held, &out, at);
    }
    return CF_OK;
}

/* The slot of the last step on what the others make of X; of a passthrough the answer is a copy. */
static cf_status apply_last(const cf_estimator *self, cfi_slot slot, const cf_matrix *X,
                            cf_run *run, cf_matrix *out)
{
    const pipeline *p = const_self(self);
    const cf_index last = step_count(p) - 1;
    cf_matrix held = {0};
    const cf_matrix *at;
    cf_status status = transform_front(p, last, X, run, &held, &at);
    const cf_estimator *step = step_at(p, last);
    if (status == CF_OK)
        status =
            step ? in_step(p, last, cfi_apply(step, slot, at, run, out)) : cf_matrix_copy(at, out);
    cf_matrix_clear(&held);
    return status;
}

static cf_status predict(const cf_estimator *self, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    return apply_last(self, CFI_PREDICT, X, run, out);
}

static cf_status predict_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    return apply_last(self, CFI_PREDICT_PROBA, X, run, out);
}

static cf_status predict_log_proba(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    return apply_last(self, CFI_PREDICT_LOG_PROBA, X, run, out);
}

static cf_status decision_function(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    return apply_last(self, CFI_DECISION_FUNCTION, X, run, out);
}

static cf_status score_samples(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                               cf_matrix *out)
{
    return apply_last(self, CFI_SCORE_SAMPLES, X, run, out);
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    return apply_last(self, CFI_TRANSFORM, X, run, out);
}

/* Backwards through all steps. The copy at the end serves an `out` that is a view, too. */
static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    const pipeline *p = const_self(self);
    cf_matrix held = {0};
    const cf_matrix *at = X;
    cf_status status = CF_OK;
    for (cf_index i = step_count(p) - 1; i >= 0; i--) {
        cf_matrix made = {0};
        if (step_at(p, i)) {
            CF_GO(in_step(p, i, cfi_apply(step_at(p, i), CFI_INVERSE_TRANSFORM, at, run, &made)));
            pass_on(&held, &made, &at);
        }
    }
    CF_GO(cf_matrix_copy(at, out));
cleanup:
    cf_matrix_clear(&held);
    return status;
}

/* The last step's own score: y and the weights are the same at every step. */
static cf_status score(const cf_estimator *self, const cf_matrix *X, const cf_matrix *y,
                       const double *weights, cf_run *run, double *out)
{
    const pipeline *p = const_self(self);
    const cf_index last = step_count(p) - 1;
    cf_matrix held = {0};
    const cf_matrix *at;
    const cf_matrix w = cf_view_f64(weights, X->rows, 1);
    if (!step_at(p, last))
        return cf_fail(CF_ERR_UNSUPPORTED, "Pipeline: the last step has no score");
    cf_status status = transform_front(p, last, X, run, &held, &at);
    if (status == CF_OK)
        status =
            in_step(p, last, cfi_score(step_at(p, last), at, y, weights ? &w : NULL, run, out));
    cf_matrix_clear(&held);
    return status;
}

/* Called while `fitted` is not yet set, as used_columns is: both go by steps_ itself, not by
 * step_at. */
static cf_status feature_names(const cf_estimator *self, const cf_schema *in, cf_schema **out)
{
    const pipeline *p = const_self(self);
    cf_schema *at = cf_schema_share(in);
    for (cf_index i = 0; i < p->steps_.count; i++) {
        cf_schema *next = NULL;
        if (!p->steps_.items[i])
            continue;
        const cf_status status = in_step(p, i, cfi_features_out(p->steps_.items[i], at, &next));
        cf_schema_free(at);
        if (status != CF_OK)
            return status;
        at = next;
    }
    *out = at;
    return CF_OK;
}

/* What a first step that selects columns reads; any other first step reads all. */
static void used_columns(const cf_estimator *self, bool *used)
{
    const pipeline *p = const_self(self);
    const cf_estimator *first = p->steps_.count > 0 ? p->steps_.items[0] : NULL;
    if (first && first->cls->used_columns)
        first->cls->used_columns(first, used);
    else
        memset(used, true, (size_t)self->core->n_features_in * sizeof *used);
}

/* The first step that is no passthrough reads X, the last one answers with the labels the chain
 * has, those between transform. Widths between steps are compared when they are applied. */
static cf_status validate(const cf_estimator *self)
{
    const pipeline *p = const_self(self);
    if (p->steps_.count < 1 || p->steps_.count != p->step_names_.count)
        return cf_fail(CF_ERR_FORMAT, "Pipeline: %lld steps have %lld names",
                       (long long)p->steps_.count, (long long)p->step_names_.count);
    bool first = true;
    for (cf_index i = 0; i < p->steps_.count; i++) {
        const cf_estimator *step = p->steps_.items[i];
        const bool last = i + 1 == p->steps_.count;
        if (!step)
            continue;
        if ((first && !cfi_state_reads(step, self->core->n_features_in)) || !step->core->fitted ||
            (last ? !cfi_state_answers(step, self)
                  : !(cfi_traits(step).methods & CF_HAS_TRANSFORM)))
            return cf_fail(CF_ERR_FORMAT, "Pipeline: step %lld cannot stand there", (long long)i);
        first = false;
    }
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_STEPS(pipeline, steps,
                 "the chain: named transformers, then any estimator or passthrough"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_ESTIMATORS(pipeline, steps_, "the fitted steps", .shape = "step_names_"),
    CF_HELD_STRINGS(pipeline, step_names_, "their names"),
    CF_END,
};

static const char *const examples[] = {"StandardScaler | Ridge",
                                       "MinMaxScaler | passthrough | LogisticRegression",
                                       "Pipeline(s: StandardScaler)", NULL};

CF_CLASS(Pipeline) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "Pipeline",
    .module = "pipeline",
    .signature = "steps!, *, transform_input=None, memory=None, verbose=false",
    .summary = "A chain of transformers with an estimator at its end",
    .doc =
        "Objective\n"
        "  X goes through the transform of each step in turn; the last step fits and answers on "
        "the\n"
        "  result. `A | B` in the spec language makes a Pipeline.\n"
        "Input\n"
        "  What the first step takes. y, groups and weights reach every step that takes them; a\n"
        "  validation set passes through the fitted steps.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: no steps, or a step before the last without transform. "
        "CF_ERR_UNSUPPORTED:\n"
        "  weights although the last step takes none. A failing step's message begins `step "
        "'name': `.\n"
        "Cost\n"
        "  The sum of the steps; one intermediate matrix is held at a time.\n"
        "Threads\n"
        "  Each step uses the threads of the call.\n"
        "Notes\n"
        "  The steps are cloned before they are fitted: the fitted ones are steps_, reached by\n"
        "  `name__attribute`. Results are not cached between fits.\n"
        "Source\n"
        "  Buitinck et al., API design for machine learning software, 2013, arXiv:1309.0238.\n"
        "Example\n"
        "  examples/pipeline.c\n",
    .kind = CF_META,
    .tags = CF_TAG_ANY_X,
    .size = sizeof(pipeline),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .predict_proba = predict_proba,
    .predict_log_proba = predict_log_proba,
    .decision_function = decision_function,
    .transform = transform,
    .inverse_transform = inverse_transform,
    .fit_transform = fit_transform,
    .fit_predict = fit_predict,
    .score_samples = score_samples,
    .score = score,
    .feature_names = feature_names,
    .validate = validate,
    .check_params = check_params,
    .traits = traits,
    .used_columns = used_columns,
    .examples = examples,
};

/* ---- parts ---- */

/* The parameter: steps [begin, end) of e's. `some` borrows its items from `all`. */
static cf_status copy_steps(const cf_estimator *e, cf_index begin, cf_index end, cf_estimator *part)
{
    cf_value all = {0};
    cf_status status = CF_OK;
    CF_GO(cf_get_value(e, "steps", &all));
    if (all.count != const_self(e)->steps_.count) /* set anew since fit */
        CF_GO(cf_fail(CF_ERR_ARGUMENT, "Pipeline: steps has %lld steps, fit had %lld",
                      (long long)all.count, (long long)const_self(e)->steps_.count));
    cf_value some = {.kind = all.kind, .count = end - begin, .as.items = all.as.items + begin};
    CF_GO(cf_set_value(part, "steps", &some));
cleanup:
    cf_value_clear(&all);
    return status;
}

/*
 * The columns of X at step `begin`. A passthrough has no core to ask and changes no column: the
 * next fitted step tells what it took, or else the last one before what it gave.
 */
static cf_status copy_columns(const pipeline *p, cf_index begin, struct cfi_core *core)
{
    const struct cfi_core *from = begin == 0 ? p->base.core : NULL;
    const cf_estimator *before = NULL;
    for (cf_index i = begin; i < p->steps_.count && !from; i++)
        from = p->steps_.items[i] ? p->steps_.items[i]->core : NULL;
    for (cf_index i = 0; i < begin && !from; i++)
        before = p->steps_.items[i] ? p->steps_.items[i] : before;
    if (!from && before) {
        cf_schema *given = NULL;
        CF_TRY(cf_features_out(before, &given));
        core->n_features_in = cf_schema_size(given);
        core->features_in = before->core->features_out ? cf_schema_share(given) : NULL;
        cf_schema_free(given);
        return CF_OK;
    }
    from = from ? from : p->base.core;
    core->n_features_in = from->n_features_in;
    core->features_in = cf_schema_share(from->features_in);
    return CF_OK;
}

/* What the core knows: of X at the first step of the part, of y from the whole, and only when the
 * part has its last step. */
static cf_status copy_core(const pipeline *p, cf_index begin, cf_index end, struct cfi_core *core)
{
    const struct cfi_core *whole = p->base.core;
    CF_TRY(copy_columns(p, begin, core));
    core->y_1d = whole->y_1d;
    if (end < p->steps_.count || !whole->classes)
        return CF_OK;
    CF_TRY(CF_ALLOC_ZERO(core->classes, whole->n_targets));
    core->n_targets = whole->n_targets;
    CF_TRY(CF_ALLOC_ZERO(core->n_classes, whole->n_targets));
    for (cf_index t = 0; t < whole->n_targets; t++) {
        core->n_classes[t] = whole->n_classes[t];
        CF_TRY(cf_matrix_share(&core->classes[t], &whole->classes[t]));
    }
    return CF_OK;
}

cf_status cf_pipeline_part(const cf_estimator *e, cf_index begin, cf_index end, cf_estimator **out)
{
    const pipeline *p = const_self(e);
    cf_estimator *made = NULL;
    cf_status status = CF_OK;
    if (e->cls != &cfi_class_Pipeline)
        return cf_fail(CF_ERR_TYPE, "%s is no Pipeline", e->cls->name);
    if (!e->core->fitted)
        return cf_fail(CF_ERR_NOT_FITTED, "Pipeline is not fitted: call fit before taking a part");
    if (begin < 0 || end <= begin || end > p->steps_.count)
        return cf_fail(CF_ERR_ARGUMENT, "Pipeline has %lld steps, not [%lld, %lld)",
                       (long long)p->steps_.count, (long long)begin, (long long)end);
    CF_GO(cfi_new(&made, e->cls));
    CF_GO(copy_steps(e, begin, end, made));
    pipeline *part = (pipeline *)made;
    CF_GO(cf_estimators_resize(&part->steps_, end - begin));
    CF_GO(cf_strings_resize(&part->step_names_, end - begin));
    for (cf_index i = begin; i < end; i++) {
        if (p->steps_.items[i])
            /* shared, not copied: a fitted step does not change */
            part->steps_.items[i - begin] = cf_estimator_share(p->steps_.items[i]);
        part->step_names_.items[i - begin] = cf_text_copy(p->step_names_.items[i]);
        if (!part->step_names_.items[i - begin])
            CF_GO(cf_out_of_memory());
    }
    CF_GO(copy_core(p, begin, end, made->core));
    made->core->fitted = true;
    *out = made;
    made = NULL;
cleanup:
    cf_estimator_free(made);
    return status;
}
