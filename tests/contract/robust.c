/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract under stress: threads, seeds, order, files, failing memory, cancelling, odd numbers.
 */
#include "contract/contract.h"

#include "base/parallel.h"
#include "estimator/instance.h"

#include <errno.h>
#include <pthread.h>

static void fitting_twice_gives_the_same_bits(const subject *s)
{
    cf_estimator *a = fitted(s), *b = fitted(s);
    ck_assert(same_model(a, b));
    ASSERT_OK(fit_problem(a, &s->p, NULL));
    ck_assert(same_model(a, b));
    cf_estimator_free(a);
    cf_estimator_free(b);
}

/* A larger problem, so that there is more than one chunk. */
static void threads_do_not_matter(const subject *s)
{
    static const int counts[] = {1, 2, 3, 8};
    problem p = make_problem(&s->traits, s->traits.tags & CF_TAG_PAIRWISE ? 60 : 3000, 4,
                             s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3, 29);
    const int before = cfi_omp_get();
    cf_estimator *first = NULL;
    answer expected = {0};
    for (int k = 0; k < 4; k++) {
        cf_estimator *e = fresh(s);
        cfi_omp_set(counts[k]);
        const cf_status status = fit_problem(e, &p, NULL);
        answer a = {0};
        if (status == CF_OK)
            a = ask(e, &p.X);
        cfi_omp_set(before);
        ASSERT_OK(status);
        if (k == 0) {
            first = e;
            expected = a;
            continue;
        }
        ck_assert_msg(same_model(first, e), "the model differs on %d threads", counts[k]);
        ck_assert_msg(same_bits(&expected, &a), "the answers differ on %d threads", counts[k]);
        free_answer(&a);
        cf_estimator_free(e);
    }
    free_answer(&expected);
    free_problem(&p);
    cf_estimator_free(first);
}

static void order_of_rows_does_not_matter(const subject *s)
{
    const cf_index n = s->p.X.rows;
    cf_index *order = cf_alloc(n, sizeof *order);
    cf_random r;
    cf_random_seed(&r, 3);
    cf_random_permutation(&r, n, order);
    problem shuffled = {{0}, {0}, s->p.has_y};
    ASSERT_OK(cf_matrix_gather_rows(&s->p.X, order, n, &shuffled.X));
    ASSERT_OK(cf_matrix_gather_rows(&s->p.y, order, n, &shuffled.y));
    cf_estimator *a = fitted(s), *b = fresh(s);
    ASSERT_OK(fit_problem(b, &shuffled, NULL));
    answer x = ask(a, &s->p.X), y = ask(b, &s->p.X);
    const double d = distance(&x, &y);
    ck_assert_msg(d <= 1e-6, "the answers differ by %g", d);
    free_answer(&x);
    free_answer(&y);
    cf_free(order);
    free_problem(&shuffled);
    cf_estimator_free(a);
    cf_estimator_free(b);
}

static bool is_order_free(const subject *s)
{
    return (s->traits.tags & CF_TAG_ORDER_FREE) && !(s->traits.tags & CF_TAG_PAIRWISE);
}

static void a_saved_model_answers_the_same(const subject *s)
{
    cf_estimator *e = fitted(s), *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    ck_assert(same_model(e, back));
    answer a = ask(e, &s->p.X), b = ask(back, &s->p.X);
    ck_assert(same_bits(&a, &b));
    free_answer(&a);
    free_answer(&b);
    cf_estimator *copy = NULL; /* a loaded model can be fitted again */
    ASSERT_OK(fit_problem(back, &s->p, NULL));
    ASSERT_OK(cf_clone(&copy, back));
    cf_bytes_free(bytes);
    cf_estimator_free(copy);
    cf_estimator_free(e);
    cf_estimator_free(back);
}

/* Of a small model: every strict prefix and every flipped byte is refused. */
static void damaged_files_are_refused(const subject *s)
{
    problem p = make_problem(&s->traits, 12, 2, 2, 31);
    cf_estimator *e = fresh(s), *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    if (fit_problem(e, &p, NULL) == CF_OK) {
        ASSERT_OK(cf_save_memory(e, &bytes, &size));
        unsigned char *content = bytes;
        for (size_t n = 0; n < size; n++)
            ck_assert_int_ne(cf_load_memory(&back, bytes, n), CF_OK);
        for (size_t n = 0; n < size; n++) {
            content[n] ^= (unsigned char)(1u << (n % 8));
            ck_assert_int_ne(cf_load_memory(&back, bytes, size), CF_OK);
            content[n] ^= (unsigned char)(1u << (n % 8));
        }
    }
    cf_bytes_free(bytes);
    free_problem(&p);
    cf_estimator_free(e);
}

