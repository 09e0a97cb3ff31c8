/* SPDX-License-Identifier: BSD-3-Clause */
/**
 * @file status.h
 * Statuses, messages, warnings, memory and the version: what every other header builds on.
 *
 * Every function that can fail returns a cf_status. The text of the last failure on the calling
 * thread is cf_last_error(). The library never prints and never ends the process.
 */
#ifndef COFIT_STATUS_H
#define COFIT_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define CF_BEGIN_DECLS extern "C" {
#define CF_END_DECLS }
#else
#define CF_BEGIN_DECLS
#define CF_END_DECLS
#endif

#if defined(__GNUC__)
#define CF_API __attribute__((visibility("default")))
#define CF_NODISCARD __attribute__((warn_unused_result))
#define CF_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define CF_API
#define CF_NODISCARD
#define CF_PRINTF(text, first)
#endif

CF_BEGIN_DECLS

/** Version of these headers. */
#define CF_VERSION_MAJOR 0
#define CF_VERSION_MINOR 1
#define CF_VERSION_PATCH 0
#define CF_VERSION_TEXT "0.1.0"

/** Every status: name, text. */
#define CF_STATUS_LIST(X)                                                                          \
    X(OK, "ok")                                                                                    \
    X(ERR_MEMORY, "out of memory")                                                                 \
    X(ERR_ARGUMENT, "an argument or parameter is invalid")                                         \
    X(ERR_NAME, "a name is unknown")                                                               \
    X(ERR_SHAPE, "shapes do not agree")                                                            \
    X(ERR_TYPE, "a type is not accepted")                                                          \
    X(ERR_DATA, "the data cannot be used")                                                         \
    X(ERR_NOT_FITTED, "the estimator is not fitted")                                               \
    X(ERR_UNSUPPORTED, "the operation is not supported")                                           \
    X(ERR_NUMERIC, "the computation broke down")                                                   \
    X(ERR_IO, "a file could not be read or written")                                               \
    X(ERR_FORMAT, "the content of a file or text is malformed")                                    \
    X(ERR_LIMIT, "a limit on size was exceeded")                                                   \
    X(ERR_CANCELLED, "the call was cancelled")                                                     \
    X(ERR_DEADLINE, "the deadline passed")                                                         \
    X(ERR_INTERNAL, "a defect in the library")

/** What a call returns: CF_OK, or what went wrong. */
typedef enum cf_status {
#define CF_STATUS_ITEM(name, text) CF_##name,
    CF_STATUS_LIST(CF_STATUS_ITEM)
#undef CF_STATUS_ITEM
} cf_status;

/** Every kind of warning: name, text. */
#define CF_WARNING_LIST(X)                                                                         \
    X(CONVERGENCE, "convergence")                                                                  \
    X(DATA, "data")                                                                                \
    X(UNDEFINED_METRIC, "undefined metric")                                                        \
    X(DEPRECATED, "deprecated")                                                                    \
    X(FIT_FAILED, "fit failed")

/** What a warning is about. */
typedef enum cf_warning {
#define CF_WARNING_ITEM(name, text) CF_WARN_##name,
    CF_WARNING_LIST(CF_WARNING_ITEM)
#undef CF_WARNING_ITEM
} cf_warning;

/** Rows, columns and counts. */
typedef int64_t cf_index;

/** Receives one warning; called on the thread that entered the library. `text` is borrowed. */
typedef void (*cf_warning_fn)(void *ctx, cf_warning kind, const char *text);

/** The fixed one-line text of a status; never NULL, static. */
CF_API const char *cf_status_text(cf_status status);

/** The name of a status as written in C ("CF_ERR_SHAPE"); never NULL, static. */
CF_API const char *cf_status_name(cf_status status);

/** The message of the last failure on this thread; "" before any. Valid until the next failure. */
CF_API const char *cf_last_error(void);

/** The version of the linked library ("0.1.0"); static. */
CF_API const char *cf_version(void);

/**
 * Sets who receives warnings when a call's own options name no receiver; NULL drops them.
 * Process-wide; set it before other threads use the library.
 */
CF_API void cf_set_warning_handler(cf_warning_fn handler, void *ctx);

/** Where memory comes from: `allocate` returns 64-byte aligned memory or NULL. */
typedef struct cf_allocator {
    void *(*allocate)(void *ctx, size_t bytes); /**< aligned to 64; NULL when there is none */
    void (*release)(void *ctx, void *memory);   /**< takes what `allocate` gave; never NULL */
    void *ctx;                                  /**< handed to both */
} cf_allocator;

/**
 * Replaces the allocator of the whole process; NULL restores the built-in one.
 * Call it before anything was allocated: memory is released through the allocator in force.
 */
CF_API void cf_set_allocator(const cf_allocator *allocator);

CF_END_DECLS

#endif
