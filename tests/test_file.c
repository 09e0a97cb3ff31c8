/* SPDX-License-Identifier: BSD-3-Clause */
/* Whole-file reading, gzip, and writing that never leaves half a file. */
#include "base/file.h"
#include "base/memory.h"
#include "support/support.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* A new empty folder, kept in a static buffer. */
static const char *folder(void)
{
    static char path[64];
    strcpy(path, "/tmp/cofit-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(path));
    return path;
}

static const char *in(const char *dir, const char *name)
{
    static char path[16][256];
    static int turn;
    turn = (turn + 1) % 16;
    snprintf(path[turn], sizeof path[turn], "%s/%s", dir, name);
    return path[turn];
}

static int count_files(const char *dir)
{
    int n = 0;
    DIR *d = opendir(dir);
    while (readdir(d))
        n++;
    closedir(d);
    return n - 2;
}

static void write_text(const char *path, const char *text, size_t n)
{
    cfi_writer w;
    ASSERT_OK(cfi_writer_open(&w, path));
    cfi_writer_add(&w, text, n);
    ASSERT_OK(cfi_writer_commit(&w));
}

static char *noise(size_t n)
{
    char *bytes = cf_alloc((cf_index)n, 1);
    uint32_t state = 7;
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (char)(state >> 28);
    }
    return bytes;
}

START_TEST(what_was_written_is_read)
{
    const char *dir = folder();
    const size_t sizes[] = {0, 1, 65535, 65536, 262144, 262145, 3000001};
    const char *const names[] = {"plain", "packed.gz"};
    char *bytes = noise(3000001);
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            const char *path = in(dir, names[k]);
            cfi_bytes got = {0};
            write_text(path, bytes, sizes[i]);
            ASSERT_OK(cfi_file_read(path, 0, &got));
            if (k == 1)
                ck_assert_uint_lt(got.size, sizes[i] * 2 / 3 + 30);
            ASSERT_OK(cfi_bytes_gunzip(path, 0, &got));
            ck_assert_uint_eq(got.size, sizes[i]);
            ck_assert_mem_eq(got.data, bytes, sizes[i]);
            for (int j = 0; j < CFI_FILE_PADDING; j++)
                ck_assert_int_eq(got.data[got.size + (size_t)j], 0);
            cfi_bytes_clear(&got);
        }
        unlink(in(dir, names[k]));
    }
    cf_free(bytes);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_pipe_is_read_whole)
{
    const char *dir = folder();
    char *bytes = noise(300000);
    write_text(in(dir, "x"), bytes, 300000);
    char command[600];
    snprintf(command, sizeof command, "mkfifo %s && { cat %s > %s & }", in(dir, "fifo"),
             in(dir, "x"), in(dir, "fifo"));
    ck_assert_int_eq(system(command), 0);
    cfi_bytes got = {0};
    ASSERT_OK(cfi_file_read(in(dir, "fifo"), 0, &got));
    ck_assert_uint_eq(got.size, 300000);
    ck_assert_mem_eq(got.data, bytes, 300000);
    cfi_bytes_clear(&got);
    cf_free(bytes);
    unlink(in(dir, "fifo"));
    unlink(in(dir, "x"));
    rmdir(dir);
}
END_TEST

START_TEST(reading_is_bounded_and_explains_itself)
{
    const char *dir = folder();
    cfi_bytes got = {0};
    write_text(in(dir, "x"), "0123456789", 10);
    ASSERT_OK(cfi_file_read(in(dir, "x"), 10, &got));
    cfi_bytes_clear(&got);
    ASSERT_FAILS(CF_ERR_LIMIT, "x: more than 9 bytes", cfi_file_read(in(dir, "x"), 9, &got));
    ASSERT_FAILS(CF_ERR_IO, "No such file", cfi_file_read(in(dir, "y"), 0, &got));
    ASSERT_FAILS(CF_ERR_IO, "directory", cfi_file_read(dir, 0, &got));
    ck_assert_ptr_null(got.data);
    /* a thousand-fold expansion stops at the limit */
    char *zeros = cf_alloc_zero(1 << 20, 1);
    write_text(in(dir, "z.gz"), zeros, 1 << 20);
    cf_free(zeros);
    ASSERT_OK(cfi_file_read(in(dir, "z.gz"), 0, &got));
    ck_assert_uint_lt(got.size, 2000);
    ASSERT_FAILS(CF_ERR_LIMIT, "100000", cfi_bytes_gunzip("z.gz", 100000, &got));
    cfi_bytes_clear(&got);
    unlink(in(dir, "x"));
    unlink(in(dir, "z.gz"));
    rmdir(dir);
}
END_TEST

