/* SPDX-License-Identifier: BSD-3-Clause */
/* Finds the three blobs that were made, and the cluster of a new row. */
#include <cofit/cofit.h>

#include <stdio.h>

int main(void)
{
    const double row[] = {0, 0};
    const cf_blobs_options blobs = {
        .n_samples = 300, .n_centers = 3, .random_state = cf_value_int(1)};
    const cf_matrix x = cf_view_f64(row, 1, 2);
    cf_matrix X = {0}, truth = {0}, centres = {0}, label = {0};
    cf_estimator *model = NULL;
    cf_status status = cf_make_blobs(&blobs, &X, &truth, NULL);
    if (status == CF_OK)
        status = cf_parse(&model, "KMeans(n_clusters=3, random_state=0)");
    if (status == CF_OK)
        status = cf_fit(model, &X, NULL, NULL);
    if (status == CF_OK)
        status = cf_attribute(model, "cluster_centers_", &centres);
    if (status == CF_OK)
        status = cf_predict(model, &x, &label);
    for (cf_index c = 0; status == CF_OK && c < centres.rows; c++)
        printf("centre %d: %6.2f %6.2f\n", (int)c, cf_matrix_get(&centres, c, 0),
               cf_matrix_get(&centres, c, 1));
    if (status == CF_OK)
        printf("(0, 0) belongs to cluster %d\n", (int)cf_matrix_get(&label, 0, 0));
    else
        fprintf(stderr, "%s\n", cf_last_error());
    cf_estimator_free(model);
    cf_matrix_clear(&X);
    cf_matrix_clear(&truth);
    cf_matrix_clear(&centres);
    cf_matrix_clear(&label);
    return status == CF_OK ? 0 : 1;
}
