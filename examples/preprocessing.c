/* SPDX-License-Identifier: BSD-3-Clause */
/* A table of numbers and texts with gaps, made ready for any estimator: columns by their kind. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0}, Z = {0};
    cf_estimator *prepare = NULL;
    cf_schema *names = NULL;
    cf_status status = cf_dataset_load("penguins", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&prepare,
                          "ColumnTransformer("
                          "numeric -> SimpleImputer(strategy=median) | StandardScaler, "
                          "categorical -> OneHotEncoder(handle_unknown=ignore, drop=if_binary))");
    if (status == CF_OK)
        status = cf_fit_transform(prepare, &X, NULL, NULL, &Z);
    if (status == CF_OK)
        status = cf_features_out(prepare, &names);
    for (cf_index j = 0; status == CF_OK && j < cf_schema_size(names); j++)
        printf("%-40s %8.3f\n", cf_schema_name(names, j), cf_matrix_get(&Z, 0, j));
    if (status != CF_OK)
        fprintf(stderr, "%s\n", cf_last_error());
    cf_schema_free(names);
    cf_estimator_free(prepare);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&Z);
    return status == CF_OK ? 0 : 1;
}
