/* SPDX-License-Identifier: BSD-3-Clause */
/* A table the program makes itself, texts included, then single requests to the fitted model. */
#include <cofit/cofit.h>

#include <stdio.h>

enum { ROWS = 8, COLUMNS = 2 };

/* Categories ascend; a cell of their column holds the place of its text. */
static const char *const colours[] = {"blue", "green", "red"};
static const double cells[ROWS * COLUMNS] = {0, 1.5, 0, 1.2, 1, 3.1, 2, 3.3,
                                             1, 2.9, 0, 1.1, 2, 3.8, 1, 3.0};
static const int64_t labels[ROWS] = {10, 10, 20, 20, 20, 10, 20, 20};

/* What makes numbers a table: names, and the texts behind the codes. The caller frees it. */
static cf_status make_columns(cf_schema **out)
{
    cf_schema *columns = NULL;
    cf_status status = cf_schema_new(&columns, COLUMNS);
    if (status == CF_OK)
        status = cf_schema_set_name(columns, 0, "colour");
    if (status == CF_OK)
        status = cf_schema_set_dictionary(columns, 0, CF_CATEGORICAL, colours, 3);
    if (status == CF_OK)
        status = cf_schema_set_name(columns, 1, "weight");
    *out = columns;
    return status;
}

static cf_status train(const cf_schema *columns, cf_estimator **model)
{
    cf_matrix X = cf_view_f64(cells, ROWS, COLUMNS);
    const cf_matrix y = cf_view_i64(labels, ROWS, 1);
    X.schema = cf_schema_share(columns); /* a view only borrows it: this reference stays ours */
    cf_status status =
        cf_parse(model, "ColumnTransformer(categorical -> OneHotEncoder(handle_unknown=ignore), "
                        "numeric -> StandardScaler) | LogisticRegression");
    if (status == CF_OK)
        status = cf_fit(*model, &X, &y, NULL);
    cf_schema_free(X.schema);
    return status;
}

/* Any number of threads may do this with one model; each has an `out` of its own and uses it again.
 * A text that the model does not know has the code -1, a missing value would be NaN. */
static cf_status answer(const cf_estimator *model, const char *colour, double weight,
                        cf_matrix *out)
{
    cf_schema *columns = cf_schema_share(cf_features_in(model));
    const double row[COLUMNS] = {(double)cf_schema_code(columns, 0, colour), weight};
    cf_matrix X = cf_view_f64(row, 1, COLUMNS);
    X.schema = columns;
    const cf_status status = cf_predict(model, &X, out);
    if (status == CF_OK)
        printf("%s, %g: %g\n", colour, weight, cf_matrix_get(out, 0, 0));
    cf_schema_free(columns);
    return status;
}

int main(void)
{
    cf_schema *columns = NULL;
    cf_estimator *model = NULL;
    cf_matrix out = {0};
    cf_status status = make_columns(&columns);
    if (status == CF_OK)
        status = train(columns, &model);
    if (status == CF_OK)
        status = answer(model, "blue", 1.3, &out);
    if (status == CF_OK)
        status = answer(model, "purple", 3.4, &out);
    if (status != CF_OK)
        fprintf(stderr, "%s\n", cf_last_error());
    cf_matrix_clear(&out);
    cf_estimator_free(model);
    cf_schema_free(columns);
    return status == CF_OK ? 0 : 1;
}
