/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random splits: permutations cut in two, and the stratified form, where each class gives as many
 * rows as the mode of a multivariate hypergeometric draw says (rounded down, then raised by the
 * largest remainders, ties at random). Draws are made in scikit-learn's order, so that seeds agree.
 */
#include "model_selection/folds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for n_splits of them; the products are checked, n_splits is the user's. */
static cf_status begin(cf_folds *out, cf_index n_splits, cf_index n_train, cf_index n_test)
{
    if (n_splits > INT64_MAX / (n_train + n_test))
        return cf_out_of_memory();
    return cfi_folds_begin(out, n_splits, n_splits * n_train, n_splits * n_test);
}

cf_status cfi_shuffle_split(cf_random *r, cf_index n, cf_index n_splits, cf_index n_train,
                            cf_index n_test, cf_folds *out)
{
    cf_index *order = NULL;
    cf_status status = CF_OK;
    CF_GO(begin(out, n_splits, n_train, n_test));
    CF_GO(CF_ALLOC(order, n));
    for (cf_index i = 0; i < n_splits; i++) {
        /* scikit-learn's order: the first n_test are tested, the next n_train train, the rest does
         * neither. */
        cf_random_permutation(r, n, order);
        cfi_folds_add(out, order + n_test, n_train, order, n_test);
    }
cleanup:
    cf_free(order);
    return status;
}

/* Rows of each class, in the order they stand: rows[starts[c] .. starts[c + 1]). */
typedef struct strata {
    cf_index k, *starts, *rows;
    cf_index *picked, *left, *drawn; /* (k) of one split: train, counts without train, test */
    double *remainder;               /* (k) */
    cf_index *ties, *order;          /* (k), (n) scratch */
} strata;

static void strata_clear(strata *s)
{
    cf_free(s->starts);
    cf_free(s->rows);
    cf_free(s->picked);
    cf_free(s->left);
    cf_free(s->drawn);
    cf_free(s->remainder);
    cf_free(s->ties);
    cf_free(s->order);
}

/* A counting sort of the rows by class, stable. What is made is released by strata_clear, on
 * failure too. */
static cf_status strata_new(const cf_index *codes, cf_index n, cf_index k, strata *s)
{
    s->k = k;
    CF_TRY(CF_ALLOC_ZERO(s->starts, k + 1));
    CF_TRY(CF_ALLOC(s->rows, n));
    CF_TRY(CF_ALLOC(s->picked, k));
    CF_TRY(CF_ALLOC(s->left, k));
    CF_TRY(CF_ALLOC(s->drawn, k));
    CF_TRY(CF_ALLOC(s->remainder, k));
    CF_TRY(CF_ALLOC(s->ties, k));
    CF_TRY(CF_ALLOC(s->order, n));
    for (cf_index i = 0; i < n; i++)
        s->starts[codes[i] + 1]++;
    for (cf_index c = 0; c < k; c++)
        s->starts[c + 1] += s->starts[c];
    memcpy(s->picked, s->starts, (size_t)k * sizeof *s->picked); /* as cursors, here */
    for (cf_index i = 0; i < n; i++)
        s->rows[s->picked[codes[i]]++] = i;
    return CF_OK;
}

/*
 * out[c] = draws of class c out of counts[c], `draws` in all: floor(counts[c] / total * draws), and
 * one more for the classes with the largest remainders. Equal remainders are told apart by equality
 * of doubles, so the product is formed in scikit-learn's order. Draws random numbers once a level
 * of ties, even where all of a level are taken: seeds agree only so.
 */
