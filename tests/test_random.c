/* SPDX-License-Identifier: BSD-3-Clause */
/* Draws against NumPy's RandomState and Random123's known answers. */
#include "golden/random.h"
#include "support/support.h"

enum { CASES = sizeof random_cases / sizeof random_cases[0] };
enum { RANGES = sizeof random_ranges / sizeof random_ranges[0] };

START_TEST(every_draw_is_numpys)
{
    const struct random_case *c = &random_cases[_i];
    cf_random r;
    cf_random_seed(&r, c->seed);
    for (int i = 0; i < 5; i++)
        ck_assert_uint_eq(cf_random_u32(&r), c->words[i]);
    for (int i = 0; i < 5; i++)
        ck_assert(cf_random_double(&r) == c->doubles[i]);
    for (int i = 0; i < RANGES * 3; i++) {
        const struct random_range range = random_ranges[i / 3];
        ck_assert_int_eq(cf_random_int(&r, range.low, range.high), c->ints[i]);
    }
    /* the logarithm may differ by a last place between C libraries */
    for (int i = 0; i < 7; i++)
        ASSERT_NEAR(cf_random_normal(&r), c->normals[i], 1e-15);
    for (int i = 0; i < 2; i++)
        ck_assert(cf_random_double(&r) == c->doubles_after[i]);
    cf_index values[23];
    for (int i = 0; i < 17; i++)
        values[i] = 100 + i;
    cf_random_shuffle(&r, values, 17);
    for (int i = 0; i < 17; i++)
        ck_assert_int_eq(values[i], c->shuffled[i]);
    cf_random_permutation(&r, 23, values);
    for (int i = 0; i < 23; i++)
        ck_assert_int_eq(values[i], c->permutation[i]);
    ASSERT_OK(cf_random_choice(&r, 50, 6, values));
    for (int i = 0; i < 6; i++)
        ck_assert_int_eq(values[i], c->chosen[i]);
    double x = 0;
    for (int i = 0; i < 2000; i++)
        x = cf_random_double(&r);
    ck_assert(x == c->far[0]);
    for (int i = 0; i < 1001; i++)
        x = cf_random_normal(&r);
    ASSERT_NEAR(x, c->far[1], 1e-15);
    ASSERT_NEAR(cf_random_normal(&r), c->far[2], 1e-15);
    uint32_t key[624];
    int position;
    cf_random_get_state(&r, key, &position);
    ck_assert_int_eq(key[0], c->state[0]);
    ck_assert_int_eq(key[623], c->state[1]);
    ck_assert_int_eq(position, c->state[2]);
}
END_TEST

START_TEST(a_state_goes_on_where_it_was_taken)
{
    cf_random r, s;
    cf_random_seed(&r, 7);
    for (int i = 0; i < 1000; i++)
        cf_random_u32(&r);
    uint32_t key[624];
    int position;
    cf_random_get_state(&r, key, &position);
    ASSERT_OK(cf_random_set_state(&s, key, position));
    for (int i = 0; i < 1000; i++)
        ck_assert_uint_eq(cf_random_u32(&r), cf_random_u32(&s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "625 is outside [0, 624]", cf_random_set_state(&s, key, 625));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "outside", cf_random_set_state(&s, key, -1));
}
END_TEST

START_TEST(a_random_state_value_seeds)
{
    cf_random r, s;
    ASSERT_OK(cf_random_from_value(&r, &(cf_value){.kind = CF_VALUE_INT, .as.i = 4294967295}));
    cf_random_seed(&s, 4294967295u);
    ck_assert_uint_eq(cf_random_u32(&r), cf_random_u32(&s));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "random_state = -1 is outside",
                 cf_random_from_value(&r, &(cf_value){.kind = CF_VALUE_INT, .as.i = -1}));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "4294967296 is outside",
                 cf_random_from_value(&r, &(cf_value){.kind = CF_VALUE_INT, .as.i = 4294967296}));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "neither None",
                 cf_random_from_value(&r, &(cf_value){.kind = CF_VALUE_REAL, .as.r = 1}));
    ASSERT_OK(cf_random_from_value(&r, &(cf_value){0}));
    ASSERT_OK(cf_random_from_value(&s, NULL));
    int same = 0;
    for (int i = 0; i < 1000; i++)
        same += cf_random_u32(&r) == cf_random_u32(&s);
    ck_assert_int_lt(same, 3);
}
END_TEST

START_TEST(a_state_comes_back_through_a_matrix)
{
    cf_random r, s;
    cf_matrix state = {0};
    const cf_value value = {.kind = CF_VALUE_MATRIX, .as.matrix = &state};
    cf_random_seed(&r, 3);
    int kept = 0;
    for (int draws = 0; draws < 1500; draws += 7) { /* odd and even, across two refills */
        for (int i = 0; i < 7; i++)
            cf_random_normal(&r);
        ASSERT_OK(cf_random_to_matrix(&r, &state));
        ASSERT_OK(cf_random_from_value(&s, &value));
        ck_assert_int_eq(s.has_gauss, r.has_gauss);
        kept += s.has_gauss;
        cf_random copy = r;
        ck_assert(cf_random_normal(&copy) == cf_random_normal(&s));
        ck_assert_uint_eq(cf_random_u32(&copy), cf_random_u32(&s));
    }
    ck_assert_int_gt(kept, 0);
    ASSERT_OK(cf_random_to_matrix(&r, NULL));
    cf_matrix_clear(&state);
}
END_TEST

