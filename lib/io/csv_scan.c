/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The first pass over a CSV file: how many records begin in every chunk, so that the second pass
 * can write each chunk's rows to their place in parallel. Whether a chunk begins inside quotes is
 * not known before the chunks in front of it were counted, so both cases are counted at once; a
 * quote in an accepted file always toggles, as RFC 4180 allows none inside an unquoted field.
 */
#include "base/memory.h"
#include "base/text.h"
#include "io/csv.h"
#include "io/csv_stops.h"
#include "io/io.h"
#include "matrix/kernels.h"

/* Records begin behind a line feed, unless the line is empty; reads p[-1] to p[n]. */
CF_CLONES static cf_index count_starts(const char *p, size_t n)
{
    enum { BLOCK = 128 }; /* what a byte can count */
    cf_index total = 0;
    for (size_t i = 0; i < n; i += BLOCK) {
        const size_t end = n - i < BLOCK ? n : i + BLOCK;
        unsigned char count = 0;
        for (size_t k = i; k < end; k++) {
            const unsigned char begins = p[(ptrdiff_t)k - 1] == '\n';
            const unsigned char empty = (p[k] == '\n') | ((p[k] == '\r') & (p[k + 1] == '\n'));
            count = (unsigned char)(count + (begins & (empty ^ 1)));
        }
        total += count;
    }
    return total;
}

#if defined(__SSE2__)

/* Bit k is the parity of bits 0 to k. */
static inline uint64_t parities(uint64_t bits)
{
    for (int shift = 1; shift < 64; shift *= 2)
        bits ^= bits << shift;
    return bits;
}

/* The same with quotes: records that begin outside them, and inside them. Reads 65 bytes behind. */
CF_CLONES static void count_both(const char *p, size_t n, char before, cfi_csv_chunk *chunk)
{
    cf_index all = 0, odd = 0;
    uint64_t line = before == '\n', inside = 0; /* carried from the 64 bytes before */
    for (size_t i = 0; i < n; i += 64) {
        const uint64_t valid = n - i < 64 ? ((uint64_t)1 << (n - i)) - 1 : UINT64_MAX;
        const uint64_t lines = cfi_csv_match(p + i, '\n'), next = (uint64_t)(p[i + 64] == '\n')
                                                                  << 63;
        const uint64_t empty = lines | (cfi_csv_match(p + i, '\r') & (lines >> 1 | next));
        const uint64_t begins = (lines << 1 | line) & ~empty & valid;
        const uint64_t quotes = cfi_csv_match(p + i, '"') & valid;
        const uint64_t behind = parities(quotes) ^ inside; /* of the quotes up to here, included */
        all += __builtin_popcountll(begins);
        odd += __builtin_popcountll(begins & (behind ^ quotes));
        line = lines >> 63;
        inside = 0 - (behind >> 63);
    }
    chunk->rows[0] = all - odd;
    chunk->rows[1] = odd;
    chunk->odd = inside != 0;
}

#else

/* The same with quotes: records that begin outside them, and inside them. */
static void count_both(const char *p, size_t n, char before, cfi_csv_chunk *chunk)
{
    cf_index all = 0, odd = 0;
    unsigned parity = 0;
    for (size_t k = 0; k < n; k++) {
        const unsigned empty = (p[k] == '\n') | ((p[k] == '\r') & (p[k + 1] == '\n'));
        const unsigned begins = (before == '\n') & (empty ^ 1);
        all += begins;
        odd += begins & parity;
        before = p[k];
        parity ^= before == '"';
    }
    chunk->rows[0] = all - odd;
    chunk->rows[1] = odd;
    chunk->odd = parity != 0;
}

#endif

/* Bytes outside ASCII, or NUL. */
CF_CLONES static bool has_odd_bytes(const char *p, size_t n)
{
    unsigned char any = 0;
    for (size_t k = 0; k < n; k++) {
        const unsigned char c = (unsigned char)p[k];
        any |= (unsigned char)(c | (c - 1)); /* NUL becomes 255 */
    }
    return any >= 0x80;
}

