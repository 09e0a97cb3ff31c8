/* SPDX-License-Identifier: BSD-3-Clause */
/* Model files on disk: a save that is killed or fails anywhere leaves the old file or the new. */
#include "base/file.h"
#include "base/system.h"
#include "support/support.h"
#include "support/toy.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLS = 1000, WHOLE_SAVES = 50 };

static char folder[] = "/tmp/cofit-disk-XXXXXX";
static char path[64], big[64];

static void make_folder(void)
{
    strcpy(folder + sizeof folder - 7, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model.cofit", folder);
    snprintf(big, sizeof big, "%s/big", folder);
}

/* Entries of a folder; those that end with `suffix` are removed when asked to. */
static int count_entries(const char *where, const char *suffix, bool remove_them)
{
    int count = 0;
    DIR *d = opendir(where);
    ck_assert_ptr_nonnull(d);
    for (struct dirent *entry; (entry = readdir(d)) != NULL;) {
        const char *end = strrchr(entry->d_name, '.');
        if (entry->d_name[0] == '.' && !entry->d_name[1 + (entry->d_name[1] == '.')])
            continue;
        if (*suffix && (!end || strcmp(end, suffix) != 0))
            continue;
        count++;
        if (remove_them)
            ck_assert_int_eq(unlinkat(dirfd(d), entry->d_name, 0), 0);
    }
    closedir(d);
    return count;
}

static void remove_folder(void)
{
    count_entries(folder, "", true);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* A fitted model that can be told by its alpha. */
static cf_estimator *fitted(double alpha)
{
    static const double data[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const cf_matrix X = cf_view_f64(data, 4, 3), y = cf_view_f64(data, 4, 1);
    cf_estimator *e = NULL;
    register_toys();
    ASSERT_OK(cf_new(&e, "Toy"));
    ASSERT_OK(cf_set(e, "alpha", alpha));
    ASSERT_OK(cf_fit(e, &X, &y, NULL));
    return e;
}

/* The alpha of the model on disk, which is whole. */
static double alpha_on_disk(void)
{
    cf_estimator *e = NULL;
    double alpha = 0;
    ASSERT_OK(cf_load(&e, path));
    ASSERT_OK(cf_get_real(e, "alpha", &alpha));
    cf_estimator_free(e);
    return alpha;
}

START_TEST(files_on_disk)
{
    make_folder();
    cf_estimator *e = fitted(2), *back = NULL;
    ASSERT_FAILS(CF_ERR_IO, path, cf_load(&back, path));
    ASSERT_OK(cf_save(e, path));
    ck_assert_double_eq(alpha_on_disk(), 2);
    ASSERT_FAILS(CF_ERR_IO, "/nowhere", cf_save(e, "/nowhere/at/all.cofit"));
    cf_estimator_free(e);
    remove_folder();
}
END_TEST

/* ---- kills ---- */

/* Saves two models in turn until it is killed. */
static void save_for_ever(const cf_estimator *a, const cf_estimator *b)
{
    for (;;)
        if (cf_save(a, path) != CF_OK || cf_save(b, path) != CF_OK)
            _exit(1);
}

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* How long a save takes here. */
static double time_of_save(const cf_estimator *e)
{
    const double begin = seconds();
    for (int k = 0; k < WHOLE_SAVES; k++)
        ASSERT_OK(cf_save(e, path));
    return (seconds() - begin) / WHOLE_SAVES;
}

/* Kills fall anywhere within a few saves; what they cut off lies around as temporary files. */
START_TEST(a_killed_save_leaves_the_old_file_or_the_new)
{
    make_folder();
    cf_estimator *a = fitted(2), *b = fitted(3);
    ASSERT_OK(cf_save(a, path));
    const double save = time_of_save(a);
    int seen[2] = {0, 0};
    cf_random r;
    cf_random_seed(&r, 1);
    for (int k = 0; k < KILLS; k++) {
        const double wait = 4 * save * cf_random_double(&r);
        const pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0)
            save_for_ever(a, b);
        nanosleep(&(struct timespec){0, (long)(fmin(wait, 0.9) * 1e9)}, NULL);
        kill(child, SIGKILL);
        int how = 0;
        waitpid(child, &how, 0);
        ck_assert(WIFSIGNALED(how));
        const double alpha = alpha_on_disk();
        ck_assert(alpha == 2.0 || alpha == 3.0);
        seen[alpha == 3.0]++;
    }
    ck_assert_int_gt(count_entries(folder, ".tmp", true), KILLS / 100);
    ck_assert_int_gt(seen[0], KILLS / 100);
    ck_assert_int_gt(seen[1], KILLS / 100);
    cf_estimator_free(a);
    cf_estimator_free(b);
    remove_folder();
}
END_TEST

/* ---- failing calls of the system ---- */

static const int harmless[] = {EINTR, CFI_FAULT_SHORT}, harmful[] = {EIO, ENOSPC};

static int open_files(void)
{
    return count_entries("/proc/self/fd", "", false);
}

/* Interrupted and short calls change nothing, whichever it is. */
START_TEST(interrupted_and_short_calls_are_gone_on_with)
{
    make_folder();
    cf_estimator *a = fitted(2), *b = fitted(3);
    for (int f = 0; f < 2; f++) {
        for (int64_t k = 1, made = 1; made >= k - 1; k++) {
            ASSERT_OK(cf_save(a, path));
            const int open = open_files();
            cfi_fail_system(k, harmless[f]);
            ASSERT_OK(cf_save(b, path));
            ck_assert_double_eq(alpha_on_disk(), 3);
            made = cfi_fail_system(0, 0);
            ck_assert_int_ge(made, 10);
            ck_assert_int_eq(open_files(), open);
            ck_assert_int_eq(count_entries(folder, "", false), 1);
        }
    }
    cf_estimator_free(a);
    cf_estimator_free(b);
    remove_folder();
}
END_TEST

/* Calls behind the rename, which only make it durable, may fail unnoticed. */
START_TEST(a_failing_save_leaves_the_old_file)
{
    make_folder();
    cf_estimator *a = fitted(2), *b = fitted(3);
    for (int f = 0; f < 2; f++) {
        int failures = 0;
        for (int64_t k = 1, made = 1; made >= k - 1; k++) {
            ASSERT_OK(cf_save(a, path));
            const int open = open_files();
            cfi_fail_system(k, harmful[f]);
            const cf_status status = cf_save(b, path);
            made = cfi_fail_system(0, 0);
            ck_assert_double_eq(alpha_on_disk(), status == CF_OK ? 3 : 2);
            if (status != CF_OK) {
                failures++;
                ck_assert_int_eq(cf_save(b, "/nowhere/x"), CF_ERR_IO); /* messages start afresh */
                cfi_fail_system(k, harmful[f]);
                ASSERT_FAILS(CF_ERR_IO, path, cf_save(b, path));
                cfi_fail_system(0, 0);
                ck_assert_ptr_nonnull(strstr(cf_last_error(), strerror(harmful[f])));
            }
            ck_assert_int_eq(open_files(), open);
            ck_assert_int_eq(count_entries(folder, "", false), 1);
        }
        ck_assert_int_ge(failures, 6); /* open, mode, write, sync, close, rename */
    }
    cf_estimator_free(a);
    cf_estimator_free(b);
    remove_folder();
}
END_TEST

/* A file that did not exist does not exist after a failure. */
START_TEST(a_failing_first_save_leaves_nothing)
{
    make_folder();
    cf_estimator *e = fitted(2);
    for (int64_t k = 1, made = 1; made >= k - 1; k++) {
        cfi_fail_system(k, ENOSPC);
        const cf_status status = cf_save(e, path);
        made = cfi_fail_system(0, 0);
        ck_assert_int_eq(count_entries(folder, "", true), status == CF_OK);
    }
    cf_estimator_free(e);
    remove_folder();
}
END_TEST

/* Reading is closed in any case; a failing close of what was read is no failure. */
START_TEST(a_failing_load_says_so)
{
    make_folder();
    cf_estimator *e = fitted(2);
    ASSERT_OK(cf_save(e, path));
    const int open = open_files();
    int failures = 0;
    for (int64_t k = 1, made = 1; made >= k - 1; k++) {
        cf_estimator *back = NULL;
        cfi_fail_system(k, EIO);
        const cf_status status = cf_load(&back, path);
        made = cfi_fail_system(0, 0);
        ck_assert((status == CF_OK) == (back != NULL));
        failures += status != CF_OK;
        if (status != CF_OK) {
            ck_assert_int_eq(status, CF_ERR_IO);
            ck_assert_ptr_nonnull(strstr(cf_last_error(), path));
        }
        ck_assert_int_eq(open_files(), open);
        cf_estimator_free(back);
    }
    ck_assert_int_ge(failures, 2);
    cf_estimator_free(e);
    remove_folder();
}
END_TEST

/* Large files are read in parts by several threads. */
START_TEST(large_files_are_read_whole_or_not_at_all)
{
    make_folder();
    const size_t size = 5 << 20;
    char *bytes = cf_alloc((cf_index)size, 1);
    cfi_writer w;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 2654435761u >> 24);
    ASSERT_OK(cfi_writer_open(&w, big));
    cfi_writer_add(&w, bytes, size);
    ASSERT_OK(cfi_writer_commit(&w));
    const int open = open_files(), faults[] = {EINTR, CFI_FAULT_SHORT, EIO};
    for (int f = 0; f < 3; f++) {
        int failures = 0;
        for (int64_t k = 1, made = 1; made >= k - 1; k++) {
            cfi_bytes got = {0};
            cfi_fail_system(k, faults[f]);
            const cf_status status = cfi_file_read(big, 0, &got);
            made = cfi_fail_system(0, 0);
            ck_assert(status != CF_OK || made >= 5); /* open, parts, end, close */
            failures += status != CF_OK;
            ck_assert(status == CF_OK ? got.size == size && memcmp(got.data, bytes, size) == 0
                                      : strstr(cf_last_error(), big) != NULL);
            ck_assert_int_eq(open_files(), open);
            cfi_bytes_clear(&got);
        }
        ck_assert_int_ge(failures, faults[f] == EIO ? 4 : 0);
        ck_assert(faults[f] == EIO || failures == 0);
    }
    cf_free(bytes);
    remove_folder();
}
END_TEST

TEST_MAIN("model_disk", a_failing_first_save_leaves_nothing, a_failing_load_says_so,
          a_failing_save_leaves_the_old_file, a_killed_save_leaves_the_old_file_or_the_new,
          files_on_disk, interrupted_and_short_calls_are_gone_on_with,
          large_files_are_read_whole_or_not_at_all)
