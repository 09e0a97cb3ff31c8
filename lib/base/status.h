/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread's message: what the library adds to status.h and extend.h. */
#ifndef COFIT_BASE_STATUS_H
#define COFIT_BASE_STATUS_H

#include "cofit/extend.h"

enum { CFI_MESSAGE_SIZE = 1024 };

/* Puts a formatted prefix ("step 'svc': ") before the thread's message; returns `status`.
 * Composites only. */
cf_status cfi_fail_prefix(cf_status status, const char *format, ...) CF_PRINTF(2, 3);

/* Copies the thread's message, to be carried to another thread. */
void cfi_message_take(char out[CFI_MESSAGE_SIZE]);

/* Makes `message` this thread's and returns `status`. */
cf_status cfi_message_give(cf_status status, const char *message);

/* The process-wide warning handler. */
void cfi_warning_handler(cf_warning_fn *handler, void **ctx);

#endif
