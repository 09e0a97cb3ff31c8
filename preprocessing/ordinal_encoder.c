/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A column of categories becomes a column of their numbers 0, 1, 2, ... in the order of the
 * categories: texts by bytes, numbers ascending, or as given. Rare categories can share the last
 * number; missing entries and categories unknown to fit get numbers of their own.
 */
#include "matrix/matrix.h"
#include "preprocessing/categories.h"

#include <math.h>
#include <stdatomic.h>

#define DTYPE_LIST(X)                                                                              \
    X(DTYPE_F64, "float64") X(DTYPE_F32, "float32") X(DTYPE_I64, "int64") X(DTYPE_I32, "int32")
#define UNKNOWN_LIST(X) X(UNKNOWN_ERROR, "error") X(UNKNOWN_ENCODE, "use_encoded_value")

enum { DTYPE_LIST(CF_CHOICE_ENUM) };
enum { UNKNOWN_LIST(CF_CHOICE_ENUM) };

typedef struct ordinal_encoder {
    cf_estimator base;
    cf_value categories;
    int dtype, handle_unknown;
    cf_value unknown_value, encoded_missing_value, min_frequency, max_categories;
    /* state */
    cf_matrices categories_;            /* (k, 1) each */
    cf_matrices infrequent_categories_; /* (m, 1) each */
    cf_array begins;                    /* (n_features + 1) */
    cf_array groups;                    /* (begins[n_features]) of each category */
    cf_array codes;                     /* (begins[n_features]) f64: output of each position */
} ordinal_encoder;

static const ordinal_encoder *const_self(const cf_estimator *e)
{
    return (const ordinal_encoder *)e;
}

/* The learned categories of an encoder; read only through a const one. */
static cfi_categories learned(const ordinal_encoder *e)
{
    ordinal_encoder *own = (ordinal_encoder *)(uintptr_t)e;
    return (cfi_categories){&own->categories_, &own->infrequent_categories_, &own->begins,
                            &own->groups};
}

/* An integer cannot hold NaN. */
static bool is_whole_dtype(const ordinal_encoder *e)
{
    return e->dtype == DTYPE_I64 || e->dtype == DTYPE_I32;
}

/* Codes are whole; NaN is the only other number allowed. */
static cf_status check_number(const char *name, const cf_value *value)
{
    if (value->kind != CF_VALUE_REAL || isnan(value->as.r))
        return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT, "OrdinalEncoder: %s = %g is neither an integer nor nan", name,
                   value->as.r);
}

static cf_status check_params(const cf_estimator *self)
{
    const ordinal_encoder *e = const_self(self);
    const cf_value *unknown = &e->unknown_value;
    CF_TRY(check_number("unknown_value", unknown));
    CF_TRY(check_number("encoded_missing_value", &e->encoded_missing_value));
    if (e->handle_unknown == UNKNOWN_ERROR && unknown->kind != CF_VALUE_NONE)
        return cf_fail(CF_ERR_TYPE, "OrdinalEncoder: unknown_value should only be set when "
                                    "handle_unknown is 'use_encoded_value'");
    if (e->handle_unknown == UNKNOWN_ENCODE && unknown->kind == CF_VALUE_NONE)
        return cf_fail(CF_ERR_TYPE, "OrdinalEncoder: unknown_value should be an integer or np.nan "
                                    "when handle_unknown is 'use_encoded_value', got None");
    if (unknown->kind == CF_VALUE_REAL && is_whole_dtype(e))
        return cf_fail(CF_ERR_ARGUMENT, "OrdinalEncoder: When unknown_value is np.nan, the dtype "
                                        "parameter should be a float dtype");
    return CF_OK;
}

/* True when `value` is one of the numbers below `count`. */
static bool is_taken(const cf_value *value, cf_index count)
{
    const double x = cf_value_number(value);
    return x >= 0 && x < (double)count;
}

