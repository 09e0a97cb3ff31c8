/* SPDX-License-Identifier: BSD-3-Clause */
/* The categories an encoder learns: which there are, which are infrequent, where an entry stands.
 */
#ifndef COFIT_PREPROCESSING_CATEGORIES_H
#define COFIT_PREPROCESSING_CATEGORIES_H

#include "cofit/extend.h"
#include "matrix/matrix.h"

/* The name of the group of infrequent categories: scikit-learn's. */
#define CFI_INFREQUENT "infrequent_sklearn"

/* How to learn. */
typedef struct cfi_categories_options {
    const char *owner;              /* class name, begins messages */
    const cf_value *categories;     /* auto, or a list with a list or matrix a column */
    const cf_value *min_frequency;  /* None, int or real */
    const cf_value *max_categories; /* None or int */
    bool refuse_unknown;            /* an entry that is not in a given list is an error */
    bool missing_apart;             /* missing is never infrequent */
} cfi_categories_options;

/*
 * What is learned: pointers to the state of an encoder. A category is a number, or a text as its
 * code in the dictionary the model remembers; missing is NaN and comes last.
 */
typedef struct cfi_categories {
    cf_matrices *values;     /* (k, 1) of each column, in the order of the categories */
    cf_matrices *infrequent; /* (m, 1) of each column; empty without infrequent ones */
    cf_array *begins;        /* I64 (n_features + 1): the columns' parts of what follows */
    cf_array *groups;        /* I32: of each category; the infrequent ones share the last */
} cfi_categories;

/*
 * Learns from the rows with non-zero weight and makes the model remember, for columns of texts, the
 * dictionary of their categories. CF_ERR_ARGUMENT, CF_ERR_TYPE, CF_ERR_DATA, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_categories_learn(cf_estimator *self, const cf_fit_args *args,
                                            const cfi_categories_options *options,
                                            const cfi_categories *out);

/* What the entries of column j of X were given as. */
cfi_origin cfi_categories_origin(const cf_fit_args *args, cf_index j);

/* Categories of column j. */
cf_index cfi_categories_count(const cfi_categories *c, cf_index j);

/* The categories of column j, in their order. */
const double *cfi_categories_of(const cfi_categories *c, cf_index j);

/* True when the last category of column j is missing. */
bool cfi_categories_has_missing(const cfi_categories *c, cf_index j);

/* Groups of column j: its categories, the infrequent ones counted as one. */
cf_index cfi_categories_groups(const cfi_categories *c, cf_index j, bool missing_apart);

/* The group of category k of column j. */
int32_t cfi_categories_group(const cfi_categories *c, cf_index j, cf_index k);

/* Checks a loaded state: sizes, order, ranges, groups. CF_ERR_FORMAT, CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_categories_validate(const cf_estimator *self, const cfi_categories *c,
                                               bool missing_apart);

/* The text of a category for names: "a", "1.0", "1" of integers, "True" of truth values, "nan". */
CF_NODISCARD cf_status cfi_category_text(const cf_schema *schema, cf_index j, double category,
                                         cfi_origin origin, char **out);

/*
 * The columns inverse_transform gives: those of fit, texts with the infrequent group where a column
 * has one. *moved[j] is the first code that is one higher there, or +inf, and `group_code` the code
 * of the group, NaN for numbers. The arrays have n_features entries.
 */
CF_NODISCARD cf_status cfi_categories_inverse_schema(const cf_estimator *self,
                                                     const cfi_categories *c, double *moved,
                                                     double *group_code, cf_schema **out);

/* Where the entries of one column stand. */
typedef struct cfi_finder {
    bool coded, missing;
    cf_index count;       /* categories that are not missing */
    const double *values; /* ascending numbers */
} cfi_finder;

/* Fills (n_features) finders from what was learned. */
void cfi_finders_set(const cf_estimator *self, const cfi_categories *c, cfi_finder *finders);

/*
 * The position of x: its code, or its place among the ascending numbers; missing is last; -1 when x
 * is unknown. Numbers that count up from the first are found without searching.
 */
static inline cf_index cfi_find(const cfi_finder *f, double x)
{
    if (x != x)
        return f->missing ? f->count : -1;
    if (f->coded)
        return x >= 0 && x < (double)f->count ? (cf_index)x : -1;
    const double *values = f->values;
    if (f->count == 0)
        return -1;
    const double guess = x - values[0];
    if (guess >= 0 && guess < (double)f->count && values[(cf_index)guess] == x)
        return (cf_index)guess;
    cf_index low = 0;
    for (cf_index n = f->count; n > 1;) {
        const cf_index half = n / 2;
        low += values[low + half] <= x ? half : 0;
        n -= half;
    }
    return values[low] == x ? low : -1;
}

/* The text of a code of column j; NULL for what is none: missing, outside of the dictionary. */
const char *cfi_code_text(const cf_schema *schema, cf_index j, double code);

/* CF_ERR_DATA that names column j and its first entry in X without a category. */
cf_status cfi_fail_unknown(const char *owner, const cf_schema *schema, const cfi_finder *finder,
                           const cf_matrix *X, cf_index j);

/* The position of category k of column j: what cfi_find gives for its entries. */
cf_index cfi_category_position(const cf_estimator *self, const cfi_categories *c, cf_index j,
                               cf_index k);

/* Element `at` of the values of a matrix an encoder makes. */
static inline void cfi_put(cf_matrix *out, cf_index at, double value)
{
    switch (out->dtype) {
    case CF_F64:
        ((double *)out->values)[at] = value;
        break;
    case CF_F32:
        ((float *)out->values)[at] = (float)value;
        break;
    case CF_I32:
        ((int32_t *)out->values)[at] = (int32_t)value;
        break;
    case CF_I64:
        ((int64_t *)out->values)[at] = (int64_t)value;
        break;
    case CF_I8:
    case CF_U8:
    case CF_U16:
    case CF_U32:
        break; /* no parameter asks for these */
    }
}

#endif
