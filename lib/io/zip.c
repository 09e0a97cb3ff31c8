/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Reading zip archives. Only the central directory is believed, and only as far as it fits the
 * file: every offset and length is compared with what is left, sizes with what deflate can do.
 */
#include "io/zip.h"

#include "base/memory.h"
#include "base/zlib_memory.h"

#include <string.h>

enum {
    END_SIZE = 22,
    LOCATOR_SIZE = 20,
    END64_SIZE = 56,
    CENTRAL_SIZE = 46,
    LOCAL_SIZE = 30,
    COMMENT_MOST = 65535,
    DEFLATE_MOST = 1032, /* bytes one byte of deflate data can become */
    ENTRIES_MOST = 65536
};

/* Little-endian, of any alignment. */
static uint64_t get(const unsigned char *p, int bytes)
{
    uint64_t value = 0;
    for (int k = 0; k < bytes; k++)
        value |= (uint64_t)p[k] << (8 * k);
    return value;
}

static cf_status fail_zip(const cfi_zip *zip, const char *what)
{
    return cf_fail(CF_ERR_FORMAT, "%s: the archive is damaged: %s", zip->name, what);
}

/* Where the central directory is. */
typedef struct directory {
    uint64_t count, size, offset;
} directory;

/* The zip64 record in front of the end record at `end`, where there is one. */
static cf_status read_end64(const cfi_zip *zip, size_t end, directory *d)
{
    if (end < LOCATOR_SIZE || get(zip->data + end - LOCATOR_SIZE, 4) != 0x07064B50)
        return CF_OK;
    const uint64_t at = get(zip->data + end - LOCATOR_SIZE + 8, 8);
    if (at > zip->size || zip->size - at < END64_SIZE || get(zip->data + at, 4) != 0x06064B50)
        return fail_zip(zip, "its zip64 end record is not where it should be");
    *d = (directory){get(zip->data + at + 32, 8), get(zip->data + at + 40, 8),
                     get(zip->data + at + 48, 8)};
    return CF_OK;
}

/* The end record is searched from the back: it is followed by nothing but a comment of the length
 * it tells. */
static cf_status find_directory(const cfi_zip *zip, directory *d)
{
    const size_t least =
        zip->size > END_SIZE + COMMENT_MOST ? zip->size - END_SIZE - COMMENT_MOST : 0;
    for (size_t at = zip->size; at >= least + END_SIZE; at--) {
        const unsigned char *p = zip->data + at - END_SIZE;
        if (get(p, 4) != 0x06054B50 || get(p + 20, 2) != zip->size - at)
            continue;
        *d = (directory){get(p + 10, 2), get(p + 12, 4), get(p + 16, 4)};
        CF_TRY(read_end64(zip, at - END_SIZE, d));
        if (d->offset > zip->size || d->size > zip->size - d->offset || d->count > ENTRIES_MOST ||
            d->count > d->size / CENTRAL_SIZE)
            return fail_zip(zip, "its directory does not fit into it");
        return CF_OK;
    }
    return cf_fail(CF_ERR_FORMAT, "%s: this is no .npz file (no end of a zip archive)", zip->name);
}

/* The large sizes an entry keeps in its zip64 extra field, in order, for those marked by all ones.
 */
static cf_status read_extra64(const cfi_zip *zip, const unsigned char *p, size_t n,
                              uint64_t *const fields[3])
{
    while (n >= 4) {
        const size_t id = get(p, 2), length = get(p + 2, 2);
        if (length > n - 4)
            break;
        size_t used = 0;
        for (int k = 0; id == 1 && k < 3; k++) {
            if (*fields[k] != UINT32_MAX)
                continue;
            if (length - used < 8)
                return fail_zip(zip, "a zip64 field is too short");
            *fields[k] = get(p + 4 + used, 8);
            used += 8;
        }
        p += 4 + length;
        n -= 4 + length;
    }
    return CF_OK;
}

/* The data of an entry begin behind its local header, which repeats name and extra field. */
static cf_status find_data(const cfi_zip *zip, uint64_t local, cfi_zip_entry *entry)
{
    if (local > zip->size || zip->size - local < LOCAL_SIZE ||
        get(zip->data + local, 4) != 0x04034B50)
        return fail_zip(zip, "an entry is not where it should be");
    const uint64_t skip =
        LOCAL_SIZE + get(zip->data + local + 26, 2) + get(zip->data + local + 28, 2);
    if (skip > zip->size - local || entry->packed > zip->size - local - skip)
        return fail_zip(zip, "an entry does not fit into it");
    entry->offset = (size_t)(local + skip);
    return CF_OK;
}

/* The entry at p, `left` bytes before the end of the directory; *used is its length there. */
static cf_status read_entry(const cfi_zip *zip, const unsigned char *p, size_t left,
                            cfi_zip_entry *entry, size_t *used)
{
    if (left < CENTRAL_SIZE || get(p, 4) != 0x02014B50)
        return fail_zip(zip, "its directory ends too early");
    const size_t name = get(p + 28, 2), extra = get(p + 30, 2), comment = get(p + 32, 2);
    if (name + extra + comment > left - CENTRAL_SIZE)
        return fail_zip(zip, "its directory ends too early");
    uint64_t packed = get(p + 20, 4), size = get(p + 24, 4), local = get(p + 42, 4);
    CF_TRY(read_extra64(zip, p + CENTRAL_SIZE + name, extra,
                        (uint64_t *const[]){&size, &packed, &local}));
    *entry = (cfi_zip_entry){.name = (const char *)p + CENTRAL_SIZE,
                             .name_length = name,
                             .method = (unsigned)get(p + 10, 2),
                             .crc = (uint32_t)get(p + 16, 4),
                             .packed = packed,
                             .size = size};
    if ((get(p + 8, 2) & 1) != 0 || (entry->method != 0 && entry->method != 8))
        return cf_fail(CF_ERR_UNSUPPORTED,
                       "%s: an entry is encrypted or packed by method %u, which is "
                       "not supported",
                       zip->name, entry->method);
    if (entry->method == 0 ? size != packed : size / DEFLATE_MOST > packed)
        return fail_zip(zip, "an entry's sizes do not agree");
    *used = CENTRAL_SIZE + name + extra + comment;
    return find_data(zip, local, entry);
}

