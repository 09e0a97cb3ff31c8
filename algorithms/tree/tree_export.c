/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of a tree as text, laid out as scikit-learn's export_text does. */
#include "algorithms/tree/decision_tree.h"
#include "base/text.h"
#include "matrix/kernels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct report {
    const cfi_decision_tree *t;
    const cfi_tree_export_args *args;
    cf_matrix labels; /* of a classifier with one target; borrowed */
    cfi_text text;
} report;

/* A node to be written at a depth, or the second branch of one. */
typedef struct visit {
    cf_index node, depth;
    bool second;
} visit;

static void put_indent(report *r, cf_index depth)
{
    for (cf_index k = 0; k < depth; k++) {
        cfi_text_put(&r->text, "|");
        for (int64_t s = 0; s < r->args->spacing; s++)
            cfi_text_put(&r->text, k + 1 < depth ? " " : "-");
    }
}

/* A number with the wanted decimals; the point does not depend on the locale. */
static void put_number(report *r, double value)
{
    char digits[512];
    const int64_t decimals = r->args->decimals < 100 ? r->args->decimals : 100;
    const int n = snprintf(digits, sizeof digits, "%.*f", (int)decimals, value);
    for (int i = 0; i < n && i < (int)sizeof digits; i++) {
        const bool number = (digits[i] >= '0' && digits[i] <= '9') || digits[i] == '-' ||
                            (digits[i] >= 'a' && digits[i] <= 'z');
        digits[i] = number ? digits[i] : '.';
    }
    cfi_text_put(&r->text, digits);
}

static void put_feature(report *r, cf_index j)
{
    const cf_schema *columns = cf_features_in(&r->t->base);
    const char *name = columns ? cf_schema_name(columns, j) : NULL;
    if (name)
        cfi_text_put(&r->text, name);
    else
        cfi_text_format(&r->text, "feature_%lld", (long long)j);
}

static void put_class(report *r, cf_index code)
{
    const cf_matrix *labels = &r->labels;
    if (labels->rows == 0) {
        cfi_text_format(&r->text, "%lld", (long long)code);
        return;
    }
    const double label = cf_matrix_get(labels, code, 0);
    const cf_column_kind kind = labels->schema ? cf_schema_kind(labels->schema, 0) : CF_NUMERIC;
    if (kind != CF_NUMERIC)
        cfi_text_put(&r->text, cf_schema_text(labels->schema, 0, (cf_index)label));
    else if (fabs(label) < 0x1p63 && label == (double)(int64_t)label)
        cfi_text_format(&r->text, "%lld", (long long)label);
    else
        cfi_text_real(&r->text, label);
}

static void put_leaf(report *r, cf_index node)
{
    const cfi_decision_tree *t = r->t;
    const bool classifier = (t->base.cls->kind & CF_CLASSIFIER) != 0;
    const double *value = (const double *)t->tree_value_.values + node * t->n_values;
    const double weight = ((const double *)t->tree_weighted_n_node_samples_.data)[node];
    const cf_index n = classifier ? cf_self_n_classes(&t->base, 0) : t->n_values;
    if (!classifier || r->args->show_weights) {
        cfi_text_put(&r->text, classifier ? " weights: [" : " value: [");
        for (cf_index k = 0; k < n; k++) {
            cfi_text_put(&r->text, k > 0 ? ", " : "");
            put_number(r, classifier ? value[k] * weight : value[k]);
        }
        cfi_text_put(&r->text, "]");
    }
    if (classifier) {
        cfi_text_put(&r->text, " class: ");
        put_class(r, cfi_argmax(value, n));
    }
    cfi_text_put(&r->text, "\n");
}

/* Levels of the subtree of node i; its nodes follow i up to the last leaf on the right. */
static cf_index levels_below(const cfi_tree_node *nodes, cf_index i, cf_index *level)
{
    cf_index end = i, most = 1;
    while (!cfi_tree_is_leaf(nodes, end))
        end = nodes[end].right;
    level[i] = 1;
    for (cf_index k = i; k <= end; k++) {
        most = level[k] > most ? level[k] : most;
        if (!cfi_tree_is_leaf(nodes, k))
            level[k + 1] = level[nodes[k].right] = level[k] + 1;
    }
    return most;
}

static void put_branch(report *r, const visit *v)
{
    const cfi_tree_node *node = &cfi_decision_tree_nodes(r->t)[v->node];
    put_indent(r, v->depth);
    cfi_text_put(&r->text, " ");
    put_feature(r, cfi_tree_feature(node));
    cfi_text_put(&r->text, v->second ? " >  " : " <= ");
    put_number(r, node->threshold);
    cfi_text_put(&r->text, "\n");
}

/* Writes all nodes; `pending` and `level` have room for every node. */
static void put_tree(report *r, visit *pending, cf_index *level)
{
    const cfi_tree_node *nodes = cfi_decision_tree_nodes(r->t);
    cf_index height = 0;
    pending[height++] = (visit){0, 1, false};
    while (height > 0) {
        const visit v = pending[--height];
        const bool leaf = cfi_tree_is_leaf(nodes, v.node);
        if (leaf || v.depth > r->args->max_depth + 1) {
            const cf_index levels = levels_below(nodes, v.node, level);
            put_indent(r, v.depth);
            if (levels == 1)
                put_leaf(r, v.node);
            else
                cfi_text_format(&r->text, " truncated branch of depth %lld\n", (long long)levels);
            continue;
        }
        put_branch(r, &v);
        if (!v.second)
            pending[height++] = (visit){v.node, v.depth, true};
        const cf_index child = v.second ? (cf_index)nodes[v.node].right : v.node + 1;
        pending[height++] = (visit){child, v.depth + 1, false};
    }
}

/* out = one cell of text. */
static cf_status give_text(const char *text, cf_matrix *out)
{
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&schema, 1));
    CF_GO(cf_schema_set_name(schema, 0, "report"));
    CF_GO(cf_schema_set_dictionary(schema, 0, CF_TEXT, &text, 1));
    CF_GO(cf_matrix_resize(out, CF_F64, 1, 1));
    *(double *)out->values = 0;
    cf_schema_free(out->schema);
    out->schema = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    return status;
}

cf_status cfi_decision_tree_export(const cf_estimator *self, const void *args, const cf_matrix *X,
                                   cf_run *run, cf_matrix *const *outs)
{
    (void)X;
    (void)run;
    report r = {.t = (const cfi_decision_tree *)self, .args = args};
    visit *pending = NULL;
    cf_index *level = NULL;
    char *text = NULL;
    cf_status status = CF_OK;
    if ((self->cls->kind & CF_CLASSIFIER) != 0 && r.t->n_outputs_ == 1)
        CF_GO(cf_classes(self, 0, &r.labels));
    CF_GO(CF_ALLOC(pending, r.t->tree_node_count_ + 1));
    CF_GO(CF_ALLOC(level, r.t->tree_node_count_));
    put_tree(&r, pending, level);
    CF_GO(cfi_text_take(&r.text, &text));
    CF_GO(give_text(text, outs[0]));
cleanup:
    cf_free(pending);
    cf_free(level);
    cf_text_free(text);
    return status;
}
