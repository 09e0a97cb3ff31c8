/* SPDX-License-Identifier: BSD-3-Clause */
/* The alternatives a parameter row accepts, read from its one string. */
#ifndef COFIT_ESTIMATOR_ACCEPTS_H
#define COFIT_ESTIMATOR_ACCEPTS_H

#include "cofit/extend.h"

typedef enum cfi_alternative_kind {
    CFI_ACCEPT_KIND, /* any value of `kind`, numbers within the range */
    CFI_ACCEPT_WORD, /* the text `word` */
    CFI_ACCEPT_STEPS
} cfi_alternative_kind;

/* One alternative of "sqrt | None | int [1, inf) | real (0, 1]". */
typedef struct cfi_alternative {
    cfi_alternative_kind what;
    cf_value_kind kind;               /* of CFI_ACCEPT_KIND; TEXT for a word */
    double low, high;                 /* -inf and inf without a range */
    bool low_open, high_open, ranged; /* open: the end itself is outside */
    const char *word;                 /* points into the string */
    size_t length;                    /* of `word`, which no NUL ends */
} cfi_alternative;

/* Reads the next alternative at *cursor and moves it on; false at the end. Malformed:
 * CF_ERR_INTERNAL in *status. */
bool cfi_accepts_next(const char **cursor, cfi_alternative *out, cf_status *status);

/* True when the alternative takes the value as it is (an int where a real is accepted is not "as it
 * is"). */
bool cfi_alternative_takes(const cfi_alternative *alternative, const cf_value *value);

/* True when a number lies in the alternative's range; NaN never does where there is one. */
bool cfi_alternative_in_range(const cfi_alternative *alternative, double number);

#endif