static cf_status approximate_mode(strata *s, cf_random *r, const cf_index *counts, cf_index draws,
                                  cf_index *out)
{
    double total = 0;
    cf_index missing = draws;
    for (cf_index c = 0; c < s->k; c++)
        total += (double)counts[c];
    for (cf_index c = 0; c < s->k; c++) {
        const double exact = (double)counts[c] / total * (double)draws;
        out[c] = (cf_index)floor(exact);
        s->remainder[c] = exact - floor(exact);
        missing -= out[c];
    }
    double below = 2; /* remainders lie in [0, 1) */
    while (missing > 0) {
        double largest = -1;
        cf_index ties = 0;
        for (cf_index c = 0; c < s->k; c++)
            if (s->remainder[c] < below && s->remainder[c] > largest)
                largest = s->remainder[c];
        if (largest < 0)
            break;
        for (cf_index c = 0; c < s->k; c++)
            if (s->remainder[c] == largest)
                s->ties[ties++] = c;
        const cf_index now = ties < missing ? ties : missing;
        CF_TRY(cf_random_choice(r, ties, now, s->order));
        for (cf_index t = 0; t < now; t++)
            out[s->ties[s->order[t]]]++;
        missing -= now;
        below = largest;
    }
    return CF_OK;
}

/*
 * One split: how many each class trains and tests first, then which, class by class, and the order
 * last. The tests are shared out of what training left, so that no class is asked for more than it
 * has.
 */
static cf_status draw_split(strata *s, cf_random *r, cf_index n_train, cf_index n_test,
                            cf_index *train, cf_index *test)
{
    cf_index at_train = 0, at_test = 0;
    for (cf_index c = 0; c < s->k; c++)
        s->left[c] = s->starts[c + 1] - s->starts[c];
    CF_TRY(approximate_mode(s, r, s->left, n_train, s->picked));
    for (cf_index c = 0; c < s->k; c++)
        s->left[c] -= s->picked[c];
    CF_TRY(approximate_mode(s, r, s->left, n_test, s->drawn));
    for (cf_index c = 0; c < s->k; c++) {
        const cf_index *rows = s->rows + s->starts[c];
        cf_random_permutation(r, s->starts[c + 1] - s->starts[c], s->order);
        for (cf_index m = 0; m < s->picked[c]; m++)
            train[at_train++] = rows[s->order[m]];
        for (cf_index m = 0; m < s->drawn[c]; m++)
            test[at_test++] = rows[s->order[s->picked[c] + m]];
    }
    cf_random_shuffle(r, train, at_train);
    cf_random_shuffle(r, test, at_test);
    return CF_OK;
}

/* scikit-learn's conditions: every class can be on both sides. */
static cf_status check_strata(const char *owner, const strata *s, cf_index n_train, cf_index n_test)
{
    for (cf_index c = 0; c < s->k; c++)
        if (s->starts[c + 1] - s->starts[c] < 2)
            return cf_fail(CF_ERR_DATA,
                           "%s: the least populated class in y has only 1 member, which is too few",
                           owner);
    if (n_train < s->k || n_test < s->k)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: train_size = %lld and test_size = %lld cannot hold %lld classes", owner,
                       (long long)n_train, (long long)n_test, (long long)s->k);
    return CF_OK;
}

cf_status cfi_stratified_shuffle_split(const char *owner, cf_random *r, const cf_index *codes,
                                       cf_index n, cf_index k, cf_index n_splits, cf_index n_train,
                                       cf_index n_test, cf_folds *out)
{
    strata s = {0};
    cf_index *train = NULL, *test = NULL;
    cf_status status = CF_OK;
    CF_GO(strata_new(codes, n, k, &s));
    CF_GO(check_strata(owner, &s, n_train, n_test));
    CF_GO(begin(out, n_splits, n_train, n_test));
    CF_GO(CF_ALLOC(train, n_train));
    CF_GO(CF_ALLOC(test, n_test));
    for (cf_index i = 0; i < n_splits; i++) {
        CF_GO(draw_split(&s, r, n_train, n_test, train, test));
        cfi_folds_add(out, train, n_train, test, n_test);
    }
cleanup:
    strata_clear(&s);
    cf_free(train);
    cf_free(test);
    return status;
}
