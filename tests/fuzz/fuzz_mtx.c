/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Matrix Market files. No column is chosen as target: choosing takes memory by the columns a sparse
 * matrix tells, up to a fixed limit, not by the input; fuzz_npy covers it.
 */
#include "fuzz/fuzz.h"
#include "io/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const cf_read_options options = {0};
    fuzz_reader(cfi_read_mtx_bytes, &options, data, size);
    return 0;
}
