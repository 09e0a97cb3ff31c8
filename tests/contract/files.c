/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract of model files: whatever was fitted to can be saved, whatever was changed in a file
 * is refused or harmless. */
#include "contract/contract.h"

#include "estimator/instance.h"
#include "support/hostile.h"

enum { CHANGES = 300 };

/* A model fitted to X comes back from its file and answers the same. */
static void check_round_trip(const subject *s, const cf_matrix *X)
{
    cf_estimator *e = fresh(s), *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    if (cf_fit(e, X, s->p.has_y ? &s->p.y : NULL, NULL) == CF_OK) {
        ASSERT_OK(cfi_state_validate(e));
        ASSERT_OK(cf_save_memory(e, &bytes, &size));
        ASSERT_OK(cf_load_memory(&back, bytes, size));
        answer a = ask(e, X), b = ask(back, X);
        ck_assert(same_bits(&a, &b));
        free_answer(&a);
        free_answer(&b);
        cf_bytes_free(bytes);
    } else {
        ck_assert(!(s->traits.tags & CF_TAG_SPARSE) || !cf_matrix_is_sparse(X));
    }
    cf_estimator_free(back);
    cf_estimator_free(e);
}

static void models_of_any_input_come_back(const subject *s)
{
    static const cf_dtype dtypes[] = {CF_F64, CF_F32};
    static const cf_storage storages[] = {CF_DENSE, CF_CSR, CF_CSC};
    for (int d = 0; d < 2; d++)
        for (int k = 0; k < 3; k++) {
            cf_matrix X = {0};
            ASSERT_OK(cf_matrix_convert(&s->p.X, dtypes[d], storages[k], &X));
            check_round_trip(s, &X);
            cf_matrix_clear(&X);
        }
}

/* Integers mean something: how large they may be is said. */
static void integers_have_a_range(const subject *s)
{
    cf_estimator *e = fresh(s);
    const unsigned reals = CF_BIT(CF_F64) | CF_BIT(CF_F32);
    const cf_class *c = cf_class_of(e);
    for (const cf_state *row = c->state; row && row->name; row++)
        ck_assert_msg(row->range || c->validate || !(row->dtypes & ~reals),
                      "%s: integers without range and validate", row->name);
    cf_estimator_free(e);
}

/* True when the changed file was loaded. */
static bool check_change(cf_random *r, const void *bytes, size_t size)
{
    void *changed = NULL;
    size_t n = 0;
    cf_estimator *e = NULL;
    hostile_change(r, bytes, size, &changed, &n);
    const bool loaded = cf_load_memory(&e, changed, n) == CF_OK;
    if (loaded) {
        const bool same = hostile_use(e);
        ck_assert_msg(same, "a changed file was loaded, and could not be saved: %s",
                      cf_last_error());
    } else {
        ck_assert(!e && *cf_last_error());
    }
    cf_estimator_free(e);
    cf_bytes_free(changed);
    return loaded;
}

/* Changes of a small model whose digest fits: refused, or every use is harmless. */
static void changed_files_are_refused_or_harmless(const subject *s)
{
    problem p = make_problem(&s->traits, 12, 3, s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3, 47);
    cf_estimator *e = fresh(s);
    void *bytes = NULL;
    size_t size = 0;
    cf_random r;
    cf_random_seed(&r, 53);
    limit_memory((size_t)64 << 20);
    if (fit_problem(e, &p, NULL) == CF_OK) {
        ASSERT_OK(cf_save_memory(e, &bytes, &size));
        int loaded = 0;
        for (int k = 0; k < CHANGES; k++)
            loaded += check_change(&r, bytes, size);
        ck_assert(loaded > 0 && loaded < CHANGES);
        cf_bytes_free(bytes);
    }
    limit_memory(0);
    cf_estimator_free(e);
    free_problem(&p);
}

const check file_checks[] = {
    {"models_of_any_input_come_back", NULL, models_of_any_input_come_back},
    {"integers_have_a_range", NULL, integers_have_a_range},
    {"changed_files_are_refused_or_harmless", NULL, changed_files_are_refused_or_harmless},
    {NULL, NULL, NULL},
};
