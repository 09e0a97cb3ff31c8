/* SPDX-License-Identifier: BSD-3-Clause */
/* Metrics and scorers: the library's tables, and calls by name. */
#include "glue.h"

#include <string.h>

/* What a metric is called with, borrowed from Python for the call. `options` points at the matrices
 * beside it, so that the struct must not be moved once it is parsed. */
typedef struct metric_call {
    const char *name;
    cf_matrix truth, guess, weights, labels, output_weights; /* weights: where has_weights */
    int has_weights;
    const char **target_names; /* own array of borrowed texts, or NULL */
    cf_metric_options options;
} metric_call;

static void call_clear(metric_call *call)
{
    PyMem_Free(call->target_names);
}

/* A matrix that must be there; None is an error that names the argument. */
static int borrow_named(PyObject *object, const char *name, cf_matrix *out)
{
    const int given = borrow_optional(object, name, out);
    if (given == 0)
        PyErr_Format(PyExc_TypeError, "%s is None", name);
    return given == 1 ? 0 : -1;
}

/* Options that are not plain numbers. What it allocates is released by call_clear, on
 * failure too. */
static int take_objects(metric_call *call, PyObject *labels, PyObject *output_weights,
                        PyObject *names)
{
    cf_metric_options *o = &call->options;
    const int has_labels = borrow_optional(labels, "labels", &call->labels);
    const int weighted = borrow_optional(output_weights, "multioutput", &call->output_weights);
    if (has_labels < 0 || weighted < 0)
        return -1;
    if (has_labels)
        o->labels = &call->labels;
    if (weighted) { /* the Python side gives contiguous float64 */
        if (call->output_weights.dtype != CF_F64 || call->output_weights.row_stride != 1 ||
            call->output_weights.rows != call->truth.cols) {
            PyErr_SetString(PyExc_ValueError,
                            "There must be equally many custom weights as outputs.");
            return -1;
        }
        o->output_weights = call->output_weights.values;
    }
    if (!names || names == Py_None)
        return 0;
    const Py_ssize_t count = PyList_Size(names); /* raises where it is no list */
    if (count < 0)
        return -1;
    call->target_names = calloc_or_raise((size_t)count + 1, sizeof(char *));
    if (!call->target_names)
        return -1;
    for (Py_ssize_t k = 0; k < count; k++)
        if (!(call->target_names[k] = PyUnicode_AsUTF8(PyList_GET_ITEM(names, k))))
            return -1;
    o->target_names = call->target_names;
    return 0;
}

/* The arguments of every metric in one list: _metric_options.py has turned scikit-learn's into
 * these. Zero is the default of each, as in cf_metric_options. */
static int parse_call(PyObject *args, PyObject *keywords, metric_call *call)
{
    static const char *const names[] = {"name",
                                        "y_true",
                                        "y_pred",
                                        "sample_weight",
                                        "labels",
                                        "pos_label",
                                        "average",
                                        "zero_division",
                                        "beta",
                                        "adjusted",
                                        "normalize",
                                        "ratings",
                                        "multi_class",
                                        "max_fpr",
                                        "drop_intermediate",
                                        "k",
                                        "multioutput",
                                        "output_weights",
                                        "not_force_finite",
                                        "entropy_average",
                                        "precomputed",
                                        "keep_intermediate",
                                        "target_names",
                                        NULL};
    PyObject *truth, *guess, *weights = NULL, *labels = NULL, *output_weights = NULL,
                             *target_names = NULL;
    /* The parser writes ints; the options have enums and bools, which are no int to a pointer. */
    int average = 0, zero_division = 0, adjusted = 0, normalize = 0, ratings = 0, multi_class = 0;
    int drop = 0, multioutput = 0, infinite = 0, entropy = 0, precomputed = 0, keep = 0;
    Py_ssize_t k = 0;
    cf_metric_options *o = &call->options;
    if (!PyArg_ParseTupleAndKeywords(
            args, keywords, "sOO|OOziidpiiidpniOpippO", (char **)(uintptr_t)names, &call->name,
            &truth, &guess, &weights, &labels, &o->pos_label, &average, &zero_division, &o->beta,
            &adjusted, &normalize, &ratings, &multi_class, &o->max_fpr, &drop, &k, &multioutput,
            &output_weights, &infinite, &entropy, &precomputed, &keep, &target_names))
        return -1;
    o->average = (cf_average)average;
    o->zero_division = (cf_zero_division)zero_division;
    o->adjusted = adjusted;
    o->normalize = (cf_normalize)normalize;
    o->ratings = (cf_kappa_weights)ratings;
    o->multi_class = (cf_multi_class)multi_class;
    o->drop_intermediate = drop;
    o->keep_intermediate = keep;
    o->k = k;
    o->multioutput = (cf_multioutput)multioutput;
    o->not_force_finite = infinite;
    o->entropy_average = (cf_entropy_average)entropy;
    o->precomputed = precomputed;
    call->has_weights = borrow_optional(weights, "sample_weight", &call->weights);
    if (call->has_weights < 0 || borrow_named(truth, "y_true", &call->truth) < 0 ||
        borrow_named(guess, "y_pred", &call->guess) < 0)
        return -1;
    return take_objects(call, labels, output_weights, target_names);
}

