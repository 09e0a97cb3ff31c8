/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * CSV: the first byte chooses the options, the rest is the file. Read in pieces, where that is
 * done, it gives the same table.
 */
#include "fuzz/fuzz.h"
#include "io/io.h"

#include <sys/mman.h>
#include <unistd.h>

static void check_same(const cf_matrix *A, const cf_matrix *B)
{
    FUZZ_CHECK(A->rows == B->rows && A->cols == B->cols && !A->schema == !B->schema);
    for (cf_index i = 0; i < A->rows; i++) {
        for (cf_index j = 0; j < A->cols; j++) {
            const double a = cf_matrix_get(A, i, j), b = cf_matrix_get(B, i, j);
            FUZZ_CHECK(a == b || (isnan(a) && isnan(b)));
        }
    }
}

static void compare_pieces(const cf_read_options *options, const uint8_t *data, size_t size)
{
    char path[64];
    cf_table pieces = {0}, whole = {0};
    bool done;
    const int fd = memfd_create("fuzz", 0);
    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    fuzz_begin();
    FUZZ_CHECK(cfi_read_csv_stream(path, options, &pieces, &done) == CF_OK);
    close(fd);
    if (done) {
        cfi_bytes bytes = fuzz_bytes(data, size);
        FUZZ_CHECK(cfi_read_csv_bytes("input", options, &bytes, &whole) == CF_OK);
        cfi_bytes_clear(&bytes);
        check_same(&pieces.X, &whole.X);
        check_same(&pieces.y, &whole.y);
        check_same(&pieces.weights, &whole.weights);
    }
    const size_t more = 1024 * (size_t)pieces.X.cols;
    cf_table_clear(&pieces);
    cf_table_clear(&whole);
    fuzz_end(3 * size, more);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const unsigned choice = data[0];
    const cf_read_options options = {
        .header = (cf_header)(choice % 3),
        .target = choice & 4 ? "0" : NULL,
        .delimiter = choice & 8 ? ';' : '\0',
        .missing = choice & 16 ? "NA,-1" : NULL,
        .weights = choice & 32 ? "-1" : NULL,
        .categorical = choice & 64 ? "1" : NULL,
        .text = choice & 128 ? "2" : NULL,
    };
    compare_pieces(&options, data + 1, size - 1);
    fuzz_reader(cfi_read_csv_bytes, &options, data + 1, size - 1);
    return 0;
}