/* The numbers given to missing and unknown entries must not be those of categories. */
static cf_status check_numbers(const cf_estimator *self, cf_index j)
{
    const ordinal_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const bool missing = cfi_categories_has_missing(&c, j);
    /* The number of the infrequent ones may be used again, as in scikit-learn. */
    const cf_index frequent = cfi_categories_count(&c, j) - missing - c.infrequent->items[j].rows;
    if (e->handle_unknown == UNKNOWN_ENCODE && is_taken(&e->unknown_value, frequent))
        return cf_fail(CF_ERR_ARGUMENT,
                       "OrdinalEncoder: The used value for unknown_value %lld is one of the values "
                       "already used for encoding the seen categories",
                       (long long)e->unknown_value.as.i);
    if (!missing)
        return CF_OK;
    if (e->encoded_missing_value.kind == CF_VALUE_REAL && is_whole_dtype(e))
        return cf_fail(CF_ERR_ARGUMENT,
                       "OrdinalEncoder: There are missing values in features [%lld]. For "
                       "OrdinalEncoder to encode missing values with an integer dtype, set "
                       "encoded_missing_value to a non-nan value, or set dtype to a float",
                       (long long)j);
    if (is_taken(&e->encoded_missing_value, frequent))
        return cf_fail(CF_ERR_ARGUMENT,
                       "OrdinalEncoder: encoded_missing_value (%lld) is already used to encode a "
                       "known category in features: [%lld]",
                       (long long)e->encoded_missing_value.as.i, (long long)j);
    return CF_OK;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    ordinal_encoder *e = (ordinal_encoder *)self;
    const cfi_categories c = learned(e);
    const cfi_categories_options options = {.owner = "OrdinalEncoder",
                                            .categories = &e->categories,
                                            .min_frequency = &e->min_frequency,
                                            .max_categories = &e->max_categories,
                                            .refuse_unknown = e->handle_unknown == UNKNOWN_ERROR,
                                            .missing_apart = true};
    CF_TRY(cfi_categories_learn(self, args, &options, &c));
    const int64_t *begins = e->begins.data;
    const cf_index d = args->X->cols;
    CF_TRY(cf_array_resize(&e->codes, CF_F64, begins[d]));
    double *codes = e->codes.data;
    for (cf_index j = 0; j < d; j++) {
        CF_TRY(check_numbers(self, j));
        for (cf_index k = 0; k < cfi_categories_count(&c, j); k++)
            codes[begins[j] + cfi_category_position(self, &c, j, k)] =
                isnan(cfi_categories_of(&c, j)[k]) ? cf_value_number(&e->encoded_missing_value)
                                                   : (double)cfi_categories_group(&c, j, k);
    }
    return CF_OK;
}

/* ---- transform ---- */

typedef struct encoding {
    const cf_matrix *X;
    cf_matrix *out;
    const cfi_finder *finders;
    const int64_t *begins;
    const double *codes;
    double unknown;
    atomic_bool *seen; /* (n_features) */
} encoding;

/* Unknown entries are noted by column; whether they are an error is told afterwards. */
static void encode_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const encoding *e = ctx;
    const cf_matrix *X = e->X;
    for (cf_index i = begin; i < end; i++)
        for (cf_index j = 0; j < X->cols; j++) {
            const cf_index position = cfi_find(&e->finders[j], cfi_row_f64(X, i)[j]);
            const double code = position >= 0 ? e->codes[e->begins[j] + position] : e->unknown;
            if (position < 0)
                atomic_store_explicit(&e->seen[j], true, memory_order_relaxed);
            cfi_put(e->out, i * e->out->row_stride + j * e->out->col_stride, code);
        }
}

/* A whole dtype must hold every output; parameters may have changed since fit. */
static cf_status check_range(const ordinal_encoder *e, double unknown)
{
    const double end = e->dtype == DTYPE_I32 ? 0x1p31 : 0x1p63, *codes = e->codes.data;
    for (cf_index k = is_whole_dtype(e) ? -1 : e->codes.length; k < e->codes.length; k++) {
        const double code = k < 0 ? unknown : codes[k];
        if (!(code >= -end && code < end))
            return cf_fail(CF_ERR_ARGUMENT, "OrdinalEncoder: %g is not in the range of the dtype",
                           code);
    }
    return CF_OK;
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    static const cf_dtype dtypes[] = {
        [DTYPE_F64] = CF_F64, [DTYPE_F32] = CF_F32, [DTYPE_I64] = CF_I64, [DTYPE_I32] = CF_I32};
    const ordinal_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const cf_index d = X->cols;
    cf_status status;
    cfi_finder *finders = NULL;
    encoding job = {
        .X = X,
        .out = out,
        .begins = e->begins.data,
        .codes = e->codes.data,
        .unknown = e->handle_unknown == UNKNOWN_ENCODE ? cf_value_number(&e->unknown_value) : 0};
    CF_GO(check_range(e, job.unknown));
    CF_GO(CF_ALLOC(finders, d));
    CF_GO(CF_ALLOC(job.seen, d));
    for (cf_index j = 0; j < d; j++)
        atomic_init(&job.seen[j], false);
    cfi_finders_set(self, &c, finders);
    job.finders = finders;
    CF_GO(cf_matrix_resize(out, dtypes[e->dtype], X->rows, d));
    cf_parallel_for(run, X->rows, 32768 / (d + 1) + 1, encode_chunk, &job);
    for (cf_index j = 0; j < d && e->handle_unknown == UNKNOWN_ERROR; j++)
        if (job.seen[j])
            CF_GO(cfi_fail_unknown("OrdinalEncoder", cf_features_in(self), &finders[j], X, j));
cleanup:
    cf_free(finders);
    cf_free(job.seen);
    return status;
}

