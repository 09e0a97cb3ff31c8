/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Estimators: parameters, fit, predict and its kin, attributes, files. The GIL guards the counts of
 * readers and writers: a model can be used by many threads at a time, or be fitted by one.
 */
#include "glue.h"

#include <string.h>

/* The reference is released where the object cannot be made, so that callers need no clean-up. */
PyObject *wrap_estimator(cf_estimator *estimator)
{
    estimator_object *self = PyObject_New(estimator_object, &estimator_type);
    if (!self) {
        cf_estimator_free(estimator);
        return NULL;
    }
    self->estimator = estimator;
    self->readers = 0;
    self->is_written = 0;
    self->random_state = NULL;
    return (PyObject *)self;
}

/* Arrays over the model's memory hold a reference to this object: none is left here. */
static void estimator_free(estimator_object *self)
{
    Py_XDECREF(self->random_state);
    cf_estimator_free(self->estimator);
    PyObject_Free(self);
}

/* The estimator for a call that keeps the GIL throughout; NULL: raised, another thread is fitting
 * it. */
static cf_estimator *idle(PyObject *object)
{
    estimator_object *self = (estimator_object *)object;
    if (!self->is_written)
        return self->estimator;
    PyErr_SetString(PyExc_RuntimeError, "the estimator is being fitted by another thread");
    return NULL;
}

/* Counts one more reader; the caller takes it back once the call is over. The GIL makes check and
 * count one step, so that no lock is needed. */
static int begin_read(estimator_object *self)
{
    if (!idle((PyObject *)self))
        return -1;
    self->readers++;
    return 0;
}

/* Marks the model as being fitted, which nothing else may see: fit releases what was learned
 * before. Arrays that borrow from it count as readers. */
static int begin_write(estimator_object *self)
{
    if (self->is_written || self->readers) {
        PyErr_SetString(PyExc_RuntimeError, "the estimator is in use by another thread");
        return -1;
    }
    self->is_written = 1;
    return 0;
}

/* ---- making ---- */

/* Estimator(class_name), with the default of every parameter. */
static PyObject *estimator_make(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    const char *name;
    cf_estimator *estimator = NULL;
    (void)type;
    (void)keywords;
    if (!PyArg_ParseTuple(args, "s", &name))
        return NULL;
    const cf_status status = cf_new(&estimator, name);
    return status == CF_OK ? wrap_estimator(estimator) : raise_status(status);
}

/* Static: a new object out of a spec such as "StandardScaler | SVC(C=10)". */
static PyObject *estimator_parse(PyObject *type, PyObject *spec)
{
    const char *text = PyUnicode_AsUTF8(spec);
    cf_estimator *estimator = NULL;
    (void)type;
    if (!text)
        return NULL;
    const cf_status status = cf_parse(&estimator, text);
    return status == CF_OK ? wrap_estimator(estimator) : raise_status(status);
}

/* The spec that parse reads back; parameters at their default are left out. */
static PyObject *estimator_text(PyObject *self, PyObject *unused)
{
    cf_estimator *e = idle(self);
    char *text = NULL;
    (void)unused;
    if (!e)
        return NULL;
    const cf_status status = cf_to_text(e, &text);
    PyObject *result = status == CF_OK ? PyUnicode_FromString(text) : raise_status(status);
    cf_text_free(text);
    return result;
}

/* ---- parameters ---- */

/* set(name, value); nested names as "svc__C". The library copies the value. */
static PyObject *estimator_set(PyObject *self, PyObject *args)
{
    const char *name;
    PyObject *object;
    cf_value value;
    if (!PyArg_ParseTuple(args, "sO", &name, &object) || value_from_python(object, &value) < 0)
        return NULL;
    cf_estimator *e = idle(self); /* after value_from_python, which may run Python */
    if (!e) {
        cf_value_clear(&value);
        return NULL;
    }
    const cf_status status = cf_set_value(e, name, &value);
    cf_value_clear(&value);
    return finish(status, Py_NewRef(Py_None));
}

