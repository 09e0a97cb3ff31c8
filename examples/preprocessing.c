/* SPDX-License-Identifier: BSD-3-Clause */
/* Columns brought to mean 0 and variance 1, and back. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_estimator *model = NULL;
    cf_matrix back = {0};
    cf_status status = cf_dataset_load("wine", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&model, "StandardScaler");
    if (status == CF_OK)
        status = cf_fit_transform(model, &X, NULL, NULL, &out);
    if (status == CF_OK)
        status = cf_inverse_transform(model, &out, &back);
    if (status == CF_OK) {
        printf("%.4f scaled to %.4f and back to %.4f\n", cf_matrix_get(&X, 0, 0),
               cf_matrix_get(&out, 0, 0), cf_matrix_get(&back, 0, 0));
    } else {
        fprintf(stderr, "%s\n", cf_last_error());
    }
    cf_matrix_clear(&back);
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&out);
    return status == CF_OK ? 0 : 1;
}
