/* SPDX-License-Identifier: BSD-3-Clause */
/* NumPy arrays as matrices and back, without copies. */
#include "glue.h"

#include <cofit/arrow.h>

#include <string.h>

/* The dtype of an array the library reads as it is: float64, float32, int64 or int32 in the
 * machine's byte order, aligned. 0 for any other; nothing is raised. */
static int dtype_of(PyArrayObject *array, cf_dtype *dtype)
{
    if (!PyArray_ISBEHAVED_RO(array))
        return 0;
    const npy_intp size = PyArray_ITEMSIZE(array);
    switch (PyArray_DESCR(array)->kind) {
    case 'f':
        *dtype = size == 8 ? CF_F64 : CF_F32;
        return size == 8 || size == 4;
    case 'i':
        *dtype = size == 8 ? CF_I64 : CF_I32;
        return size == 8 || size == 4;
    default:
        return 0;
    }
}

/* A view of an ndarray, which must outlive it. The library's strides count elements: a byte stride
 * that is no multiple of the element (a field of a record) needs a copy, which Python makes. */
static int borrow_array(PyArrayObject *array, int column, cf_matrix *out)
{
    const int ndim = PyArray_NDIM(array);
    cf_dtype dtype;
    if ((ndim != 2 && !(ndim == 1 && column)) || !dtype_of(array, &dtype))
        return 0;
    const npy_intp size = PyArray_ITEMSIZE(array);
    const npy_intp *dims = PyArray_DIMS(array), *strides = PyArray_STRIDES(array);
    const npy_intp across = ndim == 2 ? strides[1] : size;
    if (strides[0] % size != 0 || across % size != 0)
        return 0;
    *out = cf_view_strided(dtype, PyArray_DATA(array), dims[0], ndim == 2 ? dims[1] : 1,
                           strides[0] / size, across / size);
    return 1;
}

int borrow_matrix(PyObject *object, int column, cf_matrix *out)
{
    if (Py_TYPE(object) == &matrix_type) {
        *out = ((matrix_object *)object)->matrix;
        /* A view: clearing it releases nothing, so callers need not. */
        out->owner = NULL;
        return 1;
    }
    return PyArray_Check(object) && borrow_array((PyArrayObject *)object, column, out);
}

int borrow_optional(PyObject *object, const char *name, cf_matrix *out)
{
    if (!object || object == Py_None)
        return 0;
    if (borrow_matrix(object, 1, out))
        return 1;
    PyErr_Format(PyExc_TypeError, "%s must be a float64, float32, int64 or int32 array, got %s",
                 name, Py_TYPE(object)->tp_name);
    return -1;
}

int has_codes(const cf_matrix *X)
{
    for (cf_index j = 0; X->schema && j < X->cols; j++)
        if (cf_schema_kind(X->schema, j) != CF_NUMERIC)
            return 1;
    return 0;
}

/* All dtypes, those of typed arrays too: attributes of trees are narrow integers. */
static int numpy_type(cf_dtype dtype)
{
    switch (dtype) {
    case CF_F64:
        return NPY_FLOAT64;
    case CF_F32:
        return NPY_FLOAT32;
    case CF_I32:
        return NPY_INT32;
    case CF_I64:
        return NPY_INT64;
    case CF_I8:
        return NPY_INT8;
    case CF_U8:
        return NPY_UINT8;
    case CF_U16:
        return NPY_UINT16;
    case CF_U32:
        return NPY_UINT32;
    }
    return NPY_FLOAT64;
}

/* An array over X's elements with `base` as its keeper, which may hold *X itself. `base` is stolen,
 * also on failure. One dimension: X is a column or a row. */
