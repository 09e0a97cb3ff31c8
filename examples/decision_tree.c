/* SPDX-License-Identifier: BSD-3-Clause */
/* A small tree: which columns it looks at, and what it says. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_estimator *model = NULL;
    cf_matrix importance = {0};
    cf_status status = cf_dataset_load("iris", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&model, "DecisionTreeClassifier(max_depth=3, random_state=0)");
    if (status == CF_OK)
        status = cf_fit(model, &X, &y, NULL);
    if (status == CF_OK)
        status = cf_attribute(model, "feature_importances_", &importance);
    if (status == CF_OK)
        status = cf_predict_proba(model, &X, &out);
    if (status == CF_OK) {
        for (cf_index j = 0; j < X.cols; j++)
            printf("%-20s %.3f\n", cf_schema_name(X.schema, j), cf_matrix_get(&importance, j, 0));
        printf("first row: %.2f %.2f %.2f\n", cf_matrix_get(&out, 0, 0), cf_matrix_get(&out, 0, 1),
               cf_matrix_get(&out, 0, 2));
    } else {
        fprintf(stderr, "%s\n", cf_last_error());
    }
    cf_matrix_clear(&importance);
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&out);
    return status == CF_OK ? 0 : 1;
}