/* ---- inverse ---- */

/* NaN equals NaN here; a parameter left out equals nothing. */
static bool same_number(double a, const cf_value *b)
{
    const double x = cf_value_number(b);
    return a == x || (isnan(a) && isnan(x) && b->kind != CF_VALUE_NONE);
}

/* What numbers stand for. */
typedef struct decoding {
    double *values;             /* of each group, at begins[j] + group */
    double *moved, *group_code; /* (n_features) */
} decoding;

/* The inverse of the codes, with texts moved where the dictionary gained one. */
static void explain_column(const ordinal_encoder *e, cf_index j, decoding *p)
{
    const cfi_categories c = learned(e);
    const cf_index groups = cfi_categories_groups(&c, j, true);
    double *values = p->values + ((const int64_t *)e->begins.data)[j];
    for (cf_index k = 0; k < cfi_categories_count(&c, j); k++) {
        const double value = cfi_categories_of(&c, j)[k];
        if (!isnan(value))
            values[cfi_categories_group(&c, j, k)] = value >= p->moved[j] ? value + 1 : value;
    }
    if (c.infrequent->items[j].rows > 0)
        values[groups - 1] = p->group_code[j];
}

/* The category number x of column j stands for; NaN for missing and unknown ones. */
static cf_status decode(const ordinal_encoder *e, const decoding *p, cf_index j, double x,
                        double *out)
{
    const cfi_categories c = learned(e);
    const cf_index groups = cfi_categories_groups(&c, j, true);
    *out = (double)NAN;
    if (cfi_categories_has_missing(&c, j) && same_number(x, &e->encoded_missing_value))
        return CF_OK;
    const bool rare = c.infrequent->items[j].rows > 0 && x == (double)(groups - 1);
    if (e->handle_unknown == UNKNOWN_ENCODE && same_number(x, &e->unknown_value) && !rare)
        return CF_OK;
    if (!(x >= 0 && x < (double)groups))
        return cf_fail(CF_ERR_DATA, "OrdinalEncoder: column %lld holds %g, it has %lld categories",
                       (long long)j, x, (long long)groups);
    *out = p->values[((const int64_t *)e->begins.data)[j] + (cf_index)x];
    return CF_OK;
}

static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    (void)run;
    const ordinal_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    const cf_index d = cf_self_n_features(self);
    cf_status status;
    cf_schema *schema = NULL;
    cf_matrix rows = {0};
    decoding p = {0};
    if (cf_matrix_is_sparse(X))
        CF_GO(cf_fail(CF_ERR_TYPE, "OrdinalEncoder: X is sparse; the class takes dense data only"));
    if (X->cols != d)
        CF_GO(cf_fail(CF_ERR_SHAPE,
                      "OrdinalEncoder: Shape of the passed X data is not correct. Expected %lld "
                      "columns, got %lld",
                      (long long)d, (long long)X->cols));
    CF_GO(CF_ALLOC(p.values, e->groups.length));
    CF_GO(CF_ALLOC(p.moved, d));
    CF_GO(CF_ALLOC(p.group_code, d));
    CF_GO(cfi_categories_inverse_schema(self, &c, p.moved, p.group_code, &schema));
    for (cf_index j = 0; j < d; j++)
        explain_column(e, j, &p);
    CF_GO(cf_matrix_resize(&rows, CF_F64, X->rows, d));
    double *to = rows.values;
    for (cf_index i = 0; i < X->rows; i++)
        for (cf_index j = 0; j < d; j++)
            CF_GO(decode(e, &p, j, cfi_row_f64(X, i)[j], to++));
    CF_GO(cf_matrix_copy(&rows, out));
    cfi_matrix_set_schema(out, schema);
cleanup:
    cf_matrix_clear(&rows);
    cf_schema_free(schema);
    cf_free(p.values);
    cf_free(p.moved);
    cf_free(p.group_code);
    return status;
}

/* ---- tables ---- */