static PyObject *array_over(const cf_matrix *X, int ndim, int flags, PyObject *base)
{
    const npy_intp size = (npy_intp)cf_dtype_size(X->dtype);
    const int is_row = ndim == 1 && X->cols != 1;
    npy_intp dims[2] = {is_row ? X->cols : X->rows, X->cols};
    npy_intp strides[2] = {(is_row ? X->col_stride : X->row_stride) * size, X->col_stride * size};
    /* NumPy would take NULL values for a wish to allocate. Releasing the base may free *X: not read
     * again. */
    if (dims[0] == 0 || (ndim == 2 && dims[1] == 0)) {
        PyObject *empty = PyArray_SimpleNew(ndim, dims, numpy_type(X->dtype));
        Py_DECREF(base);
        return empty;
    }
    if (is_row && X->rows != 1) {
        PyErr_Format(PyExc_SystemError, "a %zd x %zd matrix is not one-dimensional",
                     (Py_ssize_t)X->rows, (Py_ssize_t)X->cols);
        Py_DECREF(base);
        return NULL;
    }
    PyObject *array = PyArray_New(&PyArray_Type, ndim, dims, numpy_type(X->dtype), strides,
                                  X->values, 0, flags | NPY_ARRAY_ALIGNED, NULL);
    /* SetBaseObject steals `base` even where it fails: it is released here only where it was not
     * reached. */
    if (!array || PyArray_SetBaseObject((PyArrayObject *)array, base) < 0) {
        if (!array)
            Py_DECREF(base);
        Py_XDECREF(array);
        return NULL;
    }
    /* Works out which of C and Fortran order the strides are. */
    PyArray_UpdateFlags((PyArrayObject *)array, NPY_ARRAY_UPDATE_ALL);
    return array;
}

/* *X is empty afterwards in any case, so that callers may clear it. */
PyObject *take_matrix(cf_matrix *X)
{
    matrix_object *object = PyObject_New(matrix_object, &matrix_type);
    if (!object) {
        cf_matrix_clear(X);
        return NULL;
    }
    object->matrix = *X;
    object->base = NULL;
    *X = (cf_matrix){0};
    return (PyObject *)object;
}

PyObject *take_array(cf_matrix *X, int ndim)
{
    PyObject *object = take_matrix(X);
    if (!object || cf_matrix_is_sparse(&((matrix_object *)object)->matrix))
        return object;
    /* The array's base is the matrix object, and owns the memory through it. */
    return array_over(&((matrix_object *)object)->matrix, ndim, NPY_ARRAY_WRITEABLE, object);
}

PyObject *take_output(cf_matrix *X, int ndim)
{
    return has_codes(X) ? take_matrix(X) : take_array(X, ndim);
}

/* Keeps an estimator and counts as one of its readers until the array goes. */
typedef struct borrow_object {
    PyObject_HEAD PyObject *owner;
} borrow_object;

static void borrow_free(borrow_object *self)
{
    if (Py_TYPE(self->owner) == &estimator_type)
        ((estimator_object *)self->owner)->readers--;
    Py_DECREF(self->owner);
    PyObject_Free(self);
}

/* Never seen by users but as the base of an array. */
static PyTypeObject borrow_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "cofit._cofit.Borrow",
    .tp_basicsize = sizeof(borrow_object),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = (destructor)borrow_free,
};

/* The reader is counted before the array is made: should that fail, borrow_free takes it back. */
PyObject *view_array(const cf_matrix *X, int ndim, PyObject *owner)
{
    if (PyType_Ready(&borrow_type) < 0)
        return NULL;
    borrow_object *base = PyObject_New(borrow_object, &borrow_type);
    if (!base)
        return NULL;
    base->owner = Py_NewRef(owner);
    if (Py_TYPE(owner) == &estimator_type)
        ((estimator_object *)owner)->readers++;
    return array_over(X, ndim, 0, (PyObject *)base);
}

/* ---- the type ---- */

/* A matrix that owns its memory releases its schema with it (cf_matrix_clear). */
static void matrix_free(matrix_object *self)
{
    if (!self->matrix.owner) /* the elements are borrowed, the schema is this object's own */
        cf_schema_free(self->matrix.schema);
    cf_matrix_clear(&self->matrix);
    Py_XDECREF(self->base);
    PyObject_Free(self);
}

/* A matrix object over memory that `base` keeps; a schema in `view` becomes the object's own. */
static matrix_object *new_matrix(const cf_matrix *view, PyObject *base)
{
    matrix_object *self = PyObject_New(matrix_object, &matrix_type);
    if (!self)
        return NULL;
    self->matrix = *view;
    self->base = Py_XNewRef(base);
    return self;
}

/* Gives column j of a new schema its origin, name and dictionary; the lists are checked to have one
 * entry a column. -1: raised. */