/* A new object, not the one that was set: the Python side keeps that one itself. */
static PyObject *estimator_get(PyObject *self, PyObject *name)
{
    cf_estimator *e = idle(self);
    const char *text = PyUnicode_AsUTF8(name);
    cf_value value = {0};
    if (!e || !text)
        return NULL;
    const cf_status status = cf_get_value(e, text, &value);
    PyObject *result = status == CF_OK ? value_to_python(&value) : raise_status(status);
    cf_value_clear(&value);
    return result;
}

/* ---- fit ---- */

/* The modes of estimator_fit, by number as in _base.py. */
enum { FIT, PARTIAL_FIT, FIT_TRANSFORM, FIT_PREDICT };

/* Arguments of a fit, borrowed from Python for the call. `options` points at the matrices beside
 * it, so that the struct must not be moved once it is parsed. */
typedef struct fit_call {
    int mode; /* FIT, ... */
    cf_matrix X, y, weights, groups, X_val, y_val, weights_val, classes;
    int has_y;          /* whether y was given */
    PyObject *progress; /* borrowed callable, None or NULL */
    cf_fit_options options;
} fit_call;

/* Borrows one optional matrix; *slot points at it where it was given. */
static int borrow_into(PyObject *object, const char *name, cf_matrix *matrix,
                       const cf_matrix **slot)
{
    const int given = borrow_optional(object, name, matrix);
    if (given == 1)
        *slot = matrix;
    return given < 0 ? -1 : 0;
}

/* All matrices are borrowed: an early return has nothing to release. */
static int parse_fit(PyObject *args, PyObject *keywords, fit_call *call)
{
    static const char *const names[] = {"mode",    "X",         "y",        "sample_weight",
                                        "groups",  "X_val",     "y_val",    "sample_weight_val",
                                        "classes", "n_threads", "deadline", "progress",
                                        "y_2d",    NULL};
    PyObject *X, *y = NULL, *weights = NULL, *groups = NULL, *X_val = NULL, *y_val = NULL,
                 *weights_val = NULL, *classes = NULL;
    int y_2d = 0;
    cf_fit_options *o = &call->options;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "iO|OOOOOOOidOp", (char **)(uintptr_t)names,
                                     &call->mode, &X, &y, &weights, &groups, &X_val, &y_val,
                                     &weights_val, &classes, &o->n_threads, &o->deadline,
                                     &call->progress, &y_2d))
        return -1;
    o->y_2d = y_2d;
    if (!borrow_matrix(X, 0, &call->X)) {
        PyErr_SetString(PyExc_TypeError, "X is not ready for the library");
        return -1;
    }
    call->has_y = borrow_optional(y, "y", &call->y);
    if (call->has_y < 0 ||
        borrow_into(weights, "sample_weight", &call->weights, &o->sample_weight) < 0 ||
        borrow_into(groups, "groups", &call->groups, &o->groups) < 0 ||
        borrow_into(X_val, "X_val", &call->X_val, &o->X_val) < 0 ||
        borrow_into(y_val, "y_val", &call->y_val, &o->y_val) < 0 ||
        borrow_into(weights_val, "sample_weight_val", &call->weights_val, &o->sample_weight_val) <
            0 ||
        borrow_into(classes, "classes", &call->classes, &o->classes) < 0)
        return -1;
    return 0;
}

/* The call itself, without the GIL; `out` is filled by the last two modes alone. */
static cf_status run_fit(cf_estimator *e, const fit_call *call, cf_matrix *out)
{
    const cf_matrix *y = call->has_y ? &call->y : NULL;
    switch (call->mode) {
    case FIT:
        return cf_fit(e, &call->X, y, &call->options);
    case PARTIAL_FIT:
        return cf_partial_fit(e, &call->X, y, &call->options);
    case FIT_TRANSFORM:
        return cf_fit_transform(e, &call->X, y, &call->options, out);
    default:
        return cf_fit_predict(e, &call->X, y, &call->options, out);
    }
}

