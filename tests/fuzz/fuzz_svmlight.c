/* SPDX-License-Identifier: BSD-3-Clause */
/* svmlight files: the first byte chooses the index base. */
#include "fuzz/fuzz.h"
#include "io/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const cf_read_options options = {.index_base = (cf_index_base)(data[0] % 3),
                                     .n_features = data[0] & 4 ? 100 : 0};
    fuzz_reader(cfi_read_svmlight_bytes, &options, data + 1, size - 1);
    return 0;
}