/* ---- results: a number, one number an output, or a table ---- */

/* metric(name, y_true, y_pred, ...): a float. Undefined cases warn, and give
 * scikit-learn's result. */
static PyObject *module_metric(PyObject *module, PyObject *args, PyObject *keywords)
{
    metric_call call = {0};
    double result = 0;
    PyObject *out = NULL;
    (void)module;
    if (parse_call(args, keywords, &call) == 0) {
        const cf_metric *metric = cf_metric_find(call.name);
        if (!metric) {
            /* cf_metric_find has left the message, with the nearest name. */
            raise_status(CF_ERR_NAME);
        } else {
            cf_status status;
            Py_BEGIN_ALLOW_THREADS status =
                metric->call(&call.truth, &call.guess, call.has_weights ? &call.weights : NULL,
                             &call.options, &result);
            Py_END_ALLOW_THREADS out =
                finish(status, status == CF_OK ? PyFloat_FromDouble(result) : NULL);
        }
    }
    call_clear(&call);
    return out;
}

typedef cf_status (*table_fn)(const cf_matrix *, const cf_matrix *, const cf_matrix *,
                              const cf_metric_options *, cf_matrix *);

/* In the shape of a table_fn; the Python side passes X and labels as y_true and y_pred. */
static cf_status silhouette(const cf_matrix *X, const cf_matrix *labels, const cf_matrix *weights,
                            const cf_metric_options *options, cf_matrix *out)
{
    (void)weights;
    return cf_silhouette_samples(X, labels, options, out);
}

/* In the shape of a table_fn. */
static cf_status unique_labels(const cf_matrix *y_true, const cf_matrix *y_pred,
                               const cf_matrix *weights, const cf_metric_options *options,
                               cf_matrix *out)
{
    (void)weights;
    (void)options;
    return cf_unique_labels(y_true, y_pred, out);
}

/* Functions of the library with a matrix as result, which are not in its list of metrics. */
static const struct {
    const char *name;
    table_fn fn;
} tables[] = {
    {"confusion_matrix", cf_confusion_matrix},
    {"precision_recall_curve", cf_precision_recall_curve},
    {"precision_recall_fscore_support", cf_precision_recall_fscore_support},
    {"roc_curve", cf_roc_curve},
    {"silhouette_samples", silhouette},
    {"unique_labels", unique_labels},
};

/* One of the functions above, or a metric of the library's list for each output. Runs without the
 * GIL. */
static cf_status fill_table(const metric_call *call, cf_matrix *out)
{
    const cf_matrix *weights = call->has_weights ? &call->weights : NULL;
    for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++)
        if (strcmp(tables[k].name, call->name) == 0)
            return tables[k].fn(&call->truth, &call->guess, weights, &call->options, out);
    const cf_metric *metric = cf_metric_find(call->name);
    if (!metric)
        return CF_ERR_NAME;
    return cf_metric_per_output(metric->call, &call->truth, &call->guess, weights, &call->options,
                                out);
}

/* metric_table(name, ...): an array; what the labels of texts are comes back as a Matrix
 * of codes. */
static PyObject *module_metric_table(PyObject *module, PyObject *args, PyObject *keywords)
{
    metric_call call = {0};
    cf_matrix result = {0};
    PyObject *out = NULL;
    (void)module;
    if (parse_call(args, keywords, &call) == 0) {
        cf_status status;
        Py_BEGIN_ALLOW_THREADS status = fill_table(&call, &result);
        Py_END_ALLOW_THREADS if (status == CF_OK)
        {
            out = take_output(&result, result.cols == 1 ? 1 : 2);
        }
        else
        {
            cf_matrix_clear(&result);
        }
        out = finish(status, out);
    }
    call_clear(&call);
    return out;
}

/* ---- the report ---- */

