/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every check of X, y, weights and groups, once, for all estimators. Composites take X unchecked
 * (CF_TAG_ANY_X) and each of their children checks what reaches it, so that no matrix is scanned
 * twice.
 */
#include "estimator/input.h"

#include "base/text.h"
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

/* Takes any stage of filling: what was not reached is zero. */
void cfi_input_clear(cfi_input *input)
{
    cf_matrix_clear(&input->X);
    cf_matrix_clear(&input->y);
    cf_matrix_clear(&input->X_val);
    cf_matrix_clear(&input->y_val);
    for (cf_index t = 0; input->classes && t < input->n_targets; t++)
        cf_matrix_clear(&input->classes[t]);
    cf_free(input->classes);
    cf_free(input->n_classes);
    cf_free(input->weights);
    if (input->weights_given != input->weights)
        cf_free(input->weights_given);
    cf_free(input->weights_val);
    cf_free(input->class_weight);
    cf_free(input->groups);
    *input = (cfi_input){0};
}

/* ---- X ---- */

/* A text of column j that is no finite number, NULL when all are: one of them may be what made a
 * column of numbers a text. */
static const char *first_word(const cf_schema *schema, cf_index j)
{
    double number;
    const char *text = NULL;
    for (cf_index k = 0; (text = cf_schema_text(schema, j, k)) != NULL; k++)
        if (!cfi_parse_real(text, strlen(text), &number) || !isfinite(number))
            break;
    return text;
}

/* Only for a schema with a coded column: the search for it has no other end. */
static cf_status fail_coded(const cf_estimator *e, const cf_schema *schema)
{
    cf_index j = 0;
    while (cf_schema_kind(schema, j) == CF_NUMERIC)
        j++;
    const char *name = cf_schema_name(schema, j), *word = first_word(schema, j);
    char column[CFI_NUMBER_SIZE];
    cfi_format_int(j, column);
    return cf_fail(CF_ERR_TYPE, "column %s%s%s holds text; %s takes numbers%s%.40s%s",
                   name ? "'" : "", name ? name : column, name ? "'" : "", e->cls->name,
                   word ? " (one text is '" : "", word ? word : "", word ? "')" : "");
}

static cf_status fail_nonfinite(const cf_estimator *e, const char *name, const cf_matrix *X,
                                cf_index row, cf_index col, double value)
{
    const char *column = cf_schema_name(X->schema, col);
    const char *what = isnan(value) ? "NaN" : "infinity";
    if (column)
        return cf_fail(CF_ERR_DATA, "%s: %s contains %s at row %lld, column '%s'", e->cls->name,
                       name, what, (long long)row, column);
    return cf_fail(CF_ERR_DATA, "%s: %s contains %s at row %lld, column %lld", e->cls->name, name,
                   what, (long long)row, (long long)col);
}

/* X is in the form of cfi_check_form. The entries of CSR are one run, which in a view of some rows
 * begins at offsets[0]. NaN is not negative. */
static cf_status check_positive(const cf_estimator *e, const char *name, const cf_matrix *X)
{
    const bool sparse = cf_matrix_is_sparse(X);
    const cf_index rows = sparse ? 1 : X->rows, cols = sparse ? cf_matrix_stored(X) : X->cols;
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < cols; j++) {
            const cf_index at = sparse ? X->offsets[0] + j : i * X->row_stride + j;
            const double x = X->dtype == CF_F32 ? (double)((const float *)X->values)[at]
                                                : ((const double *)X->values)[at];
            if (x < 0)
                return cf_fail(CF_ERR_DATA, "Negative values in data passed to %s (%s)",
                               e->cls->name, name);
        }
    return CF_OK;
}

/* In scikit-learn's words, which its own tests look for. */
static cf_status check_size(const cf_estimator *e, const cf_matrix *X, const char *name,
                            cf_index min_rows)
{
    CF_TRY(cf_matrix_check(X, name));
    if (X->rows < min_rows)
        return cf_fail(
            CF_ERR_SHAPE,
            "%s has %lld sample(s) (shape=(%lld, %lld)) while a minimum of %lld is required by %s",
            name, (long long)X->rows, (long long)X->rows, (long long)X->cols, (long long)min_rows,
            e->cls->name);
    if (X->cols < 1)
        return cf_fail(
            CF_ERR_SHAPE,
            "%s has 0 feature(s) (shape=(%lld, 0)) while a minimum of 1 is required by %s", name,
            (long long)X->rows, e->cls->name);
    return CF_OK;
}

