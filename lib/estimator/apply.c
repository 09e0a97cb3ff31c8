/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * predict, transform and their kin: match the columns, check what the class cannot take, call the
 * slot. What a class leaves out is derived here: predict of a classifier from its scores,
 * log-probabilities.
 */
#include "estimator/input.h"

#include "base/text.h"
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

/* One row a slot: method name, bit, field of the class. The two probability slots share a bit:
 * log_proba makes the second from the first. */
static const struct slot_row {
    const char *name;
    unsigned bit;
    size_t offset;
} slot_rows[] = {
    [CFI_PREDICT] = {"predict", CF_HAS_PREDICT, offsetof(cf_class, predict)},
    [CFI_PREDICT_PROBA] = {"predict_proba", CF_HAS_PREDICT_PROBA,
                           offsetof(cf_class, predict_proba)},
    [CFI_PREDICT_LOG_PROBA] = {"predict_log_proba", CF_HAS_PREDICT_PROBA,
                               offsetof(cf_class, predict_log_proba)},
    [CFI_DECISION_FUNCTION] = {"decision_function", CF_HAS_DECISION,
                               offsetof(cf_class, decision_function)},
    [CFI_TRANSFORM] = {"transform", CF_HAS_TRANSFORM, offsetof(cf_class, transform)},
    [CFI_INVERSE_TRANSFORM] = {"inverse_transform", CF_HAS_INVERSE,
                               offsetof(cf_class, inverse_transform)},
    [CFI_SCORE_SAMPLES] = {"score_samples", CF_HAS_SCORE_SAMPLES,
                           offsetof(cf_class, score_samples)},
};

const char *cfi_slot_name(cfi_slot slot)
{
    return slot_rows[slot].name;
}

unsigned cfi_slot_bit(cfi_slot slot)
{
    return slot_rows[slot].bit;
}

/* The class's own function for a slot, or NULL; what can be derived instead is call_slot's
 * business. */
static cf_apply_fn slot_function(const cf_class *cls, cfi_slot slot)
{
    cf_apply_fn fn;
    memcpy(&fn, (const char *)cls + slot_rows[slot].offset, sizeof fn);
    return fn;
}

/* Classes of all targets: columns of predict_proba. */
static cf_index all_classes(const cf_estimator *e)
{
    cf_index total = 0;
    for (cf_index t = 0; t < cf_self_n_targets(e); t++)
        total += cf_self_n_classes(e, t);
    return total;
}

/*
 * Codes from scores, which a slot gives as dense f64 rows: the sign of a single column (with one
 * class its only code), else the first largest of each target's columns, which stand side by side.
 * More or fewer columns than classes are a defect of the class.
 */
static cf_status argmax_codes(const cf_estimator *e, const cf_matrix *scores, cf_matrix *out)
{
    const cf_index targets = cf_self_n_targets(e), n = scores->rows;
    const bool single = scores->cols == 1 && targets == 1 && cf_self_n_classes(e, 0) <= 2;
    if (!single && scores->cols != all_classes(e))
        return cf_fail(CF_ERR_INTERNAL, "%s: %lld scores for %lld classes", e->cls->name,
                       (long long)scores->cols, (long long)all_classes(e));
    CF_TRY(cf_matrix_resize(out, CF_I32, n, targets));
    int32_t *codes = out->values;
    for (cf_index i = 0; i < n; i++) {
        const double *row = cfi_row_f64(scores, i);
        for (cf_index t = 0; t < targets; t++) {
            const cf_index k = cf_self_n_classes(e, t);
            if (single)
                codes[i] = k > 1 && row[0] > 0;
            else
                codes[i * targets + t] = (int32_t)cfi_argmax(row, k);
            row += k;
        }
    }
    return CF_OK;
}

/* predict of a classifier without that slot: its scores decide, or its probabilities where the
 * instance, as configured, has no scores. */
static cf_status predict_from_scores(const cf_estimator *e, const cf_matrix *X, cf_run *run,
                                     cf_matrix *out)
{
    const cf_class *c = e->cls;
    const bool decides = c->decision_function && (cfi_traits(e).methods & CF_HAS_DECISION) != 0;
    cf_matrix scores = {0};
    cf_status status =
        decides ? c->decision_function(e, X, run, &scores) : c->predict_proba(e, X, run, &scores);
    if (status == CF_OK)
        status = argmax_codes(e, &scores, out);
    cf_matrix_clear(&scores);
    return status;
}

