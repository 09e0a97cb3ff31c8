/* SPDX-License-Identifier: BSD-3-Clause */
/* One cut into training and test rows: shuffled, stratified, or simply in order. */
#include "model_selection/folds.h"

cf_status cf_train_test_split(cf_index n_samples, const cf_split_options *options, cf_folds *out)
{
    static const cf_split_options none;
    static const char owner[] = "train_test_split";
    const cf_split_options *o = options ? options : &none;
    /* Rows in order, or the codes of the strata. */
    cf_index *codes = NULL, k = 0, n_train, n_test;
    cf_random r;
    cf_status status = CF_OK;
    CF_GO(
        cfi_split_sizes(owner, n_samples, &o->test_size, &o->train_size, 0.25, &n_train, &n_test));
    if (o->in_order && o->stratify)
        CF_GO(cf_fail(CF_ERR_ARGUMENT, "%s: stratified rows cannot stay in order", owner));
    CF_GO(CF_ALLOC(codes, n_samples));
    if (o->in_order) {
        for (cf_index i = 0; i < n_samples; i++)
            codes[i] = i;
        CF_GO(cfi_folds_begin(out, 1, n_train, n_test));
        cfi_folds_add(out, codes, n_train, codes + n_train, n_test);
    } else {
        CF_GO(cf_random_from_value(&r, &o->random_state));
        if (!o->stratify) {
            CF_GO(cfi_shuffle_split(&r, n_samples, 1, n_train, n_test, out));
        } else {
            cf_free(codes);
            codes = NULL;
            CF_GO(cfi_codes_of(owner, o->stratify, n_samples, &codes, &k));
            CF_GO(cfi_stratified_shuffle_split(owner, &r, codes, n_samples, k, 1, n_train, n_test,
                                               out));
        }
        /* For the lender of a RandomState; in order nothing is drawn, and it stays empty. */
        CF_GO(cf_random_to_matrix(&r, &out->random_state));
    }
cleanup:
    cf_free(codes);
    if (status != CF_OK)
        cf_folds_clear(out);
    return status;
}
