/* SPDX-License-Identifier: BSD-3-Clause */
/* Parameters and attributes of any kind, between Python objects and cf_value. */
#include "glue.h"

#include <string.h>

/* A copy: `text` is Python's cached UTF-8 and goes with the object. */
static int text_from_python(PyObject *object, cf_value *out)
{
    const char *text = PyUnicode_AsUTF8(object);
    if (!text)
        return -1;
    const cf_status status = cf_value_text(out, text);
    if (status == CF_OK)
        return 0;
    raise_status(status);
    return -1;
}

/* A LIST or TUPLE. The items begin as NONE, so that a failure half-way leaves what cf_value_clear
 * can release; value_from_python does that. They are those of a copy: an item's __index__ may
 * change the list. */
static int items_from_python(PyObject *object, cf_value_kind kind, cf_value *out)
{
    PyObject *items = PySequence_Tuple(object);
    if (!items)
        return -1;
    const Py_ssize_t count = PyTuple_GET_SIZE(items);
    const cf_status status = cf_value_items(out, kind, (cf_index)count);
    int result = 0;
    if (status != CF_OK) {
        raise_status(status);
        result = -1;
    }
    for (Py_ssize_t k = 0; result == 0 && k < count; k++)
        result = value_from_python(PyTuple_GET_ITEM(items, k), &out->as.items[k]);
    Py_DECREF(items);
    return result;
}

/* A MAP: 2 x count items, key and value in turn, of a copy as above. */
static int map_from_python(PyObject *object, cf_value *out)
{
    PyObject *pairs = PyDict_Items(object);
    if (!pairs)
        return -1;
    const Py_ssize_t count = PyList_GET_SIZE(pairs);
    const cf_status status = cf_value_items(out, CF_VALUE_MAP, (cf_index)count);
    int result = 0;
    if (status != CF_OK) {
        raise_status(status);
        result = -1;
    }
    for (Py_ssize_t k = 0; result == 0 && k < count; k++) {
        PyObject *pair = PyList_GET_ITEM(pairs, k);
        result = value_from_python(PyTuple_GET_ITEM(pair, 0), &out->as.items[2 * k]);
        if (result == 0)
            result = value_from_python(PyTuple_GET_ITEM(pair, 1), &out->as.items[2 * k + 1]);
    }
    Py_DECREF(pairs);
    return result;
}

/* Numbers become a MATRIX, anything else the list of its items. */
static int array_from_python(PyObject *object, cf_value *out)
{
    PyArrayObject *array = (PyArrayObject *)object;
    cf_matrix view;
    /* A 0-d array is its element, as scikit-learn takes it. */
    if (PyArray_NDIM(array) == 0) {
        PyObject *item = PyArray_GETITEM(array, PyArray_DATA(array));
        const int result = item ? value_from_python(item, out) : -1;
        Py_XDECREF(item);
        return result;
    }
    if (borrow_matrix(object, 1, &view)) {
        /* A copy: the value outlives the array. One dimension is a column. */
        const cf_status status = cf_value_matrix(out, &view);
        if (status == CF_OK)
            return 0;
        raise_status(status);
        return -1;
    }
    /* Texts, booleans, objects, narrow integers and arrays of more dimensions. */
    PyObject *list = PyArray_ToList(array);
    const int result = list ? items_from_python(list, CF_VALUE_LIST, out) : -1;
    Py_XDECREF(list);
    return result;
}

/* Anything with __index__; beyond 64 bits it becomes the nearest real, which the range check of the
 * parameter then judges. */
static int integer_from_python(PyObject *object, cf_value *out)
{
    PyObject *number = PyNumber_Index(object);
    if (!number)
        return -1;
    int overflow;
    const long long i = PyLong_AsLongLongAndOverflow(number, &overflow);
    *out = overflow ? cf_value_real(PyLong_AsDouble(number)) : cf_value_int(i);
    Py_DECREF(number);
    return PyErr_Occurred() ? -1 : 0;
}

static int scalar_from_python(PyObject *object, cf_value *out)
{
    /* First: a bool is an int to Python, but not to the library. */
    if (PyBool_Check(object) || PyArray_IsScalar(object, Bool)) {
        const int truth = PyObject_IsTrue(object);
        *out = cf_value_bool(truth == 1);
        return truth < 0 ? -1 : 0;
    }
    if (PyIndex_Check(object))
        return integer_from_python(object, out);
    /* NumPy's float64 is a float; its other reals are not. */
    if (PyFloat_Check(object) || PyArray_IsScalar(object, Floating)) {
        *out = cf_value_real(PyFloat_AsDouble(object));
        return PyErr_Occurred() ? -1 : 0;
    }
    PyErr_Format(PyExc_TypeError, "an object of type %s is no value of a parameter",
                 Py_TYPE(object)->tp_name);
    return -1;
}