/* Children of a composite get doubles: encoders among them still ask whether these were integers.
 */
static cf_status mark_whole(cf_matrix *X)
{
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    if (X->schema)
        CF_GO(cfi_schema_copy(X->schema, &schema));
    else
        CF_GO(cf_schema_new(&schema, X->cols));
    for (cf_index j = 0; j < X->cols; j++)
        CF_GO(cf_schema_set_whole(schema, j));
    cfi_matrix_set_schema(X, schema);
cleanup:
    cf_schema_free(schema);
    if (status != CF_OK)
        cf_matrix_clear(X);
    return status;
}

cf_status cfi_check_form(const cf_estimator *e, const cf_traits *traits, const cf_matrix *X,
                         const char *name, cf_index min_rows, cf_matrix *out)
{
    /* a composite: what its children do not take, they refuse themselves */
    const bool any = (traits->tags & CF_TAG_ANY_X) != 0;
    CF_TRY(check_size(e, X, name, min_rows));
    if (cf_matrix_is_sparse(X) && !any && !(traits->tags & CF_TAG_SPARSE))
        return cf_fail(CF_ERR_TYPE, "%s: %s is sparse; the class takes dense data only",
                       e->cls->name, name);
    CF_TRY(cfi_matrix_normalise(X, true, any || (traits->tags & CF_TAG_F32), out));
    if (any && (X->dtype == CF_I64 || X->dtype == CF_I32))
        return mark_whole(out);
    if (any || !cfi_schema_has_codes(out->schema) || (traits->tags & CF_TAG_CATEGORIES))
        return CF_OK;
    /* its status is repeated below: `out` has to be cleared after the message was made */
    fail_coded(e, out->schema);
    cf_matrix_clear(out);
    return CF_ERR_TYPE;
}

cf_status cfi_check_numbers(const cf_estimator *e, const cf_traits *traits, const cf_matrix *X,
                            const char *name, cf_run *run)
{
    cf_index row = 0, col = 0;
    double value = 0;
    if (traits->tags & CF_TAG_ANY_X)
        return CF_OK;
    if (cfi_find_nonfinite(run, X, (traits->tags & CF_TAG_NAN) != 0, &row, &col, &value))
        return fail_nonfinite(e, name, X, row, col, value);
    return traits->tags & CF_TAG_POSITIVE ? check_positive(e, name, X) : CF_OK;
}

cf_status cfi_check_X(const cf_estimator *e, const cf_traits *traits, const cf_matrix *X,
                      const char *name, cf_index min_rows, cf_run *run, cf_matrix *out)
{
    CF_TRY(cfi_check_form(e, traits, X, name, min_rows, out));
    const cf_status status = cfi_check_numbers(e, traits, out, name, run);
    if (status != CF_OK)
        cf_matrix_clear(out);
    return status;
}

/* X of fit: searched for NaN and infinity here, unless the class does that in a pass of its own
 * (CF_TAG_SCANS_X). It does so only for a dense X without weights. */
static cf_status check_fit_X(const cf_estimator *e, const cf_traits *traits, const cf_matrix *X,
                             bool weighted, cf_run *run, cf_matrix *out, bool *unscanned)
{
    *unscanned = (traits->tags & CF_TAG_SCANS_X) && !weighted && !cf_matrix_is_sparse(X);
    return *unscanned ? cfi_check_form(e, traits, X, "X", 1, out)
                      : cfi_check_X(e, traits, X, "X", 1, run, out);
}

cf_status cf_fit_scan(cf_estimator *self, const cf_fit_args *args)
{
    if (!args->unscanned)
        return CF_OK;
    const cf_traits traits = cfi_traits(self);
    const cf_status status = cfi_check_numbers(self, &traits, args->X, "X", args->run);
    /* tells fit_beside to bring the old state back */
    self->core->refused = status != CF_OK;
    return status;
}

/* ---- y ---- */

