/* SPDX-License-Identifier: BSD-3-Clause */
/* Life of an estimator: made from its table, cloned and released by walking it. */
#include "estimator/instance.h"

#include "estimator/spec.h"

#include <string.h>

/* Not the reference count: the instance lives on, only its fit is forgotten. */
void cfi_core_clear(struct cfi_core *core)
{
    cf_schema_free(core->features_in);
    cf_schema_free(core->features_out);
    for (cf_index t = 0; core->classes && t < core->n_targets; t++)
        cf_matrix_clear(&core->classes[t]);
    cf_free(core->classes);
    cf_free(core->n_classes);
    *core = (struct cfi_core){.references = core->references};
}

/* Brings a field back to what cfi_new gave, which is what fit finds. */
static void state_free(const cf_state *row, cf_estimator *e)
{
    void *field = cfi_state_field(row, e);
    switch (row->type) {
    case CF_STATE_REAL:
        *(double *)field = 0;
        break;
    case CF_STATE_INT:
        *(int64_t *)field = 0;
        break;
    case CF_STATE_BOOL:
        *(bool *)field = false;
        break;
    case CF_STATE_TEXT:
        cf_free(*(char **)field);
        *(char **)field = NULL;
        break;
    case CF_STATE_STRINGS: {
        cf_strings *strings = field;
        for (cf_index i = 0; i < strings->count; i++)
            cf_free(strings->items[i]);
        cf_free(strings->items);
        *strings = (cf_strings){0};
        break;
    }
    case CF_STATE_MATRIX:
        cf_matrix_clear(field);
        break;
    case CF_STATE_ARRAY:
        cf_array_clear(field);
        break;
    case CF_STATE_MATRICES: {
        cf_matrices *list = field;
        for (cf_index i = 0; i < list->count; i++)
            cf_matrix_clear(&list->items[i]);
        cf_free(list->items);
        *list = (cf_matrices){0};
        break;
    }
    case CF_STATE_VALUE:
        cf_value_clear(field);
        break;
    case CF_STATE_ESTIMATOR:
        cf_estimator_free(*(cf_estimator **)field);
        *(cf_estimator **)field = NULL;
        break;
    case CF_STATE_ESTIMATORS: {
        cf_estimators *list = field;
        for (cf_index i = 0; i < list->count; i++)
            cf_estimator_free(list->items[i]);
        cf_free(list->items);
        *list = (cf_estimators){0};
        break;
    }
    }
}

void cfi_release_state(cf_estimator *e)
{
    for (const cf_state *row = e->cls->state; row && row->name; row++)
        /* a computed attribute has no field, its offset means nothing */
        if (!row->getter)
            state_free(row, e);
    cfi_core_clear(e->core);
}

/* Exchanges two fields of whatever type. */
static void swap_bytes(void *a, void *b, size_t size)
{
    unsigned char *x = a, *y = b;
    for (size_t i = 0; i < size; i++) {
        const unsigned char byte = x[i];
        x[i] = y[i];
        y[i] = byte;
    }
}

void cfi_swap_state(cf_estimator *a, cf_estimator *b)
{
    /* a row tells where its field begins; its type tells how far it goes */
    static const size_t sizes[] = {
        [CF_STATE_REAL] = sizeof(double),
        [CF_STATE_INT] = sizeof(int64_t),
        [CF_STATE_BOOL] = sizeof(bool),
        [CF_STATE_TEXT] = sizeof(char *),
        [CF_STATE_STRINGS] = sizeof(cf_strings),
        [CF_STATE_MATRIX] = sizeof(cf_matrix),
        [CF_STATE_ARRAY] = sizeof(cf_array),
        [CF_STATE_MATRICES] = sizeof(cf_matrices),
        [CF_STATE_VALUE] = sizeof(cf_value),
        [CF_STATE_ESTIMATOR] = sizeof(cf_estimator *),
        [CF_STATE_ESTIMATORS] = sizeof(cf_estimators),
    };
    for (const cf_state *row = a->cls->state; row && row->name; row++)
        if (!row->getter)
            swap_bytes(cfi_state_field(row, a), cfi_state_field(row, b), sizes[row->type]);
    /* The counts stay with their instances. Read without atomics: a fit has its estimator to
     * itself. */
    const int references[] = {a->core->references, b->core->references};
    swap_bytes(a->core, b->core, sizeof *a->core);
    a->core->references = references[0];
    b->core->references = references[1];
}

/* Memory begins as zeros, so that after a failure anywhere the rows that were not reached can be
 * released too. */
