/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Side-by-side transformers. Whether the joined output is sparse is decided once, in fit: some
 * branch gives CSR and the density of the whole is below sparse_threshold.
 */
#include "compose/branches.h"

#include "base/text.h"

#include <math.h>
#include <string.h>

static const cfi_branches *const_branches(const cf_estimator *self)
{
    return (const cfi_branches *)self;
}

/* CFI_BRANCH_... of branch i. */
static unsigned role(const cfi_branches *b, cf_index i)
{
    return ((const uint8_t *)b->roles_.data)[i];
}

/* Puts the name of branch i before the message of a failure. */
static cf_status in_branch(const cfi_branches *b, cf_index i, cf_status status)
{
    return status == CF_OK ? CF_OK
                           : cfi_fail_prefix(status, "step '%s': ", b->branch_names_.items[i]);
}

cf_status cfi_branches_begin(cfi_branches *b, cf_index count)
{
    CF_TRY(cf_estimators_resize(&b->transformers_, count));
    CF_TRY(cf_strings_resize(&b->branch_names_, count));
    CF_TRY(cf_matrices_resize(&b->columns_, count));
    CF_TRY(cf_array_resize(&b->roles_, CF_U8, count));
    CF_TRY(cf_array_resize(&b->widths_, CF_I64, count));
    b->n_branches = count;
    return CF_OK;
}

cf_status cfi_branches_set(cfi_branches *b, cf_index i, const char *name,
                           const cf_estimator *estimator, bool drop, const cf_index *columns,
                           cf_index n)
{
    /* a failure below leaves part of the state: fit fails with it and the core releases all */
    b->branch_names_.items[i] = cf_text_copy(name);
    if (!b->branch_names_.items[i])
        return cf_out_of_memory();
    if (estimator)
        CF_TRY(cf_clone(&b->transformers_.items[i], estimator));
    const bool idle = n == 0; /* a branch without columns has nothing to fit */
    ((uint8_t *)b->roles_.data)[i] =
        drop || idle ? CFI_BRANCH_DROPS : (estimator ? CFI_BRANCH_FITS : CFI_BRANCH_PASSES);
    CF_TRY(cf_matrix_resize(&b->columns_.items[i], CF_I64, n, 1));
    if (n > 0)
        memcpy(b->columns_.items[i].values, columns, (size_t)n * sizeof *columns);
    return CF_OK;
}

/* The factor of branch i in transformer_weights, 1 without one. */
static cf_value weight_of(const cfi_branches *b, cf_index i)
{
    const cf_value *value = cf_value_find(&b->transformer_weights, b->branch_names_.items[i]);
    return value ? *value : cf_value_int(1);
}

/* *schema = that of columns after multiplication: whole numbers stay whole only by an integer. */
static cf_status scale_schema(const cfi_branches *b, cf_index i, const cf_schema *schema,
                              cf_schema **out)
{
    if (weight_of(b, i).kind == CF_VALUE_INT) {
        *out = cf_schema_share(schema);
        return CF_OK;
    }
    return cfi_schema_as_reals(schema, out);
}

/* X was made for the branch alone: contiguous, f64 or f32, dense or CSR from entry 0 on. */
static cf_status scale(const cfi_branches *b, cf_index i, cf_matrix *X)
{
    const cf_value weight = weight_of(b, i);
    const double factor = cf_value_number(&weight);
    const bool sparse = cf_matrix_is_sparse(X);
    const cf_index count = sparse ? cf_matrix_stored(X) : X->rows * X->cols;
    cf_schema *schema = NULL;
    CF_TRY(scale_schema(b, i, X->schema, &schema));
    cfi_matrix_set_schema(X, schema);
    cf_schema_free(schema);
    if (factor == 1.0)
        return CF_OK;
    if (cfi_schema_has_codes(X->schema))
        return cf_fail(CF_ERR_TYPE, "columns of texts cannot be multiplied by a weight (%g)",
                       factor);
    for (cf_index k = 0; k < count; k++) {
        if (X->dtype == CF_F32)
            ((float *)X->values)[k] *= (float)factor;
        else
            ((double *)X->values)[k] *= factor;
    }
    return CF_OK;
}

/* True when the branch reads all columns in their order. */
static bool takes_all(const cfi_branches *b, cf_index i, const cf_matrix *X)
{
    const cf_matrix *columns = &b->columns_.items[i];
    const cf_index *at = columns->values;
    if (columns->rows != X->cols)
        return false;
    for (cf_index j = 0; j < X->cols; j++)
        if (at[j] != j)
            return false;
    return true;
}

