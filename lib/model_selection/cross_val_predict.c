/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * cf_cross_val_predict: each row answered by the model of the fold that tests it. A fold may lack
 * classes, so labels are carried as codes among all classes of y, and columns of class scores are
 * put where their class stands.
 */
#include "estimator/labels.h"
#include "model_selection/cross_validate.h"

#include <float.h>
#include <string.h>

/* One call: what is asked for, and the answer of every fold. */
typedef struct predictions {
    const cf_estimator *e;
    cfi_cv cv;          /* scorers are found too, but not used */
    cf_run *run;        /* of the call: gets the progress */
    cfi_slot slot;      /* what is asked of every model */
    cf_index n_targets; /* of a classifier, else 0 */
    cfi_labels *labels; /* (n_targets) classes of y */
    cf_matrix *parts;   /* (n_splits) answers, rows in the order of the tests */
    atomic_llong done;  /* folds, for the progress */
} predictions;

/* The slot of a method's name; only these answer row by row. */
static cf_status find_slot(const char *method, cfi_slot *slot)
{
    static const cfi_slot all[] = {CFI_PREDICT,           CFI_PREDICT_PROBA, CFI_PREDICT_LOG_PROBA,
                                   CFI_DECISION_FUNCTION, CFI_TRANSFORM,     CFI_SCORE_SAMPLES};
    for (size_t s = 0; s < sizeof all / sizeof all[0]; s++)
        if (strcmp(method, cfi_slot_name(all[s])) == 0) {
            *slot = all[s];
            return CF_OK;
        }
    return cf_fail(CF_ERR_ARGUMENT, "cross_val_predict: there is no method '%.100s'", method);
}

/*
 * Every row is tested exactly once; inverse[row] = where the tests have it. A row tested twice ends
 * the loop, and some other row is then missing or the count is wrong. Indices are checked: they are
 * rows.
 */
static cf_status invert_tests(const cf_folds *folds, cf_index n, cf_index *inverse)
{
    const cf_index tested = folds->test_offsets[folds->count];
    for (cf_index i = 0; i < n; i++)
        inverse[i] = -1;
    for (cf_index j = 0; j < tested; j++) {
        if (inverse[folds->test[j]] >= 0)
            break;
        inverse[folds->test[j]] = j;
    }
    for (cf_index i = 0; i < n; i++)
        if (inverse[i] < 0 || tested != n)
            return cf_fail(CF_ERR_ARGUMENT, "cross_val_predict only works for partitions");
    return CF_OK;
}

/* True for answers with a column a class, which a fold that lacks a class has too few of. */
static bool is_class_score(cfi_slot slot)
{
    return slot == CFI_PREDICT_PROBA || slot == CFI_PREDICT_LOG_PROBA ||
           slot == CFI_DECISION_FUNCTION;
}

/* to[c] = the class of y that class c of the model's target t is. The caller frees *to, on failure
 * too. */
static cf_status map_classes(const predictions *p, const cf_estimator *model, cf_index t,
                             int32_t **to)
{
    const cf_matrix *classes = &model->core->classes[t];
    CF_TRY(CF_ALLOC(*to, classes->rows));
    return cfi_labels_encode("cross_val_predict", &p->labels[t], classes, 0, NULL, *to, 1);
}

/* Codes of the model's classes become codes of y's, in place: each fold numbers only the classes it
 * was trained on. */
static cf_status recode(const predictions *p, const cf_estimator *model, cf_matrix *codes)
{
    for (cf_index t = 0; t < p->n_targets; t++) {
        int32_t *to = NULL;
        const cf_status status = map_classes(p, model, t, &to);
        for (cf_index i = 0; status == CF_OK && i < codes->rows; i++) {
            int32_t *code =
                (int32_t *)codes->values + i * codes->row_stride + t * codes->col_stride;
            *code = to[*code];
        }
        cf_free(to);
        CF_TRY(status);
    }
    return CF_OK;
}

/* True when the model knows every class of every target; else *known of *all in the first that
 * differs. */
static bool knows_all(const predictions *p, const cf_estimator *model, cf_index *known,
                      cf_index *all)
{
    for (cf_index t = 0; t < p->n_targets; t++) {
        *known = model->core->n_classes[t];
        *all = p->labels[t].values.rows;
        if (*known != *all)
            return false;
    }
    return true;
}

/* scikit-learn's refusals: a model of two classes gives one column, not one a class, and ovo gives
 * one a pair of classes, so that no column can be put in the place of a class. */
static cf_status check_decision(const predictions *p, const cf_matrix *scores, cf_index known,
                                cf_index all)
{
    if (p->slot != CFI_DECISION_FUNCTION)
        return CF_OK;
    if (known <= 2)
        return cf_fail(
            CF_ERR_DATA,
            "cross_val_predict: Only %lld class/es in training fold, but %lld in overall "
            "dataset. This is not supported for decision_function with imbalanced folds",
            (long long)known, (long long)all);
    if (scores->cols != known)
        return cf_fail(
            CF_ERR_DATA,
            "cross_val_predict: decision_function gives %lld columns for %lld classes in "
            "a fold",
            (long long)scores->cols, (long long)known);
    return CF_OK;
}

