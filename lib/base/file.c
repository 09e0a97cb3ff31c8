/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading whole files, and gzip data in memory. Sizes a file states (its length, the length in a
 * gzip trailer) are hints for the first allocation at most: memory follows the bytes that came.
 */
#include "base/file.h"

#include "base/memory.h"
#include "base/parallel.h"
#include "base/system.h"
#include "base/zlib_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FIRST_READ = 64 << 10,
    PART = 2 << 20,

    MOST_AT_ONCE = CFI_ZLIB_AT_ONCE
};

/* Far below PTRDIFF_MAX, so that sums of sizes below cannot overflow. */
static size_t limit_of(size_t max_bytes)
{
    const size_t most = max_bytes > 0 ? max_bytes : cfi_memory_total() / 2;
    return most < PTRDIFF_MAX / 4 ? most : PTRDIFF_MAX / 4;
}

static cf_status fail_too_large(const char *name, size_t limit)
{
    return cf_fail(CF_ERR_LIMIT, "%s: more than %zu bytes, the limit for reading", name, limit);
}

void cfi_bytes_clear(cfi_bytes *bytes)
{
    cf_free(bytes->data);
    *bytes = (cfi_bytes){NULL, 0};
}

/* Bytes that grow while something is read into them. */
typedef struct growing {
    char *data;
    size_t size, capacity, limit;
} growing;

/* Room for at least one more byte beyond the padding, and for one byte past the limit. */
static cf_status make_room(growing *g)
{
    if (g->capacity > g->size + CFI_FILE_PADDING)
        return CF_OK;
    size_t capacity = 2 * g->capacity;
    if (capacity > g->limit + CFI_FILE_PADDING + 1)
        capacity = g->limit + CFI_FILE_PADDING + 1;
    char *larger = cf_grow(g->data, (cf_index)g->size, (cf_index)capacity, 1);
    if (!larger)
        return cf_out_of_memory();
    g->data = larger;
    g->capacity = capacity;
    return CF_OK;
}

/* Moves the result out, padded with zeros; gives back memory where much of it is unused. */
static void finish(growing *g, cfi_bytes *out)
{
    const size_t needed = g->size + CFI_FILE_PADDING;
    if (g->capacity / 2 > needed) {
        char *exact = cf_grow(g->data, (cf_index)g->size, (cf_index)needed, 1);
        if (exact) /* else the large one serves */
            g->data = exact;
    }
    memset(g->data + g->size, 0, CFI_FILE_PADDING);
    *out = (cfi_bytes){g->data, g->size};
    g->data = NULL;
}

/* `expected` is a hint: it may come from the file itself, and the limit holds it. */
static cf_status start(growing *g, size_t expected, size_t limit)
{
    const size_t first = expected < limit ? expected : limit;
    *g = (growing){.capacity = first + CFI_FILE_PADDING + 1, .limit = limit};
    return CF_ALLOC(g->data, (cf_index)g->capacity);
}

/* To the end, whatever size was told: a file may have grown since. */
static cf_status read_all(int fd, const char *path, growing *g)
{
    for (;;) {
        CF_TRY(make_room(g));
        size_t room = g->capacity - g->size - CFI_FILE_PADDING;
        if (room > MOST_AT_ONCE)
            room = MOST_AT_ONCE;
        const ssize_t got = cfi_read(fd, g->data + g->size, room);
        if (got == 0)
            return CF_OK;
        if (got < 0)
            return cf_fail(CF_ERR_IO, "%s: cannot be read: %s", path, strerror(errno));
        g->size += (size_t)got;
        if (g->size > g->limit)
            return fail_too_large(path, g->limit);
    }
}

/* Reads n bytes from `at` on; errno, or -1 if the file has fewer, or 0. */
static int read_at(int fd, size_t at, char *to, size_t n)
{
    while (n > 0) {
        const ssize_t got = cfi_pread(fd, to, n, (off_t)at);
        if (got <= 0)
            return got < 0 ? errno : -1;
        to += got;
        at += (size_t)got;
        n -= (size_t)got;
    }
    return 0;
}

/* What the parts of a read share. */
typedef struct parallel_read {
    int fd;
    char *data;
    atomic_int error; /* as of read_at */
} parallel_read;

/* Parts lie apart, so that they can be written without a lock; any one error will do. */
static void read_part(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    parallel_read *r = ctx;
    const int error = read_at(r->fd, (size_t)begin, r->data + begin, (size_t)(end - begin));
    if (error != 0)
        atomic_store(&r->error, error);
}

/*
 * Reads `size` bytes of a regular file in parts on several threads: most of the time goes into the
 * first touch of the memory. Leaves the file position behind them.
 */
static cf_status read_parallel(int fd, const char *path, size_t size, growing *g)
{
    cf_run run;
    parallel_read r = {.fd = fd, .data = g->data};
    atomic_init(&r.error, 0);
    cfi_run_begin(&run, NULL);
    cf_parallel_for(&run, (cf_index)size, PART, read_part, &r);
    cfi_run_end(&run);
    const int error = atomic_load(&r.error);
    if (error != 0 || lseek(fd, (off_t)size, SEEK_SET) < 0)
        return cf_fail(CF_ERR_IO, "%s: cannot be read: %s", path,
                       error < 0 ? "it became shorter" : strerror(error != 0 ? error : errno));
    g->size = size;
    return CF_OK;
}

