/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads a table, fits a pipeline, predicts, scores and saves. usage: quickstart wine.csv wine.cofit
 */
#include <cofit/cofit.h>

#include <stdio.h>

int main(int argc, char **argv)
{
    cf_matrix X = {0}, y = {0}, yhat = {0};
    cf_estimator *model = NULL;
    double accuracy = 0;
    cf_status status;
    if (argc != 3)
        return 2;
    status = cf_read_csv(argv[1], &(cf_csv_options){.target = "target"}, &X, &y);
    if (status == CF_OK)
        status = cf_parse(&model, "StandardScaler | SVC(C=10, gamma=scale)");
    if (status == CF_OK)
        status = cf_fit(model, &X, &y, NULL);
    if (status == CF_OK)
        status = cf_predict(model, &X, &yhat);
    if (status == CF_OK)
        status = cf_score(model, &X, &y, NULL, &accuracy);
    if (status == CF_OK)
        status = cf_save(model, argv[2]);
    if (status == CF_OK)
        printf("%d rows, accuracy on them %.3f\n", (int)X.rows, accuracy);
    else
        fprintf(stderr, "%s\n", cf_last_error());
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    cf_matrix_clear(&yhat);
    return status == CF_OK ? 0 : 1;
}