/* out = a column for every class of y, each target's side by side; `missing` where the model lacks
 * the class. f64, whatever the model gave. */
static cf_status spread_columns(const predictions *p, const cf_estimator *model,
                                const cf_matrix *scores, cf_matrix *out)
{
    /* As scikit-learn: no probability, and the least number where a logarithm or score would be
     * -infinity. */
    const double missing = p->slot == CFI_PREDICT_PROBA ? 0 : -DBL_MAX;
    /* `from` counts the model's columns, `at` those of `out`, target after target. */
    cf_index cols = 0, from = 0, at = 0;
    for (cf_index t = 0; t < p->n_targets; t++)
        cols += p->labels[t].values.rows;
    CF_TRY(cf_matrix_resize(out, CF_F64, scores->rows, cols));
    double *values = out->values;
    for (cf_index i = 0; i < scores->rows * cols; i++)
        values[i] = missing;
    for (cf_index t = 0; t < p->n_targets; t++) {
        int32_t *to = NULL;
        const cf_status status = map_classes(p, model, t, &to);
        const cf_index known = model->core->n_classes[t];
        for (cf_index i = 0; status == CF_OK && i < scores->rows; i++)
            for (cf_index c = 0; c < known; c++)
                values[i * cols + at + to[c]] = cf_matrix_get(scores, i, from + c);
        cf_free(to);
        CF_TRY(status);
        from += known;
        at += p->labels[t].values.rows;
    }
    return CF_OK;
}

/* Class scores of a fold in the columns of all classes, with scikit-learn's warning where some were
 * missing. *scores is replaced, or left as it is. */
static cf_status complete(const predictions *p, const cf_estimator *model, cf_run *run,
                          cf_matrix *scores)
{
    cf_index known = 0, all = 0;
    cf_matrix wide = {0};
    if (knows_all(p, model, &known, &all))
        return CF_OK;
    cf_run_warn(run, CF_WARN_DATA,
                "Number of classes in training fold (%lld) does not match total number of classes "
                "(%lld). Results may not be appropriate for your use case. To fix this, use a "
                "cross-validation technique resulting in properly stratified folds",
                (long long)known, (long long)all);
    CF_TRY(check_decision(p, scores, known, all));
    const cf_status status = spread_columns(p, model, scores, &wide);
    if (status == CF_OK) {
        cf_matrix_clear(scores);
        *scores = wide;
    } else {
        cf_matrix_clear(&wide);
    }
    return status;
}

/* One task: fits fold i and asks its model. Model and rows go with the task; only the
 * answer stays. */
static cf_status answer_fold(void *ctx, cf_index i, cf_run *run)
{
    predictions *p = ctx;
    cfi_cv_part parts[2] = {{.X = {0}}, {.X = {0}}};
    cf_estimator *model = NULL;
    cf_matrix *out = &p->parts[i];
    cf_status status = CF_OK;
    CF_GO(cf_run_check(run));
    CF_GO(cfi_cv_fit(&p->cv, p->e, i, run, parts, &model));
    CF_GO(cfi_apply(model, p->slot, &parts[CFI_CV_TEST].X, run, out));
    if (p->n_targets > 0 && p->slot == CFI_PREDICT)
        CF_GO(recode(p, model, out));
    else if (p->n_targets > 0 && is_class_score(p->slot))
        CF_GO(complete(p, model, run, out));
    const long long done = atomic_fetch_add(&p->done, 1) + 1;
    cf_run_progress(p->run, (double)done / (double)p->cv.folds.count, "folds");
cleanup:
    cf_estimator_free(model);
    cfi_cv_part_clear(&parts[CFI_CV_TRAIN]);
    cfi_cv_part_clear(&parts[CFI_CV_TEST]);
    return status;
}

/* The classes of y, of a classifier; of each target by itself. Classes with no weight at all do not
 * count, as in fit. */
static cf_status find_labels(predictions *p)
{
    const cf_matrix *y = p->cv.y, *weights = p->cv.options->sample_weight;
    double *w = NULL;
    cf_status status = CF_OK;
    if (!y || !cfi_is_kind(p->e, CF_CLASSIFIER))
        return CF_OK;
    CF_GO(CF_ALLOC_ZERO(p->labels, y->cols));
    p->n_targets = y->cols;
    if (weights)
        CF_GO(cfi_matrix_to_doubles(weights, &w));
    for (cf_index t = 0; t < y->cols; t++)
        CF_GO(cfi_labels_find("cross_val_predict", y, t, w, &p->labels[t]));
cleanup:
    cf_free(w);
    return status;
}

/* One schema for the dictionaries of all targets; *out stays NULL for numbers. The caller releases
 * *out, on failure too. */
