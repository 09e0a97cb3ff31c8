/* SPDX-License-Identifier: BSD-3-Clause */
/* Five stratified folds, two scores, one line a fold. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    cf_matrix X = {0}, y = {0}, out = {0};
    cf_estimator *model = NULL;
    cf_cv_result result = {0};
    const char *const scoring[] = {"accuracy", "f1_macro"};
    const cf_cv_options options = {.scoring = scoring, .n_scoring = 2};
    cf_status status = cf_dataset_load("wine", &X, &y);
    if (status == CF_OK)
        status = cf_parse(&model, "StandardScaler | SVC(C=10)");
    if (status == CF_OK)
        status = cf_cross_validate(model, &X, &y, &options, &result);
    if (status == CF_OK) {
        for (cf_index i = 0; i < result.n_splits; i++)
            printf("fold %d: accuracy %.3f, f1 %.3f\n", (int)i,
                   cf_matrix_get(&result.test_scores, 0, i),
                   cf_matrix_get(&result.test_scores, 1, i));
    } else {
        fprintf(stderr, "%s\n", cf_last_error());
    }
    cf_cv_result_clear(&result);
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&out);
    return status == CF_OK ? 0 : 1;
}
