/* SPDX-License-Identifier: BSD-3-Clause */
/* Splits and cross-validation. */
#include "glue.h"

#include <string.h>

/* ---- folds from and to Python ---- */

/* A list of (train, test) index arrays: int64 copies, which outlive the folds. */
static PyObject *folds_to_python(const cf_folds *folds)
{
    PyObject *list = PyList_New((Py_ssize_t)folds->count);
    for (cf_index f = 0; list && f < folds->count; f++) {
        npy_intp sizes[2] = {folds->train_offsets[f + 1] - folds->train_offsets[f],
                             folds->test_offsets[f + 1] - folds->test_offsets[f]};
        PyObject *train = PyArray_SimpleNew(1, &sizes[0], NPY_INT64);
        PyObject *test = PyArray_SimpleNew(1, &sizes[1], NPY_INT64);
        PyObject *pair = train && test ? PyTuple_Pack(2, train, test) : NULL;
        if (pair) {
            memcpy(PyArray_DATA((PyArrayObject *)train), folds->train + folds->train_offsets[f],
                   (size_t)sizes[0] * sizeof(cf_index));
            memcpy(PyArray_DATA((PyArrayObject *)test), folds->test + folds->test_offsets[f],
                   (size_t)sizes[1] * sizeof(cf_index));
            PyList_SET_ITEM(list, (Py_ssize_t)f, pair);
        }
        Py_XDECREF(train);
        Py_XDECREF(test);
        if (!pair)
            Py_CLEAR(list);
    }
    return list;
}

/* (folds, state): the state of the generator, or None where nothing was drawn. Clears the folds.
 * The state is what a RandomState lent as random_state gets back. */
static PyObject *split_result(cf_status status, cf_folds *folds)
{
    PyObject *result = NULL;
    if (status == CF_OK) {
        PyObject *state =
            folds->random_state.rows ? take_array(&folds->random_state, 1) : Py_NewRef(Py_None);
        PyObject *list = state ? folds_to_python(folds) : NULL;
        result = list ? PyTuple_Pack(2, list, state) : NULL;
        Py_XDECREF(list);
        Py_XDECREF(state);
    }
    cf_folds_clear(folds);
    return finish(status, result);
}

/* split(splitter, n_samples, y, groups). The splitter is made for the call by the Python side, so
 * no reader is counted. */
static PyObject *module_split(PyObject *module, PyObject *args)
{
    PyObject *splitter, *y_object, *groups_object;
    Py_ssize_t n;
    cf_matrix y, groups;
    cf_folds folds = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "O!nOO", &estimator_type, &splitter, &n, &y_object, &groups_object))
        return NULL;
    const int has_y = borrow_optional(y_object, "y", &y);
    const int has_groups = borrow_optional(groups_object, "groups", &groups);
    if (has_y < 0 || has_groups < 0)
        return NULL;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status =
        cf_split(((estimator_object *)splitter)->estimator, n, has_y ? &y : NULL,
                 has_groups ? &groups : NULL, &folds);
    Py_END_ALLOW_THREADS return split_result(status, &folds);
}

/* train_test_split(n, test_size, train_size, random_state, in_order, stratify) */
static PyObject *module_train_test_split(PyObject *module, PyObject *args)
{
    PyObject *test_size, *train_size, *random_state, *stratify_object, *result = NULL;
    Py_ssize_t n;
    int in_order;
    cf_matrix stratify;
    cf_split_options options = {.in_order = false};
    cf_folds folds = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "nOOOpO", &n, &test_size, &train_size, &random_state, &in_order,
                          &stratify_object))
        return NULL;
    const int stratified = borrow_optional(stratify_object, "stratify", &stratify);
    if (stratified < 0)
        return NULL;
    options.in_order = in_order;
    options.stratify = stratified ? &stratify : NULL;
    /* None, an int (rows) and a float (share) stay distinct. Values not reached are NONE: clearing
     * is safe. */
    if (value_from_python(test_size, &options.test_size) == 0 &&
        value_from_python(train_size, &options.train_size) == 0 &&
        value_from_python(random_state, &options.random_state) == 0) {
        cf_status status;
        Py_BEGIN_ALLOW_THREADS status = cf_train_test_split(n, &options, &folds);
        Py_END_ALLOW_THREADS result = split_result(status, &folds);
    }
    cf_value_clear(&options.test_size);
    cf_value_clear(&options.train_size);
    cf_value_clear(&options.random_state);
    return result;
}

/* The index arrays of a list of (train, test), which must be contiguous int64. Borrowed from the
 * list. */
static PyArrayObject *fold_side(PyObject *list, Py_ssize_t fold, int side)
{
    PyObject *pair = PyList_GET_ITEM(list, fold);
    PyObject *rows =
        PyTuple_Check(pair) && PyTuple_GET_SIZE(pair) == 2 ? PyTuple_GET_ITEM(pair, side) : NULL;
    if (rows && PyArray_Check(rows) && PyArray_NDIM((PyArrayObject *)rows) == 1 &&
        PyArray_TYPE((PyArrayObject *)rows) == NPY_INT64 &&
        PyArray_ISCARRAY_RO((PyArrayObject *)rows))
        return (PyArrayObject *)rows;
    PyErr_SetString(PyExc_TypeError, "folds are (train, test) pairs of int64 arrays");
    return NULL;
}