/* part = the columns of branch i: X borrowed, or gathered. */
static cf_status cut(const cfi_branches *b, cf_index i, const cf_matrix *X, cf_matrix *part)
{
    if (!takes_all(b, i, X))
        return cf_matrix_gather_columns(X, b->columns_.items[i].values, b->columns_.items[i].rows,
                                        part);
    *part = *X;
    /* no reference: clearing the part leaves X alone */
    part->owner = NULL;
    return CF_OK;
}

/* out = the output of branch i, scaled; a failure names the branch. */
static cf_status apply_branch(const cfi_branches *b, cf_index i, const cf_matrix *X, cf_run *run,
                              cf_matrix *out)
{
    cf_matrix part = {0};
    CF_TRY(cut(b, i, X, &part));
    cf_status status = role(b, i) == CFI_BRANCH_PASSES
                           ? cf_matrix_copy(&part, out)
                           : cfi_apply(b->transformers_.items[i], CFI_TRANSFORM, &part, run, out);
    cf_matrix_clear(&part);
    if (status == CF_OK)
        status = scale(b, i, out);
    return in_branch(b, i, status);
}

/* As apply_branch, while fitting: every branch is transformed at once, see cfi_branches_fit. */
static cf_status fit_branch(cfi_branches *b, cf_index i, const cf_fit_args *args, cf_matrix *out)
{
    cf_matrix part = {0};
    cf_fit_args own = *args;
    CF_TRY(cut(b, i, args->X, &part));
    own.X = &part;
    own.X_val = NULL; /* a transformer does not look at it */
    cf_status status = role(b, i) == CFI_BRANCH_PASSES
                           ? cf_matrix_copy(&part, out)
                           : cfi_fit_transform(b->transformers_.items[i], &own, out);
    cf_matrix_clear(&part);
    if (status == CF_OK)
        status = scale(b, i, out);
    return in_branch(b, i, status);
}

/*
 * Some part is sparse and the whole has few enough entries. The parts of dropped branches are empty
 * and count for nothing; in doubles, since the cells of the whole may be more than an index holds.
 */
static bool should_be_sparse(const cfi_branches *b, const cf_matrix *parts)
{
    double stored = 0, cells = 0;
    bool any = false;
    for (cf_index i = 0; i < b->n_branches; i++) {
        any = any || cf_matrix_is_sparse(&parts[i]);
        stored += (double)cf_matrix_stored(&parts[i]);
        cells += (double)parts[i].rows * (double)parts[i].cols;
    }
    return any && cells > 0 && (b->sparse_threshold > 1 || stored / cells < b->sparse_threshold);
}

/* out = the parts that are there side by side. `rows` is needed where all are dropped. */
static cf_status join(const cfi_branches *b, const cf_matrix *parts, cf_index rows, cf_matrix *out)
{
    const cf_matrix **list = NULL;
    cf_status status = CF_OK;
    cf_index n = 0;
    CF_GO(CF_ALLOC(list, b->n_branches));
    for (cf_index i = 0; i < b->n_branches; i++)
        if (role(b, i) != CFI_BRANCH_DROPS)
            list[n++] = &parts[i];
    if (n == 0)
        CF_GO(cf_matrix_resize(out, CF_F64, rows, 0));
    else
        CF_GO(cf_matrix_join_columns(list, n, b->sparse_output_, out));
cleanup:
    cf_free(list);
    return status;
}

static void clear_parts(cf_matrix *parts, cf_index n)
{
    for (cf_index i = 0; parts && i < n; i++)
        cf_matrix_clear(&parts[i]);
    cf_free(parts);
}

/* Even a plain fit transforms: the widths of the branches and the density of the whole are known
 * only then. */
cf_status cfi_branches_fit(cfi_branches *b, const cf_fit_args *args, cf_matrix *out)
{
    cf_matrix *parts = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(parts, b->n_branches));
    for (cf_index i = 0; i < b->n_branches; i++) {
        CF_GO(cf_run_check(args->run));
        if (role(b, i) == CFI_BRANCH_DROPS)
            continue;
        const double share = 1 / (double)b->n_branches;
        cf_run part = cfi_run_part(args->run, (double)i * share, share);
        cf_fit_args branch_args = *args;
        branch_args.run = &part;
        status = fit_branch(b, i, &branch_args, &parts[i]);
        /* before the status is looked at: warnings are told whatever became of the branch */
        cfi_run_join(args->run, &part);
        CF_GO(status);
        ((int64_t *)b->widths_.data)[i] = parts[i].cols;
        cf_run_progress(args->run, (double)(i + 1) / (double)b->n_branches,
                        b->branch_names_.items[i]);
    }
    b->sparse_output_ = should_be_sparse(b, parts);
    if (out)
        CF_GO(join(b, parts, args->X->rows, out));
