/* SPDX-License-Identifier: BSD-3-Clause */
/* Tables read from files and written to them. */
#include "glue.h"

/* A part of a table as a Matrix, which takes it over; None where there is no such part. */
static PyObject *matrix_or_none(cf_matrix *X)
{
    return X->rows == 0 && X->cols == 0 ? Py_NewRef(Py_None) : take_matrix(X);
}

/* (X, y, weights, groups) of a table, which is emptied; what is not there is None. take_matrix
 * empties its argument even where it fails, so the caller may clear the table in any case. */
static PyObject *table_to_python(cf_table *table)
{
    PyObject *parts[4] = {take_matrix(&table->X), matrix_or_none(&table->y),
                          matrix_or_none(&table->weights), matrix_or_none(&table->groups)};
    PyObject *result = NULL;
    if (parts[0] && parts[1] && parts[2] && parts[3])
        result = PyTuple_Pack(4, parts[0], parts[1], parts[2], parts[3]);
    for (int k = 0; k < 4; k++)
        Py_XDECREF(parts[k]);
    return result;
}

/* read(path, ...): (X, y, weights, groups) as matrices, None for what is not there. */
static PyObject *module_read(PyObject *module, PyObject *args, PyObject *keywords)
{
    static const char *const names[] = {
        "path",       "target",  "weights",  "groups",      "drop", "delimiter",
        "header",     "missing", "numeric",  "categorical", "text", "n_features",
        "index_base", "format",  "max_rows", "n_threads",   NULL};
    PyObject *path;
    const char *delimiter = NULL;
    int header = 0, index_base = 0;
    cf_read_options o = {0};
    cf_table table = {0};
    (void)module;
    /* The converter makes a bytes object, which is ours to release; should a later argument be
     * wrong, the parser calls it again to do so. The texts are borrowed from the arguments. */
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "O&|zzzzzizzzzLizLi",
                                     (char **)(uintptr_t)names, PyUnicode_FSConverter, &path,
                                     &o.target, &o.weights, &o.groups, &o.drop, &delimiter, &header,
                                     &o.missing, &o.numeric, &o.categorical, &o.text, &o.n_features,
                                     &index_base, &o.format, &o.max_rows, &o.n_threads))
        return NULL;
    o.delimiter = delimiter ? delimiter[0] : '\0';
    o.header = (cf_header)header;
    o.index_base = (cf_index_base)index_base;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = cf_read_table(PyBytes_AS_STRING(path), &o, &table);
    Py_END_ALLOW_THREADS Py_DECREF(path);
    PyObject *result = status == CF_OK ? table_to_python(&table) : NULL;
    cf_table_clear(&table);
    return finish(status, result);
}

/* write(path, X, y, qid, delimiter, header, format, index_base); qid: svmlight. */
static PyObject *module_write(PyObject *module, PyObject *args)
{
    PyObject *path, *X_object, *y_object, *qid_object;
    const char *delimiter;
    int header, index_base;
    cf_write_options o = {0};
    cf_matrix X, y, qid;
    (void)module;
    if (!PyArg_ParseTuple(args, "O&OOOzizi", PyUnicode_FSConverter, &path, &X_object, &y_object,
                          &qid_object, &delimiter, &header, &o.format, &index_base))
        return NULL;
    /* Matrices and texts stay borrowed from the arguments while the file is written. */
    const int has_X = borrow_optional(X_object, "X", &X);
    const int has_y = borrow_optional(y_object, "y", &y);
    const int has_qid = borrow_optional(qid_object, "query_id", &qid);
    PyObject *result = NULL;
    if (has_X == 1 && has_y >= 0 && has_qid >= 0) {
        o.delimiter = delimiter ? delimiter[0] : '\0';
        o.header = (cf_header)header;
        o.index_base = (cf_index_base)index_base;
        const char *name = PyBytes_AS_STRING(path);
        cf_status status;
        Py_BEGIN_ALLOW_THREADS status =
            has_qid ? cf_write_svmlight(name, &o, &X, has_y ? &y : NULL, &qid)
                    : cf_write(name, &o, &X, has_y ? &y : NULL);
        Py_END_ALLOW_THREADS result = finish(status, Py_NewRef(Py_None));
    } else if (has_X == 0) {
        PyErr_SetString(PyExc_TypeError, "X is None");
    }
    Py_DECREF(path);
    return result;
}

/* read_npz(path, name): one array of an archive. */
static PyObject *module_read_npz(PyObject *module, PyObject *args)
{
    PyObject *path;
    const char *name;
    cf_matrix out = {0};
    (void)module;
    if (!PyArg_ParseTuple(args, "O&z", PyUnicode_FSConverter, &path, &name))
        return NULL;
    cf_status status;
    Py_BEGIN_ALLOW_THREADS status = cf_read_npz(PyBytes_AS_STRING(path), name, &out);
    Py_END_ALLOW_THREADS Py_DECREF(path);
    return finish(status, status == CF_OK ? take_matrix(&out) : NULL);
}

/* write_npz(path, {name: array}). Names and arrays are borrowed from the dict, which the Python
 * side makes for this call, so that no other thread can change it while the GIL is released. */
static PyObject *module_write_npz(PyObject *module, PyObject *args)
{
    PyObject *path, *map, *key, *item, *result = NULL;
    Py_ssize_t position = 0, count = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "O&O!", PyUnicode_FSConverter, &path, &PyDict_Type, &map))
        return NULL;
    /* One more than needed: Calloc(0) may give NULL. */
    const size_t room = (size_t)PyDict_Size(map) + 1;
    const char **names = PyMem_Calloc(room, sizeof *names);
    cf_matrix *arrays = PyMem_Calloc(room, sizeof *arrays);
    const cf_matrix **list = PyMem_Calloc(room, sizeof *list);
    int ready = names && arrays && list;
    while (ready && PyDict_Next(map, &position, &key, &item)) {
        names[count] = PyUnicode_AsUTF8(key);
        list[count] = &arrays[count];
        ready = names[count] && borrow_optional(item, names[count], &arrays[count]) == 1;
        count++;
    }
    if (ready) {
        cf_status status;
        Py_BEGIN_ALLOW_THREADS status =
            cf_write_npz(PyBytes_AS_STRING(path), names, list, (cf_index)count);
        Py_END_ALLOW_THREADS result = finish(status, Py_NewRef(Py_None));
    } else if (!PyErr_Occurred()) {
        PyErr_SetString(PyExc_TypeError, "arrays are given by name, none of them None");
    }
    PyMem_Free(names);
    PyMem_Free(arrays);
    PyMem_Free(list);
    Py_DECREF(path);
    return result;
}

PyMethodDef file_functions[] = {
    {"read", WITH_KEYWORDS(module_read), "(X, y, weights, groups) of a file"},
    {"write", module_write, METH_VARARGS, "write(path, X, y, qid, delimiter, header, ...)"},
    {"read_npz", module_read_npz, METH_VARARGS, "read_npz(path, name)"},
    {"write_npz", module_write_npz, METH_VARARGS, "write_npz(path, arrays)"},
    {NULL, NULL, 0, NULL},
};
