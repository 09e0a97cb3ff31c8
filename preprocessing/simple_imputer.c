/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Missing entries are replaced with one statistic a column: mean, median, most frequent value, a
 * constant, or what a function makes of the entries observed. With add_indicator, a column of 0 and
 * 1 follows for every column that had missing entries in fit. Medians are exact order statistics
 * found in two passes over the rows (column_ranks.c), not by sorting.
 *
 * In a column of texts the statistic is the code of a text; a constant the dictionary lacks is put
 * into the dictionary of the output, behind which the codes move up by one.
 */
#include "base/text.h"
#include "matrix/matrix.h"
#include "preprocessing/column_map.h"
#include "preprocessing/dictionaries.h"
#include "preprocessing/impute_rows.h"
#include "preprocessing/impute_statistics.h"

#include <math.h>
#include <string.h>

typedef struct simple_imputer {
    cf_estimator base;
    cf_value missing_values; /* number, text or None; NaN and None both mean NaN */
    cf_value strategy;       /* text or function */
    cf_value fill_value;
    bool add_indicator, keep_empty_features;
    /* state */
    cf_matrix statistics;        /* (n_features); NaN = nothing was observed */
    cf_array indicator_features; /* columns that had missing entries in fit */
    char *fill_text;             /* the constant of text columns */
} simple_imputer;

static const simple_imputer *const_self(const cf_estimator *e)
{
    return (const simple_imputer *)e;
}

static const char *strategy_name(const simple_imputer *s)
{
    return s->strategy.kind == CF_VALUE_TEXT ? s->strategy.as.text : "function";
}

static bool is_coded(const cf_schema *schema, cf_index j)
{
    return cf_schema_kind(schema, j) != CF_NUMERIC;
}

/* The name of column j for messages, or its number, written into `room`. */
static const char *column_label(const cf_schema *schema, cf_index j, char room[CFI_NUMBER_SIZE])
{
    const char *name = cf_schema_name(schema, j);
    cfi_format_int(j, room);
    return name ? name : room;
}

/* What counts as missing in each column beside NaN, as numbers of X's type and codes; NaN =
 * nothing. */
static cf_status missing_numbers(const simple_imputer *s, const cf_schema *schema, cf_dtype dtype,
                                 cf_index d, double **out)
{
    CF_TRY(CF_ALLOC(*out, d));
    const cf_value *missing = &s->missing_values;
    const bool text = missing->kind == CF_VALUE_TEXT;
    for (cf_index j = 0; j < d; j++) {
        (*out)[j] = (double)NAN;
        if (text && is_coded(schema, j)) {
            const cf_index code = cf_schema_code(schema, j, missing->as.text);
            (*out)[j] = code >= 0 ? (double)code : (double)NAN;
        } else if (!text && !is_coded(schema, j)) {
            const double number = cf_value_number(missing);
            (*out)[j] = dtype == CF_F32 ? (double)(float)number : number;
        }
    }
    return CF_OK;
}

/* ---- the dictionaries of the output ---- */

/* The first code of column j that is one higher in the output, or +inf. */
static double first_moved(const simple_imputer *s, const cf_schema *schema, cf_index j)
{
    bool found = false;
    if (!s->fill_text || !is_coded(schema, j))
        return (double)INFINITY;
    const cf_index code = cfi_dictionary_place(schema, j, s->fill_text, &found);
    return found ? (double)INFINITY : (double)code;
}

/* ---- fit ---- */

static cf_status check_params(const cf_estimator *self)
{
    const simple_imputer *s = const_self(self);
    if (s->missing_values.kind != CF_VALUE_TEXT && isinf(cf_value_number(&s->missing_values)))
        return cf_fail(CF_ERR_ARGUMENT, "SimpleImputer: missing_values is infinite");
    return CF_OK;
}

