/* SPDX-License-Identifier: BSD-3-Clause */
/* CSV: the first byte chooses the options, the rest is the file. */
#include "fuzz/fuzz.h"
#include "io/io.h"

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
    fuzz_reader(cfi_read_csv_bytes, &options, data + 1, size - 1);
    return 0;
}
