/* SPDX-License-Identifier: BSD-3-Clause */
/* Saving and loading: a safetensors file in memory or on disk, replaced atomically. */
#include "estimator/model_file.h"

#include "base/file.h"
#include "estimator/json.h"

#include <stdlib.h>
#include <string.h>

cf_status cf_save_memory(const cf_estimator *e, void **bytes, size_t *size)
{
    cfi_tensors tensors = {0};
    cf_matrices scratch = {0};
    json_t *tree = NULL;
    char *text = NULL, *out = NULL;
    cf_status status = CF_OK;
    /* the tensors borrow from e and from scratch: both stay until the bytes are written */
    CF_GO(cfi_model_describe(e, &tensors, &scratch, &tree));
    text = json_dumps(tree, JSON_COMPACT);
    tensors.model = text ? cf_text_copy(text) : NULL;
    if (!tensors.model)
        CF_GO(cf_out_of_memory());
    CF_GO(cfi_tensors_write(&tensors, &out, size));
    *bytes = out;
cleanup:
    if (text) {
        /* made by jansson's allocator, which a program may have replaced: it goes back there */
        json_free_t release;
        json_get_alloc_funcs(NULL, &release);
        release(text);
    }
    json_decref(tree);
    cfi_tensors_clear(&tensors);
    for (cf_index i = 0; i < scratch.count; i++)
        cf_matrix_clear(&scratch.items[i]);
    cf_free(scratch.items);
    return status;
}

cf_status cf_load_memory(cf_estimator **out, const void *bytes, size_t size)
{
    cfi_tensors tensors = {0};
    json_t *tree = NULL;
    json_error_t error;
    cf_status status = CF_OK;
    /* The one copy of the bytes: matrices and arrays of the model lie in it and hold references. */
    cf_buffer *buffer = cfi_buffer_new(size);
    if (!buffer)
        return cf_out_of_memory();
    if (size > 0)
        memcpy(buffer->data, bytes, size);
    /* takes the buffer over, whatever comes of it */
    CF_GO(cfi_tensors_read(buffer, size, &tensors));
    tree = cfi_json_read(tensors.model, strlen(tensors.model), JSON_REJECT_DUPLICATES, &error);
    if (!json_is_object(tree))
        CF_GO(cf_fail(CF_ERR_FORMAT, "not a sound model file: its description is not JSON"));
    CF_GO(cfi_model_build(tree, &tensors, out));
cleanup:
    json_decref(tree);
    cfi_tensors_clear(&tensors);
    return status;
}

/* The bytes are complete before the file is opened: a model that cannot be saved touches no
 * file. */
cf_status cf_save(const cf_estimator *e, const char *path)
{
    void *bytes = NULL;
    size_t size = 0;
    cfi_writer w;
    CF_TRY(cf_save_memory(e, &bytes, &size));
    cf_status status = cfi_writer_open(&w, path);
    if (status == CF_OK) {
        cfi_writer_add(&w, bytes, size);
        status = cfi_writer_commit(&w);
    }
    cf_bytes_free(bytes);
    return status;
}

cf_status cf_load(cf_estimator **out, const char *path)
{
    cfi_bytes file = {0};
    CF_TRY(cfi_file_read(path, 0, &file));
    cf_status status = cf_load_memory(out, file.data, file.size);
    cfi_bytes_clear(&file);
    return status == CF_OK ? CF_OK : cfi_fail_prefix(status, "%s: ", path);
}
