/* SPDX-License-Identifier: BSD-3-Clause */
/* The system's calls, counted. */
#include "base/system.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_llong calls;   /* since the last cfi_fail_system */
static atomic_llong fail_at; /* 0 = never */
static atomic_int fault;     /* an errno, or CFI_FAULT_SHORT */

int64_t cfi_fail_system(int64_t k, int error)
{
    atomic_store(&fail_at, k);
    atomic_store(&fault, error);
    return atomic_exchange(&calls, 0);
}

/* What this call is to do instead: an errno, CFI_FAULT_SHORT, or 0 for nothing. */
static int injected(void)
{
    const int64_t number = atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) + 1;
    return number == atomic_load_explicit(&fail_at, memory_order_relaxed) ? atomic_load(&fault) : 0;
}

/* True when the call fails by order; errno says how. */
static bool fails(void)
{
    const int error = injected();
    if (error > 0)
        errno = error;
    return error > 0;
}

/* As fails(); a short one lets a single byte through. */
static bool fails_or_shortens(size_t *n)
{
    const int error = injected();
    if (error > 0)
        errno = error;
    else if (error == CFI_FAULT_SHORT && *n > 1)
        *n = 1;
    return error > 0;
}

/* Repeats `call` while it is interrupted. */
#define REPEAT(result, call)                                                                       \
    do                                                                                             \
        result = fails() ? -1 : (call);                                                            \
    while (result < 0 && errno == EINTR)

/* The same file under a number above 2; closes `fd` in any case. */
static int move_up(int fd)
{
    const int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1), error = errno;
    close(fd);
    errno = error;
    return moved;
}

int cfi_open(const char *path, int flags, mode_t mode)
{
    int fd;
    REPEAT(fd, open(path, flags | O_CLOEXEC, mode));
    return fd >= 0 && fd <= STDERR_FILENO ? move_up(fd) : fd;
}

int cfi_fsync(int fd)
{
    int result;
    REPEAT(result, fsync(fd));
    return result;
}

int cfi_fchmod(int fd, mode_t mode)
{
    int result;
    REPEAT(result, fchmod(fd, mode));
    return result;
}

int cfi_rename(const char *from, const char *to)
{
    int result;
    REPEAT(result, rename(from, to));
    return result;
}

/* The same, where the call moves n bytes. */
#define REPEAT_BYTES(result, n, call)                                                              \
    do                                                                                             \
        result = fails_or_shortens(&(n)) ? -1 : (call);                                            \
    while (result < 0 && errno == EINTR)

ssize_t cfi_read(int fd, void *to, size_t n)
{
    ssize_t got;
    REPEAT_BYTES(got, n, read(fd, to, n));
    return got;
}

ssize_t cfi_pread(int fd, void *to, size_t n, off_t at)
{
    ssize_t got;
    REPEAT_BYTES(got, n, pread(fd, to, n, at));
    return got;
}

ssize_t cfi_write(int fd, const void *from, size_t n)
{
    ssize_t put;
    REPEAT_BYTES(put, n, write(fd, from, n));
    return put;
}

/* An interrupted close has closed: a second one could hit a descriptor of another thread. */
int cfi_close(int fd)
{
    const bool failed = fails();
    const int error = errno, result = close(fd);
    if (failed)
        errno = error;
    return (result != 0 || failed) && errno != EINTR ? -1 : 0;
}
