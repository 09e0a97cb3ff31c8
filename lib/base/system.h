/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The calls of the system that files are read and written with, and nothing else is: the one seam
 * where the k-th of them can be made to fail. Interrupted calls are repeated here.
 */
#ifndef COFIT_BASE_SYSTEM_H
#define COFIT_BASE_SYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* As the system's functions of these names, never EINTR. */
ssize_t cfi_read(int fd, void *to, size_t n);
ssize_t cfi_pread(int fd, void *to, size_t n, off_t at);
ssize_t cfi_write(int fd, const void *from, size_t n);
int cfi_fsync(int fd);
int cfi_fchmod(int fd, mode_t mode);
int cfi_rename(const char *from, const char *to);

/* With O_CLOEXEC, never 0, 1 or 2: a program that has closed one of them may still write to it, and
 * would write into the file. */
int cfi_open(const char *path, int flags, mode_t mode);

/* Closed in any case, also where the system reports an error. */
int cfi_close(int fd);

/* In place of an errno: the call moves one byte, where it moves bytes. */
enum { CFI_FAULT_SHORT = -1 };

/*
 * The k-th call from now on fails once with `error` (EINTR: it is interrupted, CFI_FAULT_SHORT);
 * 0 = none does. Returns how many were made since the last time. For tests: process-wide.
 */
int64_t cfi_fail_system(int64_t k, int error);

#endif