/* `name` is "y" or "y_val". */
static cf_status check_y_shape(const cf_estimator *e, const cf_traits *traits, const cf_matrix *X,
                               const cf_matrix *y, const char *name)
{
    CF_TRY(cf_matrix_check(y, name));
    if (cf_matrix_is_sparse(y))
        return cf_fail(CF_ERR_TYPE, "%s: %s is sparse; it must be dense", e->cls->name, name);
    if (y->rows != X->rows)
        return cf_fail(CF_ERR_SHAPE, "%s: X has %lld rows, %s has %lld", e->cls->name,
                       (long long)X->rows, name, (long long)y->rows);
    if (y->cols < 1)
        return cf_fail(CF_ERR_SHAPE, "%s: %s has no columns", e->cls->name, name);
    if (y->cols > 1 && !(traits->tags & (CF_TAG_MULTI_OUTPUT | CF_TAG_ANY_X)))
        return cf_fail(CF_ERR_SHAPE, "%s: %s has %lld columns; the class takes one target",
                       e->cls->name, name, (long long)y->cols);
    return CF_OK;
}

/* Class labels are texts or whole numbers: a fraction is a sign that y was meant for a regressor.
 * NaN and infinity are left to cfi_labels_find, which tells their row. */
static cf_status check_is_discrete(const cf_estimator *e, const cf_matrix *y)
{
    if (y->dtype != CF_F64 && y->dtype != CF_F32)
        return CF_OK;
    for (cf_index i = 0; i < y->rows; i++)
        for (cf_index t = 0; t < y->cols; t++) {
            const double value = cf_matrix_get(y, i, t);
            if (isfinite(value) && value != floor(value)) {
                char text[CFI_NUMBER_SIZE];
                cfi_format_real(value, text);
                return cf_fail(CF_ERR_DATA,
                               "%s: Unknown label type: continuous (y holds %s at row %lld)",
                               e->cls->name, text, (long long)i);
            }
        }
    return CF_OK;
}

/* y of a regressor (or of any other class) as contiguous doubles, borrowed where it is that: slots
 * index it as (n, n_targets) without strides. */
static cf_status real_y(const cf_estimator *e, const cf_matrix *y, const char *name, cf_run *run,
                        cf_matrix *out)
{
    cf_index row = 0, col = 0;
    double value = 0;
    if (cfi_schema_has_codes(y->schema))
        return cf_fail(CF_ERR_TYPE, "%s: %s holds text; the class takes numbers", e->cls->name,
                       name);
    CF_TRY(cfi_matrix_normalise(y, false, false, out));
    if (out->row_stride != out->cols) {
        cf_matrix_clear(out); /* as a view it would be filled in place */
        CF_TRY(cf_matrix_convert(y, CF_F64, CF_DENSE, out));
    }
    if (cfi_find_nonfinite(run, out, false, &row, &col, &value))
        return cf_fail(CF_ERR_DATA, "%s: Input %s contains %s at row %lld", e->cls->name, name,
                       isnan(value) ? "NaN" : "infinity", (long long)row);
    return CF_OK;
}

/*
 * Labels of target t: those of the options or of the state in partial_fit, else those y holds. A
 * batch need not hold every label, so partial_fit cannot learn them from y. The one list of the
 * options serves every target.
 */
static cf_status labels_for(const cf_estimator *e, const cf_matrix *y, cf_index t,
                            const cf_fit_options *options, bool partial, const double *weights,
                            cfi_labels *out)
{
    const struct cfi_core *core = e->core;
    if (partial && core->fitted && core->classes)
        return cfi_labels_from_classes(&core->classes[t], out);
    if (partial && !(options && options->classes))
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: classes must be passed on the first call to partial_fit", e->cls->name);
    if (partial) {
        CF_TRY(cf_matrix_check(options->classes, "classes"));
        return cfi_labels_from_classes(options->classes, out);
    }
    return cfi_labels_find(e->cls->name, y, t, weights, out);
}