cf_status cfi_file_read(const char *path, size_t max_bytes, cfi_bytes *out)
{
    const bool is_input = strcmp(path, "-") == 0;
    const char *name = is_input ? "standard input" : path;
    growing g = {0};
    const int fd = is_input ? STDIN_FILENO : cfi_open(path, O_RDONLY, 0);
    if (fd < 0)
        return cf_fail(CF_ERR_IO, "%s: cannot be opened: %s", path, strerror(errno));
    struct stat about;
    const bool sized = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
    cf_status status;
    CF_GO(start(&g, sized ? (size_t)about.st_size : FIRST_READ, limit_of(max_bytes)));
    /* Standard input only from its start: the parts count from there. What follows the parts is
     * read below. */
    if (sized && about.st_size > PART && (size_t)about.st_size <= g.limit &&
        (!is_input || lseek(fd, 0, SEEK_CUR) == 0))
        CF_GO(read_parallel(fd, name, (size_t)about.st_size, &g));
    CF_GO(read_all(fd, name, &g));
    finish(&g, out);
cleanup:
    cf_free(g.data);
    if (!is_input)
        (void)cfi_close(fd);
    return status;
}

bool cfi_file_parts_open(cfi_file_parts *parts, const char *path, size_t max_bytes)
{
    struct stat about;
    *parts = (cfi_file_parts){.fd = -1};
    if (stat(path, &about) != 0 || !S_ISREG(about.st_mode)) /* who opens a pipe takes its content */
        return false;
    parts->fd = cfi_open(path, O_RDONLY, 0);
    if (parts->fd >= 0 && fstat(parts->fd, &about) == 0 && S_ISREG(about.st_mode) &&
        (uintmax_t)about.st_size <= limit_of(max_bytes)) {
        parts->size = (size_t)about.st_size;
        return true;
    }
    cfi_file_parts_close(parts);
    return false;
}

bool cfi_file_parts_read(const cfi_file_parts *parts, size_t at, char *to, size_t n)
{
    return read_at(parts->fd, at, to, n) == 0;
}

void cfi_file_parts_close(cfi_file_parts *parts)
{
    if (parts->fd >= 0)
        cfi_close(parts->fd);
    parts->fd = -1;
}

/* One gzip member of the bytes before `end`. */
static cf_status inflate_member(const char *name, z_stream *z, const unsigned char *end, growing *g)
{
    for (;;) {
        CF_TRY(make_room(g));
        const size_t left = (size_t)(end - z->next_in);
        z->avail_in = left > MOST_AT_ONCE ? MOST_AT_ONCE : (unsigned)left;
        size_t room = g->capacity - g->size - CFI_FILE_PADDING;
        if (room > MOST_AT_ONCE)
            room = MOST_AT_ONCE;
        z->next_out = (unsigned char *)g->data + g->size;
        z->avail_out = (unsigned)room;
        const int code = inflate(z, Z_NO_FLUSH);
        g->size += room - z->avail_out;
        if (g->size > g->limit)
            return fail_too_large(name, g->limit);
        if (code == Z_STREAM_END)
            return CF_OK;
        if (code == Z_MEM_ERROR)
            return cf_out_of_memory();
        if (code == Z_BUF_ERROR)
            return cf_fail(CF_ERR_FORMAT, "%s: the gzip data ends too early", name);
        if (code != Z_OK)
            return cf_fail(CF_ERR_FORMAT, "%s: the gzip data is damaged: %s", name,
                           z->msg ? z->msg : "unknown reason");
    }
}

static bool is_gzip(const unsigned char *p, size_t n)
{
    return n >= 2 && p[0] == 0x1F && p[1] == 0x8B;
}

/* Tools pad archives with zeros; anything else behind the last member is an error. */
static bool all_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return false;
    return true;
}

/* One member after the other, as `cat a.gz b.gz` makes them, into one text. */
static cf_status inflate_members(const char *name, z_stream *z, growing *g, const cfi_bytes *from)
{
    const unsigned char *p = (const unsigned char *)from->data, *end = p + from->size;
    while (is_gzip(p, (size_t)(end - p))) {
        z->next_in = p;
        CF_TRY(inflate_member(name, z, end, g));
        p = z->next_in;
        if (inflateReset(z) != Z_OK)
            return cf_fail(CF_ERR_INTERNAL, "%s: zlib was not reset", name);
    }
    if (!all_zero(p, (size_t)(end - p)))
        return cf_fail(CF_ERR_FORMAT, "%s: unknown bytes follow the gzip data", name);
    return CF_OK;
}

cf_status cfi_bytes_gunzip(const char *name, size_t max_bytes, cfi_bytes *bytes)
{
    if (!is_gzip((const unsigned char *)bytes->data, bytes->size))
        return CF_OK;
    growing g = {0};
    z_stream z = {.zalloc = cfi_zlib_allocate, .zfree = cfi_zlib_free};
    /* 15 = the largest window, 16 = a gzip header. */
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        return cf_out_of_memory();
    cf_status status;
    CF_GO(start(&g, 4 * bytes->size, limit_of(max_bytes)));
    CF_GO(inflate_members(name, &z, &g, bytes));
    cfi_bytes_clear(bytes);
    finish(&g, bytes);
cleanup:
    cf_free(g.data);
    inflateEnd(&z);
    return status;
}

bool cfi_path_ends_with(const char *path, const char *suffix)
{
    const size_t n = strlen(path), k = strlen(suffix);
    return n >= k && strcasecmp(path + n - k, suffix) == 0;
}

bool cfi_path_has_type(const char *path, const char *suffix)
{
    if (cfi_path_ends_with(path, suffix))
        return true;
    const size_t n = strlen(path), k = strlen(suffix);
    return cfi_path_ends_with(path, ".gz") && n >= k + 3 &&
           strncasecmp(path + n - k - 3, suffix, k) == 0;
}
