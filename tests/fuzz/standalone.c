/* SPDX-License-Identifier: BSD-3-Clause */
/* Runs a harness over files and folders: the corpus is replayed by any compiler, as a test. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return 1;
    fseek(f, 0, SEEK_END);
    const long size = ftell(f);
    rewind(f);
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    const int failed = !data || fread(data, 1, (size_t)size, f) != (size_t)size;
    if (!failed)
        LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
    fclose(f);
    return failed;
}

/* Every file of a folder; returns how many, or -1 when it is none. */
static int run_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return -1;
    int count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char file[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        count += run_file(file) == 0;
    }
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        const int files = run_folder(argv[i]);
        count += files >= 0 ? files : run_file(argv[i]) == 0;
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
