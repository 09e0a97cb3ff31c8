/* SPDX-License-Identifier: BSD-3-Clause */
/* Typed arrays and lists: what fitted state is made of beside matrices. Every resize makes the new
 * content before it releases the old one, so that a failure changes nothing. */
#include "base/memory.h"

#include <string.h>

cf_status cf_array_resize(cf_array *array, cf_dtype dtype, cf_index length)
{
    size_t bytes = 0;
    if (!cfi_size_add(&bytes, length, cf_dtype_size(dtype)))
        return cf_out_of_memory();
    cf_buffer *buffer = cfi_buffer_new(bytes);
    if (!buffer)
        return cf_out_of_memory();
    /* a new buffer holds whatever was there before */
    memset(buffer->data, 0, bytes);
    cf_array_clear(array);
    *array = (cf_array){dtype, length, buffer->data, buffer};
    return CF_OK;
}

void cf_array_clear(cf_array *array)
{
    cfi_buffer_free(array->owner);
    *array = (cf_array){0};
}

cf_status cf_matrices_resize(cf_matrices *list, cf_index count)
{
    cf_matrix *items;
    CF_TRY(CF_ALLOC_ZERO(items, count));
    for (cf_index i = 0; i < list->count; i++)
        cf_matrix_clear(&list->items[i]);
    cf_free(list->items);
    *list = (cf_matrices){count, items};
    return CF_OK;
}

cf_status cf_estimators_resize(cf_estimators *list, cf_index count)
{
    cf_estimator **items;
    CF_TRY(CF_ALLOC_ZERO(items, count));
    for (cf_index i = 0; i < list->count; i++)
        cf_estimator_free(list->items[i]);
    cf_free(list->items);
    *list = (cf_estimators){count, items};
    return CF_OK;
}

cf_status cf_strings_resize(cf_strings *list, cf_index count)
{
    char **items;
    CF_TRY(CF_ALLOC_ZERO(items, count));
    for (cf_index i = 0; i < list->count; i++)
        cf_free(list->items[i]);
    cf_free(list->items);
    *list = (cf_strings){count, items};
    return CF_OK;
}
