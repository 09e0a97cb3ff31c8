/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The shared library opened, used on a team of threads and closed a hundred times, as a plug-in of
 * a long-lived program would: nothing is left behind, and the threads outlive the last close.
 */
#include <cofit/cofit.h>

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 20000, COLUMNS = 4 };
static double data[ROWS * COLUMNS];

static long resident_kib(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    const int read = file ? fscanf(file, "%ld %ld", &size, &resident) : 0;
    if (file)
        fclose(file);
    return read == 2 ? resident * (sysconf(_SC_PAGESIZE) / 1024) : 0;
}

/* *fn = the function `name`; a data pointer is copied, for C has no cast to a function's. */
static int find(void *library, const char *name, void *fn)
{
    void *symbol = dlsym(library, name);
    memcpy(fn, &symbol, sizeof symbol);
    return symbol ? 0 : printf("%s is not there\n", name);
}

static int use_once(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    cf_estimator *e = NULL;
    cf_status (*parse)(cf_estimator **, const char *);
    cf_status (*fit)(cf_estimator *, const cf_matrix *, const cf_matrix *, const cf_fit_options *);
    void (*release)(cf_estimator *);
    if (!library)
        return printf("%s\n", dlerror());
    if (find(library, "cf_parse", &parse) || find(library, "cf_fit", &fit) ||
        find(library, "cf_estimator_free", &release))
        return 1;
    const cf_matrix X = {
        .rows = ROWS, .cols = COLUMNS, .values = data, .row_stride = COLUMNS, .col_stride = 1};
    if (parse(&e, "StandardScaler") != CF_OK || fit(e, &X, NULL, NULL) != CF_OK)
        return printf("it cannot be used\n");
    release(e);
    if (parse(&e, "NoSuchThing") == CF_OK) /* leaves a message behind, of this thread */
        return printf("it takes anything\n");
    return dlclose(library) == 0 ? 0 : printf("%s\n", dlerror());
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    for (int i = 0; i < ROWS * COLUMNS; i++)
        data[i] = i % 977;
    for (int k = 0; k < 10; k++) /* the libraries below settle */
        if (use_once(argv[1]))
            return 1;
    const long before = resident_kib();
    for (int k = 0; k < 100; k++)
        if (use_once(argv[1]))
            return 1;
    const long grown = resident_kib() - before;
    usleep(50000); /* threads that wait for work wake up meanwhile */
    printf("%ld KiB more after a hundred times\n", grown);
    return grown < 1024 ? 0 : 1;
}