/* fit(mode, X, y, ...): None, or the output of fit_transform and fit_predict. */
static PyObject *estimator_fit(PyObject *object, PyObject *args, PyObject *keywords)
{
    estimator_object *self = (estimator_object *)object;
    fit_call call = {0};
    cf_matrix out = {0}, random_state = {0};
    long_run run;
    if (parse_fit(args, keywords, &call) < 0 || begin_write(self) < 0)
        return NULL;
    /* What a RandomState gets back: the Python side lent its state as the parameter. */
    call.options.random_state_out = &random_state;
    call.options.cancel = cancel_flag();
    if (call.progress && call.progress != Py_None) {
        call.options.progress = report_progress;
        call.options.progress_ctx = &run;
    }
    enter_long_run(&run, call.progress ? call.progress : Py_None);
    const cf_status status = run_fit(self->estimator, &call, &out);
    const int raised = leave_long_run(&run);
    /* With the GIL held again, whatever came of the fit. */
    self->is_written = 0;
    if (status == CF_OK && random_state.rows)
        /* Empty where nothing was drawn from a state: then the one before stays. */
        Py_XSETREF(self->random_state, take_array(&random_state, 1));
    cf_matrix_clear(&random_state);
    /* progress's exception or KeyboardInterrupt is set already where raised < 0. */
    if (raised < 0 || status != CF_OK) {
        cf_matrix_clear(&out);
        return raised < 0 ? NULL : finish(status, NULL);
    }
    const int has_output = call.mode == FIT_TRANSFORM || call.mode == FIT_PREDICT;
    return finish(CF_OK, has_output ? take_output(&out, 2) : Py_NewRef(Py_None));
}

/* ---- predict and its kin ---- */

typedef cf_status (*apply_fn)(const cf_estimator *, const cf_matrix *, cf_matrix *);

/* By the numbers that _base.py passes as `which`. */
static const apply_fn applications[] = {
    cf_predict,   cf_predict_proba,     cf_predict_log_proba, cf_decision_function,
    cf_transform, cf_inverse_transform, cf_score_samples,
};

/*
 * apply(which, X, ndim): NotImplemented when X must be converted first, so that an array which is
 * ready costs no look at it in Python. Codes come back as a Matrix. An output of one column has
 * `ndim` dimensions. FASTCALL without keywords: this is the path of a prediction of one row.
 */
static PyObject *estimator_apply(PyObject *object, PyObject *const *args, Py_ssize_t n)
{
    estimator_object *self = (estimator_object *)object;
    if (n != 3) {
        PyErr_SetString(PyExc_TypeError, "apply(which, X, ndim)");
        return NULL;
    }
    const long which = PyLong_AsLong(args[0]), ndim = PyLong_AsLong(args[2]);
    /* -1 is also a number: only the exception tells. */
    if (PyErr_Occurred())
        return NULL;
    if (which < 0 || which >= (long)(sizeof applications / sizeof applications[0])) {
        PyErr_SetString(PyExc_ValueError, "there is no such method");
        return NULL;
    }
    /* Writes nothing to the estimator, so any number of threads may be here at a time. */
    cf_matrix X, out = {0};
    if (!borrow_matrix(args[1], 0, &X))
        Py_RETURN_NOTIMPLEMENTED;
    if (begin_read(self) < 0)
        return NULL;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = applications[which](self->estimator, &X, &out);
    Py_END_ALLOW_THREADS self->readers--;
    if (status != CF_OK) {
        cf_matrix_clear(&out);
        return finish(status, NULL);
    }
    return finish(CF_OK, take_output(&out, out.cols == 1 ? (int)ndim : 2));
}

/* score(X, y, sample_weight, scorer): scorer None is the estimator's own, y None where it needs
 * none. */
