/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Model files as an attacker writes them: changed anywhere, with a digest that fits. What loads is
 * put to every use; statuses are free, crashes, hangs and endless memory are not.
 */
#ifndef COFIT_TESTS_HOSTILE_H
#define COFIT_TESTS_HOSTILE_H

#include "cofit/extend.h"

/* Memory for files that ask for more than there is: 64 MiB a request at most. */
extern const cf_allocator hostile_allocator;

/* Writes the digest of a file into it, where there is room for one. */
void hostile_seal(void *bytes, size_t size);

/*
 * A changed copy of a model file (cf_alloc), sealed: some nodes of its description, some tensors,
 * or some bytes of its header. What is no model file is changed bytewise.
 */
void hostile_change(cf_random *r, const void *bytes, size_t size, void **out, size_t *out_size);

/* Asks e for everything it has, on small data of every form. False: it cannot be saved and loaded
 * again to the same bytes. */
bool hostile_use(const cf_estimator *e);

#endif