/* (name, precision, recall, f1, support) of the classes, then of the three averages. */
static PyObject *report_rows(const cf_report *report)
{
    PyObject *list = PyList_New((Py_ssize_t)(report->n_classes + report->n_averages));
    for (Py_ssize_t k = 0; list && k < PyList_GET_SIZE(list); k++) {
        const cf_report_row *row = &report->rows[k];
        PyObject *item =
            Py_BuildValue("(sdddd)", row->name, row->precision, row->recall, row->f1, row->support);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, k, item);
    }
    return list;
}

/* report(..., k=digits): (text, rows); a report has no other use for k. */
static PyObject *module_report(PyObject *module, PyObject *args, PyObject *keywords)
{
    metric_call call = {0};
    cf_report report = {0};
    char *text = NULL;
    PyObject *out = NULL;
    (void)module;
    if (parse_call(args, keywords, &call) == 0) {
        const int digits = (int)call.options.k;
        cf_status status;
        Py_BEGIN_ALLOW_THREADS status = cf_classification_report(
            &call.truth, &call.guess, call.has_weights ? &call.weights : NULL, &call.options,
            &report);
        if (status == CF_OK)
            status = cf_report_to_text(&report, digits, &text);
        Py_END_ALLOW_THREADS PyObject *rows = status == CF_OK ? report_rows(&report) : NULL;
        /* "N" hands the reference of `rows` over, also where the tuple cannot be made. */
        out = finish(status, rows ? Py_BuildValue("(sN)", text, rows) : NULL);
    }
    cf_text_free(text);
    cf_report_clear(&report);
    call_clear(&call);
    return out;
}

/* auc(x, y): the area under a curve by the trapezoidal rule. Short, so the GIL is kept. */
static PyObject *module_auc(PyObject *module, PyObject *args)
{
    PyObject *x_object, *y_object;
    cf_matrix x, y;
    double out = 0;
    (void)module;
    if (!PyArg_ParseTuple(args, "OO", &x_object, &y_object) ||
        borrow_named(x_object, "x", &x) < 0 || borrow_named(y_object, "y", &y) < 0)
        return NULL;
    const cf_status status = cf_auc(&x, &y, &out);
    return finish(status, status == CF_OK ? PyFloat_FromDouble(out) : NULL);
}

/* ---- the tables ---- */

/* metrics(): what the functions of cofit.metrics are made of at import. */
static PyObject *module_metrics(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New((Py_ssize_t)cf_metric_count());
    (void)module;
    (void)unused;
    for (cf_index i = 0; list && i < cf_metric_count(); i++) {
        const cf_metric *m = cf_metric_at(i);
        PyObject *item = Py_BuildValue("(sss)", m->name, m->arguments, m->summary);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

/* The name in the library's list of a scorer's metric; NULL (None) where it is not in it. */
static const char *metric_name(cf_metric_fn fn)
{
    for (cf_index i = 0; i < cf_metric_count(); i++)
        if (cf_metric_at(i)->call == fn)
            return cf_metric_at(i)->name;
    return NULL;
}

/* scorers(): each as a dict with its metric and the options that differ from their defaults. */
static PyObject *module_scorers(PyObject *module, PyObject *unused)
{
    PyObject *list = PyList_New((Py_ssize_t)cf_scorer_count());
    (void)module;
    (void)unused;
    for (cf_index i = 0; list && i < cf_scorer_count(); i++) {
        const cf_scorer *s = cf_scorer_at(i);
        PyObject *item = Py_BuildValue(
            "{ss ss ss si si sO si si sL}", "name", s->name, "summary", s->summary, "metric",
            metric_name(s->metric), "sign", s->sign, "response", (int)s->response, "takes_weights",
            s->takes_weights ? Py_True : Py_False, "average", (int)s->options.average,
            "multi_class", (int)s->options.multi_class, "k", (long long)s->options.k);
        if (!item)
            Py_CLEAR(list);
        else
            PyList_SET_ITEM(list, (Py_ssize_t)i, item);
    }
    return list;
}

PyMethodDef metric_functions[] = {
    {"metric", WITH_KEYWORDS(module_metric), "metric(name, y_true, y_pred, sample_weight, ...)"},
    {"metric_table", WITH_KEYWORDS(module_metric_table), "the same with a matrix as result"},
    {"report", WITH_KEYWORDS(module_report), "(text, rows) of a classification report"},
    {"auc", module_auc, METH_VARARGS, "auc(x, y)"},
    {"metrics", module_metrics, METH_NOARGS, "(name, arguments, summary) of every metric"},
    {"scorers", module_scorers, METH_NOARGS, "every named scorer as a dict"},
    {NULL, NULL, 0, NULL},
};
