/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A column of categories becomes one column of zeros and ones a category. Categories are texts or
 * numbers, missing is one of its own; rare ones can share a column, one of each feature can be left
 * out (drop), and what fit has not seen is an error, zeros, or the rare ones' column.
 *
 * The state holds, for every category, the output column of its position among the sorted
 * categories, so that an entry costs one look-up (texts arrive as codes) or one search (numbers).
 */
#include "base/text.h"
#include "matrix/matrix.h"
#include "preprocessing/categories.h"
#include "preprocessing/one_hot_rows.h"

#include <math.h>
#include <string.h>

#define DTYPE_LIST(X)                                                                              \
    X(DTYPE_F64, "float64") X(DTYPE_F32, "float32") X(DTYPE_I64, "int64") X(DTYPE_I32, "int32")
#define UNKNOWN_LIST(X)                                                                            \
    X(UNKNOWN_ERROR, "error")                                                                      \
    X(UNKNOWN_IGNORE, "ignore")                                                                    \
    X(UNKNOWN_INFREQUENT, "infrequent_if_exist")                                                   \
    X(UNKNOWN_WARN, "war"                                                                          \
                    "n")
#define COMBINER_LIST(X) X(COMBINE_CONCAT, "concat")

enum { DTYPE_LIST(CF_CHOICE_ENUM) };
enum { UNKNOWN_LIST(CF_CHOICE_ENUM) };
enum { COMBINER_LIST(CF_CHOICE_ENUM) };

typedef struct one_hot_encoder {
    cf_estimator base;
    cf_value categories, drop;
    bool sparse_output;
    int dtype, handle_unknown;
    cf_value min_frequency, max_categories;
    int feature_name_combiner;
    /* state */
    cf_matrices categories_;            /* (k, 1) each */
    cf_matrices infrequent_categories_; /* (m, 1) each */
    cf_array drop_idx_;                 /* (n_features) a category or -1; empty without drop */
    cf_array begins;                    /* (n_features + 1) */
    cf_array groups;                    /* (begins[n_features]) of each category */
    cf_array columns;                   /* (begins[n_features]) of each position */
    int64_t n_columns;                  /* of the output */
    cf_array whole;                     /* (n_features) U8: cfi_origin of X, for names */
} one_hot_encoder;

static const one_hot_encoder *const_self(const cf_estimator *e)
{
    return (const one_hot_encoder *)e;
}

static cfi_origin origin_of(const one_hot_encoder *e, cf_index j)
{
    return (cfi_origin)((const uint8_t *)e->whole.data)[j];
}

/* The learned categories of an encoder; read only through a const one. */
static cfi_categories learned(const one_hot_encoder *e)
{
    one_hot_encoder *own = (one_hot_encoder *)(uintptr_t)e;
    return (cfi_categories){&own->categories_, &own->infrequent_categories_, &own->begins,
                            &own->groups};
}

static cf_status check_params(const cf_estimator *self)
{
    const one_hot_encoder *e = const_self(self);
    if (e->sparse_output && (e->dtype == DTYPE_I64 || e->dtype == DTYPE_I32))
        return cf_fail(CF_ERR_ARGUMENT,
                       "OneHotEncoder: a sparse output is of dtype float64 or float32: set "
                       "sparse_output=false");
    return CF_OK;
}

/* ---- drop ---- */

/* The group left out of feature j, or -1. */
static cf_index dropped_group(const one_hot_encoder *e, cf_index j)
{
    const cfi_categories c = learned(e);
    if (e->drop_idx_.length == 0)
        return -1;
    const int64_t k = ((const int64_t *)e->drop_idx_.data)[j];
    return k < 0 ? -1 : cfi_categories_group(&c, j, k);
}

