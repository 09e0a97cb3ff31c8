/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The extension module: what its files share. Every function here is called with the GIL held and
 * returns NULL or -1 with a Python exception set, unless it says otherwise.
 */
#ifndef COFIT_PYTHON_GLUE_H
#define COFIT_PYTHON_GLUE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL cofit_numpy_api
#ifndef COFIT_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include <cofit/cofit.h>
#include <cofit/extend.h>

/* ---- failures and warnings (module.c) ---- */

/* Raises what cofit._errors makes of a status and the library's last message; returns NULL. */
PyObject *raise_status(cf_status status);

/* Raises, or returns `result` after passing the warnings of this thread's last call to Python; a
 * warning turned into an error releases `result`. */
PyObject *finish(cf_status status, PyObject *result);

/* Forgets the warnings of a call that ended with an exception of Python's. */
void drop_warnings(void);

/* Zeroed memory for n items, for PyMem_Free; NULL: MemoryError is raised. */
void *calloc_or_raise(size_t n, size_t size);

/* ---- matrices (matrix.c) ---- */

/* A cf_matrix as a Python object; `base` keeps borrowed memory alive. */
typedef struct matrix_object {
    PyObject_HEAD cf_matrix matrix;
    PyObject *base;
} matrix_object;

extern PyTypeObject matrix_type;

/*
 * A borrowed cf_matrix of an object that is ready: a matrix_object, or an ndarray of native
 * float64, float32, int64 or int32 with two dimensions (or one, where `column`, as n x 1).
 * Returns 1, or 0 without an exception when the object must be converted first.
 */
int borrow_matrix(PyObject *object, int column, cf_matrix *out);

/* As borrow_matrix, but raises TypeError naming the argument; None gives 0 and leaves *out. */
int borrow_optional(PyObject *object, const char *name, cf_matrix *out);

/*
 * An object over the memory of *X, which is taken over: an ndarray with `ndim` dimensions (1 needs
 * one column or one row), or for sparse data a matrix_object that the Python side wraps.
 */
PyObject *take_array(cf_matrix *X, int ndim);

/* A text with a letter for each of n columns, as NumPy has it: i of integers, b of truth values, f
 * of all others. */
PyObject *kinds_of(const cf_schema *schema, cf_index n);

/* *X as a matrix_object, names and dictionaries kept; it is taken over. */
PyObject *take_matrix(cf_matrix *X);

/* An output of the library: numbers as an array, codes and sparse data as a matrix_object. */
PyObject *take_output(cf_matrix *X, int ndim);

/* A read-only array over borrowed memory that lives as long as `owner`. */
PyObject *view_array(const cf_matrix *X, int ndim, PyObject *owner);

/* True when column j holds texts or categories. */
int has_codes(const cf_matrix *X);

/* ---- values (value.c) ---- */

/* A parameter's value from Python; release with cf_value_clear. -1: raised. */
int value_from_python(PyObject *object, cf_value *out);

/* A new Python object of a value. */
PyObject *value_to_python(const cf_value *value);

/* ---- functions written in Python (functions.c) ---- */

/* What scorer() and statistic() made, as a value: 1; 0: the object is none; -1: raised. */
int function_from_python(PyObject *object, cf_value *out);

/* ---- estimators (estimator.c) ---- */

/* A reference to a cf_estimator. */
typedef struct estimator_object {
    PyObject_HEAD cf_estimator *estimator;
    int readers;            /* calls under way, and arrays that borrow its memory */
    char is_written;        /* a fit is under way */
    PyObject *random_state; /* what the last fit left in its generator, or NULL */
} estimator_object;

extern PyTypeObject estimator_type;

/* Wraps a reference, which is taken over. */
PyObject *wrap_estimator(cf_estimator *estimator);

/* ---- runs (run.c) ---- */

/* What a long call can be given: n_threads, deadline, progress. */
typedef struct long_run {
    PyObject *progress; /* borrowed callable or NULL */
    PyThreadState *state;
    int has_failed; /* progress raised: its exception is set again by leave */
    PyObject *error;
    int is_guarded;
} long_run;

/* Releases the GIL around a long call; Ctrl-C sets *cancel of this run. */
void enter_long_run(long_run *run, PyObject *progress);

/* Takes the GIL back; returns -1 with KeyboardInterrupt or progress's own exception set. */
int leave_long_run(long_run *run);

/* The cancel flag and progress function to put into options. */
const volatile int *cancel_flag(void);
int report_progress(void *ctx, double fraction, const char *stage);

/* Remembers the calling thread as the one that gets signals. */
void remember_main_thread(void);

/* ---- functions of the module, one table a file ---- */

/* The function and flags of a row whose function takes keywords. */
#define WITH_KEYWORDS(fn) (PyCFunction)(void (*)(void)) fn, METH_VARARGS | METH_KEYWORDS

extern PyMethodDef selection_functions[];
extern PyMethodDef function_functions[];
extern PyMethodDef metric_functions[];
extern PyMethodDef dataset_functions[];
extern PyMethodDef file_functions[];

#endif
