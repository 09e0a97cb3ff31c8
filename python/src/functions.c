/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Functions written in Python that the library calls, scorers, statistics of a column and the
 * choice of a search: from any of its threads, while the thread that entered it has released the
 * GIL.
 */
#include "glue.h"

#include <string.h>

static const char capsule_name[] = "cofit.function";

/* What the library holds of a function. */
typedef struct python_function {
    PyObject *callable;
    char name[];
} python_function;

static PyObject *row_numbers(const cf_score_call *asked)
{
    if (!asked->rows)
        return Py_NewRef(Py_None);
    npy_intp n = asked->X->rows;
    PyObject *rows = PyArray_SimpleNew(1, &n, NPY_INT64);
    if (rows)
        memcpy(PyArray_DATA((PyArrayObject *)rows), asked->rows, (size_t)n * sizeof(cf_index));
    return rows;
}

/* callable(model, rows): a number, or a text that says why there is none. */
static PyObject *ask(const python_function *self, const cf_score_call *asked)
{
    PyObject *rows = row_numbers(asked);
    PyObject *model =
        rows ? wrap_estimator(cf_estimator_share((cf_estimator *)(uintptr_t)asked->model)) : NULL;
    PyObject *answer =
        model ? PyObject_CallFunctionObjArgs(self->callable, model, rows, NULL) : NULL;
    Py_XDECREF(model);
    Py_XDECREF(rows);
    return answer;
}

static cf_status call_scorer(void *ctx, const cf_score_call *asked, double *out)
{
    const python_function *self = ctx;
    cf_status status = CF_OK;
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *answer = ask(self, asked);
    if (answer && PyFloat_Check(answer)) {
        *out = PyFloat_AS_DOUBLE(answer);
    } else {
        const char *why = answer && PyUnicode_Check(answer) ? PyUnicode_AsUTF8(answer) : NULL;
        status = why && *why ? cf_fail(CF_ERR_DATA, "%s: %.800s", self->name, why)
                             : cf_fail(CF_ERR_CANCELLED, "%s failed", self->name);
    }
    Py_XDECREF(answer);
    PyErr_Clear();
    PyGILState_Release(state);
    return status;
}

static void free_function(void *ctx)
{
    const PyGILState_STATE state = PyGILState_Ensure();
    Py_DECREF(((python_function *)ctx)->callable);
    PyMem_Free(ctx);
    PyGILState_Release(state);
}

static void free_capsule(PyObject *capsule)
{
    cf_value value = {.kind = CF_VALUE_FUNCTION};
    value.as.function = PyCapsule_GetPointer(capsule, capsule_name);
    cf_value_clear(&value);
}

/* The message of the exception that is set, which is cleared; the caller holds the GIL. */
static cf_status fail_by_exception(const char *name)
{
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = value ? PyObject_Str(value) : NULL;
    const char *message = text ? PyUnicode_AsUTF8(text) : NULL;
    const cf_status status =
        cf_fail(CF_ERR_DATA, "%s: %s: %.800s", name,
                type ? ((PyTypeObject *)type)->tp_name : "failure", message ? message : "");
    PyErr_Clear();
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return status;
}

/* callable(column): one number for the entries of a column, which are lent as an array. */
static cf_status call_statistic(void *ctx, const cf_matrix *X, cf_matrix *out)
{
    const python_function *self = ctx;
    const PyGILState_STATE state = PyGILState_Ensure();
    npy_intp n = X->rows;
    PyObject *column = PyArray_SimpleNew(1, &n, NPY_DOUBLE);
    for (npy_intp i = 0; column && i < n; i++)
        ((double *)PyArray_DATA((PyArrayObject *)column))[i] = cf_matrix_get(X, i, 0);
    PyObject *answer = column ? PyObject_CallOneArg(self->callable, column) : NULL;
    const double number = answer ? PyFloat_AsDouble(answer) : 0;
    cf_status status = PyErr_Occurred() ? fail_by_exception(self->name) : CF_OK;
    Py_XDECREF(column);
    Py_XDECREF(answer);
    PyGILState_Release(state);
    if (status == CF_OK)
        status = cf_matrix_resize(out, CF_F64, 1, 1);
    if (status == CF_OK)
        *(double *)out->values = number;
    return status;
}

/* callable(cv_results, cv_times): the place of the best candidate, or None where it failed. */
static cf_status call_chooser(void *ctx, const cf_value *cv_results, const cf_value *cv_times,
                              cf_index *out)
{
    const python_function *self = ctx;
    const PyGILState_STATE state = PyGILState_Ensure();
    PyObject *results = value_to_python(cv_results);
    PyObject *times = results ? value_to_python(cv_times) : NULL;
    PyObject *answer =
        times ? PyObject_CallFunctionObjArgs(self->callable, results, times, NULL) : NULL;
    cf_status status = CF_OK;
    if (answer && PyLong_Check(answer))
        *out = PyLong_AsSsize_t(answer);
    else
        status = cf_fail(CF_ERR_CANCELLED, "%s failed", self->name);
    Py_XDECREF(results);
    Py_XDECREF(times);
    Py_XDECREF(answer);
    PyErr_Clear();
    PyGILState_Release(state);
    return status;
}

/* (name, callable) as a value; what the library calls is in `calls`. */
static PyObject *make_function(PyObject *args, cf_function calls)
{
    const char *name;
    PyObject *callable;
    if (!PyArg_ParseTuple(args, "sO", &name, &callable))
        return NULL;
    const size_t size = strlen(name) + 1;
    python_function *self = PyMem_Malloc(sizeof *self + size);
    cf_function *function = cf_alloc_zero(1, sizeof *function);
    if (!self || !function) {
        PyMem_Free(self);
        cf_free(function);
        return PyErr_NoMemory();
    }
    self->callable = Py_NewRef(callable);
    memcpy(self->name, name, size);
    *function = calls;
    function->ctx = self;
    function->free = free_function;
    function->references = 1;
    function->name = calls.score ? self->name : NULL;
    PyObject *capsule = PyCapsule_New(function, capsule_name, free_capsule);
    if (!capsule) {
        free_function(self);
        cf_free(function);
    }
    return capsule;
}

/* scorer(name, callable): a value for the parameters that take scorers. */
static PyObject *module_scorer(PyObject *module, PyObject *args)
{
    (void)module;
    return make_function(args, (cf_function){.score = call_scorer});
}

/* statistic(name, callable): a value for the parameters that take functions of a column. */
static PyObject *module_statistic(PyObject *module, PyObject *args)
{
    (void)module;
    return make_function(args, (cf_function){.call = call_statistic});
}

/* chooser(name, callable): a value for a search's refit. */
static PyObject *module_chooser(PyObject *module, PyObject *args)
{
    (void)module;
    return make_function(args, (cf_function){.choose = call_chooser});
}

int function_from_python(PyObject *object, cf_value *out)
{
    if (!PyCapsule_IsValid(object, capsule_name))
        return 0;
    cf_value value = {.kind = CF_VALUE_FUNCTION};
    value.as.function = PyCapsule_GetPointer(object, capsule_name);
    const cf_status status = cf_value_copy(&value, out);
    if (status == CF_OK)
        return 1;
    raise_status(status);
    return -1;
}

PyMethodDef function_functions[] = {
    {"scorer", module_scorer, METH_VARARGS, "scorer(name, callable)"},
    {"chooser", module_chooser, METH_VARARGS, "chooser(name, callable)"},
    {"statistic", module_statistic, METH_VARARGS, "statistic(name, callable)"},
    {NULL, NULL, 0, NULL},
};