/* input->y = codes (n, n_targets), with the labels of each target beside it. */
static cf_status coded_y(const cf_estimator *e, const cf_matrix *y, const cf_fit_options *options,
                         bool partial, cfi_input *input)
{
    CF_TRY(check_is_discrete(e, y));
    CF_TRY(cf_matrix_resize(&input->y, CF_I32, y->rows, y->cols));
    /* before the arrays: cfi_input_clear counts the matrices of `classes` by it */
    input->n_targets = y->cols;
    CF_TRY(CF_ALLOC_ZERO(input->classes, y->cols));
    CF_TRY(CF_ALLOC_ZERO(input->n_classes, y->cols));
    for (cf_index t = 0; t < y->cols; t++) {
        cfi_labels labels = {0};
        cf_status status = labels_for(e, y, t, options, partial, input->weights_given, &labels);
        if (status == CF_OK)
            status = cfi_labels_encode(e->cls->name, &labels, y, t, input->weights_given,
                                       (int32_t *)input->y.values + t, y->cols);
        if (status == CF_OK) {
            input->n_classes[t] = labels.values.rows;
            status = cf_matrix_share(&input->classes[t], &labels.values);
        }
        cfi_labels_clear(&labels);
        CF_TRY(status);
    }
    return CF_OK;
}

/* ---- weights ---- */

cf_status cfi_check_weights(const char *owner, const cf_matrix *weights, cf_index n, double **out)
{
    CF_TRY(cf_matrix_check(weights, "sample_weight"));
    if (weights->cols != 1 || weights->rows != n || cf_matrix_is_sparse(weights))
        return cf_fail(CF_ERR_SHAPE, "%s: sample_weight is %lld x %lld, X has %lld rows", owner,
                       (long long)weights->rows, (long long)weights->cols, (long long)n);
    double *values = NULL, most = 0;
    CF_TRY(cfi_matrix_to_doubles(weights, &values));
    for (cf_index i = 0; i < n; i++) {
        /* written so that NaN is caught too */
        if (!(values[i] >= 0) || isinf(values[i])) {
            cf_fail(CF_ERR_DATA, "%s: sample_weight is %s at row %lld", owner,
                    isnan(values[i])   ? "NaN"
                    : isinf(values[i]) ? "infinite"
                                       : "negative",
                    (long long)i);
            cf_free(values);
            return CF_ERR_DATA;
        }
        most = values[i] > most ? values[i] : most;
    }
    if (n > 0 && most == 0) {
        cf_free(values);
        return cf_fail(CF_ERR_DATA, "%s: sample_weight is zero for every row", owner);
    }
    *out = values;
    return CF_OK;
}

/* The class_weight parameter of e, or NULL when it has none or it is None. */
static const cf_value *class_weight_of(const cf_estimator *e)
{
    const cf_param *row = cfi_param_find(e->cls->params, "class_weight");
    if (!row || row->type != CF_PARAM_VALUE)
        return NULL;
    const cf_value *value = cfi_param_field(row, e);
    return value->kind == CF_VALUE_NONE ? NULL : value;
}

/*
 * Factors of every target, and the weights they are multiplied into. "balanced" counts the weights
 * as given, before any factor. With several targets a row gets the product of its factors, as in
 * scikit-learn.
 */
static cf_status apply_class_weight(const cf_estimator *e, const cf_value *class_weight,
                                    const cf_fit_args *args, cfi_input *input)
{
    const cf_index n = args->y->rows, targets = args->n_targets;
    const int32_t *codes = args->y->values;
    cf_index total = 0;
    for (cf_index t = 0; t < targets; t++)
        total += args->n_classes[t];
    CF_TRY(CF_ALLOC(input->class_weight, total));
    CF_TRY(CF_ALLOC(input->weights, n));
    for (cf_index i = 0; i < n; i++)
        input->weights[i] = args->weights ? args->weights[i] : 1.0;
    double *factors = input->class_weight;
    for (cf_index t = 0; t < targets; t++) {
        const cf_value *one = class_weight;
        if (class_weight->kind == CF_VALUE_LIST) {
            if (class_weight->count != targets)
                return cf_fail(CF_ERR_ARGUMENT, "%s: class_weight lists %lld maps for %lld targets",
                               e->cls->name, (long long)class_weight->count, (long long)targets);
            one = &class_weight->as.items[t];
        }
        CF_TRY(cfi_class_factors(e->cls->name, one, &args->classes[t], codes + t, targets, n,
                                 args->weights, factors));
        for (cf_index i = 0; i < n; i++)
            input->weights[i] *= factors[codes[i * targets + t]];
        factors += args->n_classes[t];
    }
    return CF_OK;
}

