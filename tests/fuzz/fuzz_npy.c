/* SPDX-License-Identifier: BSD-3-Clause */
/* .npy files: the first byte chooses whether a column is the target. */
#include "fuzz/fuzz.h"
#include "io/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const cf_read_options options = {.target = data[0] % 2 ? "-1" : NULL};
    fuzz_reader(cfi_read_npy_bytes, &options, data + 1, size - 1);
    return 0;
}