cleanup:
    clear_parts(parts, b->n_branches);
    return status;
}

cf_status cfi_branches_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                 cf_matrix *out)
{
    const cfi_branches *b = const_branches(self);
    cf_matrix *parts = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC_ZERO(parts, b->n_branches));
    for (cf_index i = 0; i < b->n_branches; i++)
        if (role(b, i) != CFI_BRANCH_DROPS)
            CF_GO(apply_branch(b, i, X, run, &parts[i]));
    CF_GO(join(b, parts, X->rows, out));
cleanup:
    clear_parts(parts, b->n_branches);
    return status;
}

/* Names of one branch's output, with "branch__" before each when asked. */
static cf_status put_names(const cfi_branches *b, cf_index i, const cf_schema *part, cf_index at,
                           cf_schema *out)
{
    for (cf_index j = 0; j < cf_schema_size(part); j++) {
        CF_TRY(cfi_schema_copy_column(out, at + j, part, j));
        if (!b->verbose_feature_names_out)
            continue;
        cfi_text text = {0};
        char *name = NULL;
        cfi_text_put(&text, b->branch_names_.items[i]);
        cfi_text_put(&text, "__");
        cfi_text_put(&text, cf_schema_name(part, j) ? cf_schema_name(part, j) : "");
        CF_TRY(cfi_text_take(&text, &name));
        const cf_status status = cf_schema_set_name(out, at + j, name);
        cf_free(name);
        CF_TRY(status);
    }
    return CF_OK;
}

/* Names the columns [at, at + width) of `out`. More or fewer names than columns would give
 * transform a schema that does not fit its matrix. */
static cf_status name_branch(const cfi_branches *b, cf_index i, const cf_schema *in, cf_index at,
                             cf_schema *out)
{
    const int64_t *widths = b->widths_.data;
    cf_schema *part = NULL, *named = NULL, *scaled = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_select(in, b->columns_.items[i].values, b->columns_.items[i].rows, &part));
    if (role(b, i) == CFI_BRANCH_PASSES)
        named = cf_schema_share(part);
    else
        CF_GO(in_branch(b, i, cfi_features_out(b->transformers_.items[i], part, &named)));
    if (cf_schema_size(named) != widths[i])
        CF_GO(cf_fail(CF_ERR_FORMAT, "step '%s': %lld columns have %lld names",
                      b->branch_names_.items[i], (long long)widths[i],
                      (long long)cf_schema_size(named)));
    CF_GO(scale_schema(b, i, named, &scaled));
    CF_GO(put_names(b, i, scaled, at, out));
cleanup:
    cf_schema_free(part);
    cf_schema_free(named);
    cf_schema_free(scaled);
    return status;
}

cf_status cfi_branches_feature_names(const cf_estimator *self, const cf_schema *in, cf_schema **out)
{
    const cfi_branches *b = const_branches(self);
    const int64_t *widths = b->widths_.data;
    cf_index total = 0, at = 0;
    for (cf_index i = 0; i < b->n_branches; i++)
        total += widths[i];
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&schema, total));
    for (cf_index i = 0; i < b->n_branches; i++) {
        if (role(b, i) != CFI_BRANCH_DROPS)
            CF_GO(name_branch(b, i, in, at, schema));
        at += widths[i];
    }
    for (cf_index j = 0; j < total && !b->verbose_feature_names_out; j++)
        /* the first column of that name is another one */
        if (cf_schema_find(schema, cf_schema_name(schema, j)) != j)
            CF_GO(cf_fail(CF_ERR_DATA,
                          "%s: two output columns are called '%s'; set verbose_feature_names_out",
                          self->cls->name, cf_schema_name(schema, j)));
    *out = schema;
    return CF_OK;
cleanup:
    cf_schema_free(schema);
    return status;
}

/* The rows have seen to positions, roles and widths. Left are the lengths of the lists, which are
 * read by one index, and that each transformer can do its part. */