/* Fills the parts of args that follow from class_weight: only for a classifier, which alone has
 * classes. */
static cf_status finish_weights(const cf_estimator *e, cfi_input *input)
{
    cf_fit_args *args = &input->args;
    const cf_value *class_weight = class_weight_of(e);
    if (!class_weight || !args->classes)
        return CF_OK;
    CF_TRY(apply_class_weight(e, class_weight, args, input));
    args->weights = input->weights;
    args->class_weight = input->class_weight;
    return CF_OK;
}

/* ---- the whole ---- */

/* Groups are any labels: coded 0..k-1, so that splitters compare integers. *out is written last. */
static cf_status check_groups(const cf_estimator *e, const cf_matrix *groups, cf_index n,
                              int64_t **out)
{
    cfi_labels labels = {0};
    int32_t *codes = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_matrix_check(groups, "groups"));
    if (groups->rows != n || groups->cols != 1 || cf_matrix_is_sparse(groups)) {
        status = cf_fail(CF_ERR_SHAPE, "%s: groups is %lld x %lld, X has %lld rows", e->cls->name,
                         (long long)groups->rows, (long long)groups->cols, (long long)n);
        goto cleanup;
    }
    CF_GO(cfi_labels_find("groups", groups, 0, NULL, &labels));
    CF_GO(CF_ALLOC(codes, n));
    CF_GO(cfi_labels_encode("groups", &labels, groups, 0, NULL, codes, 1));
    CF_GO(CF_ALLOC(*out, n));
    for (cf_index i = 0; i < n; i++)
        (*out)[i] = codes[i];
cleanup:
    cfi_labels_clear(&labels);
    cf_free(codes);
    return status;
}

/* The validation set in the form of X and in the codes of y. Without weights to excuse it, a label
 * that fit has not seen is refused. */
static cf_status check_validation(const cf_estimator *e, const cf_traits *traits,
                                  const cf_fit_options *o, cf_run *run, cfi_input *input)
{
    if (!o->X_val)
        return CF_OK;
    CF_TRY(cfi_check_X(e, traits, o->X_val, "X_val", 1, run, &input->X_val));
    if (input->X_val.cols != input->X.cols)
        return cf_fail(CF_ERR_SHAPE, "%s: X has %lld columns, X_val has %lld", e->cls->name,
                       (long long)input->X.cols, (long long)input->X_val.cols);
    input->args.X_val = &input->X_val;
    if (o->y_val) {
        CF_TRY(check_y_shape(e, traits, &input->X_val, o->y_val, "y_val"));
        if (o->y_val->cols != input->n_targets)
            return cf_fail(CF_ERR_SHAPE, "%s: y has %lld columns, y_val has %lld", e->cls->name,
                           (long long)input->n_targets, (long long)o->y_val->cols);
        if (input->classes) {
            CF_TRY(cf_matrix_resize(&input->y_val, CF_I32, o->y_val->rows, o->y_val->cols));
            for (cf_index t = 0; t < input->n_targets; t++) {
                cfi_labels labels = {0};
                cf_status status = cfi_labels_from_classes(&input->classes[t], &labels);
                if (status == CF_OK)
                    status = cfi_labels_encode(e->cls->name, &labels, o->y_val, t, NULL,
                                               (int32_t *)input->y_val.values + t, o->y_val->cols);
                cfi_labels_clear(&labels);
                CF_TRY(status);
            }
        } else {
            CF_TRY(real_y(e, o->y_val, "y_val", run, &input->y_val));
        }
        input->args.y_val = &input->y_val;
    }
    if (o->sample_weight_val) {
        CF_TRY(cfi_check_weights(e->cls->name, o->sample_weight_val, input->X_val.rows,
                                 &input->weights_val));
        input->args.weights_val = input->weights_val;
    }
    return CF_OK;
}