cf_status cfi_new(cf_estimator **out, const cf_class *cls)
{
    cf_estimator *e = NULL;
    cf_status status = CF_OK;
    e = cf_alloc_zero(1, cls->size);
    if (!e)
        return cf_out_of_memory();
    e->cls = cls;
    CF_GO(CF_ALLOC_ZERO(e->core, 1));
    e->core->references = 1;
    CF_GO(cfi_params_default(cls->name, cls->params, e));
    *out = e;
    return CF_OK;
cleanup:
    cfi_params_free(cls->params, e);
    cf_free(e->core);
    cf_free(e);
    return status;
}

void cf_estimator_free(cf_estimator *e)
{
    /* Whoever releases last must see all that the other holders did: hence acquire and release. */
    if (!e || __atomic_sub_fetch(&e->core->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    cfi_release_state(e);
    cfi_params_free(e->cls->params, e);
    cf_free(e->core);
    cf_free(e);
}

/* Relaxed is enough: the caller holds a reference, so the count cannot fall to 0 meanwhile. The
 * count is no part of what const promises. */
cf_estimator *cf_estimator_share(const cf_estimator *e)
{
    if (e)
        __atomic_add_fetch(&e->core->references, 1, __ATOMIC_RELAXED);
    return (cf_estimator *)(uintptr_t)e;
}

/* Copies one parameter; nested estimators are cloned, where cfi_param_set alone would share
 * them. */
static cf_status clone_param(const cf_param *row, const cf_estimator *from, cf_estimator *to)
{
    if (row->type == CF_PARAM_STEPS)
        return cfi_steps_copy(cfi_param_field(row, from), cfi_param_field(row, to));
    if (row->type == CF_PARAM_ESTIMATOR) {
        cf_estimator *const *child = cfi_param_field(row, from);
        cf_estimator **copy = cfi_param_field(row, to);
        cf_estimator_free(*copy);
        *copy = NULL;
        return *child ? cf_clone(copy, *child) : CF_OK;
    }
    cf_value value = {0};
    CF_TRY(cfi_param_get(row, from, &value));
    const cf_status status = cfi_param_set(from->cls->name, row, to, &value);
    cf_value_clear(&value);
    return status;
}

/* Parameters only: what e has learned stays behind, the clone is unfitted. */
cf_status cf_clone(cf_estimator **out, const cf_estimator *e)
{
    cf_estimator *copy = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_new(&copy, e->cls));
    for (const cf_param *row = e->cls->params; row && row->name; row++)
        CF_GO(clone_param(row, e, copy));
    *out = copy;
    return CF_OK;
cleanup:
    cf_estimator_free(copy);
    return status;
}

void cfi_steps_clear(cf_steps *steps)
{
    for (cf_index i = 0; i < steps->count; i++) {
        cf_free(steps->items[i].name);
        cf_estimator_free(steps->items[i].estimator);
        cf_value_clear(&steps->items[i].columns);
    }
    cf_free(steps->items);
    *steps = (cf_steps){0};
}

/* On failure `to` holds a part, which the caller releases with all steps. */
static cf_status copy_step(const cf_step *from, cf_step *to)
{
    to->drop = from->drop;
    to->name = cf_text_copy(from->name);
    if (!to->name)
        return cf_out_of_memory();
    if (from->estimator)
        CF_TRY(cf_clone(&to->estimator, from->estimator));
    return cf_value_copy(&from->columns, &to->columns);
}

cf_status cfi_steps_copy(const cf_steps *from, cf_steps *to)
{
    cf_steps copy = {0};
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(copy.items, from->count));
    /* at once: steps not yet copied are zeros, which cfi_steps_clear takes */
    copy.count = from->count;
    for (cf_index i = 0; i < from->count; i++)
        CF_GO(copy_step(&from->items[i], &copy.items[i]));
    cfi_steps_clear(to);
    *to = copy;
    return CF_OK;
cleanup:
    cfi_steps_clear(&copy);
    return status;
}

cf_index cfi_steps_find(const cf_steps *steps, const char *name)
{
    for (cf_index i = 0; i < steps->count; i++)
        if (steps->items[i].name && strcmp(steps->items[i].name, name) == 0)
            return i;
    return -1;
}

cf_index cfi_steps_bad_name(const cf_steps *steps, bool *repeated)
{
    for (cf_index i = 0; i < steps->count; i++) {
        const char *name = steps->items[i].name;
        *repeated = name && cfi_steps_find(steps, name) != i;
        if (!name || !*name || strstr(name, "__") || *repeated)
            return i;
    }
    return -1;
}