/* Every k-th allocation of clone, fit, answers, save and load fails once. */
static void failing_memory_is_survived(const subject *s)
{
    problem p = make_problem(&s->traits, 16, 3, 2, 37);
    cf_estimator *warm = fresh(s); /* libraries below allocate once */
    const bool fits = fit_problem(warm, &p, NULL) == CF_OK;
    cf_estimator_free(warm);
    const int before = cfi_omp_get();
    cfi_omp_set(1);
    for (int64_t k = 1; fits; k++) {
        const size_t live = live_bytes();
        cf_estimator *e = fresh(s), *copy = NULL, *back = NULL;
        cf_matrix out = {0};
        void *bytes = NULL;
        size_t size = 0;
        cf_fail_allocation(k, k % 2 == 0);
        cf_status status = cf_clone(&copy, e);
        if (status == CF_OK)
            status = fit_problem(copy, &p, NULL);
        if (status == CF_OK && (s->traits.methods & CF_HAS_PREDICT))
            status = cf_predict(copy, &p.X, &out);
        if (status == CF_OK && (s->traits.methods & CF_HAS_TRANSFORM))
            status = cf_transform(copy, &p.X, &out);
        if (status == CF_OK)
            status = cf_save_memory(copy, &bytes, &size);
        if (status == CF_OK)
            status = cf_load_memory(&back, bytes, size);
        const int64_t asked = cf_fail_allocation(0, false);
        /* A warning that finds no memory is dropped, so that a failed request may be no failure. */
        ck_assert_msg(status == CF_ERR_MEMORY || status == CF_OK, "allocation %d: %s: %s", (int)k,
                      cf_status_name(status), cf_last_error());
        if (copy && status != CF_OK)
            ASSERT_OK(fit_problem(copy, &p, NULL));
        cf_matrix_clear(&out);
        cf_bytes_free(bytes);
        cf_estimator_free(copy);
        cf_estimator_free(back);
        cf_estimator_free(e);
        ck_assert_msg(live_bytes() == live, "allocation %d: something is left", (int)k);
        if (asked < k)
            break;
    }
    cfi_omp_set(before);
    free_problem(&p);
}

static void a_cancelled_fit_leaves_it_usable(const subject *s)
{
    cf_estimator *e = fresh(s);
    int cancel = 1;
    ASSERT_FAILS(CF_ERR_CANCELLED, "cancelled",
                 fit_problem(e, &s->p, &(cf_fit_options){.cancel = &cancel}));
    ck_assert(!cf_is_fitted(e));
    ASSERT_FAILS(CF_ERR_DEADLINE, "deadline",
                 fit_problem(e, &s->p, &(cf_fit_options){.deadline = 1e-9}));
    ASSERT_OK(fit_problem(e, &s->p, NULL));
    cf_estimator *other = fitted(s);
    ck_assert(same_model(e, other));
    cf_estimator_free(e);
    cf_estimator_free(other);
}

typedef struct asker {
    const cf_estimator *e;
    const subject *s;
    answer a;
} asker;

static void *ask_in_thread(void *ctx)
{
    asker *self = ctx;
    for (int k = 0; k < 3; k++) {
        free_answer(&self->a);
        self->a = ask(self->e, &self->s->p.X);
    }
    return NULL;
}

static void threads_share_a_model(const subject *s)
{
    cf_estimator *e = fitted(s);
    asker askers[2] = {{e, s, {0}}, {e, s, {0}}};
    pthread_t threads[2];
    for (int k = 0; k < 2; k++)
        ck_assert_int_eq(pthread_create(&threads[k], NULL, ask_in_thread, &askers[k]), 0);
    for (int k = 0; k < 2; k++)
        pthread_join(threads[k], NULL);
    ck_assert(same_bits(&askers[0].a, &askers[1].a));
    free_answer(&askers[0].a);
    free_answer(&askers[1].a);
    cf_estimator_free(e);
}