/* The zeros a sparse matrix does not store cannot be replaced without filling it. */
static cf_status check_zeros(const simple_imputer *s, const cf_matrix *X)
{
    if (!cf_matrix_is_sparse(X) || cf_value_number(&s->missing_values) != 0)
        return CF_OK;
    return cf_fail(CF_ERR_ARGUMENT, "SimpleImputer: Imputation not possible when missing_values == "
                                    "0 and input is sparse. Provide a dense array instead");
}

/* True for numbers that are all missing in a table: the column may be one of texts as well. */
static bool is_blank(const cf_matrix *X, cf_index j)
{
    return X->schema && !cf_matrix_is_sparse(X) && !is_coded(X->schema, j) &&
           cfi_column_is_missing(X, j);
}

/* Texts have no mean, and a constant must be of the column's kind. */
static cf_status check_columns(const simple_imputer *s, const cf_matrix *X)
{
    const bool numbers = strcmp(strategy_name(s), "mean") == 0 ||
                         strcmp(strategy_name(s), "median") == 0 ||
                         s->strategy.kind == CF_VALUE_FUNCTION;
    const bool constant = strcmp(strategy_name(s), "constant") == 0;
    const cf_value_kind fill = constant ? s->fill_value.kind : CF_VALUE_NONE;
    char room[CFI_NUMBER_SIZE];
    for (cf_index j = 0; j < X->cols; j++) {
        const bool coded = is_coded(X->schema, j);
        const char *name = column_label(X->schema, j, room);
        if (coded && numbers)
            return cf_fail(CF_ERR_TYPE,
                           "SimpleImputer: Cannot use %s strategy with non-numeric data: column "
                           "'%.80s' holds text",
                           strategy_name(s), name);
        if (coded && cf_schema_kind(X->schema, j) == CF_TEXT)
            return cf_fail(CF_ERR_TYPE,
                           "SimpleImputer: column '%.80s' holds free text, not categories", name);
        if (fill != CF_VALUE_NONE && coded != (fill == CF_VALUE_TEXT) &&
            !(fill == CF_VALUE_TEXT && is_blank(X, j)))
            return cf_fail(CF_ERR_TYPE, "SimpleImputer: fill_value is %s, column '%.80s' holds %s",
                           fill == CF_VALUE_TEXT ? "text" : "a number", name,
                           coded ? "text" : "numbers");
    }
    return check_zeros(s, X);
}

/* The constant needs no statistic, only the counts. */
static cfi_impute_rule rule_of(const simple_imputer *s)
{
    static const struct {
        const char *name;
        cfi_impute_rule rule;
    } rules[] = {
        {"mean", CFI_IMPUTE_MEAN},
        {"median", CFI_IMPUTE_MEDIAN},
        {"most_frequent", CFI_IMPUTE_MOST_FREQUENT},
        {"constant", CFI_IMPUTE_COUNT},
        {"function", CFI_IMPUTE_FUNCTION},
    };
    for (size_t k = 0; k < sizeof rules / sizeof rules[0]; k++)
        if (strcmp(strategy_name(s), rules[k].name) == 0)
            return rules[k].rule;
    return CFI_IMPUTE_COUNT;
}

/*
 * What the model remembers of blank columns: with a text as the constant that they hold texts, this
 * one alone; where they are left out of the output, a dictionary without texts, so that they may
 * turn out to be of either kind.
 */