static int set_column(cf_schema *schema, cf_index j, PyObject *names, PyObject *dictionaries,
                      const char *kinds)
{
    const char kind = kinds ? kinds[j] : 'f';
    cf_status marked = CF_OK;
    if (kind == 'i' || kind == 'u')
        marked = cf_schema_set_whole(schema, j);
    else if (kind == 'b')
        marked = cf_schema_set_boolean(schema, j);
    if (marked != CF_OK) {
        raise_status(marked);
        return -1;
    }
    if (names != Py_None) {
        const char *name = PyUnicode_AsUTF8(PyList_GET_ITEM(names, j));
        if (!name)
            return -1;
        const cf_status status = cf_schema_set_name(schema, j, name);
        if (status != CF_OK) {
            raise_status(status);
            return -1;
        }
    }
    PyObject *texts = dictionaries == Py_None ? Py_None : PyList_GET_ITEM(dictionaries, j);
    if (texts == Py_None)
        return 0;
    const Py_ssize_t count = PyList_Size(texts);
    /* Borrowed from Python's strings; the schema makes its own copies. */
    const char **list = calloc_or_raise((size_t)count + 1, sizeof *list);
    int result = list ? 0 : -1;
    for (Py_ssize_t k = 0; result == 0 && k < count; k++)
        if (!(list[k] = PyUnicode_AsUTF8(PyList_GET_ITEM(texts, k))))
            result = -1;
    if (result == 0) {
        const cf_status status =
            cf_schema_set_dictionary(schema, j, CF_CATEGORICAL, list, (cf_index)count);
        if (status != CF_OK) {
            raise_status(status);
            result = -1;
        }
    }
    PyMem_Free(list);
    return result;
}

/* dense(array, names, dictionaries, kinds): a table over an array, which is borrowed and kept;
 * dictionaries[j] is a list or None, kinds (or None) a letter a column, that of NumPy's dtype. */
static PyObject *matrix_dense(PyObject *type, PyObject *args)
{
    PyObject *array, *names, *dictionaries;
    const char *kinds = NULL;
    Py_ssize_t n_kinds = 0;
    cf_matrix view;
    (void)type;
    if (!PyArg_ParseTuple(args, "OOO|z#", &array, &names, &dictionaries, &kinds, &n_kinds))
        return NULL;
    if (!borrow_matrix(array, 1, &view)) {
        PyErr_SetString(PyExc_TypeError, "the array is not ready for the library");
        return NULL;
    }
    if ((names != Py_None && (!PyList_Check(names) || PyList_GET_SIZE(names) != view.cols)) ||
        (dictionaries != Py_None &&
         (!PyList_Check(dictionaries) || PyList_GET_SIZE(dictionaries) != view.cols)) ||
        (kinds && n_kinds != view.cols)) {
        PyErr_SetString(PyExc_ValueError, "one name, dictionary and kind a column");
        return NULL;
    }
    cf_schema *schema = NULL;
    const cf_status status = cf_schema_new(&schema, view.cols);
    if (status != CF_OK)
        return raise_status(status);
    for (cf_index j = 0; j < view.cols; j++)
        if (set_column(schema, j, names, dictionaries, kinds) < 0) {
            cf_schema_free(schema);
            return NULL;
        }
    /* A view of another Matrix has that one's schema: it is replaced by the new one, not
     * released. */
    matrix_object *self = new_matrix(&view, array);
    if (self)
        self->matrix.schema = cf_schema_share(schema);
    cf_schema_free(schema);
    return (PyObject *)self;
}

/* csr(data, indices, indptr, rows, cols): borrowed; int64 indptr, int32 indices. Only what would be
 * read outside an array is checked here; the entry points check order and range of the indices. */