START_TEST(a_state_is_taken_from_a_matrix)
{
    cf_random r, s;
    cf_random_seed(&r, 3);
    cf_random_normal(&r);
    double numbers[627];
    uint32_t key[624];
    int position;
    cf_random_get_state(&r, key, &position);
    for (int i = 0; i < 624; i++)
        numbers[i] = key[i];
    numbers[624] = position;
    numbers[625] = 1;
    numbers[626] = r.gauss;
    cf_matrix state = {
        .rows = 1, .cols = 627, .values = numbers, .row_stride = 627, .col_stride = 1};
    const cf_value value = {.kind = CF_VALUE_MATRIX, .as.matrix = &state};
    ASSERT_OK(cf_random_from_value(&s, &value));
    ck_assert(cf_random_normal(&r) == cf_random_normal(&s));
    ck_assert_uint_eq(cf_random_u32(&r), cf_random_u32(&s));
    state =
        (cf_matrix){.rows = 625, .cols = 1, .values = numbers, .row_stride = 1, .col_stride = 1};
    ASSERT_OK(cf_random_from_value(&s, &value));
    ck_assert(!s.has_gauss);
    numbers[624] = 625;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "position", cf_random_from_value(&s, &value));
    numbers[3] = 0.5;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "word 3 is 0.5", cf_random_from_value(&s, &value));
    state.rows = 600;
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has 600 numbers", cf_random_from_value(&s, &value));
}
END_TEST

START_TEST(choosing_too_many_or_without_memory_fails)
{
    cf_random r;
    cf_index out[4];
    cf_random_seed(&r, 0);
    ASSERT_FAILS(CF_ERR_ARGUMENT, "cannot choose 4 of 3", cf_random_choice(&r, 3, 4, out));
    cf_fail_allocation(1, false);
    ASSERT_FAILS(CF_ERR_MEMORY, "out of memory", cf_random_choice(&r, 3, 2, out));
    cf_fail_allocation(0, false);
}
END_TEST

START_TEST(philox_gives_the_known_answers)
{
    /* kat_vectors of Random123: counter, key, block */
    static const uint32_t known[3][10] = {
        {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x408f276d,
         0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09,
         0x94fdcceb, 0x5001e420, 0x24126ea1},
    };
    for (int i = 0; i < 3; i++) {
        cf_stream s = {.used = 4};
        memcpy(s.counter, known[i], sizeof s.counter);
        memcpy(s.key, known[i] + 4, sizeof s.key);
        for (int j = 0; j < 4; j++)
            ck_assert_uint_eq(cf_stream_u32(&s), known[i][6 + j]);
    }
}
END_TEST

START_TEST(streams_differ_and_do_not_overlap)
{
    cf_stream a, b, c, again;
    cf_stream_start(&a, 0x123456789ABCDEFu, 1);
    cf_stream_start(&b, 0x123456789ABCDEFu, 2);
    cf_stream_start(&c, 0x123456789ABCDEFu, (uint64_t)1 << 32);
    cf_stream_start(&again, 0x123456789ABCDEFu, 1);
    int same = 0;
    for (int i = 0; i < 10000; i++) {
        const uint32_t x = cf_stream_u32(&a);
        same += x == cf_stream_u32(&b);
        same += x == cf_stream_u32(&c);
        ck_assert_uint_eq(x, cf_stream_u32(&again));
    }
    ck_assert_int_lt(same, 3);
}
END_TEST

START_TEST(bounded_draws_of_a_stream_are_uniform)
{
    cf_stream s;
    cf_stream_start(&s, 5, 9);
    enum { DRAWS = 60000, SIDES = 6 };
    int count[SIDES] = {0};
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
        const uint64_t k = cf_stream_below(&s, SIDES);
        ck_assert_uint_lt(k, SIDES);
        count[k]++;
        sum += cf_stream_double(&s);
    }
    double chi2 = 0;
    for (int k = 0; k < SIDES; k++)
        chi2 += pow(count[k] - DRAWS / SIDES, 2) / (DRAWS / SIDES);
    ck_assert_double_lt(chi2, 20.5); /* 99.9 % of 5 degrees of freedom */
    ASSERT_NEAR(sum / DRAWS, 0.5, 0.005);
    /* just above half of the range, where careless reduction favours the lower half */
    const uint64_t n = ((uint64_t)1 << 63) + 1;
    int low = 0;
    for (int i = 0; i < DRAWS; i++) {
        const uint64_t k = cf_stream_below(&s, n);
        ck_assert_uint_lt(k, n);
        low += k < n / 2;
    }
    ASSERT_NEAR((double)low / DRAWS, 0.5, 0.01);
    ck_assert_uint_eq(cf_stream_below(&s, 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("random");
    TCase *tcase = tcase_create("all");
    tcase_add_loop_test(tcase, every_draw_is_numpys, 0, CASES);
    tcase_add_test(tcase, a_state_goes_on_where_it_was_taken);
    tcase_add_test(tcase, a_random_state_value_seeds);
    tcase_add_test(tcase, a_state_comes_back_through_a_matrix);
    tcase_add_test(tcase, a_state_is_taken_from_a_matrix);
    tcase_add_test(tcase, choosing_too_many_or_without_memory_fails);
    tcase_add_test(tcase, philox_gives_the_known_answers);
    tcase_add_test(tcase, streams_differ_and_do_not_overlap);
    tcase_add_test(tcase, bounded_draws_of_a_stream_are_uniform);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
