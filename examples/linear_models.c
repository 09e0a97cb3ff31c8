/* SPDX-License-Identifier: BSD-3-Clause */
/* Least squares and ridge on the diabetes data: coefficients by name, rank, and the scores. */
#include <cofit/cofit.h>

#include <stdio.h>

static cf_status show(const char *spec, const cf_matrix *X, const cf_matrix *y)
{
    cf_estimator *model = NULL;
    cf_matrix coef, intercept;
    double r2 = 0;
    cf_status status = cf_parse(&model, spec);
    if (status == CF_OK)
        status = cf_fit(model, X, y, NULL);
    if (status == CF_OK)
        status = cf_attribute(model, "coef_", &coef); /* a view into the model */
    if (status == CF_OK)
        status = cf_attribute(model, "intercept_", &intercept);
    if (status == CF_OK)
        status = cf_score(model, X, y, NULL, &r2);
    if (status == CF_OK) {
        printf("%s: R2 %.4f, constant term %.3f\n", spec, r2, cf_matrix_get(&intercept, 0, 0));
        for (cf_index j = 0; j < coef.rows; j++)
            printf("  %-4s %9.4f\n", cf_schema_name(X->schema, j), cf_matrix_get(&coef, j, 0));
    }
    cf_estimator_free(model);
    return status;
}

int main(void)
{
    cf_matrix X = {0}, y = {0};
    cf_status status = cf_dataset_load("diabetes", &X, &y);
    if (status == CF_OK)
        status = show("LinearRegression", &X, &y);
    if (status == CF_OK)
        status = show("Ridge(alpha=100)", &X, &y);
    if (status == CF_OK)
        status = show("LinearRegression(positive=true)", &X, &y);
    if (status != CF_OK)
        fprintf(stderr, "%s\n", cf_last_error());
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    return status == CF_OK ? 0 : 1;
}
