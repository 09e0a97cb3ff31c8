/* SPDX-License-Identifier: BSD-3-Clause */
/* A chain: set a parameter of a step, fit, read what a step learned, predict. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_estimator *model = NULL;
    cf_matrix mean = {0};
    cf_status status = cf_dataset_load("breast_cancer", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&model, "StandardScaler | SVC");
    if (status == CF_OK)
        status = cf_set(model, "svc__C", 10.0);
    if (status == CF_OK)
        status = cf_fit(model, &X, &y, NULL);
    if (status == CF_OK)
        status = cf_attribute(model, "standardscaler__mean_", &mean);
    if (status == CF_OK)
        status = cf_predict(model, &X, &out);
    if (status == CF_OK) {
        printf("mean of the first column: %.4f\n", cf_matrix_get(&mean, 0, 0));
        printf("first row: %s\n",
               cf_schema_text(out.schema, 0, (cf_index)cf_matrix_get(&out, 0, 0)));
    } else {
        fprintf(stderr, "%s\n", cf_last_error());
    }
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&out);
    return status == CF_OK ? 0 : 1;
}
