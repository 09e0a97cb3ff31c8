/* SPDX-License-Identifier: BSD-3-Clause */
/* Model files: round trips, every prefix and every flipped byte refused, failing allocations, files
 * of older versions of a class. */
#include "support/model_edit.h"
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

/* ---- versions of a class ---- */

/* The first version: `strength` and `offset_`. */
static const cf_param old_params[] = {
    CF_ROW_REAL(toy, alpha, "1.0", "[0, inf)", "a real"),
    CF_END,
};

static const cf_state old_state[] = {
    CF_HELD_MATRIX(toy, mean_, "(n_features, 1)", "column means"),
    CF_END,
};

static const cf_class old_class = {
    CF_CLASS_HEAD,        .version = 1,         .name = "ToyBefore",  .module = "toys",
    .summary = "A toy",   .doc = "Objective\n", .kind = CF_REGRESSOR, .size = sizeof(toy),
    .params = old_params, .state = old_state,   .fit = toy_fit,       .predict = toy_predict,
};

/* The second: both renamed, and one attribute more. */
typedef struct newer_toy {
    cf_estimator base;
    double strength;
    cf_matrix centre_, spread_;
    int64_t n_rows_;
} newer_toy;

static cf_status newer_fit(cf_estimator *self, const cf_fit_args *args)
{
    (void)self;
    (void)args;
    return cf_fail(CF_ERR_UNSUPPORTED, "not needed");
}

static const cf_param newer_params[] = {
    {.name = "strength",
     .type = CF_PARAM_REAL,
     .offset = CF_OFFSET(newer_toy, strength, double),
     .literal = "1.0",
     .accepts = "real [0, inf)",
     .help = "a real",
     .was = "alpha"},
    CF_END,
};

static const cf_state newer_state[] = {
    CF_HELD_MATRIX(newer_toy, centre_, "(n_features, 1)", "column means", .was = "mean_",
                   .since = 2),
    CF_HELD_MATRIX(newer_toy, spread_, "(n_features, 1)", "more", .since = 2, .optional = true),
    CF_HELD_INT(newer_toy, n_rows_, "more", .since = 2, .range = "[0, inf)"),
    CF_END,
};

static const cf_class newer_class = {
    CF_CLASS_HEAD,          .version = 2,         .name = "ToyAfter",   .module = "toys",
    .summary = "A toy",     .doc = "Objective\n", .kind = CF_REGRESSOR, .size = sizeof(newer_toy),
    .params = newer_params, .state = newer_state, .fit = newer_fit,
};

/* A file of the older class, told to be of the newer one. */
static cfi_tensors older_file(const char *version)
{
    static bool registered;
    cf_estimator *e = NULL;
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    if (!registered) {
        ASSERT_OK(cf_register(&old_class));
        ASSERT_OK(cf_register(&newer_class));
        registered = true;
    }
    ASSERT_OK(cf_parse(&e, "ToyBefore(alpha=7)"));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    cfi_tensors t = model_tensors(e);
    model_replace(&t, "\"class\":\"ToyBefore\",\"version\":1", version);
    cf_estimator_free(e);
    return t;
}

START_TEST(a_renamed_row_is_read_from_an_older_file)
{
    cf_estimator *e = NULL, *again = NULL;
    cf_matrix centre = {0};
    cfi_tensors t = older_file("\"class\":\"ToyAfter\",\"version\":1");
    double strength = 0;
    ASSERT_OK(model_load(&t, &e));
    ASSERT_OK(cf_get_real(e, "strength", &strength));
    ck_assert_double_eq(strength, 7);
    ASSERT_OK(cf_attribute(e, "centre_", &centre));
    ck_assert_int_eq(centre.rows, 3);
    ck_assert_double_eq(cf_matrix_get(&centre, 0, 0), 5.5);
    ASSERT_OK(cf_attribute(e, "spread_", &centre)); /* the file has none */
    ck_assert_int_eq(centre.rows, 0);
    t = model_tensors(e); /* saved by the new names and version */
    ck_assert_ptr_nonnull(strstr(t.model, "\"version\":2"));
    ck_assert_ptr_nonnull(strstr(t.model, "strength"));
    ck_assert_ptr_null(strstr(t.model, "alpha"));
    ASSERT_OK(model_load(&t, &again));
    cf_estimator_free(e);
    cf_estimator_free(again);
}
END_TEST

START_TEST(a_file_of_a_later_version_is_refused)
{
    cf_estimator *e = NULL;
    cfi_tensors t = older_file("\"class\":\"ToyAfter\",\"version\":3");
    ASSERT_FAILS(CF_ERR_FORMAT, "version 3 of ToyAfter; this library reads up to 2",
                 model_load(&t, &e));
    t = older_file("\"class\":\"ToyAfter\",\"version\":2"); /* then by the new names */
    ASSERT_FAILS(CF_ERR_FORMAT, "centre_", model_load(&t, &e));
    ck_assert_ptr_null(e);
}
END_TEST

static cf_status fit_flat(cf_estimator *self, const cf_fit_args *args)
{
    toy *t = (toy *)self;
    CF_TRY(toy_fit(self, args));
    return cf_matrix_resize(&t->mean_, CF_F64, 1, 1);
}

START_TEST(a_state_that_loading_would_refuse_is_not_saved)
{
    static cf_class flat;
    const cf_matrix X = cf_view_f64(data, 4, 3);
    cf_estimator *e = NULL;
    void *bytes = NULL;
    size_t size = 0;
    flat = toy_regressor;
    flat.name = "ToyFlat";
    flat.fit = fit_flat;
    ASSERT_OK(cf_register(&flat));
    ASSERT_OK(cf_new(&e, "ToyFlat"));
    ASSERT_OK(cf_fit(e, &X, NULL, NULL));
    ASSERT_FAILS(CF_ERR_FORMAT, "ToyFlat: mean_ is 1 x 1, its shape is (n_features, 1)",
                 cf_save_memory(e, &bytes, &size));
    ck_assert_ptr_null(bytes);
    cf_estimator_free(e);
}
END_TEST

TEST_MAIN("model_file", a_state_that_loading_would_refuse_is_not_saved,
          a_file_of_a_later_version_is_refused, a_model_comes_back_the_same,
          a_renamed_row_is_read_from_an_older_file, an_unfitted_estimator_comes_back_unfitted,
          every_prefix_and_flipped_byte_is_refused, failing_allocations_are_survived)