static cf_status describe_blank(cf_estimator *self, const cf_matrix *X)
{
    const simple_imputer *s = const_self(self);
    const cfi_impute_rule rule = rule_of(s);
    const bool text = rule == CFI_IMPUTE_COUNT && s->fill_value.kind == CF_VALUE_TEXT;
    const bool numbers = rule == CFI_IMPUTE_COUNT ? s->fill_value.kind != CF_VALUE_NONE
                                                  : rule != CFI_IMPUTE_MOST_FREQUENT;
    const char *fill = s->fill_text;
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    for (cf_index j = 0; j < X->cols; j++) {
        if (!is_blank(X, j) || (!text && (numbers || s->keep_empty_features)))
            continue;
        if (!schema)
            CF_GO(cfi_schema_copy(X->schema, &schema));
        CF_GO(cf_schema_set_dictionary(schema, j, CF_CATEGORICAL, &fill, text));
    }
    if (schema)
        cf_self_set_features_in(self, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}

/* Puts the constant, or what an empty column gets, where no statistic was computed; `schema` is
 * what the model remembers. */
static void fill_in_constants(const simple_imputer *s, const cf_schema *schema, cf_index d,
                              const cf_index *observed)
{
    const bool constant = rule_of(s) == CFI_IMPUTE_COUNT;
    double *statistics = s->statistics.values;
    for (cf_index j = 0; j < d; j++) {
        const bool coded = is_coded(schema, j);
        double filling = s->fill_value.kind == CF_VALUE_NONE ? 0 : cf_value_number(&s->fill_value);
        bool found;
        if (coded && constant)
            filling = (double)cfi_dictionary_place(schema, j, s->fill_text, &found);
        if (constant)
            statistics[j] = observed[j] > 0 || s->keep_empty_features ? filling : (double)NAN;
        else if (observed[j] == 0 && s->keep_empty_features && !coded)
            statistics[j] = 0;
    }
}

/* Only columns with gaps in fit get an indicator; later gaps elsewhere show nowhere. */
static cf_status find_indicators(simple_imputer *s, const cf_matrix *X, const cf_index *observed)
{
    cf_index count = 0;
    for (cf_index j = 0; j < X->cols; j++)
        count += observed[j] < X->rows;
    CF_TRY(cf_array_resize(&s->indicator_features, CF_I64, s->add_indicator ? count : 0));
    int64_t *features = s->indicator_features.data;
    cf_index k = 0;
    for (cf_index j = 0; j < X->cols && s->add_indicator; j++)
        if (observed[j] < X->rows)
            features[k++] = j;
    return CF_OK;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    simple_imputer *s = (simple_imputer *)self;
    const cf_matrix *X = args->X;
    cf_status status;
    double *missing = NULL;
    cf_index *observed = NULL;
    CF_GO(check_columns(s, X));
    if (rule_of(s) == CFI_IMPUTE_COUNT) {
        const bool given = s->fill_value.kind == CF_VALUE_TEXT;
        s->fill_text = cf_text_copy(given ? s->fill_value.as.text : "missing_value");
        if (!s->fill_text)
            CF_GO(cf_out_of_memory());
    }
    CF_GO(missing_numbers(s, X->schema, X->dtype, X->cols, &missing));
    CF_GO(CF_ALLOC(observed, X->cols));
    CF_GO(cf_matrix_resize(&s->statistics, CF_F64, X->cols, 1));
    CF_GO(cfi_impute_statistics(args->run, X, missing, rule_of(s), s->strategy.as.function,
                                s->statistics.values, observed));
    CF_GO(describe_blank(self, X));
    fill_in_constants(s, cf_features_in(self), X->cols, observed);
    CF_GO(find_indicators(s, X, observed));
cleanup:
    cf_free(missing);
    cf_free(observed);
    return status;
}

/* ---- columns ---- */

/* Which columns go where. `schema` is that of fit, `now` that of the codes at hand. */
static cf_status make_plan(const simple_imputer *s, const cf_schema *schema, const cf_schema *now,
                           cf_dtype dtype, cfi_impute_plan *p)
{
    const cf_index d = s->statistics.rows;
    p->n_in = d;
    p->statistics = s->statistics.values;
    CF_TRY(missing_numbers(s, now, dtype, d, &p->missing));
    CF_TRY(CF_ALLOC(p->moved, d));
    CF_TRY(CF_ALLOC(p->place, d));
    CF_TRY(CF_ALLOC(p->indicator_place, d));
    bool moves = false;
    for (cf_index j = 0; j < d; j++) {
        const bool keep = s->keep_empty_features || !isnan(p->statistics[j]);
        p->moved[j] = first_moved(s, schema, j);
        p->place[j] = keep ? p->n_out++ : -1;
        p->indicator_place[j] = -1;
        moves = moves || !isinf(p->moved[j]);
    }
    const int64_t *features = s->indicator_features.data;
    const cf_index n_indicators = s->indicator_features.length;
    p->plain = p->n_out == d && n_indicators == 0 && !moves;
    for (cf_index k = 0; k < n_indicators; k++)
        p->indicator_place[features[k]] = p->n_out++;
    return CF_OK;
}

/* True when integers or truth values in column j are still that with their gaps filled. */
static bool keeps_origin(const simple_imputer *s, cf_index j)
{
    const double filling = ((const double *)s->statistics.values)[j];
    const cfi_impute_rule rule = rule_of(s);
    return (rule == CFI_IMPUTE_MOST_FREQUENT || rule == CFI_IMPUTE_COUNT) &&
           filling == floor(filling);
}

static cf_status set_indicator_name(cf_schema *out, cf_index to, const char *name)
{
    cfi_text text = {0};
    char *full = NULL;
    cfi_text_format(&text, "missingindicator_%s", name);
    CF_TRY(cfi_text_take(&text, &full));
    const cf_status status = cf_schema_set_name(out, to, full);
    cf_free(full);
    return status;
}

static cf_status feature_names(const cf_estimator *self, const cf_schema *in, cf_schema **out)
{
    const simple_imputer *s = const_self(self);
    cf_status status;
    cf_schema *schema = NULL;
    cfi_impute_plan p = {0};
    CF_GO(make_plan(s, in, in, CF_F64, &p));
    CF_GO(cf_schema_new(&schema, p.n_out));
    for (cf_index j = 0; j < s->statistics.rows; j++) {
        if (p.place[j] >= 0) {
            cfi_column *column = &schema->columns[p.place[j]];
            CF_GO(cfi_schema_copy_column(schema, p.place[j], in, j));
            if (!keeps_origin(s, j))
                column->origin = CFI_REALS;
            if (!isinf(p.moved[j]))
                CF_GO(cfi_dictionary_add(in, j, s->fill_text, schema, p.place[j]));
        }
        if (p.indicator_place[j] >= 0 && cf_schema_name(in, j))
            CF_GO(set_indicator_name(schema, p.indicator_place[j], cf_schema_name(in, j)));
    }
    *out = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    cfi_impute_plan_clear(&p);
    return status;
}

/* ---- transform ---- */

/* Said at every transform, as a column silently gone is a trap. */
static void warn_of_empty(const simple_imputer *s, const cf_schema *schema,
                          const cfi_impute_plan *p, cf_run *run)
{
    if (p->n_out - s->indicator_features.length == p->n_in)
        return;
    cfi_text list = {0};
    for (cf_index j = 0, k = 0; j < s->statistics.rows; j++) {
        if (p->place[j] >= 0)
            continue;
        const char *name = cf_schema_name(schema, j);
        cfi_text_put(&list, k++ > 0 ? " " : "");
        if (name)
            cfi_text_format(&list, "'%.80s'", name);
        else
            cfi_text_format(&list, "%lld", (long long)j);
    }
    cf_run_warn(run, CF_WARN_DATA,
                "SimpleImputer: Skipping features without any observed values: [%.400s]. At least "
                "one non-missing value is needed for imputation with strategy='%s'",
                list.data ? list.data : "", strategy_name(s));
    cfi_text_clear(&list);
}

/* Texts that fit did not know have the codes behind those of fit: column `to` of `schema` gets
 * those of column `from` of `now`, the texts from number `known` on. */
static cf_status add_unknown(cf_schema *schema, cf_index to, const cf_schema *now, cf_index from,
                             cf_index known)
{
    const cf_index more = cf_schema_dictionary_size(now, from) - known;
    if (more <= 0)
        return CF_OK;
    char **texts = now->columns[from].dictionary->texts;
    return cfi_schema_add_texts(schema, to, (const char *const *)texts + known, more);
}

/* The schema of the output with the texts that `now`, that of X, has beyond those of fit. */
static cf_status schema_out(const cf_estimator *self, const cfi_impute_plan *p,
                            const cf_schema *now, cf_schema **out)
{
    const cf_schema *in = cf_features_in(self);
    CF_TRY(feature_names(self, in, out));
    for (cf_index j = 0; j < p->n_in; j++)
        if (p->place[j] >= 0)
            CF_TRY(add_unknown(*out, p->place[j], now, j, cf_schema_dictionary_size(in, j)));
    return CF_OK;
}

/* Marks the codes that cfi_impute_undo gives the text at `moved` where it is no filling: behind all
 * others. `names` is the schema of the output, `now` that of X. */
static cf_status place_filled(const cf_schema *in, const cf_schema *names, const cf_schema *now,
                              cfi_impute_plan *p)
{
    CF_TRY(CF_ALLOC(p->filled, p->n_in));
    for (cf_index j = 0; j < p->n_in; j++) {
        const cf_index k = p->place[j];
        const cf_index more =
            cf_schema_dictionary_size(now, k) - cf_schema_dictionary_size(names, k);
        p->filled[j] = (double)(cf_schema_dictionary_size(in, j) + (more > 0 ? more : 0));
    }
    return CF_OK;
}

static bool holds(const cf_matrix *X, cf_index j, double value)
{
    for (cf_index i = 0; i < X->rows; i++)
        if (cf_matrix_get(X, i, j) == value)
            return true;
    return false;
}

/* Gives `out`, the way back of X, the schema of fit with the texts that X has beyond it. */
static cf_status set_schema_back(const cf_estimator *self, const cfi_impute_plan *p,
                                 const cf_schema *names, const cf_matrix *X, cf_matrix *out)
{
    const cf_schema *in = cf_features_in(self);
    const char *fill = const_self(self)->fill_text;
    cf_schema *back = NULL;
    cf_status status;
    CF_GO(cfi_schema_copy(in, &back));
    for (cf_index j = 0; j < p->n_in; j++) {
        const cf_index k = p->place[j];
        CF_GO(add_unknown(back, j, X->schema, k, cf_schema_dictionary_size(names, k)));
        if (!isinf(p->moved[j]) && holds(out, j, p->filled[j]))
            CF_GO(cfi_schema_add_texts(back, j, &fill, 1));
    }
    cfi_matrix_set_schema(out, back);
cleanup:
    cf_schema_free(back);
    return status;
}

static cf_status transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    const simple_imputer *s = const_self(self);
    const cf_schema *schema = cf_features_in(self);
    cf_schema *extended = NULL;
    cf_status status;
    cfi_impute_plan plan = {0};
    CF_GO(check_zeros(s, X));
    CF_GO(make_plan(s, schema, X->schema, X->dtype, &plan));
    warn_of_empty(s, schema, &plan, run);
    CF_GO(cfi_impute_apply(run, &plan, X, out));
    if (schema && X->schema != schema && cfi_schema_has_codes(X->schema)) {
        CF_GO(schema_out(self, &plan, X->schema, &extended));
        cfi_matrix_set_schema(out, extended);
    }
cleanup:
    cf_schema_free(extended);
    cfi_impute_plan_clear(&plan);
    return status;
}

