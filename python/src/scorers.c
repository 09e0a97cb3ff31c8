/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Scorers written in Python, as functions the library calls: from any of its threads, while the
 * thread that entered it has released the GIL.
 */
#include "glue.h"

#include <string.h>

static const char capsule_name[] = "cofit.scorer";

/* What the library holds of a scorer. */
typedef struct scorer {
    PyObject *callable;
    char name[];
} scorer;

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
static PyObject *ask(const scorer *self, const cf_score_call *asked)
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
    const scorer *self = ctx;
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
    if (PyErr_Occurred())
        PyErr_Clear();
    PyGILState_Release(state);
    return status;
}

static void free_scorer(void *ctx)
{
    const PyGILState_STATE state = PyGILState_Ensure();
    Py_DECREF(((scorer *)ctx)->callable);
    PyMem_Free(ctx);
    PyGILState_Release(state);
}

static void free_capsule(PyObject *capsule)
{
    cf_value value = {.kind = CF_VALUE_FUNCTION};
    value.as.function = PyCapsule_GetPointer(capsule, capsule_name);
    cf_value_clear(&value);
}

/* scorer(name, callable): a value for the parameters that take scorers. */
static PyObject *module_scorer(PyObject *module, PyObject *args)
{
    const char *name;
    PyObject *callable;
    (void)module;
    if (!PyArg_ParseTuple(args, "sO", &name, &callable))
        return NULL;
    const size_t size = strlen(name) + 1;
    scorer *self = PyMem_Malloc(sizeof *self + size);
    cf_function *function = cf_alloc_zero(1, sizeof *function);
    if (!self || !function) {
        PyMem_Free(self);
        cf_free(function);
        return PyErr_NoMemory();
    }
    self->callable = Py_NewRef(callable);
    memcpy(self->name, name, size);
    *function = (cf_function){.ctx = self,
                              .free = free_scorer,
                              .references = 1,
                              .score = call_scorer,
                              .name = self->name};
    PyObject *capsule = PyCapsule_New(function, capsule_name, free_capsule);
    if (!capsule) {
        free_scorer(self);
        cf_free(function);
    }
    return capsule;
}

int scorer_from_python(PyObject *object, cf_value *out)
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

PyMethodDef scorer_functions[] = {
    {"scorer", module_scorer, METH_VARARGS, "scorer(name, callable)"},
    {NULL, NULL, 0, NULL},
};
