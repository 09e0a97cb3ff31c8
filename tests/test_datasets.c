/* SPDX-License-Identifier: BSD-3-Clause */
/* The bundled data sets: all there, of the listed shape, with the values of their sources. */
#include "cofit/datasets.h"
#include "support/support.h"

START_TEST(every_data_set_loads_with_its_listed_shape)
{
    cf_matrix X = {0}, y = {0};
    ck_assert_int_eq(cf_dataset_count(), 10);
    for (cf_index i = 0; i < cf_dataset_count(); i++) {
        const cf_dataset *d = cf_dataset_at(i);
        ck_assert(i == 0 || strcmp(cf_dataset_at(i - 1)->name, d->name) < 0);
        ASSERT_OK(cf_dataset_load(d->name, &X, &y));
        ck_assert_msg(X.rows == d->rows && X.cols == d->cols, "%s is %d x %d", d->name, (int)X.rows,
                      (int)X.cols);
        ck_assert_int_eq(y.rows, d->rows);
        ck_assert_int_eq(y.cols, strcmp(d->name, "linnerud") == 0 ? 3 : 1);
    }
    ck_assert_ptr_null(cf_dataset_at(-1));
    ck_assert_ptr_null(cf_dataset_at(10));
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

/* Mean of a column, missing values left out. */
static double mean_of(const cf_matrix *X, cf_index j)
{
    double sum = 0;
    cf_index count = 0;
    for (cf_index i = 0; i < X->rows; i++) {
        const double x = cf_matrix_get(X, i, j);
        if (!isnan(x)) {
            sum += x;
            count++;
        }
    }
    return sum / (double)count;
}

START_TEST(values_are_those_of_the_sources)
{
    cf_matrix X = {0}, y = {0};
    /* means as scikit-learn and R give them */
    ASSERT_OK(cf_dataset_load("iris", &X, &y));
    ASSERT_NEAR(mean_of(&X, 0), 5.843333333333334, 1e-14);
    ck_assert_str_eq(cf_schema_name(X.schema, 2), "petal_length_cm");
    ck_assert_str_eq(cf_schema_text(y.schema, 0, 2), "virginica");
    ck_assert(cf_matrix_get(&y, 149, 0) == 2);
    ASSERT_OK(cf_dataset_load("diabetes", &X, &y));
    ASSERT_NEAR(mean_of(&y, 0), 152.13348416289594, 1e-14);
    ck_assert_int_eq(cf_schema_kind(y.schema, 0), CF_NUMERIC);
    ASSERT_OK(cf_dataset_load("diamonds", &X, &y));
    ASSERT_NEAR(mean_of(&y, 0), 3932.799721913237, 1e-13);
    ck_assert_int_eq(cf_schema_kind(X.schema, 1), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_dictionary_size(X.schema, 2), 7);
    ASSERT_OK(cf_dataset_load("penguins", &X, &y));
    ASSERT_NEAR(mean_of(&X, 4), 4201.754385964912, 1e-14);
    ck_assert_int_eq(cf_schema_dictionary_size(y.schema, 0), 3);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

START_TEST(the_folder_is_given_or_taken_from_the_environment)
{
    char *path = NULL;
    ASSERT_OK(cf_dataset_path("wine", "/somewhere", &path));
    ck_assert_str_eq(path, "/somewhere/wine.csv");
    cf_text_free(path);
    const char *given = getenv("COFIT_DATASETS");
    char *kept = given ? cf_text_copy(given) : NULL;
    setenv("COFIT_DATASETS", "/else", 1);
    ASSERT_OK(cf_dataset_path("diamonds", NULL, &path));
    ck_assert_str_eq(path, "/else/diamonds.csv.gz");
    cf_text_free(path);
    unsetenv("COFIT_DATASETS");
    ASSERT_OK(cf_dataset_path("iris", NULL, &path));
    ck_assert_ptr_nonnull(strstr(path, "/share/cofit/datasets/iris.csv"));
    cf_text_free(path);
    if (kept)
        setenv("COFIT_DATASETS", kept, 1);
    cf_free(kept);
}
END_TEST

START_TEST(unknown_names_and_folders_are_refused)
{
    cf_matrix X = {0}, y = {0};
    char *path = NULL;
    ASSERT_FAILS(CF_ERR_NAME, "'irsi'; did you mean 'iris'", cf_dataset_load("irsi", &X, &y));
    ASSERT_FAILS(CF_ERR_NAME, "no data set is called 'california_housing'",
                 cf_dataset_path("california_housing", NULL, &path));
    ck_assert_ptr_null(path);
    ck_assert_ptr_null(cf_dataset_find("nothing"));
    ck_assert_str_eq(cf_dataset_find("wine")->file, "wine.csv");
    const char *given = getenv("COFIT_DATASETS");
    char *kept = given ? cf_text_copy(given) : NULL;
    setenv("COFIT_DATASETS", "/nonexistent", 1);
    ASSERT_FAILS(CF_ERR_IO, "/nonexistent/iris.csv", cf_dataset_load("iris", &X, &y));
    if (kept)
        setenv("COFIT_DATASETS", kept, 1);
    cf_free(kept);
    ck_assert(X.values == NULL && y.values == NULL);
}
END_TEST

TEST_MAIN("datasets", every_data_set_loads_with_its_listed_shape, values_are_those_of_the_sources,
          the_folder_is_given_or_taken_from_the_environment, unknown_names_and_folders_are_refused)