/* Folds made by join_side are Python's memory: cf_folds_clear would hand them to another
 * allocator. */
static void free_folds(cf_folds *folds)
{
    PyMem_Free(folds->train_offsets);
    PyMem_Free(folds->test_offsets);
    PyMem_Free(folds->train);
    PyMem_Free(folds->test);
}

/* One side of every fold, end to end: fold f is rows[offsets[f] .. offsets[f + 1]). What is
 * allocated is in *offsets and *rows even on failure; free_folds releases it. */
static int join_side(PyObject *list, int side, cf_index **offsets, cf_index **rows)
{
    const Py_ssize_t count = PyList_GET_SIZE(list);
    *offsets = calloc_or_raise((size_t)count + 1, sizeof(cf_index));
    if (!*offsets)
        return -1;
    for (Py_ssize_t f = 0; f < count; f++) {
        PyArrayObject *part = fold_side(list, f, side);
        if (!part)
            return -1;
        (*offsets)[f + 1] = (*offsets)[f] + PyArray_SIZE(part);
    }
    *rows = calloc_or_raise((size_t)(*offsets)[count] + 1, sizeof(cf_index)); /* never of size 0 */
    if (!*rows)
        return -1;
    for (Py_ssize_t f = 0; f < count; f++) {
        PyArrayObject *part = fold_side(list, f, side);
        if (part)
            memcpy(*rows + (*offsets)[f], PyArray_DATA(part),
                   (size_t)((*offsets)[f + 1] - (*offsets)[f]) * sizeof(cf_index));
    }
    return 0;
}

/* Whether the rows exist is checked by the library, which knows how many there are. */
static int folds_from_python(PyObject *list, cf_folds *folds)
{
    folds->count = PyList_GET_SIZE(list);
    if (join_side(list, 0, &folds->train_offsets, &folds->train) < 0)
        return -1;
    return join_side(list, 1, &folds->test_offsets, &folds->test);
}

/* ---- cross-validation ---- */

/* Arguments of both functions, borrowed from Python for the call. `options` points at the members
 * beside it, so that the struct must not be moved once it is parsed. */
typedef struct cv_call {
    const cf_estimator *estimator;
    cf_matrix X, y, weights, groups;
    int has_y;            /* whether y was given */
    cf_folds folds;       /* own copy, released by free_folds */
    const char **scoring; /* own array of borrowed texts, or NULL */
    const char *method;   /* of cross_val_predict; NULL = predict */
    PyObject *progress;   /* borrowed callable, None or NULL */
    cf_cv_options options;
} cv_call;

static void cv_call_clear(cv_call *call)
{
    free_folds(&call->folds);
    PyMem_Free(call->scoring);
}

/* None leaves options.scoring NULL: the estimator's own score. */
static int take_scoring(cv_call *call, PyObject *names)
{
    if (names == Py_None)
        return 0;
    const Py_ssize_t count = PyList_Check(names) ? PyList_GET_SIZE(names) : 0;
    call->scoring = calloc_or_raise((size_t)count + 1, sizeof *call->scoring);
    if (!call->scoring)
        return -1;
    for (Py_ssize_t m = 0; m < count; m++)
        if (!(call->scoring[m] = PyUnicode_AsUTF8(PyList_GET_ITEM(names, m))))
            return -1;
    call->options.scoring = call->scoring;
    call->options.n_scoring = count;
    return 0;
}

/* None stands for "raise", a number (NaN too) for itself. */
static int take_error_score(cv_call *call, PyObject *error_score)
{
    if (error_score == Py_None) {
        call->options.error_score = CF_ERROR_SCORE_RAISE;
        return 0;
    }
    call->options.error_score = CF_ERROR_SCORE_VALUE;
    call->options.error_value = PyFloat_AsDouble(error_score);
    return PyErr_Occurred() ? -1 : 0;
}

/* Borrows the matrices and hands them to the options. */
static int take_data(cv_call *call, PyObject *X, PyObject *y, PyObject *weights, PyObject *groups)
{
    if (!borrow_matrix(X, 0, &call->X)) {
        PyErr_SetString(PyExc_TypeError, "X is not ready for the library");
        return -1;
    }
    call->has_y = borrow_optional(y, "y", &call->y);
    const int weighted = borrow_optional(weights, "sample_weight", &call->weights);
    const int grouped = borrow_optional(groups, "groups", &call->groups);
    if (call->has_y < 0 || weighted < 0 || grouped < 0)
        return -1;
    call->options.sample_weight = weighted ? &call->weights : NULL;
    call->options.groups = grouped ? &call->groups : NULL;
    /* As in scikit-learn, where sample_weight reaches fit but not the scorers. */
    call->options.unweighted_scores = true;
    return 0;
}

