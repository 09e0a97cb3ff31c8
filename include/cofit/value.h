/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file value.h
 * A value of any kind: what a parameter such as `gamma`, `class_weight` or `param_grid` can hold.
 */
#ifndef COFIT_VALUE_H
#define COFIT_VALUE_H

#include "matrix.h"

CF_BEGIN_DECLS

typedef struct cf_estimator cf_estimator;

/** Every kind of value: name, text. */
#define CF_VALUE_KIND_LIST(X)                                                                      \
    X(NONE, "None")                                                                                \
    X(BOOL, "bool")                                                                                \
    X(INT, "int")                                                                                  \
    X(REAL, "real")                                                                                \
    X(TEXT, "text")                                                                                \
    X(LIST, "list")                                                                                \
    X(TUPLE, "tuple")                                                                              \
    X(MAP, "map")                                                                                  \
    X(MATRIX, "matrix")                                                                            \
    X(ESTIMATOR, "estimator")                                                                      \
    X(FUNCTION, "function")

/** What a cf_value holds. */
typedef enum cf_value_kind {
#define CF_VALUE_KIND_ITEM(name, text) CF_VALUE_##name,
    CF_VALUE_KIND_LIST(CF_VALUE_KIND_ITEM)
#undef CF_VALUE_KIND_ITEM
} cf_value_kind;

/** What a scorer of the caller's own is asked: how good is this fitted model on these rows. */
typedef struct cf_score_call {
    const cf_estimator *model;
    const cf_matrix *X;
    const cf_matrix *y;       /**< labels as they were given; NULL = none */
    const cf_matrix *weights; /**< (n, 1); NULL = none */
    const cf_index *rows; /**< (n) where the rows stand in the data that is cross-validated; NULL
                             = the model is scored as a whole */
} cf_score_call;

/** A scorer of the caller's own: out = the score, greater is better. Called from several threads at
 * a time. */
typedef cf_status (*cf_score_fn)(void *ctx, const cf_score_call *asked, double *out);

typedef struct cf_value cf_value;

/** Chooses among the candidates of a search, whose results and times are MAPs of columns:
 * out = the place of the best one. */
typedef cf_status (*cf_choose_fn)(void *ctx, const cf_value *cv_results, const cf_value *cv_times,
                                  cf_index *out);

/** A C function as a value; it cannot be saved. One of the calls is not NULL: it says what the
 * function is for. */
typedef struct cf_function {
    cf_status (*call)(void *ctx, const cf_matrix *X, cf_matrix *out); /**< of matrices */
    void *ctx;
    void (*free)(void *ctx); /**< may be NULL */
    int references;          /**< kept by the library */
    cf_score_fn score;       /**< of a scorer */
    const char *name;        /**< of a scorer; lives as long as ctx */
    cf_choose_fn choose;     /**< of a search's refit */
} cf_function;

/** A value; zero-initialised = None. LIST and TUPLE have `count` items, MAP 2 * count (key, value,
 * ...). */
struct cf_value {
    cf_value_kind kind;
    cf_index count;
    union {
        bool b;
        int64_t i;
        double r;
        char *text;
        struct cf_value *items;
        cf_matrix *matrix;
        cf_estimator *estimator;
        cf_function *function;
    } as;
};

/** Releases what the value owns and makes it None; NULL is allowed. */
CF_API void cf_value_clear(cf_value *value);

/** A deep copy into `out` (which is cleared first); estimators are cloned. */
CF_API CF_NODISCARD cf_status cf_value_copy(const cf_value *value, cf_value *out);

/** A true, false, integer or real value; needs no release. */
CF_API cf_value cf_value_bool(bool b);

/** An integer value; needs no release. */
CF_API cf_value cf_value_int(int64_t i);

/** A real value; needs no release. */
CF_API cf_value cf_value_real(double r);

/** A text value with a copy of `text`. */
CF_API CF_NODISCARD cf_status cf_value_text(cf_value *out, const char *text);

/** A LIST, TUPLE or MAP of `count` None items (pairs, for a MAP). */
CF_API CF_NODISCARD cf_status cf_value_items(cf_value *out, cf_value_kind kind, cf_index count);

/** A matrix value with a copy of X. */
CF_API CF_NODISCARD cf_status cf_value_matrix(cf_value *out, const cf_matrix *X);

/** True when both hold the same kind and content (NaN equals NaN; estimators by their printed
 * form). */
CF_API bool cf_value_equal(const cf_value *a, const cf_value *b);

/** The value of `key` in a MAP with text keys, borrowed; NULL when it is not there. */
CF_API const cf_value *cf_value_find(const cf_value *map, const char *key);

/** The number in a BOOL, INT or REAL value; NaN for any other kind. */
CF_API double cf_value_number(const cf_value *value);

/** True for a TEXT value equal to `text`. */
CF_API bool cf_value_is_text(const cf_value *value, const char *text);

/** The name of a kind ("real"); static. */
CF_API const char *cf_value_kind_name(cf_value_kind kind);

/** The value in the spec language, as a new text released by cf_text_free. */
CF_API CF_NODISCARD cf_status cf_value_to_text(const cf_value *value, char **out);

/** Reads a value written in the spec language; CF_ERR_FORMAT with the column of the mistake. */
CF_API CF_NODISCARD cf_status cf_value_parse(cf_value *out, const char *text);

/** Releases a text the library gave to the caller; NULL is allowed. */
CF_API void cf_text_free(char *text);

CF_END_DECLS

#endif