static cf_status label_schema(const predictions *p, cf_schema **out)
{
    bool texts = false;
    for (cf_index t = 0; t < p->n_targets; t++)
        texts = texts || p->labels[t].values.schema;
    if (!texts)
        return CF_OK;
    CF_TRY(cf_schema_new(out, p->n_targets));
    for (cf_index t = 0; t < p->n_targets; t++)
        if (p->labels[t].values.schema)
            CF_TRY(cfi_schema_copy_column(*out, t, p->labels[t].values.schema, 0));
    return CF_OK;
}

/* Codes among the classes of y as labels, in y's dtype. Every target's labels have the same one: y
 * is one matrix. */
static cf_status decode(const predictions *p, const cf_matrix *codes, cf_matrix *out)
{
    const cf_dtype dtype = p->labels[0].values.dtype;
    const size_t size = cf_dtype_size(dtype);
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(label_schema(p, &schema));
    CF_GO(cf_matrix_resize(out, dtype, codes->rows, codes->cols));
    for (cf_index t = 0; t < codes->cols; t++) {
        const char *labels = p->labels[t].values.values;
        for (cf_index i = 0; i < codes->rows; i++) {
            const int32_t code = ((const int32_t *)codes->values)[i * codes->row_stride + t];
            /* Bytes, so that one loop serves every dtype. */
            memcpy((char *)out->values + (size_t)(i * out->row_stride + t * out->col_stride) * size,
                   labels + (size_t)code * size, size);
        }
    }
    if (schema)
        cfi_matrix_set_schema(out, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}

/*
 * The answers of all folds, rows in X's order. The parts have the order of the tests, so row i of X
 * is row inverse[i] of the joined parts. They must agree in columns, which an encoder's need not.
 */
static cf_status put_together(const predictions *p, const cf_index *inverse, cf_matrix *out)
{
    const cf_index n = p->cv.X->rows, count = p->cv.folds.count;
    const bool labels = p->n_targets > 0 && p->slot == CFI_PREDICT;
    const cf_matrix **parts = NULL;
    cf_matrix joined = {0}, codes = {0};
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(parts, count));
    for (cf_index i = 0; i < count; i++)
        parts[i] = &p->parts[i];
    for (cf_index i = 1; i < count; i++)
        if (parts[i]->cols != parts[0]->cols)
            CF_GO(
                cf_fail(CF_ERR_DATA,
                        "cross_val_predict: %s gives %lld columns in fold 0 and %lld in fold %lld",
                        cfi_slot_name(p->slot), (long long)parts[0]->cols,
                        (long long)parts[i]->cols, (long long)i));
    CF_GO(cf_matrix_join_rows(parts, count, &joined));
    CF_GO(cf_matrix_gather_rows(&joined, inverse, n, labels ? &codes : out));
    if (labels)
        CF_GO(decode(p, &codes, out));
cleanup:
    cf_free(parts);
    cf_matrix_clear(&joined);
    cf_matrix_clear(&codes);
    return status;
}

/* Checks method and folds before any fit is paid for. */
static cf_status answer_all(predictions *p, cf_matrix *out)
{
    cf_index *inverse = NULL;
    const cf_index n = p->cv.X->rows;
    cf_status status = CF_OK;
    if (!(cfi_traits(p->e).methods & cfi_slot_bit(p->slot)))
        return cf_fail(CF_ERR_UNSUPPORTED, "%s has no %s", p->e->cls->name, cfi_slot_name(p->slot));
    CF_GO(CF_ALLOC(inverse, n));
    CF_GO(invert_tests(&p->cv.folds, n, inverse));
    CF_GO(find_labels(p));
    CF_GO(CF_ALLOC_ZERO(p->parts, p->cv.folds.count));
    CF_GO(cf_parallel_tasks(p->run, p->cv.folds.count, answer_fold, p));
    CF_GO(put_together(p, inverse, out));
cleanup:
    cf_free(inverse);
    return status;
}

/* Before cfi_cv_end, which forgets how many folds there were. */
static void predictions_clear(predictions *p)
{
    for (cf_index i = 0; p->parts && i < p->cv.folds.count; i++)
        cf_matrix_clear(&p->parts[i]);
    for (cf_index t = 0; p->labels && t < p->n_targets; t++)
        cfi_labels_clear(&p->labels[t]);
    cf_free(p->parts);
    cf_free(p->labels);
    cfi_cv_end(&p->cv);
}

cf_status cf_cross_val_predict(const cf_estimator *e, const cf_matrix *X, const cf_matrix *y,
                               const cf_cv_options *options, const char *method, cf_matrix *out)
{
    static const cf_cv_options none;
    const cf_cv_options *o = options ? options : &none;
    const cf_fit_options outer = cfi_cv_run_options(o);
    cf_run run;
    predictions p = {.e = e, .run = &run};
    CF_TRY(find_slot(method ? method : "predict", &p.slot));
    cfi_run_begin(&run, &outer);
    cf_status status = cfi_cv_begin(e, X, y, o, &run, &p.cv);
    if (status == CF_OK)
        status = answer_all(&p, out);
    predictions_clear(&p);
    cfi_run_end(&run);
    return status;
}