static cf_status inverse_transform(const cf_estimator *self, const cf_matrix *X, cf_run *run,
                                   cf_matrix *out)
{
    (void)run;
    const simple_imputer *s = const_self(self);
    const cf_schema *schema = cf_features_in(self);
    cf_schema *names = NULL;
    cf_status status;
    cfi_impute_plan plan = {0};
    if (cf_matrix_is_sparse(X))
        CF_GO(cf_fail(CF_ERR_TYPE, "SimpleImputer: inverse_transform takes dense data only"));
    CF_GO(make_plan(s, schema, schema, X->dtype, &plan));
    if (X->cols != plan.n_out)
        CF_GO(cf_fail(CF_ERR_SHAPE, "SimpleImputer: X has %lld columns, transform gives %lld",
                      (long long)X->cols, (long long)plan.n_out));
    if (schema)
        CF_GO(feature_names(self, schema, &names));
    CF_GO(place_filled(schema, names, X->schema, &plan));
    CF_GO(cfi_impute_undo(&plan, X, out));
    if (schema)
        CF_GO(set_schema_back(self, &plan, names, X, out));
cleanup:
    cf_schema_free(names);
    cfi_impute_plan_clear(&plan);
    return status;
}

/* ---- tables ---- */

/* Where something else means missing, NaN is an error. */
static void traits(const cf_estimator *self, cf_traits *t)
{
    const cf_value *missing = &const_self(self)->missing_values;
    if (missing->kind == CF_VALUE_TEXT || !isnan(cf_value_number(missing)))
        t->tags &= ~(unsigned)CF_TAG_NAN;
    if (!const_self(self)->add_indicator)
        t->methods &= ~(unsigned)CF_HAS_INVERSE;
}