/* By exact kinds, most specific first. *out is NONE before, which is what None leaves. An estimator
 * is shared with the object, not copied. */
static int dispatch(PyObject *object, cf_value *out)
{
    if (object == Py_None)
        return 0;
    if (PyUnicode_Check(object))
        return text_from_python(object, out);
    if (Py_TYPE(object) == &estimator_type) {
        out->kind = CF_VALUE_ESTIMATOR;
        out->as.estimator = cf_estimator_share(((estimator_object *)object)->estimator);
        return 0;
    }
    if (PyArray_Check(object))
        return array_from_python(object, out);
    if (PyTuple_Check(object))
        return items_from_python(object, CF_VALUE_TUPLE, out);
    if (PyList_Check(object))
        return items_from_python(object, CF_VALUE_LIST, out);
    if (PyDict_Check(object))
        return map_from_python(object, out);
    const int is_function = function_from_python(object, out);
    if (is_function != 0)
        return is_function < 0 ? -1 : 0;
    return scalar_from_python(object, out);
}

/* A list that holds itself ends in RecursionError, not in an overrun stack. */
int value_from_python(PyObject *object, cf_value *out)
{
    *out = (cf_value){0};
    if (Py_EnterRecursiveCall(" in a parameter's value"))
        return -1;
    const int result = dispatch(object, out);
    Py_LeaveRecursiveCall();
    if (result < 0)
        cf_value_clear(out);
    return result;
}

/* A new tuple or list; SET_ITEM takes over the reference of each item. */
static PyObject *items_to_python(const cf_value *value)
{
    PyObject *items =
        value->kind == CF_VALUE_TUPLE ? PyTuple_New(value->count) : PyList_New(value->count);
    for (cf_index k = 0; items && k < value->count; k++) {
        PyObject *item = value_to_python(&value->as.items[k]);
        if (!item)
            Py_CLEAR(items);
        else if (value->kind == CF_VALUE_TUPLE)
            PyTuple_SET_ITEM(items, k, item);
        else
            PyList_SET_ITEM(items, k, item);
    }
    return items;
}

/* A new dict; SetItem takes its own references, so key and item are released here. */
static PyObject *map_to_python(const cf_value *value)
{
    PyObject *map = PyDict_New();
    for (cf_index k = 0; map && k < value->count; k++) {
        PyObject *key = value_to_python(&value->as.items[2 * k]);
        PyObject *item = key ? value_to_python(&value->as.items[2 * k + 1]) : NULL;
        if (!item || PyDict_SetItem(map, key, item) < 0)
            Py_CLEAR(map);
        Py_XDECREF(key);
        Py_XDECREF(item);
    }
    return map;
}

/* A copy, so that the array does not depend on the value; codes keep their dictionaries. */
static PyObject *matrix_to_python(const cf_matrix *X)
{
    cf_matrix copy = {0};
    const cf_status status = cf_matrix_copy(X, &copy);
    if (status != CF_OK)
        return raise_status(status);
    return take_output(&copy, 2);
}

/* A FUNCTION has no Python form and shows as None. An estimator is shared, all else is copied. */
PyObject *value_to_python(const cf_value *value)
{
    switch (value->kind) {
    case CF_VALUE_NONE:
    case CF_VALUE_FUNCTION:
        Py_RETURN_NONE;
    case CF_VALUE_BOOL:
        return PyBool_FromLong(value->as.b);
    case CF_VALUE_INT:
        return PyLong_FromLongLong(value->as.i);
    case CF_VALUE_REAL:
        return PyFloat_FromDouble(value->as.r);
    case CF_VALUE_TEXT:
        return PyUnicode_FromString(value->as.text);
    case CF_VALUE_LIST:
    case CF_VALUE_TUPLE:
        return items_to_python(value);
    case CF_VALUE_MAP:
        return map_to_python(value);
    case CF_VALUE_MATRIX:
        return matrix_to_python(value->as.matrix);
    case CF_VALUE_ESTIMATOR:
        return wrap_estimator(cf_estimator_share(value->as.estimator));
    }
    Py_RETURN_NONE;
}
