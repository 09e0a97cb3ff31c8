/* SPDX-License-Identifier: BSD-3-Clause */
/* What encoders ask of the categories they have learned. */
#include "preprocessing/categories.h"

#include "base/text.h"
#include "matrix/matrix.h"
#include "preprocessing/dictionaries.h"

#include <math.h>
#include <string.h>

cfi_origin cfi_categories_origin(const cf_fit_args *args, cf_index j)
{
    const cf_dtype given = args->X_given ? args->X_given->dtype : CF_F64;
    return given == CF_I64 || given == CF_I32 ? CFI_INTEGERS
                                              : cfi_schema_origin(args->X->schema, j);
}

cf_index cfi_categories_count(const cfi_categories *c, cf_index j)
{
    return c->values->items[j].rows;
}

const double *cfi_categories_of(const cfi_categories *c, cf_index j)
{
    return c->values->items[j].values;
}

bool cfi_categories_has_missing(const cfi_categories *c, cf_index j)
{
    const cf_index k = cfi_categories_count(c, j);
    return k > 0 && isnan(cfi_categories_of(c, j)[k - 1]);
}

cf_index cfi_categories_groups(const cfi_categories *c, cf_index j, bool missing_apart)
{
    const cf_index infrequent = c->infrequent->items[j].rows;
    return cfi_categories_count(c, j) - (missing_apart && cfi_categories_has_missing(c, j)) -
           (infrequent > 0 ? infrequent - 1 : 0);
}

int32_t cfi_categories_group(const cfi_categories *c, cf_index j, cf_index k)
{
    return ((const int32_t *)c->groups->data)[((const int64_t *)c->begins->data)[j] + k];
}

/* After fit the model remembers a dictionary for every column of texts. */
static bool is_coded(const cf_estimator *self, cf_index j)
{
    return cf_schema_kind(cf_features_in(self), j) != CF_NUMERIC;
}

cf_index cfi_category_position(const cf_estimator *self, const cfi_categories *c, cf_index j,
                               cf_index k)
{
    const double value = cfi_categories_of(c, j)[k];
    return is_coded(self, j) && !isnan(value) ? (cf_index)value : k;
}

void cfi_finders_set(const cf_estimator *self, const cfi_categories *c, cfi_finder *finders)
{
    for (cf_index j = 0; j < c->values->count; j++) {
        const bool missing = cfi_categories_has_missing(c, j);
        finders[j] = (cfi_finder){.coded = is_coded(self, j),
                                  .missing = missing,
                                  .count = cfi_categories_count(c, j) - missing,
                                  .values = cfi_categories_of(c, j)};
    }
}

const char *cfi_code_text(const cf_schema *schema, cf_index j, double code)
{
    const bool inside = code >= 0 && code < (double)cf_schema_dictionary_size(schema, j);
    return inside ? cf_schema_text(schema, j, (cf_index)code) : NULL;
}

cf_status cfi_fail_unknown(const char *owner, const cf_schema *schema, const cfi_finder *finder,
                           const cf_matrix *X, cf_index j)
{
    char number[CFI_NUMBER_SIZE];
    const double *column = (const double *)X->values + j;
    cf_index i = 0;
    while (i < X->rows - 1 && cfi_find(finder, column[i * X->row_stride]) >= 0)
        i++;
    const char *name = cf_schema_name(schema, j);
    const double x = column[i * X->row_stride];
    const char *text = cfi_code_text(X->schema, j, x);
    cfi_format_real(x, number);
    return cf_fail(CF_ERR_DATA,
                   "%s: Found unknown categories [%s%.100s%s] in column %lld%s%.100s%s during "
                   "transform, first at row %lld",
                   owner, text ? "'" : "", text ? text : number, text ? "'" : "", (long long)j,
                   name ? " ('" : "", name ? name : "", name ? "')" : "", (long long)i);
}

/* Codes below n, each once. */
static cf_status check_codes(const double *codes, cf_index n, bool *sound)
{
    bool *seen;
    CF_TRY(CF_ALLOC_ZERO(seen, n));
    for (cf_index k = 0; k < n && *sound; k++) {
        const double x = codes[k];
        *sound = x >= 0 && x < (double)n && x == floor(x) && !seen[(cf_index)x];
        if (*sound)
            seen[(cf_index)x] = true;
    }
    cf_free(seen);
    return CF_OK;
}

