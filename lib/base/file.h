/* SPDX-License-Identifier: BSD-3-Clause */
/* Files: read whole and bounded, written so that a reader sees the old content or the new. */
#ifndef COFIT_BASE_FILE_H
#define COFIT_BASE_FILE_H

#include "base/status.h"

/* Zero bytes behind the content of a cfi_bytes, so that parsers may read words past the end. */
enum { CFI_FILE_PADDING = 64 };

/* The content of a file; zero-initialised = empty. */
typedef struct cfi_bytes {
    char *data; /* from cf_alloc, 64-byte aligned */
    size_t size;
} cfi_bytes;

/*
 * Reads a whole file, pipe or, for "-", standard input. Memory grows with what was read, never
 * with what a file claims; more than max_bytes (0 = half of the machine's memory) is CF_ERR_LIMIT.
 * CF_ERR_IO with the reason, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_file_read(const char *path, size_t max_bytes, cfi_bytes *out);

/* A regular file of which parts are read. */
typedef struct cfi_file_parts {
    int fd;
    size_t size; /* when it was opened */
} cfi_file_parts;

/*
 * Opens a file to be read in parts; false if it is no regular file, cannot be opened, or has more
 * bytes than cfi_file_read would read.
 */
bool cfi_file_parts_open(cfi_file_parts *parts, const char *path, size_t max_bytes);

/* Reads the n bytes from `at` on, on any thread; false if they do not come. */
bool cfi_file_parts_read(const cfi_file_parts *parts, size_t at, char *to, size_t n);

void cfi_file_parts_close(cfi_file_parts *parts);

/*
 * Replaces gzip data (known by its first bytes; several members may follow each other) by its
 * content, at most max_bytes as above; leaves anything else alone. `name` is for messages.
 * CF_ERR_FORMAT, CF_ERR_LIMIT, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_bytes_gunzip(const char *name, size_t max_bytes, cfi_bytes *bytes);

/* Releases the bytes and makes them empty. */
void cfi_bytes_clear(cfi_bytes *bytes);

/* True when `path` ends with `suffix`, upper and lower case alike. */
bool cfi_path_ends_with(const char *path, const char *suffix);

/* True when `path` ends with `suffix`, or with it and ".gz". */
bool cfi_path_has_type(const char *path, const char *suffix);

/*
 * A file being written. A regular file is written beside its place and renamed over it at the
 * end; standard output ("-"), devices and pipes are written in place. A path that ends with ".gz"
 * is compressed. Failures are kept: later calls do nothing, cfi_writer_commit reports the first.
 */
typedef struct cfi_writer {
    char *path;      /* as given, for messages */
    char *target;    /* links followed; NULL = written in place */
    char *temporary; /* beside the target; NULL once it is gone */
    char *buffer;    /* content not yet written */
    size_t used;
    struct cfi_deflater *deflater; /* NULL = not compressed */
    int fd;
    int error; /* errno of the first failure */
    cf_status status;
} cfi_writer;

/* Starts a file; `w` needs no initialisation. CF_ERR_IO, CF_ERR_MEMORY: nothing to release then. */
CF_NODISCARD cf_status cfi_writer_open(cfi_writer *w, const char *path);

/* Adds n bytes. */
void cfi_writer_add(cfi_writer *w, const void *bytes, size_t n);

/* Adds a NUL-terminated text. */
void cfi_writer_put(cfi_writer *w, const char *text);

/* Room for n bytes (at most 4096), to be filled and counted by cfi_writer_took; never NULL. */
char *cfi_writer_room(cfi_writer *w, size_t n);

/* n bytes of the room were filled. */
void cfi_writer_took(cfi_writer *w, size_t n);

/*
 * Writes the rest, syncs, renames and syncs the folder; on failure the old file is as it was.
 * Releases the writer in either case. CF_ERR_IO with the reason, CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_writer_commit(cfi_writer *w);

/* Gives up: removes the temporary file and releases the writer. */
void cfi_writer_discard(cfi_writer *w);

#endif
