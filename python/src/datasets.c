/* SPDX-License-Identifier: BSD-3-Clause */
/* The list of bundled data sets, and the generators. */
#include "glue.h"

/* datasets(): what the loaders need to find and read each bundled file. */
static PyObject *module_datasets(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New((Py_ssize_t)cf_dataset_count());
    (void)module;
    (void)unused;
    for (cf_index i = 0; list && i < cf_dataset_count(); i++) {
        const cf_dataset *d = cf_dataset_at(i);
        PyObject *item = Py_BuildValue("(ssssLL)", d->name, d->file, d->targets, d->summary,
                                       (long long)d->rows, (long long)d->cols);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

/* ---- generators ---- */

/* What every generator gives: matrices, and the state of its generator. */
typedef struct made {
    cf_matrix X, y, extra, random_state; /* extra: coefficients or centres */
} made;

/* (X, y, extra or None, state); y has one dimension where it has one column. Empties *m, also on
 * failure. The state goes back into the RandomState that Python lent. */
static PyObject *made_result(cf_status status, made *m)
{
    PyObject *parts[4] = {NULL, NULL, NULL, NULL}, *result = NULL;
    if (status == CF_OK) {
        parts[0] = take_array(&m->X, 2);
        parts[1] = take_array(&m->y, m->y.cols == 1 ? 1 : 2);
        parts[2] = m->extra.rows ? take_array(&m->extra, 2) : Py_NewRef(Py_None);
        parts[3] = take_array(&m->random_state, 1);
        if (parts[0] && parts[1] && parts[2] && parts[3])
            result = PyTuple_Pack(4, parts[0], parts[1], parts[2], parts[3]);
    }
    for (int k = 0; k < 4; k++)
        Py_XDECREF(parts[k]);
    cf_matrix_clear(&m->X);
    cf_matrix_clear(&m->y);
    cf_matrix_clear(&m->extra);
    cf_matrix_clear(&m->random_state);
    return finish(status, result);
}

/*
 * The elements of a contiguous array of one dimension, or NULL for None; -1: raised. They are
 * borrowed for the call: its arguments keep the array. Where `count` is NULL the Python side has
 * made the length right.
 */
static int borrow_vector(PyObject *object, int type, Py_ssize_t *count, const void **out)
{
    *out = NULL;
    if (!object || object == Py_None)
        return 0;
    PyArrayObject *array = (PyArrayObject *)object;
    if (!PyArray_Check(object) || PyArray_NDIM(array) != 1 || PyArray_TYPE(array) != type ||
        !PyArray_ISCARRAY_RO(array)) {
        PyErr_SetString(PyExc_TypeError, "an array of one dimension is needed");
        return -1;
    }
    if (count)
        *count = PyArray_SIZE(array);
    *out = PyArray_DATA(array);
    return 0;
}

/* The names of the arguments are those of cf_classification_options. random_state is converted
 * last: it is the only one that owns memory, so that the early return has nothing to release. */
static PyObject *module_make_classification(PyObject *module, PyObject *args, PyObject *keywords)
{
    static const char *const names[] = {
        "random_state", "n_samples", "n_features",           "n_informative", "n_redundant",
        "n_repeated",   "n_classes", "n_clusters_per_class", "weights",       "flip_y",
        "class_sep",    "polytope",  "random_shift",         "random_scale",  "no_shuffle",
        "shift",        "scale",     "feature_shift",        "feature_scale", NULL};
    PyObject *random_state, *weights, *shifts, *scales;
    int polytope, random_shift, random_scale, no_shuffle;
    Py_ssize_t n_weights = 0;
    cf_classification_options o = {0};
    made m = {0};
    (void)module;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "OLLLLLLLOddppppddOO", (char **)(uintptr_t)names, &random_state,
            &o.n_samples, &o.n_features, &o.n_informative, &o.n_redundant, &o.n_repeated,
            &o.n_classes, &o.n_clusters_per_class, &weights, &o.flip_y, &o.class_sep, &polytope,
            &random_shift, &random_scale, &no_shuffle, &o.shift, &o.scale, &shifts, &scales) ||
        borrow_vector(weights, NPY_FLOAT64, &n_weights, (const void **)&o.weights) < 0 ||
        borrow_vector(shifts, NPY_FLOAT64, NULL, (const void **)&o.feature_shift) < 0 ||
        borrow_vector(scales, NPY_FLOAT64, NULL, (const void **)&o.feature_scale) < 0 ||
        value_from_python(random_state, &o.random_state) < 0)
        return NULL;
    o.n_weights = n_weights;
    o.polytope = polytope;
    o.random_shift = random_shift;
    o.random_scale = random_scale;
    o.no_shuffle = no_shuffle;
    o.random_state_out = &m.random_state;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = cf_make_classification(&o, &m.X, &m.y);
    Py_END_ALLOW_THREADS cf_value_clear(&o.random_state);
    return made_result(status, &m);
}