/* The category of feature j that equals element j of the parameter, or -1. */
static cf_index find_dropped(const cf_estimator *self, cf_index j, const cf_value *wanted)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const double *values = cfi_categories_of(&c, j);
    const cf_index count = cfi_categories_count(&c, j);
    const bool text = wanted->kind == CF_VALUE_TEXT;
    const bool coded = cf_schema_kind(cf_features_in(self), j) != CF_NUMERIC;
    double value = text ? (double)cf_schema_code(cf_features_in(self), j, wanted->as.text)
                        : cf_value_number(wanted);
    if (isnan(value))
        return cfi_categories_has_missing(&c, j) ? count - 1 : -1;
    if (text != coded)
        return -1;
    for (cf_index k = 0; k < count; k++)
        if (values[k] == value)
            return k;
    return -1;
}

/* A category that shares a column cannot be left out by itself. */
static cf_status drop_listed(cf_estimator *self, cf_index j, int64_t *out)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const cf_matrix *m = e->drop.as.matrix;
    const cf_value wanted = e->drop.kind == CF_VALUE_MATRIX
                                ? cf_value_real(cf_matrix_get(m, j / m->cols, j % m->cols))
                                : e->drop.as.items[j];
    char *text = NULL;
    *out = find_dropped(self, j, &wanted);
    if (*out >= 0 && (c.infrequent->items[j].rows == 0 ||
                      cfi_categories_group(&c, j, *out) != cfi_categories_groups(&c, j, false) - 1))
        return CF_OK;
    CF_TRY(cf_value_to_text(&wanted, &text));
    const cf_status status =
        *out < 0 ? cf_fail(CF_ERR_ARGUMENT,
                           "OneHotEncoder: The following categories were supposed to be dropped, "
                           "but were not found in the training data: Category: %.100s, Feature: "
                           "%lld",
                           text, (long long)j)
                 : cf_fail(CF_ERR_ARGUMENT,
                           "OneHotEncoder: Unable to drop category %.100s from feature %lld "
                           "because it is infrequent",
                           text, (long long)j);
    cf_text_free(text);
    return status;
}

/* The first category of group 0. */
static int64_t first_of_group(const cfi_categories *c, cf_index j)
{
    for (cf_index k = 0; k < cfi_categories_count(c, j); k++)
        if (cfi_categories_group(c, j, k) == 0)
            return k;
    return -1;
}

/* drop_idx_ holds categories, not groups: what scikit-learn shows. */
static cf_status choose_dropped(cf_estimator *self)
{
    one_hot_encoder *e = (one_hot_encoder *)self;
    const cfi_categories c = learned(e);
    const cf_index d = cf_self_n_features(self);
    if (e->drop.kind == CF_VALUE_NONE)
        return CF_OK;
    const bool text = e->drop.kind == CF_VALUE_TEXT;
    const bool binary = cf_value_is_text(&e->drop, "if_binary");
    const cf_index given = e->drop.kind == CF_VALUE_MATRIX
                               ? e->drop.as.matrix->rows * e->drop.as.matrix->cols
                               : e->drop.count;
    if (!text && given != d)
        return cf_fail(CF_ERR_SHAPE,
                       "OneHotEncoder: `drop` should have length equal to the number of features "
                       "(%lld), got %lld",
                       (long long)d, (long long)given);
    CF_TRY(cf_array_resize(&e->drop_idx_, CF_I64, d));
    int64_t *drop = e->drop_idx_.data;
    for (cf_index j = 0; j < d; j++) {
        if (!text)
            CF_TRY(drop_listed(self, j, &drop[j]));
        else
            drop[j] =
                binary && cfi_categories_groups(&c, j, false) != 2 ? -1 : first_of_group(&c, j);
    }
    return CF_OK;
}

/* ---- fit ---- */

/* The output column of category k of feature j, whose columns begin at `first`. */
static int32_t column_of(const one_hot_encoder *e, cf_index j, cf_index k, int64_t first)
{
    const cfi_categories c = learned(e);
    const cf_index dropped = dropped_group(e, j), group = cfi_categories_group(&c, j, k);
    return group == dropped ? CFI_NO_COLUMN
                            : (int32_t)(first + group - (dropped >= 0 && group > dropped));
}

