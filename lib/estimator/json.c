/* SPDX-License-Identifier: BSD-3-Clause */
#include "estimator/json.h"

#include <errno.h>

/* The parser clears errno to learn of numbers out of range, and forgets to put it back. */
json_t *cfi_json_read(const char *bytes, size_t length, size_t flags, json_error_t *error)
{
    const int kept = errno;
    json_t *json = json_loadb(bytes, length, flags, error);
    errno = kept;
    return json;
}