/* bias: one number a target, or None. */
static PyObject *module_make_regression(PyObject *module, PyObject *args, PyObject *keywords)
{
    static const char *const names[] = {
        "random_state",   "n_samples",     "n_features", "n_informative", "n_targets", "bias",
        "effective_rank", "tail_strength", "noise",      "no_shuffle",    NULL};
    PyObject *random_state, *bias;
    int no_shuffle;
    cf_regression_options o = {0};
    made m = {0};
    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OLLLLOLddp", (char **)(uintptr_t)names,
                                     &random_state, &o.n_samples, &o.n_features, &o.n_informative,
                                     &o.n_targets, &bias, &o.effective_rank, &o.tail_strength,
                                     &o.noise, &no_shuffle) ||
        borrow_vector(bias, NPY_FLOAT64, NULL, (const void **)&o.biases) < 0 ||
        value_from_python(random_state, &o.random_state) < 0)
        return NULL;
    o.no_shuffle = no_shuffle;
    o.random_state_out = &m.random_state;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = cf_make_regression(&o, &m.X, &m.y, &m.extra);
    Py_END_ALLOW_THREADS cf_value_clear(&o.random_state);
    return made_result(status, &m);
}

/* centers: (n_centers, n_features) or None to draw them; samples_per_blob: int64 of the same
 * length, or None to share n_samples out. */
static PyObject *module_make_blobs(PyObject *module, PyObject *args, PyObject *keywords)
{
    static const char *const names[] = {"random_state",
                                        "n_samples",
                                        "n_features",
                                        "n_centers",
                                        "samples_per_blob",
                                        "centers",
                                        "stds",
                                        "low",
                                        "high",
                                        "no_shuffle",
                                        NULL};
    PyObject *random_state, *per_blob, *centers, *stds;
    int no_shuffle;
    cf_matrix given;
    cf_blobs_options o = {0};
    made m = {0};
    (void)module;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OLLLOOOddp", (char **)(uintptr_t)names,
                                     &random_state, &o.n_samples, &o.n_features, &o.n_centers,
                                     &per_blob, &centers, &stds, &o.center_box[0], &o.center_box[1],
                                     &no_shuffle))
        return NULL;
    const int has_centers = borrow_optional(centers, "centers", &given);
    if (has_centers < 0 ||
        borrow_vector(per_blob, NPY_INT64, NULL, (const void **)&o.samples_per_blob) < 0 ||
        borrow_vector(stds, NPY_FLOAT64, NULL, (const void **)&o.cluster_stds) < 0 ||
        value_from_python(random_state, &o.random_state) < 0)
        return NULL;
    o.centers = has_centers ? &given : NULL;
    o.no_shuffle = no_shuffle;
    o.random_state_out = &m.random_state;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = cf_make_blobs(&o, &m.X, &m.y, &m.extra);
    Py_END_ALLOW_THREADS cf_value_clear(&o.random_state);
    return made_result(status, &m);
}

/* make_shapes(is_circles, random_state, n_samples, n_outer, n_inner, no_shuffle, noise, factor) */
static PyObject *module_make_shapes(PyObject *module, PyObject *args)
{
    PyObject *random_state;
    int is_circles, no_shuffle;
    cf_shapes_options o = {0};
    made m = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "pOLLLpdd", &is_circles, &random_state, &o.n_samples, &o.n_outer,
                          &o.n_inner, &no_shuffle, &o.noise, &o.factor) ||
        value_from_python(random_state, &o.random_state) < 0)
        return NULL;
    o.no_shuffle = no_shuffle;
    o.random_state_out = &m.random_state;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status =
        is_circles ? cf_make_circles(&o, &m.X, &m.y) : cf_make_moons(&o, &m.X, &m.y);
    Py_END_ALLOW_THREADS cf_value_clear(&o.random_state);
    return made_result(status, &m);
}

static PyObject *module_make_friedman1(PyObject *module, PyObject *args)
{
    PyObject *random_state;
    cf_friedman_options o = {0};
    made m = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "OLLd", &random_state, &o.n_samples, &o.n_features, &o.noise) ||
        value_from_python(random_state, &o.random_state) < 0)
        return NULL;
    o.random_state_out = &m.random_state;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = cf_make_friedman1(&o, &m.X, &m.y);
    Py_END_ALLOW_THREADS cf_value_clear(&o.random_state);
    return made_result(status, &m);
}

PyMethodDef dataset_functions[] = {
    {"datasets", module_datasets, METH_NOARGS, "(name, file, targets, summary, rows, cols)"},
    {"make_classification", WITH_KEYWORDS(module_make_classification), "(X, y, None, state)"},
    {"make_regression", WITH_KEYWORDS(module_make_regression), "(X, y, coef, state)"},
    {"make_blobs", WITH_KEYWORDS(module_make_blobs), "(X, y, centers, state)"},
    {"make_shapes", module_make_shapes, METH_VARARGS, "(X, y, None, state)"},
    {"make_friedman1", module_make_friedman1, METH_VARARGS, "(X, y, None, state)"},
    {NULL, NULL, 0, NULL},
};