static bool same_name(const cfi_zip_entry *a, const cfi_zip_entry *b)
{
    return a->name_length == b->name_length && memcmp(a->name, b->name, a->name_length) == 0;
}

cf_status cfi_zip_open(const char *name, const cfi_bytes *archive, cfi_zip *out)
{
    cfi_zip zip = {
        .name = name, .data = (const unsigned char *)archive->data, .size = archive->size};
    directory d = {0};
    cf_status status;
    CF_GO(find_directory(&zip, &d));
    CF_GO(CF_ALLOC(zip.entries, (cf_index)d.count));
    const unsigned char *p = zip.data + d.offset, *end = p + d.size;
    for (; zip.count < (cf_index)d.count; zip.count++) {
        size_t used = 0;
        CF_GO(read_entry(&zip, p, (size_t)(end - p), &zip.entries[zip.count], &used));
        p += used;
        /* Against the first 256 alone, so that many entries do not take quadratic time. */
        for (cf_index k = 0; k < zip.count && k < 256; k++)
            if (same_name(&zip.entries[k], &zip.entries[zip.count]))
                CF_GO(fail_zip(&zip, "two entries have the same name"));
    }
    *out = zip;
    zip.entries = NULL;
cleanup:
    cf_free(zip.entries);
    return status;
}

void cfi_zip_close(cfi_zip *zip)
{
    cf_free(zip->entries);
    *zip = (cfi_zip){0};
}

const cfi_zip_entry *cfi_zip_find(const cfi_zip *zip, const char *name)
{
    const size_t n = strlen(name);
    for (cf_index k = 0; k < zip->count; k++) {
        const cfi_zip_entry *e = &zip->entries[k];
        const bool begins = e->name_length >= n && memcmp(e->name, name, n) == 0;
        const size_t rest = begins ? e->name_length - n : SIZE_MAX;
        if (rest == 0 || (rest == 4 && memcmp(e->name + n, ".npy", 4) == 0))
            return e;
    }
    return NULL;
}

/* Into exactly e->size bytes: deflate data that give more or fewer are refused, and so is what
 * follows them. -15 = raw deflate, without a zlib header. */
static cf_status inflate_entry(const cfi_zip *zip, const cfi_zip_entry *e, char *out)
{
    z_stream z = {.zalloc = cfi_zlib_allocate, .zfree = cfi_zlib_free};
    if (inflateInit2(&z, -15) != Z_OK)
        return cf_out_of_memory();
    z.next_in = zip->data + e->offset;
    z.next_out = (unsigned char *)out;
    size_t in = e->packed, room = e->size;
    int code = Z_OK;
    while (code == Z_OK) {
        z.avail_in = in < CFI_ZLIB_AT_ONCE ? (unsigned)in : CFI_ZLIB_AT_ONCE;
        z.avail_out = room < CFI_ZLIB_AT_ONCE ? (unsigned)room : CFI_ZLIB_AT_ONCE;
        const unsigned had_in = z.avail_in, had_out = z.avail_out;
        code = inflate(&z, Z_NO_FLUSH);
        in -= had_in - z.avail_in;
        room -= had_out - z.avail_out;
    }
    inflateEnd(&z);
    if (code == Z_MEM_ERROR)
        return cf_out_of_memory();
    return code == Z_STREAM_END && room == 0 && in == 0
               ? CF_OK
               : fail_zip(zip, "an entry cannot be unpacked to its size");
}

/* The CRC of the unpacked bytes. */
static uint32_t crc_of(const char *data, size_t n)
{
    uLong crc = crc32(0, NULL, 0);
    for (size_t k = 0; k < n; k += CFI_ZLIB_AT_ONCE) {
        const size_t part = n - k < CFI_ZLIB_AT_ONCE ? n - k : CFI_ZLIB_AT_ONCE;
        crc = crc32(crc, (const unsigned char *)data + k, (unsigned)part);
    }
    return (uint32_t)crc;
}

cf_status cfi_zip_unpack(const cfi_zip *zip, const cfi_zip_entry *e, size_t most, cfi_bytes *out)
{
    if (e->size > most)
        return cf_fail(CF_ERR_LIMIT, "%s: an entry of %zu bytes, the limit is %zu", zip->name,
                       e->size, most);
    cfi_bytes bytes = {.size = e->size};
    cf_status status;
    CF_GO(CF_ALLOC(bytes.data, (cf_index)(e->size + CFI_FILE_PADDING)));
    memset(bytes.data + e->size, 0, CFI_FILE_PADDING);
    if (e->method == 0)
        memcpy(bytes.data, zip->data + e->offset, e->size);
    else
        CF_GO(inflate_entry(zip, e, bytes.data));
    if (crc_of(bytes.data, bytes.size) != e->crc)
        CF_GO(fail_zip(zip, "the check sum of an entry is wrong"));
    *out = bytes;
    bytes.data = NULL;
cleanup:
    cf_free(bytes.data);
    return status;
}