void cfi_csv_scan_chunk(void *ctx, cf_index begin, cf_index end, cf_index index, int worker)
{
    (void)worker;
    cfi_csv *csv = ctx;
    cfi_csv_chunk *chunk = &csv->chunks[index];
    const char *p = csv->data + begin;
    const size_t n = (size_t)(end - begin);
    *chunk = (cfi_csv_chunk){.odd_bytes = has_odd_bytes(p, n)};
    const bool first = index == 0; /* nothing in front: as behind a line feed */
    if (memchr(p, '"', n))
        count_both(p, n, first ? '\n' : p[-1], chunk);
    else
        chunk->rows[0] =
            first ? (cfi_csv_skip_blank(p) == p) + count_starts(p + 1, n - 1) : count_starts(p, n);
}

/* Adds the chunks up: where each begins, and the row it begins with. */
static void join_chunks(cfi_csv *csv, bool *odd_bytes)
{
    bool inside = false;
    for (cf_index c = 0; c < csv->n_chunks; c++) {
        cfi_csv_chunk *chunk = &csv->chunks[c];
        chunk->inside = inside;
        chunk->first_row = csv->n_rows;
        csv->n_rows += inside ? chunk->rows[1] : chunk->rows[0];
        inside ^= chunk->odd;
        *odd_bytes |= chunk->odd_bytes;
    }
    csv->open_quote = inside;
}

/* The first byte that is NUL or no UTF-8, which there is. */
static const char *find_bad_byte(const char *p, const char *end)
{
    for (;;) { /* lines are valid as a whole or not */
        const char *line = memchr(p, '\n', (size_t)(end - p));
        const char *next = line ? line + 1 : end;
        if (next == end || !cfi_utf8_is_valid(p, (size_t)(next - p)))
            break;
        p = next;
    }
    for (size_t n = 1; p < end; n++) {
        if (cfi_utf8_is_valid(p, n)) {
            p += n;
            n = 0;
        } else if (n == 4 || p + n == end) {
            break;
        }
    }
    return p;
}

static cf_status fail_bytes(const cfi_csv *csv)
{
    long long line, column;
    const char *at = find_bad_byte(csv->data, csv->end);
    cfi_locate(csv->data, at, &line, &column);
    if (*at == '\0')
        return cf_fail(CF_ERR_FORMAT, "%s:%lld:%lld: a NUL byte (is this a text file?)", csv->name,
                       line, column);
    return cf_fail(CF_ERR_FORMAT, "%s:%lld:%lld: byte 0x%02X is not UTF-8", csv->name, line, column,
                   (unsigned char)*at);
}

cf_status cfi_csv_scan(cfi_csv *csv, cf_run *run)
{
    const cf_index size = csv->end - csv->data;
    csv->n_chunks = (size + CFI_CSV_GRAIN - 1) / CFI_CSV_GRAIN;
    cf_free(csv->chunks); /* of the data before */
    CF_TRY(CF_ALLOC(csv->chunks, csv->n_chunks));
    cf_parallel_for(run, size, CFI_CSV_GRAIN, cfi_csv_scan_chunk, csv);
    bool odd_bytes = false;
    join_chunks(csv, &odd_bytes);
    if (odd_bytes && !cfi_utf8_is_valid(csv->data, (size_t)size))
        return fail_bytes(csv);
    return cf_run_check(run);
}

const char *cfi_csv_chunk_start(const cfi_csv *csv, cf_index chunk)
{
    const char *p = csv->data + chunk * CFI_CSV_GRAIN;
    bool inside = csv->chunks[chunk].inside;
    while (p < csv->end && (inside || (p > csv->data && p[-1] != '\n'))) {
        inside ^= *p == '"';
        p++;
    }
    return p;
}