/* In place of the probabilities; that of 0 becomes -inf, as in scikit-learn. */
static cf_status log_proba(const cf_estimator *e, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    CF_TRY(e->cls->predict_proba(e, X, run, out));
    for (cf_index i = 0; i < out->rows; i++)
        for (cf_index j = 0; j < out->cols; j++) {
            double *p = (double *)out->values + i * out->row_stride + j * out->col_stride;
            *p = log(*p);
        }
    return CF_OK;
}

/* The class's own function, else what follows from its other ones. `X` has been prepared. */
static cf_status call_slot(const cf_estimator *e, cfi_slot slot, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    const cf_apply_fn fn = slot_function(e->cls, slot);
    if (fn)
        return fn(e, X, run, out);
    if (slot == CFI_PREDICT && (e->cls->predict_proba || e->cls->decision_function))
        return predict_from_scores(e, X, run, out);
    if (slot == CFI_PREDICT_LOG_PROBA && e->cls->predict_proba)
        return log_proba(e, X, run, out);
    return cf_fail(CF_ERR_UNSUPPORTED, "%s has no %s", e->cls->name, cfi_slot_name(slot));
}

/* The instance, as configured, has the method and was fitted; a stateless one need not be. */
static cf_status check_callable(const cf_estimator *e, const cf_traits *traits, cfi_slot slot)
{
    if (!(traits->methods & cfi_slot_bit(slot)))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no %s", e->cls->name, cfi_slot_name(slot));
    if (!e->core->fitted && !(traits->tags & CF_TAG_STATELESS))
        return cf_fail(CF_ERR_NOT_FITTED, "%s is not fitted: call fit before %s", e->cls->name,
                       cfi_slot_name(slot));
    return CF_OK;
}

/* X in the form of the slot: matched against fit, checked. The slot gets held[1], which may borrow
 * from held[0], which may borrow from X: they are cleared in that order, whatever the outcome. */
static cf_status prepare(const cf_estimator *e, const cf_traits *traits, cfi_slot slot,
                         const cf_matrix *X, cf_run *run, cf_matrix held[2])
{
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: X is NULL", e->cls->name);
    CF_TRY(cf_matrix_check(X, "X"));
    const bool inverse = slot == CFI_INVERSE_TRANSFORM;
    if (inverse || !e->core->fitted) {
        cf_traits loose =
            *traits; /* columns of the output: sign and kind are the slot's business */
        if (inverse)
            loose.tags =
                (loose.tags | CF_TAG_SPARSE | CF_TAG_CATEGORIES) & ~(unsigned)CF_TAG_POSITIVE;
        CF_TRY(cfi_match_output(e, X, &held[0]));
        return cfi_check_X(e, &loose, &held[0], "X", 0, run, &held[1]);
    }
    CF_TRY(cfi_match_columns(e, X, run, &held[0]));
    if (traits->tags & CF_TAG_SCANS_X) /* the answer shows it: check_shown */
        return cfi_check_form(e, traits, &held[0], "X", 0, &held[1]);
    return cfi_check_X(e, traits, &held[0], "X", 0, run, &held[1]);
}

/* X was not searched: what is not finite in it would have shown in `out`. Where something shows, X
 * is searched now: it is to blame, or it is sound and the numbers of the answer grew too large. */
static cf_status check_shown(const cf_estimator *e, const cf_traits *traits, const cf_matrix *X,
                             cf_run *run, const cf_matrix *out)
{
    cf_index row = 0, col = 0;
    double value = 0;
    if (!(traits->tags & CF_TAG_SCANS_X) ||
        !cfi_find_nonfinite(run, out, false, &row, &col, &value))
        return CF_OK;
    return cfi_check_numbers(e, traits, X, "X", run);
}

/*
 * What is read by its form later: codes, probabilities, columns with names. A class from outside or
 * a model file made by hand could answer with other columns, which cfi_decode and the joins of
 * composites would run over.
 */
static cf_status check_answer(const cf_estimator *e, const cf_traits *traits, cfi_slot slot,
                              const cf_matrix *out)
{
    const bool classifies = (traits->kind & CF_CLASSIFIER) != 0 && e->core->classes;
    const bool shares = slot == CFI_PREDICT_PROBA || slot == CFI_PREDICT_LOG_PROBA;
    cf_index cols = out->cols;
    if (classifies && slot == CFI_PREDICT)
        cols = out->dtype == CF_I32 ? cf_self_n_targets(e) : -1; /* -1: refused */
    else if (classifies && shares)
        cols = all_classes(e);
    else if (slot == CFI_TRANSFORM && e->core->features_out)
        cols = cf_schema_size(e->core->features_out);
    if (out->cols == cols)
        return CF_OK;
    return cf_fail(CF_ERR_INTERNAL, "%s: %s gave %lld columns of %s, not %lld", e->cls->name,
                   cfi_slot_name(slot), (long long)out->cols, cf_dtype_name(out->dtype),
                   (long long)cols);
}