/* Output columns of feature j. */
static cf_index width_of(const one_hot_encoder *e, cf_index j)
{
    const cfi_categories c = learned(e);
    return cfi_categories_groups(&c, j, false) - (dropped_group(e, j) >= 0);
}

/* Deals out the output columns. */
static cf_status place_columns(cf_estimator *self)
{
    one_hot_encoder *e = (one_hot_encoder *)self;
    const cfi_categories c = learned(e);
    const int64_t *begins = e->begins.data;
    const cf_index d = cf_self_n_features(self);
    int64_t first = 0;
    CF_TRY(cf_array_resize(&e->columns, CF_I32, begins[d]));
    int32_t *columns = e->columns.data;
    for (cf_index j = 0; j < d; j++) {
        for (cf_index k = 0; k < cfi_categories_count(&c, j); k++)
            columns[begins[j] + cfi_category_position(self, &c, j, k)] = column_of(e, j, k, first);
        first += width_of(e, j);
    }
    if (first > INT32_MAX)
        return cf_fail(CF_ERR_LIMIT, "OneHotEncoder: %lld output columns, most are %d",
                       (long long)first, INT32_MAX);
    e->n_columns = first;
    return CF_OK;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    one_hot_encoder *e = (one_hot_encoder *)self;
    const cfi_categories c = learned(e);
    const cfi_categories_options options = {.owner = "OneHotEncoder",
                                            .categories = &e->categories,
                                            .min_frequency = &e->min_frequency,
                                            .max_categories = &e->max_categories,
                                            .refuse_unknown = e->handle_unknown == UNKNOWN_ERROR};
    CF_TRY(cfi_categories_learn(self, args, &options, &c));
    CF_TRY(choose_dropped(self));
    CF_TRY(cf_array_resize(&e->whole, CF_U8, args->X->cols));
    for (cf_index j = 0; j < args->X->cols; j++)
        ((uint8_t *)e->whole.data)[j] = (uint8_t)cfi_categories_origin(args, j);
    return place_columns(self);
}

/* ---- transform ---- */

/* What an unknown entry of feature j becomes. */
static int32_t unknown_column(const cf_estimator *self, cf_index j)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    if (e->handle_unknown == UNKNOWN_ERROR)
        return CFI_REFUSED;
    if (e->handle_unknown == UNKNOWN_IGNORE || c.infrequent->items[j].rows == 0)
        return CFI_NO_COLUMN;
    const cf_index last = cfi_categories_groups(&c, j, false) - 1;
    for (cf_index k = 0; k < cfi_categories_count(&c, j); k++)
        if (cfi_categories_group(&c, j, k) == last)
            return ((const int32_t *)e->columns.data)[((const int64_t *)e->begins.data)[j] +
                                                      cfi_category_position(self, &c, j, k)];
    return CFI_NO_COLUMN;
}

/* Warns of unknown entries, "[0, 2]", where they could be taken for known ones. */
static void warn_of_unknown(const one_hot_encoder *e, const bool *seen, cf_index d, cf_run *run)
{
    const bool wanted = e->handle_unknown == UNKNOWN_WARN ||
                        (e->drop.kind != CF_VALUE_NONE && e->handle_unknown != UNKNOWN_ERROR);
    cfi_text list = {0};
    for (cf_index j = 0; j < d && wanted; j++)
        if (seen[j])
            cfi_text_format(&list, "%s%lld", list.length > 0 ? ", " : "", (long long)j);
    if (list.length > 0)
        cf_run_warn(run, CF_WARN_DATA,
                    "Found unknown categories in columns [%.400s] during transform. These unknown "
                    "categories will be encoded as %s",
                    list.data,
                    e->handle_unknown == UNKNOWN_IGNORE ? "all zeros" : "the infrequent category");
    cfi_text_clear(&list);
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    static const cf_dtype dtypes[] = {
        [DTYPE_F64] = CF_F64, [DTYPE_F32] = CF_F32, [DTYPE_I64] = CF_I64, [DTYPE_I32] = CF_I32};
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const cf_index d = X->cols;
    cf_status status;
    cfi_finder *finders = NULL;
    int32_t *unknown = NULL;
    bool *seen = NULL;
    CF_GO(check_params(self)); /* they may have been set after fit */
    CF_GO(CF_ALLOC(finders, d));
    CF_GO(CF_ALLOC(unknown, d));
    CF_GO(CF_ALLOC(seen, d));
    cfi_finders_set(self, &c, finders);
    for (cf_index j = 0; j < d; j++)
        unknown[j] = unknown_column(self, j);
    const cfi_one_hot map = {finders, e->begins.data, e->columns.data, unknown, e->n_columns};
    CF_GO(cfi_one_hot_apply(run, &map, X, e->sparse_output, dtypes[e->dtype], seen, out));
    for (cf_index j = 0; j < d; j++)
        if (seen[j] && unknown[j] == CFI_REFUSED)
            CF_GO(cfi_fail_unknown("OneHotEncoder", cf_features_in(self), &finders[j], X, j));
    warn_of_unknown(e, seen, d, run);
cleanup:
    cf_free(finders);
    cf_free(unknown);
    cf_free(seen);
    return status;
}

