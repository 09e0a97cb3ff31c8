/* SPDX-License-Identifier: BSD-3-Clause */
/* .npz archives, unpacked to at most 64 KiB an array, so that deflate cannot hide a defect. */
#include "fuzz/fuzz.h"
#include "io/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const cf_read_options options = {.weights = data[0] % 2 ? "w" : NULL, .max_bytes = 64 << 10};
    fuzz_reader(cfi_read_npz_bytes, &options, data + 1, size - 1);
    return 0;
}