/* A statistic of texts is a code of the output, which may have one text more than fit. */
static bool is_code(const cf_estimator *self, cf_index j, double x)
{
    const cf_schema *known = cf_features_in(self);
    const bool more = !isinf(first_moved(const_self(self), known, j));
    const double texts = (double)(cf_schema_dictionary_size(known, j) + more);
    return isnan(x) || (x >= 0 && x < texts && x == floor(x));
}

/* Indicator columns ascend: each has a place of its own. */
static cf_status validate(const cf_estimator *self)
{
    const simple_imputer *s = const_self(self);
    const int64_t *features = s->indicator_features.data;
    const double *statistics = s->statistics.values;
    for (cf_index k = 1; k < s->indicator_features.length; k++)
        if (features[k] <= features[k - 1])
            return cf_fail(CF_ERR_FORMAT, "SimpleImputer: indicator_features[%lld] = %lld",
                           (long long)k, (long long)features[k]);
    for (cf_index j = 0; j < s->statistics.rows; j++)
        if (is_coded(cf_features_in(self), j) && !is_code(self, j, statistics[j]))
            return cf_fail(CF_ERR_FORMAT, "SimpleImputer: statistics_[%lld] = %g is no text",
                           (long long)j, statistics[j]);
    return CF_OK;
}

