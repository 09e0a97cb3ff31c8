/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The classes of the library (generated from meson.build) and those added by cf_register: an
 * append-only list, so that look-ups need no lock. A table is checked whole before it is taken.
 */
#include "estimator/registry.h"

#include "base/status.h"
#include "estimator/accepts.h"
#include "estimator/spec.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

typedef struct node {
    const cf_class *cls;
    struct node *_Atomic next; /* NULL until another is linked; a node is never released */
} node;

/* Read without a lock; the lock is between those that add. */
static struct node *_Atomic added;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

cf_index cf_class_count(void)
{
    cf_index count = 0;
    while (cfi_builtin_classes[count])
        count++;
    for (const node *n = atomic_load(&added); n; n = atomic_load(&n->next))
        count++;
    return count;
}

const cf_class *cf_class_at(cf_index i)
{
    if (i < 0)
        return NULL;
    for (cf_index k = 0; cfi_builtin_classes[k]; k++)
        if (i-- == 0)
            return cfi_builtin_classes[k];
    for (const node *n = atomic_load(&added); n; n = atomic_load(&n->next))
        if (i-- == 0)
            return n->cls;
    return NULL;
}

const cf_class *cf_class_find(const char *name)
{
    for (cf_index k = 0; cfi_builtin_classes[k]; k++)
        if (strcmp(cfi_builtin_classes[k]->name, name) == 0)
            return cfi_builtin_classes[k];
    for (const node *n = atomic_load(&added); n; n = atomic_load(&n->next))
        if (strcmp(n->cls->name, name) == 0)
            return n->cls;
    return NULL;
}

/* Suggests the nearest of at most 512 names. */
static cf_status unknown_class(const char *name)
{
    const char *names[512];
    const cf_index count = cf_class_count() < 512 ? cf_class_count() : 512;
    for (cf_index i = 0; i < count; i++)
        names[i] = cf_class_at(i)->name;
    const char *near = cfi_nearest(name, names, count);
    if (near)
        return cf_fail(CF_ERR_NAME, "there is no class '%.100s'; did you mean '%s'?", name, near);
    return cf_fail(CF_ERR_NAME, "there is no class '%.100s'", name);
}

cf_status cfi_class_require(const char *name, const cf_class **out)
{
    *out = cf_class_find(name);
    return *out ? CF_OK : unknown_class(name);
}

cf_status cf_new(cf_estimator **out, const char *class_name)
{
    const cf_class *cls;
    CF_TRY(cfi_class_require(class_name, &cls));
    return cfi_new(out, cls);
}

/* Every row begins inside the instance, is complete and has a well-formed `accepts`. That its
 * default passes is tried by cf_register. */
static cf_status check_params(const cf_class *cls)
{
    for (const cf_param *row = cls->params; row && row->name; row++) {
        if (!row->accepts || !row->literal || !row->help || row->offset >= cls->size)
            return cf_fail(CF_ERR_ARGUMENT, "%s: the row of '%s' is incomplete", cls->name,
                           row->name);
        cf_status status = CF_OK;
        const char *cursor = row->accepts;
        cfi_alternative a;
        while (cfi_accepts_next(&cursor, &a, &status)) {
        }
        if (status != CF_OK)
            return cfi_fail_prefix(CF_ERR_ARGUMENT, "%s: %s: ", cls->name, row->name);
    }
    return CF_OK;
}

/* The ABI and the size come first: in a table of another layout nothing else can be read. */
static cf_status check_class(const cf_class *cls)
{
    if (!cls || cls->abi != CF_ABI || cls->class_size != sizeof *cls)
        return cf_fail(CF_ERR_ARGUMENT, "the class was built for another version of cofit");
    if (!cls->name || !cfi_is_plain_word(cls->name) || !cls->module || !cls->summary || !cls->doc)
        return cf_fail(CF_ERR_ARGUMENT, "a class needs a name, a module, a summary and a doc");
    if (cls->size < sizeof(cf_estimator) || cls->version < 1)
        return cf_fail(CF_ERR_ARGUMENT, "%s: the size or version is wrong", cls->name);
    if (!(cls->kind & CF_SPLITTER) != !cls->split || (!cls->fit && !cls->split))
        return cf_fail(CF_ERR_ARGUMENT, "%s: a splitter has split, every other class has fit",
                       cls->name);
    for (const cf_state *row = cls->state; row && row->name; row++)
        if (!row->help || (!row->getter && row->offset >= cls->size))
            return cf_fail(CF_ERR_ARGUMENT, "%s: the row of '%s' is incomplete", cls->name,
                           row->name);
    return check_params(cls);
}

cf_status cf_register(const cf_class *cls)
{
    CF_TRY(check_class(cls));
    cf_estimator *trial = NULL; /* the defaults must pass their own checks */
    CF_TRY(cfi_new(&trial, cls));
    cf_estimator_free(trial);
    node *n;
    CF_TRY(CF_ALLOC_ZERO(n, 1));
    /* kept, not copied: a table lives as long as the process; the node is whole before it is
     * linked */
    n->cls = cls;
    pthread_mutex_lock(&lock);
    /* under the lock: two threads may come with one name */
    const bool taken = cf_class_find(cls->name) != NULL;
    if (!taken) {
        struct node *_Atomic *end = &added;
        while (atomic_load(end))
            end = &atomic_load(end)->next;
        atomic_store(end, n);
    }
    pthread_mutex_unlock(&lock);
    if (!taken)
        return CF_OK;
    cf_free(n);
    return cf_fail(CF_ERR_NAME, "a class called '%s' is registered already", cls->name);
}
