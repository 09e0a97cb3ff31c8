/* SPDX-License-Identifier: BSD-3-Clause */
/* Status texts and the message of the last failure, one buffer a thread. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Empty until the thread's first failure; a success leaves it as it is. */
static _Thread_local char message[CFI_MESSAGE_SIZE];

/* Of the process; not atomic, to be set before the library is used. NULL drops warnings. */
static cf_warning_fn default_handler;
static void *default_ctx;

const char *cf_status_text(cf_status status)
{
    switch (status) {
#define ITEM(name, text)                                                                           \
    case CF_##name:                                                                                \
        return text;
        CF_STATUS_LIST(ITEM)
#undef ITEM
    }
    return "an unknown status";
}

const char *cf_status_name(cf_status status)
{
    switch (status) {
#define ITEM(name, text)                                                                           \
    case CF_##name:                                                                                \
        return "CF_" #name;
        CF_STATUS_LIST(ITEM)
#undef ITEM
    }
    return "CF_?";
}

const char *cf_last_error(void)
{
    return message;
}

const char *cf_version(void)
{
    return CF_VERSION_TEXT;
}

void cf_set_warning_handler(cf_warning_fn handler, void *ctx)
{
    default_handler = handler;
    default_ctx = ctx;
}

void cfi_warning_handler(cf_warning_fn *handler, void **ctx)
{
    *handler = default_handler;
    *ctx = default_ctx;
}

/* Ends a message cut in the middle of a UTF-8 sequence before that sequence. */
static void trim_partial_utf8(char *text)
{
    size_t n = strlen(text), k = n;
    while (k > 0 && n - k < 4 && ((unsigned char)text[k - 1] & 0xC0) == 0x80)
        k--;
    if (k == 0 || ((unsigned char)text[k - 1] & 0x80) == 0)
        return;
    const unsigned char lead = (unsigned char)text[k - 1];
    const size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (n - (k - 1) < want)
        text[k - 1] = '\0';
}

cf_status cf_fail(cf_status status, const char *format, ...)
{
    char text[CFI_MESSAGE_SIZE]; /* an argument may be the old message */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    trim_partial_utf8(text);
    memcpy(message, text, sizeof message);
    return status;
}

/* Out of memory keeps its own message, the same wherever it happens. */
cf_status cfi_fail_prefix(cf_status status, const char *format, ...)
{
    if (status == CF_OK || status == CF_ERR_MEMORY)
        return status;
    char text[CFI_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    const int used = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (used < 0 || (size_t)used >= sizeof text)
        return status;
    snprintf(text + used, sizeof text - (size_t)used, "%s", message);
    trim_partial_utf8(text);
    memcpy(message, text, sizeof message);
    return status;
}

/* Nothing is formatted and nothing allocated. */
cf_status cf_out_of_memory(void)
{
    static const char text[] = "out of memory";
    memcpy(message, text, sizeof text);
    return CF_ERR_MEMORY;
}

void cfi_message_take(char out[CFI_MESSAGE_SIZE])
{
    memcpy(out, message, CFI_MESSAGE_SIZE);
}

cf_status cfi_message_give(cf_status status, const char *text)
{
    if (text != message)
        snprintf(message, sizeof message, "%s", text);
    return status;
}