/* The entries of column j: codes once each, or ascending numbers; missing only at the end. */
static cf_status check_values(const cf_estimator *self, const cfi_categories *c, cf_index j,
                              bool *sound)
{
    const double *values = cfi_categories_of(c, j);
    const cf_index n = cfi_categories_count(c, j) - cfi_categories_has_missing(c, j);
    *sound = n == 0 || !isnan(values[0]);
    if (is_coded(self, j)) {
        *sound = *sound && cf_schema_dictionary_size(cf_features_in(self), j) == n;
        return check_codes(values, n, sound);
    }
    for (cf_index k = 1; k < n && *sound; k++)
        *sound = values[k] > values[k - 1];
    return CF_OK;
}

/* The frequent categories count up, the infrequent ones share the group behind them. */
static bool has_sound_groups(const cfi_categories *c, cf_index j, bool missing_apart)
{
    const bool apart = missing_apart && cfi_categories_has_missing(c, j);
    const cf_index n = cfi_categories_count(c, j) - apart;
    const cf_index rare = c->infrequent->items[j].rows, last = n - rare;
    cf_index next = 0;
    for (cf_index k = 0; k < n; k++) {
        const int32_t group = cfi_categories_group(c, j, k);
        if (next < last && group == next)
            next++;
        else if (group != last || rare == 0)
            return false;
    }
    return next == last && (!apart || cfi_categories_group(c, j, n) == last);
}

cf_status cfi_categories_validate(const cf_estimator *self, const cfi_categories *c,
                                  bool missing_apart)
{
    const cf_index d = cf_self_n_features(self);
    const int64_t *begins = c->begins->data;
    bool sound = c->values->count == d && c->infrequent->count == d && begins[0] == 0 &&
                 begins[d] == c->groups->length;
    for (cf_index j = 0; j < d && sound; j++) {
        sound = begins[j + 1] <= c->groups->length &&
                cfi_categories_count(c, j) == begins[j + 1] - begins[j] &&
                c->infrequent->items[j].rows <= cfi_categories_count(c, j);
        if (sound)
            CF_TRY(check_values(self, c, j, &sound));
        sound = sound && has_sound_groups(c, j, missing_apart);
    }
    if (sound)
        return CF_OK;
    return cf_fail(CF_ERR_FORMAT, "%s: the categories contradict each other",
                   cf_class_name(cf_class_of(self)));
}

cf_status cfi_category_text(const cf_schema *schema, cf_index j, double category, cfi_origin origin,
                            char **out)
{
    cfi_text text = {0};
    char number[CFI_NUMBER_SIZE];
    if (isnan(category)) {
        cfi_text_put(&text, "nan");
    } else if (cf_schema_kind(schema, j) != CF_NUMERIC) {
        const char *known = cf_schema_text(schema, j, (cf_index)category);
        cfi_text_put(&text, known ? known : "");
    } else if (origin == CFI_BOOLEANS && (category == 0 || category == 1)) {
        cfi_text_put(&text, category == 0 ? "False" : "True");
    } else if (origin == CFI_INTEGERS && fabs(category) < 0x1p53) {
        cfi_text_add(&text, number, cfi_format_int((int64_t)category, number));
    } else {
        cfi_text_real(&text, category);
    }
    return cfi_text_take(&text, out);
}

cf_status cfi_categories_inverse_schema(const cf_estimator *self, const cfi_categories *c,
                                        double *moved, double *group_code, cf_schema **out)
{
    const cf_schema *in = cf_features_in(self);
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    const cf_index d = cf_self_n_features(self);
    *out = NULL;
    for (cf_index j = 0; j < d; j++) {
        moved[j] = (double)INFINITY;
        group_code[j] = (double)NAN;
    }
    if (!in)
        return CF_OK;
    CF_GO(cf_schema_new(&schema, d));
    for (cf_index j = 0; j < d; j++) {
        if (cf_schema_dictionary_size(in, j) > 0 || !is_coded(self, j))
            CF_GO(cfi_schema_copy_column(schema, j, in, j));
        else /* nothing but missing */
            CF_GO(cf_schema_set_name(schema, j, cf_schema_name(in, j)));
        if (!is_coded(self, j) || c->infrequent->items[j].rows == 0)
            continue;
        bool found = false;
        const cf_index place = cfi_dictionary_place(in, j, CFI_INFREQUENT, &found);
        CF_GO(cfi_dictionary_add(in, j, CFI_INFREQUENT, schema, j));
        group_code[j] = (double)place;
        if (!found)
            moved[j] = (double)place;
    }
    *out = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    return status;
}
