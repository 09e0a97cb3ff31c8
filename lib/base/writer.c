/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writing a file so that no reader and no crash ever sees half of it: a temporary file in the same
 * folder, fsync, rename, fsync of the folder. What is no regular file (standard output, /dev/null,
 * a pipe) cannot be renamed over and is written in place. A process that is killed leaves the
 * temporary file, ".cofit-*.tmp". A file without a name (O_TMPFILE) would not, but it cannot be
 * linked over one that exists, so it needs the other name all the same, and not every file system
 * has it.
 */
#include "base/file.h"

#include "base/memory.h"
#include "base/system.h"
#include "base/zlib_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 256 << 10, ROOM = 4096, NAME_TRIES = 100, GZIP_LEVEL = 6 };

/* zlib's state, and where it writes to. */
typedef struct cfi_deflater {
    z_stream z;
    unsigned char out[BUFFER];
} cfi_deflater;

/* The first failure stays; nothing is written after it. */
static void keep_error(cfi_writer *w, cf_status status, int error)
{
    if (w->status == CF_OK) {
        w->status = status;
        w->error = error;
    }
}

static void write_all(cfi_writer *w, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0 && w->status == CF_OK) {
        const ssize_t put = cfi_write(w->fd, p, n);
        if (put <= 0) { /* 0 again and again would never end */
            keep_error(w, CF_ERR_IO, put < 0 ? errno : EIO);
            return;
        }
        p += put;
        n -= (size_t)put;
    }
}

/* Runs until zlib has no more to give for these bytes; Z_FINISH also ends the member. */
static void deflate_all(cfi_writer *w, const void *bytes, size_t n, int flush)
{
    cfi_deflater *d = w->deflater;
    d->z.next_in = bytes;
    d->z.avail_in = (unsigned)n; /* at most BUFFER */
    int code;
    do {
        d->z.next_out = d->out;
        d->z.avail_out = BUFFER;
        code = deflate(&d->z, flush);
        write_all(w, d->out, BUFFER - d->z.avail_out);
    } while (w->status == CF_OK && code == Z_OK && d->z.avail_out == 0);
}

static void flush_bytes(cfi_writer *w, const void *bytes, size_t n)
{
    if (w->status != CF_OK)
        return;
    if (w->deflater)
        deflate_all(w, bytes, n, Z_NO_FLUSH);
    else
        write_all(w, bytes, n);
}

static void flush_buffer(cfi_writer *w)
{
    flush_bytes(w, w->buffer, w->used);
    w->used = 0;
}

/* Opens a new file beside `target`, its name in w->temporary: rename works only within a file
 * system. The name is random, and O_EXCL refuses one that exists. */
static cf_status open_temporary(cfi_writer *w)
{
    const char *slash = strrchr(w->target, '/');
    const size_t folder = slash ? (size_t)(slash - w->target) + 1 : 0, room = folder + 40;
    CF_TRY(CF_ALLOC(w->temporary, (cf_index)room));
    memcpy(w->temporary, w->target, folder);
    for (int i = 0; i < NAME_TRIES; i++) {
        uint64_t number = 0;
        if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
            number = (uint64_t)getpid() * NAME_TRIES + (uint64_t)i;
        snprintf(w->temporary + folder, room - folder, ".cofit-%016llx.tmp",
                 (unsigned long long)number);
        w->fd = cfi_open(w->temporary, O_WRONLY | O_CREAT | O_EXCL, 0666);
        if (w->fd >= 0)
            return CF_OK;
        if (errno != EEXIST)
            break;
    }
    const int error = errno;
    cf_free(w->temporary); /* nothing to remove */
    w->temporary = NULL;
    return cf_fail(CF_ERR_IO, "%s: cannot be written: %s", w->path, strerror(error));
}

/* The file behind the links of `path`, or `path` itself when there is none yet: a rename over a
 * link would replace the link. */
static cf_status follow_links(const char *path, char **target)
{
    char resolved[PATH_MAX];
    *target = cf_text_copy(realpath(path, resolved) ? resolved : path);
    return *target ? CF_OK : cf_out_of_memory();
}

/* Writes in place what cannot be replaced. An existing file hands its permissions on to the new
 * one. */
static cf_status open_target(cfi_writer *w)
{
    struct stat about;
    if (strcmp(w->path, "-") == 0) {
        w->fd = STDOUT_FILENO;
        return CF_OK;
    }
    const bool exists = stat(w->path, &about) == 0;
    if (exists && S_ISDIR(about.st_mode))
        return cf_fail(CF_ERR_IO, "%s: cannot be written: it is a folder", w->path);
    if (exists && !S_ISREG(about.st_mode)) {
        w->fd = cfi_open(w->path, O_WRONLY, 0);
        return w->fd >= 0
                   ? CF_OK
                   : cf_fail(CF_ERR_IO, "%s: cannot be written: %s", w->path, strerror(errno));
    }
    CF_TRY(follow_links(w->path, &w->target));
    CF_TRY(open_temporary(w));
    if (exists && cfi_fchmod(w->fd, about.st_mode & 07777) != 0)
        keep_error(w, CF_ERR_IO, errno);
    return CF_OK;
}