/* ---- inverse ---- */

/* Tells what the columns of feature j, and a row of zeros in them, mean. */
static void explain_feature(const cf_estimator *self, cf_index j, double moved, double group_code,
                            cfi_one_hot_inverse *p)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const cf_index dropped = dropped_group(e, j);
    const bool rare = c.infrequent->items[j].rows > 0;
    const cf_index groups = cfi_categories_groups(&c, j, false);
    const bool ignores =
        e->handle_unknown == UNKNOWN_IGNORE || (e->handle_unknown != UNKNOWN_ERROR && !rare);
    p->first[j + 1] = p->first[j] + groups - (dropped >= 0);
    p->zeros[j] = (double)NAN;
    p->refused[j] = dropped < 0 && !ignores;
    for (cf_index k = 0; k < cfi_categories_count(&c, j); k++) {
        const cf_index group = cfi_categories_group(&c, j, k);
        const double category = cfi_categories_of(&c, j)[k];
        double value = category >= moved ? category + 1 : category;
        if (rare && group == groups - 1)
            value = group_code;
        if (group == dropped) {
            p->zeros[j] = value;
            continue;
        }
        const cf_index column = p->first[j] + group - (dropped >= 0 && group > dropped);
        p->values[column] = value;
        p->feature[column] = (int32_t)j;
    }
}

/* The rows are made first and copied, so that a failure leaves `out` alone. */
static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    (void)run;
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const cf_index d = cf_self_n_features(self);
    cf_status status;
    cf_schema *schema = NULL;
    cf_matrix rows = {0};
    double *moved = NULL, *group_code = NULL;
    cfi_one_hot_inverse p = {0};
    if (X->cols != e->n_columns)
        CF_GO(cf_fail(CF_ERR_SHAPE,
                      "OneHotEncoder: Shape of the passed X data is not correct. Expected %lld "
                      "columns, got %lld",
                      (long long)e->n_columns, (long long)X->cols));
    CF_GO(CF_ALLOC(moved, d));
    CF_GO(CF_ALLOC(group_code, d));
    CF_GO(cfi_one_hot_inverse_new(&p, d, e->n_columns));
    CF_GO(cfi_categories_inverse_schema(self, &c, moved, group_code, &schema));
    for (cf_index j = 0; j < d; j++)
        explain_feature(self, j, moved[j], group_code[j], &p);
    CF_GO(cf_matrix_resize(&rows, CF_F64, X->rows, d));
    const cf_index failed = cfi_one_hot_undo(&p, X, rows.values);
    if (failed >= 0)
        CF_GO(cf_fail(CF_ERR_DATA,
                      "OneHotEncoder: Samples [%lld] can not be inverted when drop=None and "
                      "handle_unknown='error' because they contain all zeros",
                      (long long)failed));
    CF_GO(cf_matrix_copy(&rows, out));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_matrix_clear(&rows);
    cf_schema_free(schema);
    cf_free(moved);
    cf_free(group_code);
    cfi_one_hot_inverse_free(&p);
    return status;
}