static PyObject *matrix_csr(PyObject *type, PyObject *args)
{
    PyArrayObject *data, *indices, *indptr;
    Py_ssize_t rows, cols;
    cf_dtype dtype, index, offset;
    (void)type;
    if (!PyArg_ParseTuple(args, "O!O!O!nn", &PyArray_Type, &data, &PyArray_Type, &indices,
                          &PyArray_Type, &indptr, &rows, &cols))
        return NULL;
    const int ready = dtype_of(data, &dtype) && dtype_of(indices, &index) &&
                      dtype_of(indptr, &offset) && dtype <= CF_F32 && index == CF_I32 &&
                      offset == CF_I64 && PyArray_IS_C_CONTIGUOUS(data) &&
                      PyArray_IS_C_CONTIGUOUS(indices) && PyArray_IS_C_CONTIGUOUS(indptr);
    if (!ready || PyArray_SIZE(indptr) != rows + 1 || PyArray_SIZE(data) < PyArray_SIZE(indices)) {
        PyErr_SetString(PyExc_TypeError, "csr takes float data, int32 indices, int64 indptr");
        return NULL;
    }
    const cf_index *offsets = PyArray_DATA(indptr);
    if (offsets[rows] > PyArray_SIZE(indices)) {
        PyErr_SetString(PyExc_ValueError, "indptr points behind the stored entries");
        return NULL;
    }
    const cf_matrix view =
        cf_view_csr(dtype, PyArray_DATA(data), offsets, PyArray_DATA(indices), rows, cols);
    PyObject *base = PyTuple_Pack(3, data, indices, indptr);
    matrix_object *self = base ? new_matrix(&view, base) : NULL;
    Py_XDECREF(base);
    return (PyObject *)self;
}

/* from_arrow(capsule): the table of an Arrow C stream; texts are categories. The numbers are the
 * object's own. The library releases the stream; the capsule stays the caller's. */
static PyObject *matrix_from_arrow(PyObject *type, PyObject *capsule)
{
    struct ArrowArrayStream *stream = PyCapsule_GetPointer(capsule, "arrow_array_stream");
    const cf_read_options options = {.no_free_text = true};
    cf_table table = {0};
    (void)type;
    if (!stream)
        return NULL;
    /* Producers such as pyarrow may call back into Python: the GIL is kept. */
    const cf_status status = cf_read_arrow(stream, &options, &table);
    /* Taken over: clearing the table below must not release what the object now owns. */
    matrix_object *self = status == CF_OK ? new_matrix(&table.X, NULL) : NULL;
    if (self)
        table.X = (cf_matrix){0};
    cf_table_clear(&table);
    return status == CF_OK ? (PyObject *)self : raise_status(status);
}

/* Memory of the library's may be written, as SciPy does in place; borrowed arrays may be read-only.
 */
static int flags_of(PyObject *self)
{
    return ((matrix_object *)self)->base ? 0 : NPY_ARRAY_WRITEABLE;
}

/* (data, indices, indptr, shape) of a sparse matrix, over its memory. Each array keeps the matrix
 * alive by itself. */
static PyObject *matrix_parts(PyObject *self, PyObject *unused)
{
    const cf_matrix *X = &((matrix_object *)self)->matrix;
    (void)unused;
    if (!cf_matrix_is_sparse(X)) {
        PyErr_SetString(PyExc_TypeError, "the matrix is dense");
        return NULL;
    }
    const int flags = flags_of(self);
    const cf_index lines = X->storage == CF_CSR ? X->rows : X->cols, stored = cf_matrix_stored(X);
    /* Columns over the three arrays: (stored), (stored), (lines + 1). */
    const cf_matrix values = cf_view_strided(X->dtype, X->values, stored, 1, 1, 1);
    const cf_matrix indices = cf_view_i32(X->indices, stored, 1);
    const cf_matrix offsets = cf_view_i64(X->offsets, lines + 1, 1);
    PyObject *parts[3] = {
        array_over(&values, 1, flags, Py_NewRef(self)),
        array_over(&indices, 1, flags, Py_NewRef(self)),
        array_over(&offsets, 1, flags, Py_NewRef(self)),
    };
    PyObject *result = NULL;
    if (parts[0] && parts[1] && parts[2])
        result = Py_BuildValue("(OOO(nn))", parts[0], parts[1], parts[2], (Py_ssize_t)X->rows,
                               (Py_ssize_t)X->cols);
    for (int k = 0; k < 3; k++)
        Py_XDECREF(parts[k]);
    return result;
}

/* The elements as an array, without the schema; codes are the numbers they are stored as. */
static PyObject *matrix_values(PyObject *self, PyObject *unused)
{
    const cf_matrix *X = &((matrix_object *)self)->matrix;
    (void)unused;
    if (cf_matrix_is_sparse(X)) {
        PyErr_SetString(PyExc_TypeError, "the matrix is sparse");
        return NULL;
    }
    return array_over(X, 2, flags_of(self), Py_NewRef(self));
}

