/* SPDX-License-Identifier: BSD-3-Clause */
/* A new text moves the codes behind it up by one: whoever adds one moves the codes. */
#include "preprocessing/dictionaries.h"

#include <string.h>

cf_index cfi_dictionary_place(const cf_schema *schema, cf_index j, const char *text, bool *found)
{
    cf_index low = 0, high = cf_schema_dictionary_size(schema, j);
    while (low < high) {
        const cf_index middle = (low + high) / 2;
        if (strcmp(cf_schema_text(schema, j, middle), text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    const char *here = cf_schema_text(schema, j, low);
    *found = here && strcmp(here, text) == 0;
    return low;
}

cf_status cfi_dictionary_add(const cf_schema *in, cf_index j, const char *text, cf_schema *out,
                             cf_index to)
{
    bool found = false;
    const cf_index size = cf_schema_dictionary_size(in, j);
    const cf_index place = cfi_dictionary_place(in, j, text, &found);
    const char **texts;
    CF_TRY(CF_ALLOC(texts, size + 1));
    for (cf_index c = 0; c <= size; c++)
        texts[c] = c == place && !found ? text : cf_schema_text(in, j, c - (c > place && !found));
    const cf_status status =
        cf_schema_set_dictionary(out, to, CF_CATEGORICAL, texts, size + (found ? 0 : 1));
    cf_free(texts);
    return status;
}