/* ---- names ---- */

/* Names the column of group `group` of feature j: "sex_female", "x0_infrequent_sklearn". */
static cf_status name_column(const cf_estimator *self, const cf_schema *in, cf_index j,
                             cf_index group, cf_index column, cf_schema *out)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const bool rare = c.infrequent->items[j].rows > 0;
    cf_status status = CF_OK;
    char *text = NULL, *name = NULL;
    cfi_text full = {0};
    if (rare && group == cfi_categories_groups(&c, j, false) - 1) {
        text = cf_text_copy(CFI_INFREQUENT);
        if (!text)
            CF_GO(cf_out_of_memory());
    }
    for (cf_index k = 0; k < cfi_categories_count(&c, j) && !text; k++)
        if (cfi_categories_group(&c, j, k) == group)
            CF_GO(cfi_category_text(cf_features_in(self), j, cfi_categories_of(&c, j)[k],
                                    origin_of(e, j), &text));
    const char *feature = cf_schema_name(in, j);
    cfi_text_format(&full, "%s_%s", feature ? feature : "", text ? text : "");
    CF_GO(cfi_text_take(&full, &name));
    CF_GO(cf_schema_set_name(out, column, name));
cleanup:
    cf_free(text);
    cf_free(name);
    return status;
}

static cf_status feature_names(const cf_estimator *self, const cf_schema *in, cf_schema **out)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    cf_status status;
    cf_schema *schema = NULL;
    CF_GO(cf_schema_new(&schema, e->n_columns));
    cf_index column = 0;
    for (cf_index j = 0; j < cf_self_n_features(self); j++)
        for (cf_index group = 0; group < cfi_categories_groups(&c, j, false); group++)
            if (group != dropped_group(e, j))
                CF_GO(name_column(self, in, j, group, column++, schema));
    *out = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    return status;
}

/* ---- tables ---- */

/* Each column is where fit would have put it. */
static cf_status validate(const cf_estimator *self)
{
    const one_hot_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const int64_t *drop = e->drop_idx_.data, *begins = e->begins.data;
    const int32_t *columns = e->columns.data;
    const cf_index d = cf_self_n_features(self), drops = e->drop_idx_.length;
    CF_TRY(cfi_categories_validate(self, &c, false));
    bool sound = e->columns.length == e->groups.length;
    int64_t first = 0;
    for (cf_index j = 0; j < d && sound; j++) {
        const cf_index count = cfi_categories_count(&c, j);
        sound = drops == 0 || drop[j] < count;
        for (cf_index k = 0; k < count && sound; k++)
            sound = columns[begins[j] + cfi_category_position(self, &c, j, k)] ==
                    column_of(e, j, k, first);
        first += sound ? width_of(e, j) : 0;
    }
    if (sound && first == e->n_columns)
        return CF_OK;
    return cf_fail(CF_ERR_FORMAT, "OneHotEncoder: the columns contradict the categories");
}