/* A row, in which a column of texts has the one text of its dictionary. */
static cf_status shown_statistics(const cf_estimator *self, cf_matrix *out)
{
    const simple_imputer *s = const_self(self);
    const cf_schema *known = cf_features_in(self);
    const double *statistics = s->statistics.values;
    const cf_index d = s->statistics.rows;
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_matrix_resize(out, CF_F64, 1, d));
    CF_GO(cf_schema_new(&schema, d));
    memcpy(out->values, statistics, (size_t)d * sizeof *statistics);
    for (cf_index j = 0; j < d; j++) {
        if (!is_coded(known, j) || isnan(statistics[j]))
            continue;
        const char *text = rule_of(s) == CFI_IMPUTE_COUNT
                               ? NULL
                               : cf_schema_text(known, j, (cf_index)statistics[j]);
        text = text ? text : s->fill_text; /* what the output has beside the dictionary */
        if (!text)
            continue;
        CF_GO(cf_schema_set_dictionary(schema, j, CF_CATEGORICAL, &text, 1));
        ((double *)out->values)[j] = 0;
    }
    out->schema = cf_schema_share(schema);
cleanup:
    cf_schema_free(schema);
    if (status != CF_OK)
        cf_matrix_clear(out);
    return status;
}

static const cf_param params[] = {
    CF_ROW_VALUE(simple_imputer, missing_values, "nan", "int | real | text | None",
                 "what stands for a missing entry; a text in columns of texts"),
    CF_ROW_VALUE(simple_imputer, strategy, "mean",
                 "mean | median | most_frequent | constant | function", "what replaces it"),
    CF_ROW_VALUE(simple_imputer, fill_value, "None", "None | int | real | text",
                 "the constant; None: 0, and \"missing_value\" in columns of texts"),
    CF_ROW_BOOL(simple_imputer, add_indicator, "false",
                "append a 0/1 column for every column that had missing entries in fit"),
    CF_ROW_BOOL(simple_imputer, keep_empty_features, "false",
                "keep columns without any observed entry, filled with 0 or the constant"),
    CF_END,
};

