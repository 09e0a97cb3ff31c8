/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundled data sets: what there is, where it lies, and how to read it. */
#include "cofit/datasets.h"

#include "base/text.h"
#include "cofit/io.h"

#include <stdlib.h>
#include <string.h>

/* Alphabetical. Origins and licences are in datasets/README.md. */
static const cf_dataset all[] = {
    {"auto_mpg", "auto_mpg.csv", "target", "fuel consumption of cars, 1970 to 1982", 398, 8},
    {"breast_cancer", "breast_cancer.csv", "target", "malignant or benign, from cell nuclei", 569,
     30},
    {"concrete", "concrete.csv", "target", "compressive strength of concrete", 1030, 8},
    {"diabetes", "diabetes.csv", "target", "progression of diabetes after a year", 442, 10},
    {"diamonds", "diamonds.csv.gz", "target", "prices of diamonds", 53940, 9},
    {"digits", "digits.csv", "target", "handwritten digits, 8 x 8 pixels", 1797, 64},
    {"iris", "iris.csv", "target", "three species of iris flowers", 150, 4},
    {"linnerud", "linnerud.csv", "target_Weight,target_Waist,target_Pulse",
     "exercise and physiology, three targets", 20, 3},
    {"penguins", "penguins.csv", "target", "three species of penguins, with missing values", 344,
     6},
    {"wine", "wine.csv", "target", "three cultivars of wine", 178, 13},
};

cf_index cf_dataset_count(void)
{
    return sizeof all / sizeof all[0];
}

const cf_dataset *cf_dataset_at(cf_index i)
{
    return i >= 0 && i < cf_dataset_count() ? &all[i] : NULL;
}

const cf_dataset *cf_dataset_find(const char *name)
{
    for (cf_index i = 0; i < cf_dataset_count(); i++)
        if (strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

/* A name that is nearly one of ours is most likely misspelt. */
static cf_status fail_unknown(const char *name)
{
    const char *names[sizeof all / sizeof all[0]];
    for (cf_index i = 0; i < cf_dataset_count(); i++)
        names[i] = all[i].name;
    const char *near = cfi_nearest(name, names, cf_dataset_count());
    return near ? cf_fail(CF_ERR_NAME, "no data set is called '%s'; did you mean '%s'?", name, near)
                : cf_fail(CF_ERR_NAME, "no data set is called '%s'", name);
}

cf_status cf_dataset_path(const char *name, const char *folder, char **path)
{
    const cf_dataset *dataset = cf_dataset_find(name);
    if (!dataset)
        return fail_unknown(name);
    if (!folder)
        folder = getenv("COFIT_DATASETS");
    if (!folder || folder[0] == '\0')
        folder = COFIT_DATASET_FOLDER;
    cfi_text text = {0};
    cfi_text_format(&text, "%s/%s", folder, dataset->file);
    return cfi_text_take(&text, path);
}

cf_status cf_dataset_load(const char *name, cf_matrix *X, cf_matrix *y)
{
    char *path;
    CF_TRY(cf_dataset_path(name, NULL, &path));
    const cf_csv_options options = {.target = cf_dataset_find(name)->targets};
    const cf_status status = cf_read_csv(path, &options, X, y);
    cf_text_free(path);
    return status;
}
