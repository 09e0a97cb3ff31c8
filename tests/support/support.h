/* SPDX-License-Identifier: BSD-3-Clause */
/* What every test program uses: one Check suite, statuses with their message, paths, random data.
 */
#ifndef COFIT_TESTS_SUPPORT_H
#define COFIT_TESTS_SUPPORT_H

#include "cofit/extend.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The status is CF_OK; its message is shown otherwise. */
#define ASSERT_OK(expression)                                                                      \
    do {                                                                                           \
        const cf_status s_ = (expression);                                                         \
        ck_assert_msg(s_ == CF_OK, "%s: %s: %s", #expression, cf_status_name(s_),                  \
                      cf_last_error());                                                            \
    } while (0)

/* The status is `expected` and the message holds `part`. */
#define ASSERT_FAILS(expected, part, expression)                                                   \
    do {                                                                                           \
        const cf_status s_ = (expression);                                                         \
        ck_assert_msg(s_ == (expected), "%s gave %s (%s)", #expression, cf_status_name(s_),        \
                      cf_last_error());                                                            \
        ck_assert_msg(strstr(cf_last_error(), (part)) != NULL, "message is '%s', wants '%s'",      \
                      cf_last_error(), (part));                                                    \
    } while (0)

/* |a - b| <= tol * max(1, |b|). */
#define ASSERT_NEAR(a, b, tol)                                                                     \
    do {                                                                                           \
        const double a_ = (a), b_ = (b), t_ = (tol)*fmax(1.0, fabs(b_));                           \
        ck_assert_msg(a_ == b_ || fabs(a_ - b_) <= t_, "%s = %.17g, wants %.17g", #a, a_, b_);     \
    } while (0)

/* A file below the source folder: "datasets/wine.csv". Static buffer of the calling program. */
static inline const char *source_path(const char *relative)
{
    static char path[4096];
    const char *root = getenv("COFIT_SOURCE_DIR");
    snprintf(path, sizeof path, "%s/%s", root ? root : ".", relative);
    return path;
}

/* n normal deviates from a seed, to be freed with cf_free. */
static inline double *random_normals(uint32_t seed, cf_index n)
{
    cf_random r;
    cf_random_seed(&r, seed);
    double *x = cf_alloc(n, sizeof *x);
    ck_assert_ptr_nonnull(x);
    for (cf_index i = 0; i < n; i++)
        x[i] = cf_random_normal(&r);
    return x;
}

/* main() of a test program with one suite that holds `tests`. */
#define TEST_MAIN(suite_name, ...)                                                                 \
    int main(void)                                                                                 \
    {                                                                                              \
        const TTest *const tests[] = {__VA_ARGS__};                                                \
        Suite *suite = suite_create(suite_name);                                                   \
        TCase *tcase = tcase_create("all");                                                        \
        tcase_set_timeout(tcase, 240);                                                             \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                                \
            tcase_add_test(tcase, tests[i]);                                                       \
        suite_add_tcase(suite, tcase);                                                             \
        SRunner *runner = srunner_create(suite);                                                   \
        srunner_run_all(runner, CK_NORMAL);                                                        \
        const int failed = srunner_ntests_failed(runner);                                          \
        srunner_free(runner);                                                                      \
        return failed == 0 ? 0 : 1;                                                                \
    }

#endif