static const cf_state state[] = {
    CF_COMPUTED("statistics_", shown_statistics, "(n_features)",
                "what replaces missing entries of each column, NaN where nothing was observed"),
    CF_HELD_MATRIX(simple_imputer, statistics, "(n_features)",
                   "what replaces missing entries of each column; codes in columns of texts"),
    CF_HELD_ARRAY(simple_imputer, indicator_features, "(?)", "columns that have an indicator",
                  .dtypes = CF_BIT(CF_I64), .range = "[0, n_features)"),
    CF_HELD_TEXT(simple_imputer, fill_text, "the constant of columns of texts", .optional = true),
    CF_END,
};

static const char *const examples[] = {
    "SimpleImputer(strategy=median)",
    "SimpleImputer(strategy=most_frequent, add_indicator=true)",
    "SimpleImputer(strategy=constant, fill_value=7, keep_empty_features=true)",
    NULL,
};

CF_CLASS(SimpleImputer) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "SimpleImputer",
    .module = "impute",
    .signature = "*, missing_values, strategy, fill_value, copy=true, add_indicator, "
                 "keep_empty_features",
    .summary = "Missing entries replaced with a statistic of their column",
    .doc =
        "Objective\n"
        "  A missing entry becomes the mean, median or most frequent entry of its column (the\n"
        "  least of several), a constant, or what a function makes of the observed entries.\n"
        "Input\n"
        "  Dense f64 or f32 (kept), or CSR, whose zeros are not missing. Columns of texts with\n"
        "  most_frequent and constant. Missing is NaN unless missing_values says otherwise; then "
        "NaN\n"
        "  is an error.\n"
        "Errors\n"
        "  CF_ERR_TYPE: mean or median of texts, a fill_value of the other kind. CF_ERR_ARGUMENT:\n"
        "  missing_values=0 with sparse data.\n"
        "Cost\n"
        "  Mean one pass, median two passes over X, O(n d) time, O(d) memory and 6 % of X;\n"
        "  most_frequent O(n log n) a column, eight columns in memory a thread.\n"
        "Threads\n"
        "  Blocks of rows, or columns; the same bits on any number of threads.\n"
        "Notes\n"
        "  A column without any observed entry is left out of the output, with a warning, unless\n"
        "  keep_empty_features. A text unknown to fit is kept.\n"
        "Source\n"
        "  R. W. Floyd, R. L. Rivest, Communications of the ACM 18, 1975, "
        "doi:10.1145/360680.360691\n"
        "Example\n"
        "  examples/preprocessing.c\n",
    .kind = CF_TRANSFORMER,
    .tags = CF_TAG_SPARSE | CF_TAG_NAN | CF_TAG_F32 | CF_TAG_KEEPS_F32 | CF_TAG_CATEGORIES |
            CF_TAG_ORDER_FREE,
    .size = sizeof(simple_imputer),
    .params = params,
    .state = state,
    .fit = fit,
    .transform = transform,
    .inverse_transform = inverse_transform,
    .feature_names = feature_names,
    .validate = validate,
    .check_params = check_params,
    .traits = traits,
    .examples = examples,
};