static PyObject *estimator_score(PyObject *object, PyObject *args)
{
    estimator_object *self = (estimator_object *)object;
    PyObject *X_object, *y_object, *weights_object;
    const char *scorer = NULL;
    cf_matrix X, y, weights;
    double score = 0;
    if (!PyArg_ParseTuple(args, "OOO|z", &X_object, &y_object, &weights_object, &scorer))
        return NULL;
    if (!borrow_matrix(X_object, 0, &X)) {
        PyErr_SetString(PyExc_TypeError, "X is not ready for the library");
        return NULL;
    }
    const int has_y = borrow_optional(y_object, "y", &y);
    const int weighted = borrow_optional(weights_object, "sample_weight", &weights);
    if (has_y < 0 || weighted < 0 || begin_read(self) < 0)
        return NULL;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS const cf_matrix *w = weighted ? &weights : NULL,
                                           *target = has_y ? &y : NULL;
    status = scorer ? cf_score_with(self->estimator, scorer, &X, target, w, &score)
                    : cf_score(self->estimator, &X, target, w, &score);
    Py_END_ALLOW_THREADS self->readers--;
    return finish(status, status == CF_OK ? PyFloat_FromDouble(score) : NULL);
}

/*
 * call(method, args, X, n_outputs): a list of arrays. args is a dict of the method's arguments; X
 * may be None. Each output that take_output gets is emptied by it; the rest is cleared at the end.
 */
static PyObject *estimator_call(PyObject *object, PyObject *args)
{
    estimator_object *self = (estimator_object *)object;
    const char *method;
    PyObject *map, *X_object;
    int count;
    cf_matrix X, outs[8] = {{0}};
    cf_matrix *pointers[8];
    cf_value values;
    if (!PyArg_ParseTuple(args, "sO!Oi", &method, &PyDict_Type, &map, &X_object, &count))
        return NULL;
    if (count < 0 || count > 8) {
        PyErr_SetString(PyExc_ValueError, "a method has at most 8 outputs");
        return NULL;
    }
    const int has_X = borrow_optional(X_object, "X", &X);
    if (has_X < 0 || value_from_python(map, &values) < 0)
        return NULL;
    for (int k = 0; k < 8; k++)
        pointers[k] = &outs[k];
    PyObject *list = NULL;
    if (begin_read(self) == 0) {
        cf_status status;
        Py_BEGIN_ALLOW_THREADS status =
            cf_call(self->estimator, method, &values, has_X ? &X : NULL, pointers, count);
        Py_END_ALLOW_THREADS self->readers--;
        list = status == CF_OK ? PyList_New(count) : NULL;
        for (int k = 0; list && k < count; k++) {
            PyObject *item = take_output(&outs[k], 2);
            if (!item)
                Py_CLEAR(list);
            else
                PyList_SET_ITEM(list, k, item);
        }
        /* Not where the list could not be made: that exception stands. */
        if (status != CF_OK || list)
            list = finish(status, list);
    }
    for (int k = 0; k < 8; k++)
        cf_matrix_clear(&outs[k]);
    cf_value_clear(&values);
    return list;
}

/* ---- what was learned ---- */

/*
 * Whole numbers as int. `ndim` -1: a number where there is one element, else an array. A computed
 * attribute (it has an owner) is moved into the array, any other stays the model's. A lone integer
 * goes through a double, exact up to 2^53.
 */
static PyObject *attribute_view(cf_matrix *view, int ndim, PyObject *model)
{
    if (ndim == 0 || (ndim < 0 && view->rows * view->cols == 1)) {
        const double number = cf_matrix_get(view, 0, 0);
        return view->dtype == CF_F64 || view->dtype == CF_F32 ? PyFloat_FromDouble(number)
                                                              : PyLong_FromDouble(number);
    }
    const int axes = ndim < 0 ? 1 : ndim;
    return view->owner ? take_array(view, axes) : view_array(view, axes, model);
}

/* attribute(name, ndim): an array, read-only over the model's memory; a number, texts, ... The
 * reader counted here covers the call; an array that borrows counts as one more of its own. */
static PyObject *estimator_attribute(PyObject *object, PyObject *args)
{
    estimator_object *self = (estimator_object *)object;
    const char *name;
    int ndim;
    cf_matrix view = {0};
    cf_value value = {0};
    if (!PyArg_ParseTuple(args, "si", &name, &ndim) || begin_read(self) < 0)
        return NULL;
    PyObject *result;
    cf_status status = cf_attribute(self->estimator, name, &view);
    /* What is no matrix of numbers, or does not exist, is left to the general form and its
     * message. */
    if (status == CF_OK && !cf_matrix_is_sparse(&view) && !has_codes(&view)) {
        result = attribute_view(&view, ndim, object);
    } else {
        status = cf_attribute_value(self->estimator, name, &value);
        result = status == CF_OK ? value_to_python(&value) : raise_status(status);
        cf_value_clear(&value);
    }
    cf_matrix_clear(&view);
    self->readers--;
    return result;
}

