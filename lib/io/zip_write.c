/* SPDX-License-Identifier: BSD-3-Clause */
/* Writing zip archives of stored entries, as numpy.savez does; zip64 where 32 bits do not do. */
#include "base/memory.h"
#include "io/zip.h"

#include <string.h>

enum {
    VERSION = 20,
    VERSION64 = 45,
    DATE = 0x21, /* 1980-01-01: the same bytes every time */
    ENTRIES_MOST = UINT16_MAX
};

/* An entry that was begun; `offset` is that of its local header. */
typedef struct cfi_zip_written {
    char *name;
    uint64_t size, offset;
    uint32_t crc;
} cfi_zip_written;

/* Failures are the file writer's to keep; the position goes on regardless. */
static void put_bytes(cfi_zip_writer *w, const void *bytes, size_t n)
{
    cfi_writer_add(&w->file, bytes, n);
    w->position += n;
}

static void put(cfi_zip_writer *w, uint64_t value, int bytes)
{
    unsigned char p[8];
    for (int k = 0; k < bytes; k++)
        p[k] = (unsigned char)(value >> (8 * k));
    put_bytes(w, p, (size_t)bytes);
}

/* All ones say that the number is in the zip64 extra field. */
static uint64_t capped(uint64_t value)
{
    return value < UINT32_MAX ? value : UINT32_MAX;
}

cf_status cfi_zip_create(cfi_zip_writer *w, const char *path)
{
    *w = (cfi_zip_writer){0};
    return cfi_writer_open(&w->file, path);
}

/* Version, flags, method, time, date, CRC, sizes: the same in both headers. */
static void put_common(cfi_zip_writer *w, const cfi_zip_written *e, bool large)
{
    put(w, large ? VERSION64 : VERSION, 2);
    put(w, 0, 2);
    put(w, 0, 2);
    put(w, 0, 2);
    put(w, DATE, 2);
    put(w, e->crc, 4);
    put(w, capped(e->size), 4);
    put(w, capped(e->size), 4);
    put(w, strlen(e->name), 2);
}

/* The name is copied: it is needed again for the directory. */
static cf_status append(cfi_zip_writer *w, const char *name, uint64_t size, uint32_t crc)
{
    if (w->count == ENTRIES_MOST)
        return cf_fail(CF_ERR_LIMIT, "%s: a zip archive holds at most %d entries", w->file.path,
                       ENTRIES_MOST);
    if (w->count == w->capacity) {
        const cf_index capacity = w->capacity > 0 ? 2 * w->capacity : 8;
        cfi_zip_written *entries = cf_grow(w->entries, w->count, capacity, sizeof *entries);
        if (!entries)
            return cf_out_of_memory();
        w->entries = entries;
        w->capacity = capacity;
    }
    char *copy = cf_text_copy(name);
    if (!copy)
        return cf_out_of_memory();
    w->entries[w->count++] = (cfi_zip_written){copy, size, w->position, crc};
    return CF_OK;
}

void cfi_zip_begin(cfi_zip_writer *w, const char *name, uint64_t size, uint32_t crc)
{
    if (w->status == CF_OK)
        w->status = append(w, name, size, crc);
    if (w->status != CF_OK)
        return;
    const cfi_zip_written *e = &w->entries[w->count - 1];
    const bool large = size >= UINT32_MAX;
    put(w, 0x04034B50, 4);
    put_common(w, e, large);
    put(w, large ? 20 : 0, 2);
    put_bytes(w, e->name, strlen(e->name));
    /* Field 1, zip64: 16 bytes, unpacked and packed size. */
    if (large) {
        put(w, 1, 2);
        put(w, 16, 2);
        put(w, size, 8);
        put(w, size, 8);
    }
}

void cfi_zip_add(cfi_zip_writer *w, const void *bytes, size_t n)
{
    if (w->status == CF_OK)
        put_bytes(w, bytes, n);
}

/* The central header: as the local one, and where that is. Only what passes 32 bits goes into the
 * extra field, in this order. */
static void put_directory_entry(cfi_zip_writer *w, const cfi_zip_written *e)
{
    const bool large = e->size >= UINT32_MAX, far = e->offset >= UINT32_MAX;
    const unsigned extra = (large ? 16u : 0u) + (far ? 8u : 0u);
    put(w, 0x02014B50, 4);
    put(w, large || far ? VERSION64 : VERSION, 2);
    put_common(w, e, large || far);
    put(w, extra > 0 ? extra + 4 : 0, 2);
    put(w, 0, 2); /* comment */
    put(w, 0, 2); /* disk */
    put(w, 0, 2);
    put(w, 0, 4); /* attributes */
    put(w, capped(e->offset), 4);
    put_bytes(w, e->name, strlen(e->name));
    if (extra == 0)
        return;
    put(w, 1, 2);
    put(w, extra, 2);
    if (large) {
        put(w, e->size, 8);
        put(w, e->size, 8);
    }
    if (far)
        put(w, e->offset, 8);
}

/* The zip64 end record and, behind it, its locator; readers find them in front of the plain end
 * record. */
static void put_end64(cfi_zip_writer *w, uint64_t start, uint64_t end)
{
    put(w, 0x06064B50, 4);
    put(w, 44, 8);
    put(w, VERSION64, 2);
    put(w, VERSION64, 2);
    put(w, 0, 8); /* disks */
    put(w, (uint64_t)w->count, 8);
    put(w, (uint64_t)w->count, 8);
    put(w, end - start, 8);
    put(w, start, 8);
    put(w, 0x07064B50, 4);
    put(w, 0, 4);
    put(w, end, 8);
    put(w, 1, 4);
}

/* Leaves the file to be committed or discarded. */
static void release(cfi_zip_writer *w)
{
    for (cf_index k = 0; k < w->count; k++)
        cf_free(w->entries[k].name);
    cf_free(w->entries);
    w->entries = NULL;
    w->count = w->capacity = 0;
}

cf_status cfi_zip_commit(cfi_zip_writer *w)
{
    if (w->status != CF_OK) {
        const cf_status status = w->status;
        cfi_zip_discard(w);
        return status;
    }
    const uint64_t start = w->position;
    for (cf_index k = 0; k < w->count; k++)
        put_directory_entry(w, &w->entries[k]);
    const uint64_t end = w->position;
    if (end >= UINT32_MAX)
        put_end64(w, start, end);
    put(w, 0x06054B50, 4);
    put(w, 0, 4); /* disks */
    put(w, (uint64_t)w->count, 2);
    put(w, (uint64_t)w->count, 2);
    put(w, capped(end - start), 4);
    put(w, capped(start), 4);
    put(w, 0, 2);
    release(w);
    return cfi_writer_commit(&w->file);
}

void cfi_zip_discard(cfi_zip_writer *w)
{
    release(w);
    cfi_writer_discard(&w->file);
}