cf_status cfi_set_features_out(const cf_estimator *e, cf_matrix *out)
{
    const cf_schema *known = e->core->features_out;
    cf_schema *schema = NULL;
    if (!known)
        return CF_OK;
    if (!cfi_schema_has_codes(out->schema) || cf_schema_equal(out->schema, known)) {
        cfi_matrix_set_schema(out, known);
        return CF_OK;
    }
    CF_TRY(cfi_schema_renamed(out->schema, known, &schema));
    cfi_matrix_set_schema(out, schema);
    cf_schema_free(schema);
    return CF_OK;
}

cf_status cfi_apply(const cf_estimator *e, cfi_slot slot, const cf_matrix *X, cf_run *run,
                    cf_matrix *out)
{
    const cf_traits traits = cfi_traits(e);
    cf_matrix held[2] = {{0}, {0}};
    cf_status status = check_callable(e, &traits, slot);
    if (status == CF_OK)
        status = prepare(e, &traits, slot, X, run, held);
    if (status == CF_OK)
        status = call_slot(e, slot, &held[1], run, out);
    if (status == CF_OK)
        status = check_shown(e, &traits, &held[1], run, out);
    if (status == CF_OK)
        status = check_answer(e, &traits, slot, out);
    if (status == CF_OK && slot == CFI_TRANSFORM)
        status = cfi_set_features_out(e, out);
    cf_matrix_clear(&held[1]);
    cf_matrix_clear(&held[0]);
    /* a view of the caller's memory cannot be emptied: it keeps what the slot wrote */
    if (status != CF_OK && out->owner)
        cf_matrix_clear(out);
    return status;
}

/* Gives `out` the dictionaries of text labels, one column a target; numbers have none. A target of
 * numbers beside targets of texts stays a numeric column. */
static cf_status label_schema(const struct cfi_core *core, cf_matrix *out)
{
    if (core->n_targets == 1) {
        cfi_matrix_set_schema(out, core->classes[0].schema);
        return CF_OK;
    }
    bool texts = false;
    for (cf_index t = 0; t < core->n_targets; t++)
        texts = texts || core->classes[t].schema;
    if (!texts)
        return CF_OK;
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&schema, core->n_targets));
    for (cf_index t = 0; t < core->n_targets; t++)
        if (core->classes[t].schema)
            CF_GO(cfi_schema_copy_column(schema, t, core->classes[t].schema, 0));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}

/* Labels are moved as bytes, in the dtype of the first target: check_labels (state.c) makes sure
 * that all targets have it. A negative code is, as unsigned, too large like any other wrong one. */
cf_status cfi_decode(const cf_estimator *e, const cf_matrix *codes, cf_matrix *out)
{
    const struct cfi_core *core = e->core;
    const cf_matrix *first = &core->classes[0];
    const cf_index n = codes->rows, targets = codes->cols;
    const size_t size = cf_dtype_size(first->dtype);
    CF_TRY(cf_matrix_resize(out, first->dtype, n, targets));
    for (cf_index t = 0; t < targets; t++) {
        const uint32_t classes = (uint32_t)core->n_classes[t];
        const char *labels = core->classes[t].values;
        const int32_t *code = (const int32_t *)codes->values + t;
        char *to = (char *)out->values + (size_t)(t * out->col_stride) * size;
        for (cf_index i = 0; i < n; i++) {
            const uint32_t k = (uint32_t)code[i * codes->row_stride];
            if (k >= classes)
                return cf_fail(CF_ERR_INTERNAL, "%s: predict gave class %d of %d", e->cls->name,
                               (int)k, (int)classes);
            memcpy(to + (cf_index)size * i * out->row_stride, labels + (size_t)k * size, size);
        }
    }
    return label_schema(core, out);
}

/* An outermost call: with a run of its own, and a classifier's codes turned into labels. Composites
 * call cfi_apply and stay with codes. */
