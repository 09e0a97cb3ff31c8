/* SPDX-License-Identifier: BSD-3-Clause */
/* A model file taken apart, changed by hand, and loaded with a digest that fits. */
#ifndef COFIT_TESTS_MODEL_EDIT_H
#define COFIT_TESTS_MODEL_EDIT_H

#include "estimator/safetensors.h"
#include "support/support.h"

/* The tensors and the description of e's file. */
static inline cfi_tensors model_tensors(const cf_estimator *e)
{
    void *bytes = NULL;
    size_t size = 0;
    cfi_tensors t = {0};
    ASSERT_OK(cf_save_memory(e, &bytes, &size));
    cf_buffer *buffer = cfi_buffer_new(size);
    memcpy(buffer->data, bytes, size);
    ASSERT_OK(cfi_tensors_read(buffer, size, &t));
    cf_bytes_free(bytes);
    return t;
}

/* The first `from` of the description becomes `to`. */
static inline void model_replace(cfi_tensors *t, const char *from, const char *to)
{
    const char *at = strstr(t->model, from);
    ck_assert_msg(at != NULL, "'%s' is not in %s", from, t->model);
    const size_t room = strlen(t->model) + strlen(to) + 1;
    char *made = cf_alloc((cf_index)room, 1);
    snprintf(made, room, "%.*s%s%s", (int)(at - t->model), t->model, to, at + strlen(from));
    cf_free(t->model);
    t->model = made;
}

/* Loads what became of it, and releases it. */
static inline cf_status model_load(cfi_tensors *t, cf_estimator **out)
{
    char *bytes = NULL;
    size_t size = 0;
    ASSERT_OK(cfi_tensors_write(t, &bytes, &size));
    cfi_tensors_clear(t);
    const cf_status status = cf_load_memory(out, bytes, size);
    cf_bytes_free(bytes);
    return status;
}

#endif