/* y as the kind of class wants it: codes, reals, or not at all. */
static cf_status check_target(const cf_estimator *e, const cf_traits *traits, const cf_matrix *y,
                              const cf_fit_options *o, bool partial, cf_run *run, cfi_input *input)
{
    if (!y && (traits->tags & CF_TAG_REQUIRES_Y))
        return cf_fail(CF_ERR_ARGUMENT, "%s requires y to be passed, but the target y is NULL",
                       e->cls->name);
    const bool wanted = y && (traits->kind & (CF_CLASSIFIER | CF_REGRESSOR | CF_TRANSFORMER));
    if (!wanted)
        return CF_OK;
    CF_TRY(check_y_shape(e, traits, &input->X, y, "y"));
    if (traits->kind & CF_CLASSIFIER)
        CF_TRY(coded_y(e, y, o, partial, input));
    else if ((traits->kind & CF_REGRESSOR) || (traits->tags & CF_TAG_REQUIRES_Y))
        CF_TRY(real_y(e, y, "y", run, &input->y));
    else
        return CF_OK; /* y is ignored */
    input->n_targets = y->cols;
    return CF_OK;
}

cf_status cfi_input_check(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                          const cf_fit_options *options, bool partial, cf_run *run,
                          cfi_input *input)
{
    static const cf_fit_options none;
    const cf_fit_options *o = options ? options : &none;
    const cf_traits traits = cfi_traits(e);
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: X is NULL", e->cls->name);
    bool unscanned;
    CF_TRY(check_fit_X(e, &traits, X, o->sample_weight, run, &input->X, &unscanned));
    if ((traits.tags & CF_TAG_PAIRWISE) && input->X.rows != input->X.cols)
        return cf_fail(CF_ERR_SHAPE, "%s: X must be square, it is %lld x %lld", e->cls->name,
                       (long long)input->X.rows, (long long)input->X.cols);
    if (o->sample_weight) {
        if (!(traits.tags & CF_TAG_WEIGHTS))
            return cf_fail(CF_ERR_UNSUPPORTED, "%s does not take sample_weight", e->cls->name);
        CF_TRY(cfi_check_weights(e->cls->name, o->sample_weight, X->rows, &input->weights_given));
    }
    CF_TRY(check_target(e, &traits, y, o, partial, run, input));
    if (o->groups)
        CF_TRY(check_groups(e, o->groups, X->rows, &input->groups));
    /* everything is borrowed, from `input` or from the caller: good until cfi_input_clear */
    input->args = (cf_fit_args){.X = &input->X,
                                .y = input->y.values ? &input->y : NULL,
                                .n_targets = input->n_targets,
                                .n_classes = input->n_classes,
                                .classes = input->classes,
                                .weights = input->weights_given,
                                .groups = input->groups,
                                .X_given = X,
                                .y_given = y,
                                .weights_given = input->weights_given,
                                .y_2d = o->y_2d && !(traits.tags & CF_TAG_RAVELS_Y),
                                .unscanned = unscanned,
                                .run = run};
    CF_TRY(check_validation(e, &traits, o, run, input));
    return finish_weights(e, input);
}

/*
 * Everything but X was checked for the parent and is taken over as it is. A child that takes no
 * weights is fitted without them: whether that is an error is for the composite to say. The
 * parent's class_weight stays behind.
 */
cf_status cfi_input_for_child(const cf_estimator *child, const cf_fit_args *args, cfi_input *input)
{
    const cf_traits traits = cfi_traits(child);
    input->args = *args;
    CF_TRY(check_fit_X(child, &traits, args->X, args->weights_given, args->run, &input->X,
                       &input->args.unscanned));
    input->args.X = &input->X;
    input->args.X_given = args->X;
    input->args.weights = args->weights_given;
    input->args.class_weight = NULL;
    if (!(traits.tags & CF_TAG_WEIGHTS))
        input->args.weights = input->args.weights_given = NULL;
    if (!args->y && (traits.tags & CF_TAG_REQUIRES_Y))
        return cf_fail(CF_ERR_ARGUMENT, "%s requires y to be passed, but the target y is NULL",
                       child->cls->name);
    if (args->X_val) {
        CF_TRY(cfi_check_X(child, &traits, args->X_val, "X_val", 1, args->run, &input->X_val));
        input->args.X_val = &input->X_val;
    }
    return finish_weights(child, input);
}
