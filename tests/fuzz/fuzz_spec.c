/* SPDX-License-Identifier: BSD-3-Clause */
/* The spec language: what parses prints, and what is printed parses to the same; nothing leaks. */
#include "fuzz/fuzz.h"

#include "cofit/extend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[4096];
    if (size >= sizeof text)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    cf_estimator *e = NULL, *again = NULL;
    char *first = NULL, *second = NULL;
    if (cf_parse(&e, text) == CF_OK) {
        FUZZ_CHECK(cf_to_text(e, &first) == CF_OK);
        FUZZ_CHECK(cf_parse(&again, first) == CF_OK);
        FUZZ_CHECK(cf_to_text(again, &second) == CF_OK);
        FUZZ_CHECK(strcmp(first, second) == 0);
    } else {
        FUZZ_CHECK(e == NULL && *cf_last_error());
    }
    cf_text_free(first);
    cf_text_free(second);
    cf_estimator_free(e);
    cf_estimator_free(again);
    return 0;
}