/* 15 = the largest window, 16 = a gzip header, 8 = zlib's default memory. */
static cf_status start_deflating(cfi_writer *w)
{
    CF_TRY(CF_ALLOC_ZERO(w->deflater, 1));
    w->deflater->z.zalloc = cfi_zlib_allocate;
    w->deflater->z.zfree = cfi_zlib_free;
    return deflateInit2(&w->deflater->z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) ==
                   Z_OK
               ? CF_OK
               : cf_out_of_memory();
}

cf_status cfi_writer_open(cfi_writer *w, const char *path)
{
    *w = (cfi_writer){.fd = -1};
    cf_status status;
    w->path = cf_text_copy(path);
    CF_GO(w->path ? CF_OK : cf_out_of_memory());
    CF_GO(CF_ALLOC(w->buffer, BUFFER));
    if (cfi_path_ends_with(path, ".gz"))
        CF_GO(start_deflating(w));
    CF_GO(open_target(w));
cleanup:
    if (status != CF_OK)
        cfi_writer_discard(w);
    return status;
}

void cfi_writer_add(cfi_writer *w, const void *bytes, size_t n)
{
    const char *p = bytes;
    while (n > 0) {
        if (w->used == BUFFER)
            flush_buffer(w);
        const size_t part = n < BUFFER - w->used ? n : BUFFER - w->used;
        memcpy(w->buffer + w->used, p, part);
        w->used += part;
        p += part;
        n -= part;
    }
}

void cfi_writer_put(cfi_writer *w, const char *text)
{
    cfi_writer_add(w, text, strlen(text));
}

char *cfi_writer_room(cfi_writer *w, size_t n)
{
    if (BUFFER - w->used < (n < ROOM ? n : ROOM))
        flush_buffer(w);
    return w->buffer + w->used;
}

void cfi_writer_took(cfi_writer *w, size_t n)
{
    w->used += n;
}

/* The rename is durable once the folder is on disk; folders that cannot be synced are let be. */
static void sync_folder(const char *target)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(target, '/');
    const size_t n = slash ? (size_t)(slash - target) + 1 : 0;
    if (n >= sizeof folder)
        return;
    memcpy(folder, n > 0 ? target : ".", n > 0 ? n : 1);
    folder[n > 0 ? n : 1] = '\0';
    const int fd = cfi_open(folder, O_RDONLY | O_DIRECTORY, 0);
    if (fd < 0)
        return;
    (void)cfi_fsync(fd);
    (void)cfi_close(fd);
}

cf_status cfi_writer_commit(cfi_writer *w)
{
    flush_buffer(w);
    if (w->deflater && w->status == CF_OK)
        deflate_all(w, NULL, 0, Z_FINISH);
    /* The content before the name: after a crash the name must not stand for an empty file. */
    if (w->temporary && w->status == CF_OK && cfi_fsync(w->fd) != 0)
        keep_error(w, CF_ERR_IO, errno);
    if (w->fd >= 0 && w->fd != STDOUT_FILENO) {
        const int closed = cfi_close(w->fd); /* quota and network errors may come this late */
        w->fd = -1;
        if (closed != 0)
            keep_error(w, CF_ERR_IO, errno);
    }
    if (w->temporary && w->status == CF_OK) {
        if (cfi_rename(w->temporary, w->target) != 0) {
            keep_error(w, CF_ERR_IO, errno);
        } else {
            cf_free(w->temporary);
            w->temporary = NULL;
            sync_folder(w->target);
        }
    }
    cf_status status = w->status;
    if (status == CF_ERR_IO)
        status =
            cf_fail(status, "%s: cannot be written: %s",
                    strcmp(w->path, "-") == 0 ? "standard output" : w->path, strerror(w->error));
    cfi_writer_discard(w);
    return status;
}

void cfi_writer_discard(cfi_writer *w)
{
    if (w->fd >= 0 && w->fd != STDOUT_FILENO)
        (void)cfi_close(w->fd);
    if (w->temporary)
        unlink(w->temporary);
    if (w->deflater)
        deflateEnd(&w->deflater->z);
    cf_free(w->deflater);
    cf_free(w->temporary);
    cf_free(w->target);
    cf_free(w->buffer);
    cf_free(w->path);
    *w = (cfi_writer){.fd = -1};
}
