/* SPDX-License-Identifier: BSD-3-Clause */
/* Tunes the two parameters of a support vector machine and prints every candidate. */
#include <cofit/cofit.h>

#include <stdio.h>

static const char spec[] =
    "GridSearchCV(StandardScaler | SVC, param_grid={svc__C: [0.1, 1.0, 10.0], svc__gamma: [0.01, "
    "0.1]}, scoring=f1_macro)";

/* One line a candidate: mean score and parameters. */
static cf_status print_candidates(const cf_estimator *search)
{
    cf_value results = {0};
    cf_status status = cf_attribute_value(search, "cv_results_", &results);
    const cf_value *params = cf_value_find(&results, "params");
    const cf_value *mean = cf_value_find(&results, "mean_test_score");
    for (cf_index i = 0; status == CF_OK && i < params->count; i++) {
        char *text = NULL;
        status = cf_value_to_text(&params->as.items[i], &text);
        if (status == CF_OK)
            printf("%.4f %s\n", cf_matrix_get(mean->as.matrix, i, 0), text);
        cf_text_free(text);
    }
    cf_value_clear(&results);
    return status;
}

int main(void)
{
    cf_matrix X = {0}, y = {0}, predicted = {0};
    cf_estimator *search = NULL;
    double score = 0;
    cf_status status = cf_dataset_load("wine", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&search, spec);
    if (status == CF_OK)
        status = cf_fit(search, &X, &y, NULL);
    if (status == CF_OK)
        status = print_candidates(search);
    if (status == CF_OK)
        status = cf_predict(search, &X, &predicted); /* by the best candidate */
    if (status == CF_OK)
        status = cf_accuracy(&y, &predicted, NULL, NULL, &score);
    if (status == CF_OK)
        printf("accuracy on the training rows: %.4f\n", score);
    else
        fprintf(stderr, "%s\n", cf_last_error());
    cf_estimator_free(search);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&predicted);
    return status == CF_OK ? 0 : 1;
}
