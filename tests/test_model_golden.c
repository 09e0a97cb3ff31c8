/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Model files of released versions (tests/golden/models) load for ever: with the answers they gave
 * then, and, of this version, to the same bytes. Their changed copies do no harm.
 */
#include "base/file.h"
#include "golden/models.h"
#include "matrix/matrix.h"
#include "support/hostile.h"
#include "support/support.h"

#include <dirent.h>

enum { CHANGES = 200 };

/* Runs `check` on every model; returns how many there are. */
static int each_model(void (*check)(const char *stem))
{
    char root[4096], stem[8192];
    int count = 0;
    snprintf(root, sizeof root, "%s", source_path("tests/golden/models"));
    struct dirent **versions, **files;
    const int n_versions = scandir(root, &versions, NULL, alphasort);
    ck_assert_int_gt(n_versions, 2);
    for (int v = 0; v < n_versions; v++) {
        char folder[4400];
        snprintf(folder, sizeof folder, "%s/%.255s", root, versions[v]->d_name);
        const int n_files =
            versions[v]->d_name[0] == '.' ? 0 : scandir(folder, &files, NULL, alphasort);
        for (int f = 0; f < n_files; f++) {
            char *end = strstr(files[f]->d_name, ".cofit");
            if (end) {
                *end = '\0';
                snprintf(stem, sizeof stem, "%s/%.255s", folder, files[f]->d_name);
                check(stem);
                count++;
            }
            free(files[f]);
        }
        if (versions[v]->d_name[0] != '.')
            free(files);
        free(versions[v]);
    }
    free(versions);
    return count;
}

static cfi_bytes read_model(const char *stem)
{
    char path[8300];
    cfi_bytes file = {0};
    snprintf(path, sizeof path, "%s.cofit", stem);
    ASSERT_OK(cfi_file_read(path, 0, &file));
    return file;
}

static cf_matrix read_array(const char *stem, const char *name)
{
    char path[8300];
    cf_matrix out = {0};
    snprintf(path, sizeof path, "%s.npz", stem);
    ASSERT_OK(cf_read_npz(path, name, &out));
    return out;
}

static void compare_answers(const char *stem, const char *slot, const cf_matrix *have)
{
    cf_matrix want = read_array(stem, slot);
    ck_assert_int_eq(have->rows, want.rows);
    ck_assert_int_eq(have->cols, want.cols);
    for (cf_index i = 0; i < want.rows; i++)
        for (cf_index j = 0; j < want.cols; j++) {
            const double a = cf_matrix_get(have, i, j), b = cf_matrix_get(&want, i, j);
            ck_assert_msg(fabs(a - b) <= 1e-9 * fmax(1, fabs(b)) || (isnan(a) && isnan(b)),
                          "%s: %s (%d, %d) is %.17g, was %.17g", stem, slot, (int)i, (int)j, a, b);
        }
    cf_matrix_clear(&want);
}

static void check_answers(const char *stem)
{
    cfi_bytes file = read_model(stem);
    cf_estimator *e = NULL;
    cf_matrix X = read_array(stem, "X");
    ASSERT_OK(cf_load_memory(&e, file.data, file.size));
    if (cf_features_in(e))
        cfi_matrix_set_schema(&X, cf_features_in(e)); /* codes of its own dictionaries */
    for (int k = 0; k < GOLDEN_SLOTS; k++) {
        cf_matrix out = {0};
        if (!cf_has_method(e, golden_slots[k].name))
            continue;
        ASSERT_OK(golden_slots[k].call(e, &X, &out));
        compare_answers(stem, golden_slots[k].name, &out);
        cf_matrix_clear(&out);
    }
    cf_matrix_clear(&X);
    cf_estimator_free(e);
    cfi_bytes_clear(&file);
}

START_TEST(old_models_answer_as_they_did)
{
    ck_assert_int_gt(each_model(check_answers), 15);
}
END_TEST

static void check_bytes(const char *stem)
{
    cfi_bytes file = read_model(stem);
    char version[64];
    cf_estimator *e = NULL;
    void *bytes = NULL;
    size_t size = 0;
    snprintf(version, sizeof version, "\"format\":\"1\",\"cofit\":\"%s\"", cf_version());
    if (memmem(file.data, file.size, version, strlen(version))) {
        ASSERT_OK(cf_load_memory(&e, file.data, file.size));
        ASSERT_OK(cf_save_memory(e, &bytes, &size));
        ck_assert_msg(size == file.size && memcmp(bytes, file.data, size) == 0,
                      "%s is saved to other bytes: an unreleased version's models are made again",
                      stem);
    }
    cf_bytes_free(bytes);
    cf_estimator_free(e);
    cfi_bytes_clear(&file);
}

START_TEST(models_of_this_version_are_saved_to_the_same_bytes)
{
    each_model(check_bytes);
}
END_TEST

static void check_changes(const char *stem)
{
    cfi_bytes file = read_model(stem);
    cf_random r;
    cf_random_seed(&r, 59);
    for (int k = 0; k < CHANGES; k++) {
        void *changed = NULL;
        size_t size = 0;
        cf_estimator *e = NULL;
        hostile_change(&r, file.data, file.size, &changed, &size);
        if (cf_load_memory(&e, changed, size) == CF_OK)
            ck_assert_msg(hostile_use(e), "%s, change %d: %s", stem, k, cf_last_error());
        cf_estimator_free(e);
        cf_bytes_free(changed);
    }
    cfi_bytes_clear(&file);
}

START_TEST(changed_models_are_refused_or_harmless)
{
    cf_set_allocator(&hostile_allocator);
    each_model(check_changes);
    cf_set_allocator(NULL);
}
END_TEST

TEST_MAIN("model_golden", changed_models_are_refused_or_harmless,
          models_of_this_version_are_saved_to_the_same_bytes, old_models_answer_as_they_did)
