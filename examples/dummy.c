/* SPDX-License-Identifier: BSD-3-Clause */
/* The accuracy any classifier has to beat: that of always naming the most frequent class. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0};
    cf_estimator *model = NULL;
    double accuracy = 0;
    cf_status status = cf_dataset_load("breast_cancer", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&model, "DummyClassifier(strategy=most_frequent)");
    if (status == CF_OK)
        status = cf_fit(model, &X, &y, NULL);
    if (status == CF_OK)
        status = cf_score(model, &X, &y, NULL, &accuracy);
    if (status == CF_OK)
        printf("accuracy to beat: %.3f\n", accuracy);
    else
        fprintf(stderr, "%s\n", cf_last_error());
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    return status == CF_OK ? 0 : 1;
}