/* child(name): a fitted estimator inside ("best_estimator_", "svc"), as one more owner of it. */
static PyObject *estimator_child(PyObject *object, PyObject *name)
{
    const cf_estimator *e = idle(object), *child = NULL;
    const char *text = PyUnicode_AsUTF8(name);
    if (!e || !text)
        return NULL;
    const cf_status status = cf_attribute_estimator(e, text, &child);
    return status == CF_OK ? wrap_estimator(cf_estimator_share(child)) : raise_status(status);
}

/* part(begin, end): a fitted Pipeline of some of the steps, which it shares with this one. */
static PyObject *estimator_part(PyObject *object, PyObject *args)
{
    Py_ssize_t begin, end;
    cf_estimator *e = idle(object), *part = NULL;
    if (!e || !PyArg_ParseTuple(args, "nn", &begin, &end))
        return NULL;
    const cf_status status = cf_pipeline_part(e, begin, end, &part);
    return status == CF_OK ? wrap_estimator(part) : raise_status(status);
}

/* The public names, those with a trailing underscore, as a list. */
static PyObject *estimator_attribute_names(PyObject *object, PyObject *unused)
{
    const cf_estimator *e = idle(object);
    cf_value names = {0};
    (void)unused;
    if (!e)
        return NULL;
    const cf_status status = cf_attribute_names(e, &names);
    PyObject *result = status == CF_OK ? value_to_python(&names) : raise_status(status);
    cf_value_clear(&names);
    return result;
}

/*
 * classes(target): an array, or a Matrix of codes with their texts; a copy, for the model lends
 * only a view. NotFittedError or ValueError where there is no such target: callers count targets by
 * it.
 */
static PyObject *estimator_classes(PyObject *object, PyObject *target)
{
    cf_matrix view = {0}, copy = {0};
    const long t = PyLong_AsLong(target);
    const cf_estimator *e = PyErr_Occurred() ? NULL : idle(object);
    if (!e)
        return NULL;
    cf_status status = cf_classes(e, t, &view);
    if (status == CF_OK)
        status = cf_matrix_copy(&view, &copy);
    return status == CF_OK ? take_output(&copy, 1) : raise_status(status);
}

/* A list with the name of each column, None where it has none. */
static PyObject *schema_names(const cf_schema *schema)
{
    const cf_matrix columns = {.cols = cf_schema_size(schema),
                               .schema = (cf_schema *)(uintptr_t)schema};
    PyObject *names = PyList_New((Py_ssize_t)columns.cols);
    for (cf_index j = 0; names && j < columns.cols; j++) {
        const char *name = cf_schema_name(schema, j);
        PyObject *text = name ? PyUnicode_FromString(name) : Py_NewRef(Py_None);
        if (!text)
            Py_CLEAR(names);
        else
            PyList_SET_ITEM(names, (Py_ssize_t)j, text);
    }
    return names;
}

/* What `describe` makes of the columns of transform's output. */
static PyObject *describe_output(PyObject *object, PyObject *(*describe)(const cf_schema *))
{
    const cf_estimator *e = idle(object);
    cf_schema *schema = NULL;
    if (!e)
        return NULL;
    const cf_status status = cf_features_out(e, &schema);
    PyObject *found = status == CF_OK ? describe(schema) : raise_status(status);
    cf_schema_free(schema);
    return found;
}

static PyObject *estimator_names_out(PyObject *object, PyObject *unused)
{
    (void)unused;
    return describe_output(object, schema_names);
}

static PyObject *schema_kinds(const cf_schema *schema)
{
    return kinds_of(schema, cf_schema_size(schema));
}