/* The texts of column j by code, as str. */
static PyObject *dictionary_of(const cf_schema *schema, cf_index j)
{
    const cf_index count = cf_schema_dictionary_size(schema, j);
    PyObject *list = PyList_New((Py_ssize_t)count);
    for (cf_index k = 0; list && k < count; k++) {
        PyObject *text = PyUnicode_FromString(cf_schema_text(schema, j, k));
        if (!text)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)k, text);
    }
    return list;
}

/* A list with the dictionary (a list of texts) or None of each column. */
static PyObject *matrix_dictionaries(PyObject *self, PyObject *unused)
{
    const cf_matrix *X = &((matrix_object *)self)->matrix;
    (void)unused;
    PyObject *list = PyList_New((Py_ssize_t)X->cols);
    for (cf_index j = 0; list && j < X->cols; j++) {
        PyObject *item = cf_schema_kind(X->schema, j) == CF_NUMERIC ? Py_NewRef(Py_None)
                                                                    : dictionary_of(X->schema, j);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)j, item);
    }
    return list;
}

PyObject *kinds_of(const cf_schema *schema, cf_index n)
{
    PyObject *kinds = PyUnicode_New((Py_ssize_t)n, 127);
    for (cf_index j = 0; kinds && j < n; j++) {
        const char kind = cf_schema_is_whole(schema, j)     ? 'i'
                          : cf_schema_is_boolean(schema, j) ? 'b'
                                                            : 'f';
        PyUnicode_WRITE(PyUnicode_KIND(kinds), PyUnicode_DATA(kinds), j, (Py_UCS4)kind);
    }
    return kinds;
}

static PyObject *matrix_kinds(PyObject *self, PyObject *unused)
{
    const cf_matrix *X = &((matrix_object *)self)->matrix;
    (void)unused;
    return kinds_of(X->schema, X->cols);
}

/* The names of the columns, or None where the first has none. */
static PyObject *matrix_names(PyObject *self, PyObject *unused)
{
    const cf_matrix *X = &((matrix_object *)self)->matrix;
    (void)unused;
    if (X->cols == 0 || !cf_schema_name(X->schema, 0))
        Py_RETURN_NONE;
    PyObject *list = PyList_New((Py_ssize_t)X->cols);
    for (cf_index j = 0; list && j < X->cols; j++) {
        const char *name = cf_schema_name(X->schema, j);
        PyObject *text = PyUnicode_FromString(name ? name : "");
        if (!text)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)j, text);
    }
    return list;
}

static PyObject *matrix_shape(PyObject *self, void *unused)
{
    const cf_matrix *X = &((matrix_object *)self)->matrix;
    (void)unused;
    return Py_BuildValue("(nn)", (Py_ssize_t)X->rows, (Py_ssize_t)X->cols);
}

static PyMethodDef matrix_methods[] = {
    /* Objects are made by these; Matrix(...) itself is refused. */
    {"dense", matrix_dense, METH_VARARGS | METH_STATIC, "dense(array, names, dictionaries, kinds)"},
    {"csr", matrix_csr, METH_VARARGS | METH_STATIC, "csr(data, indices, indptr, rows, cols)"},
    {"from_arrow", matrix_from_arrow, METH_O | METH_STATIC, "from_arrow(stream capsule)"},
    {"parts", matrix_parts, METH_NOARGS, "(data, indices, indptr, shape) of a sparse matrix"},
    {"values", matrix_values, METH_NOARGS, "the elements of a dense matrix"},
    {"dictionaries", matrix_dictionaries, METH_NOARGS, "texts of each column, or None"},
    {"kinds", matrix_kinds, METH_NOARGS, "a letter a column: f, i or b"},
    {"names", matrix_names, METH_NOARGS, "names of the columns, or None"},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef matrix_fields[] = {
    {"shape", matrix_shape, NULL, "(rows, cols)", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

PyTypeObject matrix_type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "cofit._cofit.Matrix",
    .tp_doc = "A matrix of the library, with the names and dictionaries of its columns.",
    .tp_basicsize = sizeof(matrix_object),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = (destructor)matrix_free,
    .tp_methods = matrix_methods,
    .tp_getset = matrix_fields,
};