/* cv_call_clear releases what was made, on failure too. */
static int parse_cv(PyObject *args, PyObject *keywords, cv_call *call)
{
    static const char *const names[] = {
        "estimator",        "X",         "y",        "folds",       "sample_weight",
        "groups",           "scoring",   "method",   "error_score", "return_train_score",
        "return_estimator", "n_threads", "deadline", "progress",    NULL};
    PyObject *estimator, *X, *y, *folds, *weights = NULL, *groups = NULL, *scoring = Py_None;
    PyObject *error_score = Py_None;
    int train = 0, keep = 0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O!OOO!|OOOzOppidO", (char **)(uintptr_t)names,
                                     &estimator_type, &estimator, &X, &y, &PyList_Type, &folds,
                                     &weights, &groups, &scoring, &call->method, &error_score,
                                     &train, &keep, &call->options.n_threads,
                                     &call->options.deadline, &call->progress))
        return -1;
    call->estimator = ((estimator_object *)estimator)->estimator;
    call->options.return_train_score = train;
    call->options.return_estimator = keep;
    call->options.folds = &call->folds;
    if (take_data(call, X, y, weights, groups) < 0 || take_scoring(call, scoring) < 0 ||
        take_error_score(call, error_score) < 0)
        return -1;
    return folds_from_python(folds, &call->folds);
}

/* Before the call itself: the progress goes through `run`. From here on without the GIL. */
static void begin_cv(cv_call *call, long_run *run)
{
    call->options.cancel = cancel_flag();
    if (call->progress && call->progress != Py_None) {
        call->options.progress = report_progress;
        call->options.progress_ctx = run;
    }
    enter_long_run(run, call->progress ? call->progress : Py_None);
}

/* A list of the models, one more owner of each; None for a fold that failed, or where none were
 * kept. */
static PyObject *fitted_models(cf_cv_result *result)
{
    if (!result->estimators)
        return Py_NewRef(Py_None);
    PyObject *list = PyList_New((Py_ssize_t)result->n_splits);
    for (cf_index i = 0; list && i < result->n_splits; i++) {
        cf_estimator *model = result->estimators[i];
        PyObject *item = model ? wrap_estimator(cf_estimator_share(model)) : Py_NewRef(Py_None);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

/* The tuple of module_cross_validate. Each step waits for the one before; arrays that are taken
 * leave their matrix empty, so that the caller may clear the result in any case. */
static PyObject *cv_result(cf_cv_result *result)
{
    PyObject *models = fitted_models(result);
    PyObject *test = models ? take_array(&result->test_scores, 2) : NULL;
    PyObject *train = test ? take_array(&result->train_scores, 2) : NULL;
    PyObject *fit_time = train ? take_array(&result->fit_time, 1) : NULL;
    PyObject *score_time = fit_time ? take_array(&result->score_time, 1) : NULL;
    PyObject *out = score_time ? PyTuple_Pack(5, test, train, fit_time, score_time, models) : NULL;
    Py_XDECREF(models);
    Py_XDECREF(test);
    Py_XDECREF(train);
    Py_XDECREF(fit_time);
    Py_XDECREF(score_time);
    return out;
}

/* cross_validate(...): (test scores, train scores, fit times, score times, models or None); scores
 * are (n_metrics, n_splits), those of training empty unless asked for. */
static PyObject *module_cross_validate(PyObject *module, PyObject *args, PyObject *keywords)
{
    cv_call call = {0};
    cf_cv_result result = {0};
    PyObject *out = NULL;
    (void)module;
    if (parse_cv(args, keywords, &call) == 0) {
        long_run run;
        begin_cv(&call, &run);
        const cf_status status = cf_cross_validate(
            call.estimator, &call.X, call.has_y ? &call.y : NULL, &call.options, &result);
        if (leave_long_run(&run) == 0)
            out = finish(status, status == CF_OK ? cv_result(&result) : NULL);
    }
    cf_cv_result_clear(&result);
    cv_call_clear(&call);
    return out;
}

/* cross_val_predict(...): a row for every row of X; labels of text as a Matrix of codes. */
static PyObject *module_cross_val_predict(PyObject *module, PyObject *args, PyObject *keywords)
{
    cv_call call = {0};
    cf_matrix answers = {0};
    PyObject *out = NULL;
    (void)module;
    if (parse_cv(args, keywords, &call) == 0) {
        long_run run;
        begin_cv(&call, &run);
        const cf_status status =
            cf_cross_val_predict(call.estimator, &call.X, call.has_y ? &call.y : NULL,
                                 &call.options, call.method, &answers);
        if (leave_long_run(&run) == 0)
            out = finish(status, status == CF_OK ? take_output(&answers, 2) : NULL);
    }
    cf_matrix_clear(&answers);
    cv_call_clear(&call);
    return out;
}

PyMethodDef selection_functions[] = {
    {"split", module_split, METH_VARARGS, "split(splitter, n_samples, y, groups)"},
    {"train_test_split", module_train_test_split, METH_VARARGS, "one cut of n rows"},
    {"cross_validate", WITH_KEYWORDS(module_cross_validate), "scores of every fold"},
    {"cross_val_predict", WITH_KEYWORDS(module_cross_val_predict), "answers for every row"},
    {NULL, NULL, 0, NULL},
};