cf_status cfi_branches_validate(const cf_estimator *self)
{
    const cfi_branches *b = const_branches(self);
    const cf_index n = b->n_branches;
    if (b->transformers_.count != n || b->branch_names_.count != n || b->columns_.count != n)
        return cf_fail(CF_ERR_FORMAT, "%s: the branches do not agree in number", self->cls->name);
    for (cf_index i = 0; i < n; i++) {
        const cf_estimator *t = b->transformers_.items[i];
        const cf_index passed = role(b, i) == CFI_BRANCH_PASSES ? b->columns_.items[i].rows : 0;
        if (role(b, i) != CFI_BRANCH_FITS && ((const int64_t *)b->widths_.data)[i] != passed)
            return cf_fail(CF_ERR_FORMAT, "%s: branch %lld, not fitted, puts out other columns",
                           self->cls->name, (long long)i);
        if (role(b, i) == CFI_BRANCH_FITS &&
            (!t || !cfi_state_reads(t, b->columns_.items[i].rows) ||
             !(cfi_traits(t).methods & CF_HAS_TRANSFORM)))
            return cf_fail(CF_ERR_FORMAT, "%s: branch %lld cannot transform its columns",
                           self->cls->name, (long long)i);
    }
    return CF_OK;
}

/* A weight for a step that does not exist is a slip of the pen: it would change nothing. */
cf_status cfi_branches_check_params(const cf_estimator *self)
{
    const cfi_branches *b = const_branches(self);
    for (cf_index i = 0; i < b->steps.count; i++) {
        const cf_estimator *e = b->steps.items[i].estimator;
        if (e && !(cfi_traits(e).methods & CF_HAS_TRANSFORM))
            return cf_fail(CF_ERR_ARGUMENT, "%s: step '%s' (%s) has no transform", self->cls->name,
                           b->steps.items[i].name, e->cls->name);
    }
    const cf_value *weights = &b->transformer_weights;
    for (cf_index k = 0; weights->kind == CF_VALUE_MAP && k < weights->count; k++) {
        const cf_value *key = &weights->as.items[2 * k];
        if (key->kind != CF_VALUE_TEXT || cfi_steps_find(&b->steps, key->as.text) < 0)
            return cf_fail(CF_ERR_ARGUMENT, "%s: transformer_weights names an unknown step",
                           self->cls->name);
        if (!isfinite(cf_value_number(&weights->as.items[2 * k + 1])))
            return cf_fail(CF_ERR_ARGUMENT, "%s: transformer_weights of '%s' is no number",
                           self->cls->name, key->as.text);
    }
    return CF_OK;
}

/* X may be sparse when every step takes that; the other tags come from any one step. A step that
 * takes no weights is fitted without them. */
void cfi_branches_traits(const cf_estimator *self, cf_traits *t)
{
    const cfi_branches *b = const_branches(self);
    bool sparse = true;
    for (cf_index i = 0; i < b->steps.count; i++) {
        const cf_estimator *e = b->steps.items[i].estimator;
        if (!e)
            continue;
        const cf_traits s = cfi_traits(e);
        sparse = sparse && (s.tags & CF_TAG_SPARSE);
        t->tags |= s.tags & (CF_TAG_REQUIRES_Y | CF_TAG_NONDETERMINISTIC | CF_TAG_WEIGHTS);
    }
    t->tags |= sparse ? CF_TAG_SPARSE : 0u;
}

/* Called while `fitted` is not yet set: it reads state only. */
void cfi_branches_used(const cf_estimator *self, bool *used)
{
    const cfi_branches *b = const_branches(self);
    memset(used, false, (size_t)self->core->n_features_in * sizeof *used);
    for (cf_index i = 0; i < b->n_branches; i++)
        for (cf_index j = 0; j < b->columns_.items[i].rows && role(b, i) != CFI_BRANCH_DROPS; j++)
            used[((const int64_t *)b->columns_.items[i].values)[j]] = true;
}

const cf_state cfi_branches_state[] = {
    CF_HELD_ESTIMATORS(cfi_branches, transformers_,
                       "the fitted transformers, None where a branch passes or drops its columns",
                       .shape = "branch_names_"),
    CF_HELD_STRINGS(cfi_branches, branch_names_, "their names"),
    CF_HELD_INT(cfi_branches, n_branches, "number of branches", .range = "[0, inf)"),
    CF_HELD_MATRICES(cfi_branches, columns_, "positions of the columns each branch reads",
                     .shape = "(?, 1)", .dtypes = CF_BIT(CF_I64), .range = "[0, n_features)"),
    CF_HELD_ARRAY(cfi_branches, roles_, "(n_branches)", "0 fits, 1 passes, 2 drops its columns",
                  .dtypes = CF_BIT(CF_U8), .range = "[0, 2]"),
    CF_HELD_ARRAY(cfi_branches, widths_, "(n_branches)", "columns each branch puts out",
                  .dtypes = CF_BIT(CF_I64), .range = "[0, 2147483647]"),
    CF_HELD_BOOL(cfi_branches, sparse_output_, "whether transform gives CSR"),
    CF_END,
};