/* Bytes with their padding, as cfi_file_read gives them. */
static cfi_bytes padded(const unsigned char *bytes, size_t n)
{
    cfi_bytes b = {cf_alloc_zero((cf_index)n + CFI_FILE_PADDING, 1), n};
    memcpy(b.data, bytes, n);
    return b;
}

START_TEST(gzip_members_follow_each_other_and_damage_is_found)
{
    const char *dir = folder();
    cfi_bytes one = {0};
    write_text(in(dir, "a.gz"), "hello ", 6);
    ASSERT_OK(cfi_file_read(in(dir, "a.gz"), 0, &one));
    unsigned char twice[200] = {0};
    memcpy(twice, one.data, one.size);
    memcpy(twice + one.size, one.data, one.size);
    cfi_bytes b = padded(twice, 2 * one.size + 5); /* and zero padding */
    ASSERT_OK(cfi_bytes_gunzip("two", 0, &b));
    ck_assert_str_eq(b.data, "hello hello ");
    cfi_bytes_clear(&b);
    for (size_t n = 2; n < one.size; n++) { /* every prefix */
        b = padded((unsigned char *)one.data, n);
        ASSERT_FAILS(CF_ERR_FORMAT, "p: the gzip data", cfi_bytes_gunzip("p", 0, &b));
        cfi_bytes_clear(&b);
    }
    twice[one.size] = 'x';
    b = padded(twice, one.size + 1);
    ASSERT_FAILS(CF_ERR_FORMAT, "unknown bytes follow", cfi_bytes_gunzip("p", 0, &b));
    cfi_bytes_clear(&b);
    one.data[one.size - 6] ^= 1; /* the check sum */
    ASSERT_FAILS(CF_ERR_FORMAT, "damaged", cfi_bytes_gunzip("p", 0, &one));
    cfi_bytes_clear(&one);
    unlink(in(dir, "a.gz"));
    rmdir(dir);
}
END_TEST