static const cf_param params[] = {
    CF_ROW_VALUE(one_hot_encoder, categories, "auto", "auto | list",
                 "auto, or the categories of each column, in their order"),
    CF_ROW_VALUE(one_hot_encoder, drop, "None", "None | first | if_binary | list | matrix",
                 "the category of each column that has no output column"),
    CF_ROW_BOOL(one_hot_encoder, sparse_output, "true", "CSR output, else dense"),
    CF_ROW_CHOICE(one_hot_encoder, dtype, DTYPE_LIST, "float64", "of the output"),
    CF_ROW_CHOICE(one_hot_encoder, handle_unknown, UNKNOWN_LIST, "error",
                  "what a category unknown to fit becomes"),
    CF_ROW_VALUE(one_hot_encoder, min_frequency, "None", "None | int [1, inf) | real (0, 1)",
                 "rarer categories share a column: rows, or share of the rows"),
    CF_ROW_VALUE(one_hot_encoder, max_categories, "None", "None | int [1, inf)",
                 "most output columns of a feature, that of the rare ones included"),
    CF_ROW_CHOICE(one_hot_encoder, feature_name_combiner, COMBINER_LIST, "concat",
                  "how output columns are named: feature_category"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRICES(one_hot_encoder, categories_,
                     "categories of each column, missing last; texts as codes of its dictionary",
                     .shape = "(?, 1)"),
    CF_HELD_MATRICES(one_hot_encoder, infrequent_categories_,
                     "the categories of each column that share a column", .shape = "(?, 1)",
                     .optional = true),
    CF_HELD_ARRAY(one_hot_encoder, drop_idx_, "(n_features)",
                  "category of each column that is left out, -1 = none; empty without drop",
                  .dtypes = CF_BIT(CF_I64), .range = "[-1, inf)", .optional = true),
    CF_HELD_ARRAY(one_hot_encoder, begins, "(n_features + 1)", "first category of each column",
                  .dtypes = CF_BIT(CF_I64), .range = "[0, inf)"),
    CF_HELD_ARRAY(one_hot_encoder, groups, "(?)", "group of each category",
                  .dtypes = CF_BIT(CF_I32), .range = "[0, inf)"),
    CF_HELD_ARRAY(one_hot_encoder, columns, "(?)", "output column of each position",
                  .dtypes = CF_BIT(CF_I32)),
    CF_HELD_INT(one_hot_encoder, n_columns, "columns of the output", .range = "[0, 2147483647]"),
    CF_HELD_ARRAY(one_hot_encoder, whole, "(n_features)",
                  "1 where the numbers were integers, 2 where they were truth values",
                  .dtypes = CF_BIT(CF_U8), .range = "[0, 2]"),
    CF_END,
};

static const char *const examples[] = {
    "OneHotEncoder(handle_unknown=ignore, sparse_output=false)",
    "OneHotEncoder(drop=first)",
    NULL,
};

CF_CLASS(OneHotEncoder) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "OneHotEncoder",
    .module = "preprocessing",
    .signature = "*, categories, drop, sparse_output, dtype, handle_unknown, min_frequency, "
                 "max_categories, feature_name_combiner",
    .summary = "A column of categories as one column of zeros and ones a category",
    .doc =
        "Objective\n"
        "  z_jk = 1 where column j holds its category k, else 0.\n"
        "Input\n"
        "  Dense; columns of texts or numbers. Missing (NaN) is a category of its own. Rows of\n"
        "  weight 0 teach no category; min_frequency counts weights.\n"
        "Errors\n"
        "  CF_ERR_DATA: an unknown category with handle_unknown=error. CF_ERR_ARGUMENT: a\n"
        "  category of `drop` that does not exist or is infrequent, categories out of order.\n"
        "Cost\n"
        "  Fit O(n d) time. Transform O(1) a text, O(log k) a number; 12 bytes an entry.\n"
        "Threads\n"
        "  Columns in fit, blocks of rows in transform; the same on any number of threads.\n"
        "Notes\n"
        "  Numbers in names are written as floats (\"x0_1.0\") unless X held integers. Infrequent\n"
        "  categories of a column of numbers come back from inverse_transform as NaN.\n"
        "Source\n"
        "  D. Suits, Journal of the American Statistical Association 52, 1957,\n"
        "  doi:10.1080/01621459.1957.10501412\n"
        "Example\n"
        "  examples/preprocessing.c\n",
    .kind = CF_TRANSFORMER,
    .tags = CF_TAG_NAN | CF_TAG_CATEGORIES | CF_TAG_WEIGHTS | CF_TAG_ORDER_FREE,
    .size = sizeof(one_hot_encoder),
    .params = params,
    .state = state,
    .fit = fit,
    .transform = transform,
    .inverse_transform = inverse_transform,
    .feature_names = feature_names,
    .validate = validate,
    .check_params = check_params,
    .examples = examples,
};
