/* SPDX-License-Identifier: BSD-3-Clause */
/* The module: failures, warnings, the registry. */
#define COFIT_IMPORTS_NUMPY
#include "glue.h"

#include <stdlib.h>
#include <string.h>

static PyObject *errors; /* cofit._errors: what exceptions and warnings are made of */

/* cofit._errors picks the class, so that scikit-learn's own exception types are raised once
 * scikit-learn is imported. A want of memory gets an empty message, as Python's own has. */
/*
 * Warnings come while the GIL is released: they wait in a list of the thread until the call is
 * over. What finds no memory is dropped.
 */
typedef struct pending {
    struct pending *next;
    cf_warning kind;
    char text[];
} pending;

/* The list, and where the next one is hung. */
static _Thread_local pending *first_pending, **last_pending;

/* The library's warning handler. It may run without the GIL, so it uses malloc and no Python
 * object; `kind` and text are copied, since the text belongs to the library. */
static void keep_warning(void *ctx, cf_warning kind, const char *text)
{
    (void)ctx;
    const size_t size = strlen(text) + 1;
    pending *item = malloc(sizeof *item + size);
    if (!item)
        return;
    item->next = NULL;
    item->kind = kind;
    memcpy(item->text, text, size);
    /* The list has been emptied since the last warning: its end moves back to the head. */
    if (!first_pending)
        last_pending = &first_pending;
    *last_pending = item;
    last_pending = &item->next;
}

/* Empties the list through cofit._errors.warn. A filter may turn a warning into an exception: then
 * -1, and the warnings after it are dropped, since no Python may run with an exception set. */
static int pass_warnings(void)
{
    static const char *const names[] = {
#define WARNING_NAME(name, text) #name,
        CF_WARNING_LIST(WARNING_NAME)
#undef WARNING_NAME
    };
    int result = 0;
    while (first_pending) {
        pending *item = first_pending;
        first_pending = item->next;
        PyObject *done =
            result < 0 ? NULL
                       : PyObject_CallMethod(errors, "warn", "ss", names[item->kind], item->text);
        if (!done)
            result = -1;
        Py_XDECREF(done);
        free(item);
    }
    return result;
}

void drop_warnings(void)
{
    while (first_pending) {
        pending *item = first_pending;
        first_pending = item->next;
        free(item);
    }
}

PyObject *raise_status(cf_status status)
{
    /* Those of a call that failed without `finish` would come out with the next one. */
    drop_warnings();
    PyObject *exception = PyObject_CallMethod(errors, "exception", "sz", cf_status_name(status),
                                              status == CF_ERR_MEMORY ? "" : cf_last_error());
    if (exception) {
        /* Takes its own references to both. */
        PyErr_SetObject((PyObject *)Py_TYPE(exception), exception);
        Py_DECREF(exception);
    }
    return NULL;
}

void *calloc_or_raise(size_t n, size_t size)
{
    void *memory = PyMem_Calloc(n, size);
    if (!memory)
        PyErr_NoMemory();
    return memory;
}

PyObject *finish(cf_status status, PyObject *result)
{
    if (!first_pending && status == CF_OK)
        return result;
    /* warnings.warn runs Python, which may call the library again and replace its last message. */
    char *message = status == CF_OK ? NULL : strdup(cf_last_error());
    if (first_pending && pass_warnings() < 0)
        Py_CLEAR(result);
    if (status != CF_OK) {
        Py_CLEAR(result);
        /*
         * An exception made of a warning goes first; else the saved message is put back and raised.
         */
        if (!PyErr_Occurred()) {
            cf_fail(status, "%s", message ? message : "out of memory");
            raise_status(status);
        }
    }
    free(message);
    return result;
}

/* registry(): the JSON that the classes of the package are made of, once, at import. */
static PyObject *module_registry(PyObject *module, PyObject *unused)
{
    char *json = NULL;
    (void)module;
    (void)unused;
    const cf_status status = cf_registry_json(&json);
    PyObject *result = status == CF_OK ? PyUnicode_FromString(json) : raise_status(status);
    cf_text_free(json);
    return result;
}

/*
 * parse_value(spec): turns the default of a parameter, as the registry writes it, into an object.
 */
static PyObject *module_parse_value(PyObject *module, PyObject *text)
{
    const char *spec = PyUnicode_AsUTF8(text);
    cf_value value = {0};
    (void)module;
    if (!spec)
        return NULL;
    const cf_status status = cf_value_parse(&value, spec);
    PyObject *result = status == CF_OK ? value_to_python(&value) : raise_status(status);
    cf_value_clear(&value);
    return result;
}

static PyMethodDef module_functions[] = {
    {"registry", module_registry, METH_NOARGS, "every class as JSON"},
    {"parse_value", module_parse_value, METH_O, "a value of the spec language"},
    {NULL, NULL, 0, NULL},
};

/* No state of its own (m_size -1): `errors` and the warning handler are static, so one interpreter
 * a process can use the module. */
static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "cofit._cofit",      .m_doc = "The C library cofit.",
    .m_size = -1,          .m_methods = module_functions,
};

PyMODINIT_FUNC PyInit__cofit(void);

PyMODINIT_FUNC PyInit__cofit(void)
{
    /* Fills the table of NumPy's functions for all files; returns NULL from here where NumPy is
     * missing. */
    import_array();
    if (PyType_Ready(&matrix_type) < 0 || PyType_Ready(&estimator_type) < 0)
        return NULL;
    PyObject *module = PyModule_Create(&definition);
    if (!module)
        return NULL;
    if (PyModule_AddFunctions(module, metric_functions) < 0 ||
        PyModule_AddFunctions(module, selection_functions) < 0 ||
        PyModule_AddFunctions(module, function_functions) < 0 ||
        PyModule_AddFunctions(module, dataset_functions) < 0 ||
        PyModule_AddFunctions(module, file_functions) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    errors = PyImport_ImportModule("cofit._errors");
    /* AddObjectRef takes a reference of its own: the static types keep theirs. */
    if (!errors || PyModule_AddObjectRef(module, "Matrix", (PyObject *)&matrix_type) < 0 ||
        PyModule_AddObjectRef(module, "Estimator", (PyObject *)&estimator_type) < 0 ||
        PyModule_AddStringConstant(module, "version", cf_version()) < 0) {
        Py_DECREF(module);
        return NULL;
    }
    /*
     * Import is taken to happen on the main thread, the only one on which Python handles signals.
     */
    remember_main_thread();
    cf_set_warning_handler(keep_warning, NULL);
    return module;
}