/* A letter a column, see Matrix.kinds. */
static PyObject *estimator_kinds_out(PyObject *object, PyObject *unused)
{
    (void)unused;
    return describe_output(object, schema_kinds);
}

/* names_in(): None for columns without names. Python names all columns or none, so the first one
 * tells. */
static PyObject *estimator_names_in(PyObject *object, PyObject *unused)
{
    const cf_estimator *e = idle(object);
    (void)unused;
    if (!e)
        return NULL;
    const cf_schema *schema = cf_features_in(e);
    if (!schema || cf_schema_size(schema) == 0 || !cf_schema_name(schema, 0))
        Py_RETURN_NONE;
    return schema_names(schema);
}

/* has_method(name): as the estimator is configured, before fit too. */
static PyObject *estimator_has_method(PyObject *object, PyObject *name)
{
    const cf_estimator *e = idle(object);
    const char *text = e ? PyUnicode_AsUTF8(name) : NULL;
    return text ? PyBool_FromLong(cf_has_method(e, text)) : NULL;
}

/* traits(): kinds, tags and methods of this object, which in a composite depend on its children. */
static PyObject *estimator_traits(PyObject *object, PyObject *unused)
{
    const cf_estimator *e = idle(object);
    char *json = NULL;
    (void)unused;
    if (!e)
        return NULL;
    const cf_status status = cf_traits_json(e, &json);
    PyObject *result = status == CF_OK ? PyUnicode_FromString(json) : raise_status(status);
    cf_text_free(json);
    return result;
}

/* ---- files ---- */

/* save(path): predictions may go on meanwhile, a fit may not begin. */
static PyObject *estimator_save(PyObject *object, PyObject *path)
{
    estimator_object *self = (estimator_object *)object;
    PyObject *bytes = NULL;
    if (!PyUnicode_FSConverter(path, &bytes))
        return NULL;
    /* begin_read may fail, and leave its exception: then the status is not looked at. */
    cf_status status = CF_OK;
    if (begin_read(self) == 0) {
        Py_BEGIN_ALLOW_THREADS status = cf_save(self->estimator, PyBytes_AS_STRING(bytes));
        Py_END_ALLOW_THREADS self->readers--;
    }
    Py_DECREF(bytes);
    return PyErr_Occurred() ? NULL : finish(status, Py_NewRef(Py_None));
}

/* load(path), static: a new object; nothing else can see it yet, so no reader is counted. */
static PyObject *estimator_load(PyObject *type, PyObject *path)
{
    PyObject *bytes = NULL;
    cf_estimator *estimator = NULL;
    cf_status status;
    (void)type;
    if (!PyUnicode_FSConverter(path, &bytes))
        return NULL;
    Py_BEGIN_ALLOW_THREADS status = cf_load(&estimator, PyBytes_AS_STRING(bytes));
    Py_END_ALLOW_THREADS Py_DECREF(bytes);
    return finish(status, status == CF_OK ? wrap_estimator(estimator) : NULL);
}

/* to_bytes(): the model file in memory, for pickles and copies. The GIL is kept. */
static PyObject *estimator_to_bytes(PyObject *object, PyObject *unused)
{
    void *bytes = NULL;
    size_t size = 0;
    const cf_estimator *e = idle(object);
    (void)unused;
    if (!e)
        return NULL;
    const cf_status status = cf_save_memory(e, &bytes, &size);
    PyObject *result =
        status == CF_OK ? PyBytes_FromStringAndSize(bytes, (Py_ssize_t)size) : raise_status(status);
    cf_bytes_free(bytes);
    return result;
}

/* from_bytes(bytes), static; the bytes are only read, and may go afterwards. */
static PyObject *estimator_from_bytes(PyObject *type, PyObject *object)
{
    char *bytes;
    Py_ssize_t size;
    cf_estimator *estimator = NULL;
    (void)type;
    if (PyBytes_AsStringAndSize(object, &bytes, &size) < 0)
        return NULL;
    const cf_status status = cf_load_memory(&estimator, bytes, (size_t)size);
    return finish(status, status == CF_OK ? wrap_estimator(estimator) : NULL);
}

/* ---- the type ---- */

