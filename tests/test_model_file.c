/* SPDX-License-Identifier: BSD-3-Clause */
/* Model files: round trips, every prefix and every flipped byte refused, failing allocations. */
#include "support/support.h"
#include "support/toy.h"

static const double data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

/* A fitted chain with a parameter of every kind. */
static cf_estimator *fitted(void)
{
    register_toys();
    cf_estimator *e = NULL;
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    ASSERT_OK(cf_parse(&e, "ColumnTransformer([2, 0] -> ToyCenter(init=[[1, 2]], label=\"a b\"), "
                           "remainder=passthrough) | Toy(alpha=2, mode=fancy, "
                           "init={a: [1, (nan,)], b: None}, gamma=0.1)"));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    return e;
}

START_TEST(a_model_comes_back_the_same)
{
    cf_estimator *e = fitted(), *back = NULL;
    const cf_matrix X = cf_view_f64(data, 4, 3);
    void *bytes = NULL, *again = NULL;
    size_t size = 0, size_again = 0;
    cf_matrix a = {0}, b = {0};
    char *text_a = NULL, *text_b = NULL;
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    ASSERT_OK(cf_save_memory(back, &again, &size_again));
    ck_assert_uint_eq(size, size_again);
    ck_assert_mem_eq(bytes, again, size);
    ASSERT_OK(cf_predict(e, &X, &a));
    ASSERT_OK(cf_predict(back, &X, &b));
    ck_assert_mem_eq(a.values, b.values, 4 * sizeof(double));
    ASSERT_OK(cf_to_text(e, &text_a));
    ASSERT_OK(cf_to_text(back, &text_b));
    ck_assert_str_eq(text_a, text_b);
    cf_text_free(text_a);
    cf_text_free(text_b);
    cf_matrix_clear(&a);
    cf_matrix_clear(&b);
    cf_bytes_free(bytes);
    cf_bytes_free(again);
    cf_estimator_free(e);
    cf_estimator_free(back);
}
END_TEST

START_TEST(an_unfitted_estimator_comes_back_unfitted)
{
    register_toys();
    cf_estimator *e = NULL, *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    ASSERT_OK(cf_parse(&e, "x: ToyCenter | passthrough"));
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    ck_assert(!cf_is_fitted(back));
    cf_bytes_free(bytes);
    cf_estimator_free(e);
    cf_estimator_free(back);
}
END_TEST

START_TEST(every_prefix_and_flipped_byte_is_refused)
{
    cf_estimator *e = fitted(), *back = NULL;
    void *bytes = NULL;
    size_t size = 0;
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    unsigned char *content = bytes;
    for (size_t n = 0; n < size; n++) {
        ck_assert_int_eq(cf_load_memory(&back, bytes, n), CF_ERR_FORMAT);
        ck_assert_ptr_null(back);
    }
    for (size_t n = 0; n < size; n++) {
        content[n] ^= (unsigned char)(1u << (n % 8));
        ck_assert_int_eq(cf_load_memory(&back, bytes, size), CF_ERR_FORMAT);
        content[n] ^= (unsigned char)(1u << (n % 8));
    }
    ASSERT_OK(cf_load_memory(&back, bytes, size));
    cf_bytes_free(bytes);
    cf_estimator_free(e);
    cf_estimator_free(back);
}
END_TEST

START_TEST(failing_allocations_are_survived)
{
    cf_estimator *e = fitted();
    void *bytes = NULL;
    size_t size = 0;
    for (int64_t k = 1;; k++) {
        void *copy = NULL;
        cf_estimator *back = NULL;
        cf_fail_allocation(k, false);
        cf_status status = cf_save_memory(e, &copy, &size);
        if (status == CF_OK)
            status = cf_load_memory(&back, copy, size);
        const int64_t asked = cf_fail_allocation(0, false);
        ck_assert_int_eq(status, asked >= k ? CF_ERR_MEMORY : CF_OK);
        cf_bytes_free(copy);
        cf_estimator_free(back);
        if (asked < k)
            break;
    }
    cf_bytes_free(bytes);
    cf_estimator_free(e);
}
END_TEST

TEST_MAIN("model_file", a_model_comes_back_the_same, an_unfitted_estimator_comes_back_unfitted,
          every_prefix_and_flipped_byte_is_refused, failing_allocations_are_survived)