/* The columns keep their names and become numbers. */
static cf_status feature_names(const cf_estimator *self, const cf_schema *in, cf_schema **out)
{
    (void)self;
    cf_schema *schema = NULL;
    cf_status status;
    const cf_index d = cf_schema_size(in);
    CF_GO(cf_schema_new(&schema, d));
    for (cf_index j = 0; j < d; j++)
        CF_GO(cf_schema_set_name(schema, j, cf_schema_name(in, j)));
    *out = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    return status;
}

/* Codes are looked up by position: as many as categories. */
static cf_status validate(const cf_estimator *self)
{
    const ordinal_encoder *e = const_self(self);
    const cfi_categories c = learned(e);
    CF_TRY(cfi_categories_validate(self, &c, true));
    if (e->codes.length != e->groups.length)
        return cf_fail(CF_ERR_FORMAT, "OrdinalEncoder: %lld codes for %lld categories",
                       (long long)e->codes.length, (long long)e->groups.length);
    return CF_OK;
}

static const cf_param params[] = {
    CF_ROW_VALUE(ordinal_encoder, categories, "auto", "auto | list",
                 "auto, or the categories of each column, in their order"),
    CF_ROW_CHOICE(ordinal_encoder, dtype, DTYPE_LIST, "float64", "of the output"),
    CF_ROW_CHOICE(ordinal_encoder, handle_unknown, UNKNOWN_LIST, "error",
                  "what a category unknown to fit becomes"),
    CF_ROW_VALUE(ordinal_encoder, unknown_value, "None", "None | int | real",
                 "number of unknown categories, with use_encoded_value: an integer or nan"),
    CF_ROW_VALUE(ordinal_encoder, encoded_missing_value, "nan", "int | real",
                 "number of missing entries: an integer or nan"),
    CF_ROW_VALUE(ordinal_encoder, min_frequency, "None", "None | int [1, inf) | real (0, 1)",
                 "rarer categories share a number: rows, or share of the rows"),
    CF_ROW_VALUE(ordinal_encoder, max_categories, "None", "None | int [1, inf)",
                 "most numbers of a column, that of the rare ones included"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_MATRICES(ordinal_encoder, categories_,
                     "categories of each column, missing last; texts as codes of its dictionary",
                     .shape = "(?, 1)"),
    CF_HELD_MATRICES(ordinal_encoder, infrequent_categories_,
                     "the categories of each column that share a number", .shape = "(?, 1)",
                     .optional = true),
    CF_HELD_ARRAY(ordinal_encoder, begins, "(n_features + 1)", "first category of each column",
                  .dtypes = CF_BIT(CF_I64), .range = "[0, inf)"),
    CF_HELD_ARRAY(ordinal_encoder, groups, "(?)", "group of each category",
                  .dtypes = CF_BIT(CF_I32), .range = "[0, inf)"),
    CF_HELD_ARRAY(ordinal_encoder, codes, "(?)", "output of each position"),
    CF_END,
};

static const char *const examples[] = {
    "OrdinalEncoder(handle_unknown=use_encoded_value, unknown_value=-1)",
    NULL,
};

CF_CLASS(OrdinalEncoder) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "OrdinalEncoder",
    .module = "preprocessing",
    .signature = "*, categories, dtype, handle_unknown, unknown_value, "
                 "encoded_missing_value, min_frequency, max_categories",
    .summary = "A column of categories as a column of their numbers",
    .doc =
        "Objective\n"
        "  z_j = the place of x_j among the categories of column j, from 0.\n"
        "Input\n"
        "  Dense; columns of texts or numbers. Missing (NaN) becomes encoded_missing_value. Rows\n"
        "  of weight 0 teach no category; min_frequency counts weights.\n"
        "Errors\n"
        "  CF_ERR_DATA: an unknown category with handle_unknown=error. CF_ERR_ARGUMENT: numbers\n"
        "  of missing or unknown entries that a category has, categories out of order.\n"
        "Cost\n"
        "  Fit O(n d) time. Transform O(1) a text, O(log k) a number.\n"
        "Threads\n"
        "  Columns in fit, blocks of rows in transform; the same on any number of threads.\n"
        "Notes\n"
        "  Infrequent categories of a column of numbers come back from inverse_transform as NaN.\n"
        "Source\n"
        "  A. Agresti, Categorical Data Analysis, 3rd ed., 2013, chapter 8.\n"
        "Example\n"
        "  examples/preprocessing.c\n",
    .kind = CF_TRANSFORMER,
    .tags = CF_TAG_NAN | CF_TAG_CATEGORIES | CF_TAG_WEIGHTS | CF_TAG_ORDER_FREE | CF_TAG_ONE_TO_ONE,
    .size = sizeof(ordinal_encoder),
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