static PyObject *field_class(PyObject *object, void *unused)
{
    (void)unused;
    return PyUnicode_FromString(
        cf_class_name(cf_class_of(((estimator_object *)object)->estimator)));
}

static PyObject *field_width(PyObject *object, void *unused)
{
    (void)unused;
    return PyLong_FromLongLong(cf_n_features_in(((estimator_object *)object)->estimator));
}

static PyObject *field_fitted(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(cf_is_fitted(((estimator_object *)object)->estimator));
}

static PyObject *field_y_1d(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(cf_self_y_is_1d(((estimator_object *)object)->estimator));
}

static PyObject *field_in_use(PyObject *object, void *unused)
{
    (void)unused;
    return PyBool_FromLong(((estimator_object *)object)->readers > 0);
}

static PyObject *field_random_state(PyObject *object, void *unused)
{
    PyObject *state = ((estimator_object *)object)->random_state;
    (void)unused;
    return Py_NewRef(state ? state : Py_None);
}

static PyGetSetDef estimator_fields[] = {
    {"random_state", field_random_state, NULL, "what the last fit left in its generator", NULL},
    {"class_name", field_class, NULL, "the registered name", NULL},
    {"n_features_in", field_width, NULL, "columns of X in fit", NULL},
    {"is_fitted", field_fitted, NULL, "whether fit has succeeded", NULL},
    {"y_is_1d", field_y_1d, NULL, "whether y counted as one-dimensional in fit", NULL},
    {"in_use", field_in_use, NULL, "whether arrays or calls borrow its memory", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMethodDef estimator_methods[] = {
    {"parse", estimator_parse, METH_O | METH_STATIC, "parse(spec)"},
    {"to_text", estimator_text, METH_NOARGS, "the spec"},
    {"set", estimator_set, METH_VARARGS, "set(name, value)"},
    {"get", estimator_get, METH_O, "get(name)"},
    {"fit", (PyCFunction)(void (*)(void))estimator_fit, METH_VARARGS | METH_KEYWORDS,
     "fit(mode, X, y, ...)"},
    {"apply", (PyCFunction)(void (*)(void))estimator_apply, METH_FASTCALL, "apply(which, X, ndim)"},
    {"score", estimator_score, METH_VARARGS, "score(X, y, sample_weight, scorer)"},
    {"call", estimator_call, METH_VARARGS, "call(method, args, X, n_outputs)"},
    {"attribute", estimator_attribute, METH_VARARGS, "attribute(name, ndim)"},
    {"child", estimator_child, METH_O, "child(name)"},
    {"part", estimator_part, METH_VARARGS, "part(begin, end) of a Pipeline"},
    {"attribute_names", estimator_attribute_names, METH_NOARGS, "names of what was learned"},
    {"classes", estimator_classes, METH_O, "classes(target)"},
    {"names_in", estimator_names_in, METH_NOARGS, "names of the columns in fit, or None"},
    {"names_out", estimator_names_out, METH_NOARGS, "names of transform's columns"},
    {"kinds_out", estimator_kinds_out, METH_NOARGS, "a letter for each of transform's columns"},
    {"traits", estimator_traits, METH_NOARGS, "kinds, tags and methods as JSON"},
    {"has_method", estimator_has_method, METH_O, "has_method(name)"},
    {"save", estimator_save, METH_O, "save(path)"},
    {"load", estimator_load, METH_O | METH_STATIC, "load(path)"},
    {"to_bytes", estimator_to_bytes, METH_NOARGS, "the model file"},
    {"from_bytes", estimator_from_bytes, METH_O | METH_STATIC, "from_bytes(bytes)"},
    {NULL, NULL, 0, NULL},
};

PyTypeObject estimator_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "cofit._cofit.Estimator",
    .tp_doc = "Estimator(class_name): an estimator of the library.",
    .tp_basicsize = sizeof(estimator_object),
    /* No part in garbage collection: a model holds no Python object that could lead back to it. */
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = estimator_make,
    .tp_dealloc = (destructor)estimator_free,
    .tp_methods = estimator_methods,
    .tp_getset = estimator_fields,
};