static void answering_changes_nothing(const subject *s)
{
    cf_estimator *e = fitted(s), *other = fitted(s);
    errno = 0;
    answer a = ask(e, &s->p.X);
    ck_assert(same_model(e, other));
    free_answer(&a);
    cf_estimator_free(e);
    cf_estimator_free(other);
}

static void check_finite(const subject *s, const problem *p)
{
    cf_estimator *e = fresh(s);
    if (fit_problem(e, p, NULL) == CF_OK) {
        cf_matrix out = {0};
        cf_status status = CF_OK;
        if (s->traits.methods & CF_HAS_PREDICT)
            status = cf_predict(e, &p->X, &out);
        else if (s->traits.methods & CF_HAS_TRANSFORM)
            status = cf_transform(e, &p->X, &out);
        for (cf_index i = 0; status == CF_OK && i < out.rows; i++)
            for (cf_index j = 0; j < out.cols; j++)
                ck_assert_msg(isfinite(cf_matrix_get(&out, i, j)), "%g at (%d, %d)",
                              cf_matrix_get(&out, i, j), (int)i, (int)j);
        ck_assert(status == CF_OK || *cf_last_error());
        cf_matrix_clear(&out);
    } else {
        ck_assert(*cf_last_error());
    }
    cf_estimator_free(e);
}

/* A kind of odd number in place of every number. */
static double odd_number(int kind, const double *X, cf_index i, cf_index j, cf_index d)
{
    const double x = X[i * d + j];
    switch (kind) {
    case 0: /* a constant column */
        return j == 1 ? 2.5 : x;
    case 1: /* six rows over and over */
        return X[(i % 6) * d + j];
    case 2:
        return 1;
    case 3:
        return x * 1e150;
    case 4:
        return x * 1e-150;
    case 5: /* subnormal */
        return x * 1e-310;
    default: /* of rank 2 */
        return j < 2 ? x : X[i * d] - (double)j * X[i * d + 1];
    }
}

/* Data that are degenerate, huge or tiny: finite answers, or a clear error. */
static void odd_data_give_finite_answers(const subject *s)
{
    const int classes = s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3;
    for (int kind = 0; kind < 7; kind++) {
        problem given = make_problem(&s->traits, 60, 4, classes, 41), odd = {{0}, {0}, given.has_y};
        ASSERT_OK(cf_matrix_copy(&given.X, &odd.X));
        ASSERT_OK(cf_matrix_copy(&given.y, &odd.y));
        for (cf_index i = 0; i < 60; i++)
            for (cf_index j = 0; j < 4; j++)
                ((double *)odd.X.values)[i * 4 + j] = odd_number(kind, given.X.values, i, j, 4);
        check_finite(s, &odd);
        free_problem(&given);
        free_problem(&odd);
    }
    problem flat = make_problem(&s->traits, 30, 4, 2, 43);
    for (cf_index i = 0; i < 30 && !(s->traits.kind & CF_CLASSIFIER); i++)
        ((double *)flat.y.values)[i] = 3;
    check_finite(s, &flat);
    free_problem(&flat);
}

/* As many columns as rows, and more. */
static void few_rows_give_finite_answers(const subject *s)
{
    const int classes = s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3;
    problem square = make_problem(&s->traits, 12, 12, classes, 71),
            wide = make_problem(&s->traits, 9, 40, classes, 73);
    check_finite(s, &square);
    check_finite(s, &wide);
    free_problem(&square);
    free_problem(&wide);
}

const check robust_checks[] = {
    {"fitting_twice_gives_the_same_bits", NULL, fitting_twice_gives_the_same_bits},
    {"threads_do_not_matter", NULL, threads_do_not_matter},
    {"order_of_rows_does_not_matter", is_order_free, order_of_rows_does_not_matter},
    {"a_saved_model_answers_the_same", NULL, a_saved_model_answers_the_same},
    {"damaged_files_are_refused", not_pairwise, damaged_files_are_refused},
    {"failing_memory_is_survived", not_pairwise, failing_memory_is_survived},
    {"a_cancelled_fit_leaves_it_usable", NULL, a_cancelled_fit_leaves_it_usable},
    {"threads_share_a_model", NULL, threads_share_a_model},
    {"answering_changes_nothing", NULL, answering_changes_nothing},
    {"odd_data_give_finite_answers", not_pairwise, odd_data_give_finite_answers},
    {"few_rows_give_finite_answers", not_pairwise, few_rows_give_finite_answers},
    {NULL, NULL, NULL},
};