START_TEST(a_file_is_replaced_whole_or_not_at_all)
{
    const char *dir = folder();
    struct stat about;
    const char *path = in(dir, "x");
    write_text(path, "old", 3);
    chmod(path, 0640);
    ck_assert_int_eq(symlink("x", in(dir, "link")), 0);
    cfi_writer w;
    ASSERT_OK(cfi_writer_open(&w, in(dir, "link")));
    cfi_writer_put(&w, "new content");
    ck_assert_int_eq(count_files(dir), 3);
    cfi_bytes got = {0};
    ASSERT_OK(cfi_file_read(path, 0, &got));
    ck_assert_str_eq(got.data, "old");
    cfi_bytes_clear(&got);
    cfi_writer_discard(&w);
    ck_assert_int_eq(count_files(dir), 2);
    write_text(in(dir, "link"), "new", 3);
    ck_assert_int_eq(lstat(in(dir, "link"), &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    ck_assert_int_eq(stat(path, &about), 0);
    ck_assert_int_eq(about.st_mode & 0777, 0640);
    ck_assert_int_eq(about.st_size, 3);
    unlink(in(dir, "link"));
    unlink(path);
    ck_assert_int_eq(rmdir(dir), 0); /* nothing was left behind */
}
END_TEST

START_TEST(writing_explains_itself)
{
    cfi_writer w;
    ASSERT_FAILS(CF_ERR_IO, "/nonexistent/x: cannot be written: No such file",
                 cfi_writer_open(&w, "/nonexistent/x"));
    ASSERT_FAILS(CF_ERR_IO, "it is a folder", cfi_writer_open(&w, "/tmp"));
    if (access("/dev/full", W_OK) == 0) {
        ASSERT_OK(cfi_writer_open(&w, "/dev/full"));
        cfi_writer_put(&w, "x");
        ASSERT_FAILS(CF_ERR_IO, "/dev/full: cannot be written: No space left",
                     cfi_writer_commit(&w));
    }
    write_text("/dev/null", "x", 1);
    struct stat about;
    ck_assert_int_eq(stat("/dev/null", &about), 0);
    ck_assert(S_ISCHR(about.st_mode));
}
END_TEST

/* A program without standard streams: what is opened does not become one of them. */
START_TEST(files_do_not_become_standard_streams)
{
    const char *dir = folder();
    const char *path = in(dir, "x");
    int kept[3];
    fflush(NULL);
    for (int fd = 0; fd < 3; fd++) {
        kept[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
        close(fd);
    }
    cfi_writer w, output;
    const cf_status opened = cfi_writer_open(&w, path);
    const int fd = w.fd;
    cfi_writer_put(&w, "content");
    const cf_status closed = opened == CF_OK ? cfi_writer_commit(&w) : opened;
    const bool left_open = fcntl(fd, F_GETFD) != -1;
    cfi_bytes got = {0};
    const cf_status was_read = cfi_file_read(path, 0, &got);
    cf_status printed = cfi_writer_open(&output, "-");
    cfi_writer_put(&output, "lost");
    if (printed == CF_OK)
        printed = cfi_writer_commit(&output);
    for (int k = 0; k < 3; k++) {
        if (kept[k] < 0)
            continue;
        dup2(kept[k], k);
        close(kept[k]);
    }
    ASSERT_OK(opened);
    ASSERT_OK(closed);
    ASSERT_OK(was_read);
    ck_assert_int_gt(fd, 2);
    ck_assert(!left_open);
    ck_assert_str_eq(got.data, "content");
    ck_assert_int_eq(printed, CF_ERR_IO);
    cfi_bytes_clear(&got);
    unlink(path);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

static cf_status write_and_read(const char *path)
{
    cfi_writer w;
    cfi_bytes got = {0};
    cf_status status = cfi_writer_open(&w, path);
    if (status != CF_OK)
        return status;
    cfi_writer_put(&w, "some content");
    CF_GO(cfi_writer_commit(&w));
    CF_GO(cfi_file_read(path, 0, &got));
    CF_GO(cfi_bytes_gunzip(path, 0, &got));
cleanup:
    cfi_bytes_clear(&got);
    return status;
}

START_TEST(every_failing_allocation_is_reported)
{
    const char *dir = folder();
    const char *path = in(dir, "x.gz");
    cf_fail_allocation(0, false);
    ASSERT_OK(write_and_read(path));
    const int64_t requests = cf_fail_allocation(0, false);
    ck_assert_int_gt(requests, 5);
    for (int64_t k = 1; k <= requests; k++) {
        cf_fail_allocation(k, false);
        const cf_status status = write_and_read(path);
        cf_fail_allocation(0, false);
        ck_assert_msg(status == CF_ERR_MEMORY || status == CF_OK, "request %d: %s", (int)k,
                      cf_last_error());
    }
    unlink(path);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(types_are_told_by_extension)
{
    ck_assert(cfi_path_has_type("a.TSV", ".tsv"));
    ck_assert(cfi_path_has_type("a.tsv.gz", ".tsv"));
    ck_assert(!cfi_path_has_type("a.tsv.bz", ".tsv"));
    ck_assert(!cfi_path_has_type(".gz", ".tsv"));
    ck_assert(!cfi_path_has_type("sv", ".tsv"));
}
END_TEST

TEST_MAIN("file", what_was_written_is_read, a_pipe_is_read_whole,
          reading_is_bounded_and_explains_itself,
          gzip_members_follow_each_other_and_damage_is_found,
          a_file_is_replaced_whole_or_not_at_all, writing_explains_itself,
          files_do_not_become_standard_streams, every_failing_allocation_is_reported,
          types_are_told_by_extension)