static cf_status apply_public(const cf_estimator *e, cfi_slot slot, const cf_matrix *X,
                              cf_matrix *out)
{
    cf_run run;
    CF_TRY(cfi_matrix_apart(X, out));
    cfi_run_begin(&run, NULL);
    cf_status status;
    if (slot == CFI_PREDICT && cfi_is_kind(e, CF_CLASSIFIER)) {
        cf_matrix codes = {0};
        status = cfi_apply(e, slot, X, &run, &codes);
        if (status == CF_OK)
            status = cfi_decode(e, &codes, out);
        cf_matrix_clear(&codes);
    } else {
        status = cfi_apply(e, slot, X, &run, out);
    }
    cfi_run_end(&run);
    return status;
}

cf_status cf_predict(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_PREDICT, X, out);
}

cf_status cf_predict_proba(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_PREDICT_PROBA, X, out);
}

cf_status cf_predict_log_proba(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_PREDICT_LOG_PROBA, X, out);
}

cf_status cf_decision_function(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_DECISION_FUNCTION, X, out);
}

cf_status cf_transform(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_TRANSFORM, X, out);
}

cf_status cf_inverse_transform(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_INVERSE_TRANSFORM, X, out);
}

cf_status cf_score_samples(const cf_estimator *e, const cf_matrix *X, cf_matrix *out)
{
    return apply_public(e, CFI_SCORE_SAMPLES, X, out);
}

bool cf_has_method(const cf_estimator *e, const char *method)
{
    const cf_traits traits = cfi_traits(e);
    for (size_t s = 0; s < sizeof slot_rows / sizeof slot_rows[0]; s++)
        if (strcmp(slot_rows[s].name, method) == 0)
            return (traits.methods & slot_rows[s].bit) != 0;
    if (strcmp(method, "fit") == 0)
        return e->cls->fit != NULL;
    if (strcmp(method, "split") == 0)
        return e->cls->split != NULL;
    if (strcmp(method, "score") == 0)
        return (traits.methods & CF_HAS_SCORE) != 0;
    if (strcmp(method, "partial_fit") == 0)
        return (traits.methods & CF_HAS_PARTIAL_FIT) != 0;
    if (strcmp(method, "fit_predict") == 0)
        return (traits.methods & CF_HAS_FIT_PREDICT) != 0;
    if (strcmp(method, "fit_transform") == 0)
        return (traits.methods & CF_HAS_TRANSFORM) != 0;
    for (const cf_method *m = e->cls->methods; m && m->name; m++)
        if (strcmp(m->name, method) == 0)
            return true;
    return false;
}

/* The columns of `in` (NULL: n numeric ones), x0, x1, ... where they have no name. */
static cf_status name_columns(cf_index n, const cf_schema *in, cf_schema **out)
{
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&schema, n));
    for (cf_index j = 0; j < n; j++) {
        char name[CFI_NUMBER_SIZE + 1] = "x";
        cfi_format_int(j, name + 1);
        if (in)
            CF_GO(cfi_schema_copy_column(schema, j, in, j));
        if (!cf_schema_name(schema, j))
            CF_GO(cf_schema_set_name(schema, j, name));
    }
    *out = schema;
    return CF_OK;
cleanup:
    cf_schema_free(schema);
    return status;
}

cf_status cfi_features_out(const cf_estimator *e, const cf_schema *in, cf_schema **out)
{
    cf_schema *named = NULL;
    /* feature_names may count on a name for every column */
    if (!in || !cfi_schema_is_named(in)) {
        CF_TRY(name_columns(in ? cf_schema_size(in) : e->core->n_features_in, in, &named));
        in = named;
    }
    cf_status status = CF_OK;
    if (e->cls->feature_names)
        status = e->cls->feature_names(e, in, out);
    else if (cfi_traits(e).tags & CF_TAG_ONE_TO_ONE)
        status = cfi_schema_as_reals(in, out);
    else
        status = cf_fail(CF_ERR_UNSUPPORTED, "%s does not name its output columns", e->cls->name);
    cf_schema_free(named);
    return status;
}

/* With named columns fit has kept the answer; else it is made for x0, x1, ... */
cf_status cf_features_out(const cf_estimator *e, cf_schema **out)
{
    if (!e->core->fitted)
        return cf_fail(CF_ERR_NOT_FITTED, "%s is not fitted: call fit before get_feature_names_out",
                       e->cls->name);
    if (!(cfi_traits(e).methods & CF_HAS_TRANSFORM))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no transform", e->cls->name);
    if (e->core->features_out) {
        *out = cf_schema_share(e->core->features_out);
        return CF_OK;
    }
    return cfi_features_out(e, e->core->features_in, out);
}
