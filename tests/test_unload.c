/* SPDX-License-Identifier: BSD-3-Clause */
/* The shared library loaded, used and unloaded a hundred times: nothing stays behind. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef int (*parse_fn)(void **out, const char *spec);
typedef void (*free_fn)(void *e);
typedef const char *(*text_fn)(void);

static long resident_pages(void)
{
    long size = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    const int read = fscanf(file, "%ld %ld", &size, &resident);
    fclose(file);
    return read == 2 ? resident : 0;
}

static int find(void *library, const char *name, void *fn)
{
    void *symbol = dlsym(library, name);
    memcpy(fn, &symbol, sizeof symbol);
    return symbol ? 0 : printf("%s is not there\n", name);
}

static int use_once(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL), *e = NULL;
    parse_fn parse;
    free_fn release;
    text_fn version;
    if (!library)
        return printf("%s\n", dlerror());
    if (find(library, "cf_parse", &parse) || find(library, "cf_estimator_free", &release) ||
        find(library, "cf_version", &version))
        return 1;
    if (parse(&e, "StandardScaler | Ridge(alpha=2)") != 0 || !*version())
        return printf("it cannot be used\n");
    release(e);
    if (parse(&e, "NoSuchThing") == 0) /* leaves a message behind, of this thread */
        return printf("it takes anything\n");
    return dlclose(library) == 0 ? 0 : printf("%s\n", dlerror());
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    for (int k = 0; k < 10; k++) /* the libraries below settle */
        if (use_once(argv[1]))
            return 1;
    const long before = resident_pages();
    for (int k = 0; k < 100; k++)
        if (use_once(argv[1]))
            return 1;
    const long grown = (resident_pages() - before) * sysconf(_SC_PAGESIZE) / 1024;
    printf("%ld KiB more after a hundred times\n", grown);
    return grown < 1024 ? 0 : 1;
}
