/* SPDX-License-Identifier: BSD-3-Clause */
/* Mixed columns with missing values: numbers and categories each go their own way. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_estimator *model = NULL;
    cf_schema *names = NULL;
    cf_status status = cf_dataset_load("penguins", &X, &y);
    if (status == CF_OK)
        status = cf_parse(
            &model, "ColumnTransformer(numeric -> SimpleImputer(strategy=median) | StandardScaler, "
                    "categorical -> SimpleImputer(strategy=most_frequent) | OneHotEncoder)");
    if (status == CF_OK)
        status = cf_fit_transform(model, &X, NULL, NULL, &out);
    if (status == CF_OK)
        status = cf_features_out(model, &names);
    if (status == CF_OK) {
        printf("%d columns in, %d out:\n", (int)X.cols, (int)out.cols);
        for (cf_index j = 0; j < out.cols; j++)
            printf("  %s\n", cf_schema_name(names, j));
    } else {
        fprintf(stderr, "%s\n", cf_last_error());
    }
    cf_schema_free(names);
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&out);
    return status == CF_OK ? 0 : 1;
}