cf_traits cfi_class_traits(const cf_class *c)
{
    cf_traits t = {.kind = c->kind, .tags = c->tags};
    /* Some methods exist without a slot: predict from scores (apply.c), fit_predict from labels_
     * (fit.c), score from predict (score.c). */
    const bool classifies = (c->kind & CF_CLASSIFIER) && (c->predict_proba || c->decision_function);
    t.methods |= c->predict || classifies ? CF_HAS_PREDICT : 0u;
    t.methods |= c->predict_proba ? CF_HAS_PREDICT_PROBA : 0u;
    t.methods |= c->decision_function ? CF_HAS_DECISION : 0u;
    t.methods |= c->transform ? CF_HAS_TRANSFORM : 0u;
    t.methods |= c->inverse_transform ? CF_HAS_INVERSE : 0u;
    t.methods |= c->score_samples ? CF_HAS_SCORE_SAMPLES : 0u;
    t.methods |= c->partial_fit ? CF_HAS_PARTIAL_FIT : 0u;
    t.methods |=
        c->fit_predict || (c->kind & (CF_CLUSTERER | CF_OUTLIER)) ? CF_HAS_FIT_PREDICT : 0u;
    if (c->score || (t.methods & CF_HAS_PREDICT && c->kind & (CF_CLASSIFIER | CF_REGRESSOR)))
        t.methods |= CF_HAS_SCORE;
    return t;
}

/* Never remembered: a composite is what its steps are, and parameters may be set at any time. */
cf_traits cfi_traits(const cf_estimator *e)
{
    cf_traits t = cfi_class_traits(e->cls);
    if (e->cls->traits)
        e->cls->traits(e, &t);
    return t;
}

bool cfi_is_kind(const cf_estimator *e, unsigned kind)
{
    return (cfi_traits(e).kind & kind) != 0;
}

const cf_class *cf_class_of(const cf_estimator *e)
{
    return e->cls;
}

const char *cf_class_name(const cf_class *cls)
{
    return cls->name;
}

bool cf_is_fitted(const cf_estimator *e)
{
    return e->core->fitted;
}

cf_index cf_n_features_in(const cf_estimator *e)
{
    return e->core->n_features_in;
}

cf_index cf_self_n_features(const cf_estimator *self)
{
    return self->core->n_features_in;
}

/* A fit without y counts as one target, so that shapes have no extent of 0. */
cf_index cf_self_n_targets(const cf_estimator *self)
{
    return self->core->n_targets > 0 ? self->core->n_targets : 1;
}

cf_index cf_self_n_classes(const cf_estimator *self, cf_index target)
{
    const struct cfi_core *core = self->core;
    return core->n_classes && target >= 0 && target < core->n_targets ? core->n_classes[target] : 0;
}

/* out (n_targets, 1). */
cf_status cf_self_class_counts(const cf_estimator *self, cf_matrix *out)
{
    const struct cfi_core *core = self->core;
    if (!core->n_classes)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: only a classifier has n_classes_", self->cls->name);
    CF_TRY(cf_matrix_resize(out, CF_I64, core->n_targets, 1));
    memcpy(out->values, core->n_classes, (size_t)core->n_targets * sizeof *core->n_classes);
    return CF_OK;
}

cf_status cf_self_output_count(const cf_estimator *self, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_I64, 1, 1));
    *(int64_t *)out->values = cf_self_n_targets(self);
    return CF_OK;
}

bool cf_self_y_is_1d(const cf_estimator *self)
{
    return self->core->y_1d;
}

const cf_schema *cf_features_in(const cf_estimator *e)
{
    return e->core->features_in;
}

void cf_self_set_features_in(cf_estimator *self, const cf_schema *schema)
{
    /* released after the new one is held: they may be the same */
    cf_schema *old = self->core->features_in;
    self->core->features_in = cf_schema_share(schema);
    cf_schema_free(old);
}

cf_status cf_classes(const cf_estimator *e, cf_index target, cf_matrix *out)
{
    const struct cfi_core *core = e->core;
    if (!core->fitted)
        return cf_fail(CF_ERR_NOT_FITTED, "%s is not fitted: call fit before classes_",
                       e->cls->name);
    if (!core->classes)
        return cf_fail(CF_ERR_NAME, "%s has no attribute classes_", e->cls->name);
    if (target < 0 || target >= core->n_targets)
        return cf_fail(CF_ERR_NAME, "target %lld of %lld", (long long)target,
                       (long long)core->n_targets);
    *out = core->classes[target];
    /* a view: clearing it must not release what e owns */
    out->owner = NULL;
    return CF_OK;
}
