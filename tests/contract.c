/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs every check on every instance of every registered class: its defaults where they can be
 * fitted, and the examples of its table. No class is named here. With COFIT_CONTRACT_JSON set to a
 * path, the results are written there, one object a run.
 */
#include "contract/contract.h"

#include "estimator/instance.h"

enum { MOST_SUBJECTS = 512, MOST_CHECKS = 128 };

static subject subjects[MOST_SUBJECTS];
static int n_subjects;
static const check *checks[MOST_CHECKS];
static int n_checks;
static FILE *json;
static int done, skipped;
static const char *only;

static void add_subject(const char *spec)
{
    cf_estimator *e = NULL;
    const cf_status status = cf_parse(&e, spec);
    if (status != CF_OK || n_subjects == MOST_SUBJECTS) {
        fprintf(stderr, "contract: %s: %s\n", spec, cf_last_error());
        if (status == CF_ERR_NAME && getenv("COFIT_CONTRACT_LAX"))
            return;
        exit(1);
    }
    subject *s = &subjects[n_subjects++];
    *s = (subject){.spec = spec, .traits = cfi_traits(e)};
    cf_estimator_free(e);
}

static void add_checks(const check *list)
{
    for (; list->name && n_checks < MOST_CHECKS; list++)
        if (!only || strcmp(only, list->name) == 0)
            checks[n_checks++] = list;
}

/* A class of which the defaults cannot be fitted names examples and is a composite. */
static void gather(void)
{
    for (cf_index i = 0; i < cf_class_count(); i++) {
        const cf_class *c = cf_class_at(i);
        if (c->kind & CF_SPLITTER)
            continue;
        if (!(c->kind & CF_META))
            add_subject(c->name);
        for (const char *const *spec = c->examples; spec && *spec; spec++)
            add_subject(*spec);
    }
    /* One check alone, for slow tools. */
    only = getenv("COFIT_CONTRACT_CHECK");
    add_checks(first_checks);
    add_checks(api_checks);
    add_checks(parameter_checks);
    add_checks(data_checks);
    add_checks(shape_checks);
    add_checks(weight_checks);
    add_checks(model_checks);
    add_checks(class_checks);
    add_checks(learning_checks);
    add_checks(robust_checks);
    add_checks(file_checks);
    add_checks(run_checks);
    if (only)
        add_checks(slow_checks);
}

static void report(const subject *s, const check *c, const char *result)
{
    if (json)
        fprintf(json, "{\"spec\":\"%s\",\"check\":\"%s\",\"result\":\"%s\"}\n", s->spec, c->name,
                result);
}

/* A failed assertion leaves its test at once: the next run, or the end, tells which one it was. */
static const subject *running;
static const check *running_check;

static void tell_failure(void)
{
    if (!running)
        return;
    printf("FAILED %s: %s\n", running->spec, running_check->name);
    report(running, running_check, "fail");
    running = NULL;
}

static void begin(const subject *s, const check *c)
{
    tell_failure();
    running = s;
    running_check = c;
}

START_TEST(keeps_the_contract)
{
    subject *s = &subjects[_i % n_subjects]; /* check by check: the first ones want no threads */
    if (!s->p.X.owner)
        s->p = make_problem(&s->traits, 90, 4, s->traits.tags & CF_TAG_BINARY_ONLY ? 2 : 3, 7);
    const check *c = checks[_i / n_subjects];
    if (c->applies && !c->applies(s)) {
        skipped++;
        report(s, c, "na");
        return;
    }
    begin(s, c);
    c->run(s);
    report(s, c, "pass");
    running = NULL;
    done++;
}
END_TEST

int main(void)
{
    const char *path = getenv("COFIT_CONTRACT_JSON");
    watch_memory();
    json = path ? fopen(path, "w") : NULL;
    gather();
    Suite *suite = suite_create("contract");
    TCase *tcase = tcase_create("all");
    tcase_set_timeout(tcase, 600);
    tcase_add_loop_test(tcase, keeps_the_contract, 0, n_subjects * n_checks);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    tell_failure();
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    printf("%d instances, %d checks: %d runs passed, %d failed, %d do not apply\n", n_subjects,
           n_checks, done, failed, skipped);
    for (int i = 0; i < n_subjects; i++)
        free_problem(&subjects[i].p);
    if (json)
        fclose(json);
    return failed == 0 ? 0 : 1;
}
