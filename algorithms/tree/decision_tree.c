/* SPDX-License-Identifier: BSD-3-Clause */
/* From parameters to a grown tree and from a grown tree to attributes, for both classes. */
#include "algorithms/tree/decision_tree.h"

#include <math.h>
#include <string.h>

/* ---- parameters ---- */

/* An INT as it is, a REAL as a share of n rounded up; more than n rows are as good as n + 1. */
static cf_index rows_or_share(const cf_value *value, cf_index n)
{
    const cf_index rows =
        value->kind == CF_VALUE_INT ? value->as.i : (cf_index)ceil(value->as.r * (double)n);
    return rows <= n ? rows : n + 1;
}

static cf_index wanted_features(const cf_value *value, cf_index d)
{
    cf_index wanted = d;
    if (cf_value_is_text(value, "sqrt"))
        wanted = (cf_index)sqrt((double)d);
    else if (cf_value_is_text(value, "log2"))
        wanted = (cf_index)log2((double)d);
    else if (value->kind == CF_VALUE_INT)
        wanted = value->as.i;
    else if (value->kind == CF_VALUE_REAL)
        wanted = (cf_index)(value->as.r * (double)d);
    return wanted < 1 ? 1 : (wanted > d ? d : wanted);
}

/* Entry j of monotonic_cst. */
static double direction_at(const cf_value *value, cf_index j)
{
    if (value->kind == CF_VALUE_MATRIX) {
        const cf_matrix *m = value->as.matrix;
        return m->rows == 1 ? cf_matrix_get(m, 0, j) : cf_matrix_get(m, j, 0);
    }
    return cf_value_number(&value->as.items[j]);
}

static cf_index direction_count(const cf_value *value)
{
    return value->kind == CF_VALUE_MATRIX ? value->as.matrix->rows * value->as.matrix->cols
                                          : value->count;
}

cf_status cfi_decision_tree_check_params(const cf_estimator *self)
{
    const cf_value *value = &((const cfi_decision_tree *)self)->monotonic_cst;
    if (value->kind == CF_VALUE_NONE)
        return CF_OK;
    if (value->kind == CF_VALUE_MATRIX && value->as.matrix->rows != 1 &&
        value->as.matrix->cols != 1)
        return cf_fail(CF_ERR_ARGUMENT, "%s: monotonic_cst is %lld x %lld, not one row or column",
                       cf_class_name(self->cls), (long long)value->as.matrix->rows,
                       (long long)value->as.matrix->cols);
    for (cf_index j = 0; j < direction_count(value); j++) {
        const double direction = direction_at(value, j);
        if (direction != -1 && direction != 0 && direction != 1)
            return cf_fail(CF_ERR_ARGUMENT, "%s: monotonic_cst[%lld] = %g is none of -1, 0, 1",
                           cf_class_name(self->cls), (long long)j, direction);
    }
    return CF_OK;
}

/* *directions = monotonic_cst as an array, or NULL. */
static cf_status read_directions(const cfi_decision_tree *t, const cf_fit_args *args,
                                 int8_t **directions)
{
    const cf_value *value = &t->monotonic_cst;
    const char *name = cf_class_name(t->base.cls);
    const cf_index d = args->X->cols;
    if (value->kind == CF_VALUE_NONE)
        return CF_OK;
    if (direction_count(value) != d)
        return cf_fail(CF_ERR_SHAPE, "%s: monotonic_cst has %lld entries, X has %lld columns", name,
                       (long long)direction_count(value), (long long)d);
    if (args->n_targets > 1)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: monotonic_cst takes one target, y has %lld", name,
                       (long long)args->n_targets);
    if (args->n_classes && args->n_classes[0] > 2)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s: monotonic_cst takes two classes, y has %lld", name,
                       (long long)args->n_classes[0]);
    CF_TRY(CF_ALLOC(*directions, d));
    for (cf_index j = 0; j < d; j++)
        (*directions)[j] = (int8_t)direction_at(value, j);
    return CF_OK;
}

/* Rows without weight do not count, so that the tree is the same without them. */
static cf_status read_options(const cfi_decision_tree *t, const cf_fit_args *args,
                              cfi_tree_options *options)
{
    cf_random random;
    CF_TRY(cf_random_from_value(&random, &t->random_state));
    cf_index n = args->X->rows;
    double weight = (double)n;
    if (args->weights) {
        n = 0;
        weight = 0;
        for (cf_index i = 0; i < args->X->rows; i++) {
            n += args->weights[i] != 0;
            weight += args->weights[i];
        }
    }
    const uint64_t high = cf_random_u32(&random);
    options->seed = high << 32 | cf_random_u32(&random);
    CF_TRY(cf_run_return_random(args->run, &t->base, &random));
    options->random = t->splitter == CFI_SPLITTER_RANDOM;
    options->max_depth = cf_value_int_or(&t->max_depth, INT32_MAX);
    options->min_leaf = rows_or_share(&t->min_samples_leaf, n);
    options->min_split = rows_or_share(&t->min_samples_split, n);
    if (options->min_split < 2)
        options->min_split = 2;
    options->min_weight = t->min_weight_fraction_leaf * weight;
    options->max_features = wanted_features(&t->max_features, args->X->cols);
    options->max_leaves = cf_value_int_or(&t->max_leaf_nodes, 0);
    options->min_decrease = t->min_impurity_decrease;
    return CF_OK;
}

/* ---- fit ---- */

static cf_status keep_array(cf_array *array, cf_dtype dtype, cf_index length, const void *from)
{
    CF_TRY(cf_array_resize(array, dtype, length));
    memcpy(array->data, from, (size_t)length * cf_dtype_size(dtype));
    return CF_OK;
}

/* The grown tree becomes the fitted state. */
static cf_status keep_tree(cfi_decision_tree *t, const cfi_tree *tree)
{
    const cf_index n = tree->count;
    t->tree_node_count_ = n;
    t->n_values = tree->width;
    cf_index depth, leaves;
    CF_TRY(cfi_tree_shape(tree->nodes, n, &depth, &leaves));
    t->tree_max_depth_ = depth;
    t->tree_n_leaves_ = leaves;
    CF_TRY(keep_array(&t->nodes, CF_U32, 4 * n, tree->nodes));
    CF_TRY(keep_array(&t->tree_impurity_, CF_F64, n, tree->impurity));
    CF_TRY(keep_array(&t->tree_n_node_samples_, CF_I32, n, tree->samples));
    CF_TRY(keep_array(&t->tree_weighted_n_node_samples_, CF_F64, n, tree->weight));
    CF_TRY(cf_matrix_resize(&t->tree_value_, CF_F64, n, tree->width));
    memcpy(t->tree_value_.values, tree->value, (size_t)(n * tree->width) * sizeof(double));
    return CF_OK;
}

cf_status cfi_decision_tree_fit(cfi_decision_tree *t, const cf_fit_args *args,
                                cfi_tree_criterion criterion)
{
    const cfi_tree_problem problem = {
        .criterion = criterion,
        .n_rows = args->X->rows,
        .n_outputs = args->n_targets,
        .codes = args->n_classes ? args->y->values : NULL,
        .n_classes = args->n_classes,
        .y = args->n_classes ? NULL : args->y->values,
        .weights = args->weights,
    };
    cfi_tree_options options = {0};
    cfi_tree_data data = {0};
    cfi_tree tree = {0};
    int8_t *directions = NULL;
    cf_status status = CF_OK;
    CF_GO(read_options(t, args, &options));
    CF_GO(read_directions(t, args, &directions));
    options.directions = directions;
    const bool sorted =
        !options.random || args->X->storage == CF_CSR || criterion == CFI_TREE_ABSOLUTE;
    CF_GO(cfi_tree_data_new(&data, args->run, args->X, sorted));
    cf_run_progress(args->run, 0.1, "sorted");
    CF_GO(cfi_tree_grow(args->run, &data, true, &problem, &options, &tree));
    cfi_tree_data_clear(&data);
    if (t->ccp_alpha > 0)
        CF_GO(cfi_tree_prune(&tree, t->ccp_alpha));
    t->max_features_ = options.max_features;
    t->n_outputs_ = args->n_targets;
    CF_GO(keep_tree(t, &tree));
cleanup:
    cfi_tree_data_clear(&data);
    cfi_tree_clear(&tree);
    cf_free(directions);
    return status;
}

/* ---- what is known of a fitted tree ---- */

/* The fitted arrays as a tree; they stay the estimator's. */
static cfi_tree view_tree(const cfi_decision_tree *t)
{
    return (cfi_tree){.count = t->tree_node_count_,
                      .capacity = t->tree_node_count_,
                      .width = t->n_values,
                      .nodes = t->nodes.data,
                      .impurity = t->tree_impurity_.data,
                      .weight = t->tree_weighted_n_node_samples_.data,
                      .samples = t->tree_n_node_samples_.data,
                      .value = t->tree_value_.values};
}

cf_status cfi_decision_tree_validate(const cf_estimator *self)
{
    const cfi_decision_tree *t = (const cfi_decision_tree *)self;
    const cf_index n = t->tree_node_count_;
    cf_index values = 0, depth, leaves;
    for (cf_index k = 0; k < cf_self_n_targets(self); k++)
        values += t->base.cls->kind & CF_CLASSIFIER ? cf_self_n_classes(self, k) : 1;
    if (t->n_values != values || t->n_outputs_ != cf_self_n_targets(self))
        return cf_fail(CF_ERR_FORMAT, "%s: nodes have %lld values for %lld outputs, not %lld",
                       cf_class_name(self->cls), (long long)t->n_values, (long long)t->n_outputs_,
                       (long long)values);
    CF_TRY(cfi_tree_validate(t->nodes.data, n, cf_self_n_features(self)));
    CF_TRY(cfi_tree_shape(t->nodes.data, n, &depth, &leaves));
    if (depth != t->tree_max_depth_ || leaves != t->tree_n_leaves_)
        return cf_fail(CF_ERR_FORMAT, "%s: the tree has depth %lld, not %lld",
                       cf_class_name(self->cls), (long long)depth, (long long)t->tree_max_depth_);
    return CF_OK;
}

/* A new column of one number a node. */
#define NODE_COLUMN(name, dtype, type, of_inner, of_leaf)                                          \
    static cf_status name(const cf_estimator *self, cf_matrix *out)                                \
    {                                                                                              \
        const cfi_decision_tree *t = (const cfi_decision_tree *)self;                              \
        const cfi_tree_node *nodes = cfi_decision_tree_nodes(t);                                   \
        CF_TRY(cf_matrix_resize(out, dtype, t->tree_node_count_, 1));                              \
        type *values = out->values;                                                                \
        for (cf_index i = 0; i < t->tree_node_count_; i++)                                         \
            values[i] = cfi_tree_is_leaf(nodes, i) ? (type)(of_leaf) : (type)(of_inner);           \
        return CF_OK;                                                                              \
    }

NODE_COLUMN(children_left, CF_I64, int64_t, i + 1, -1)
NODE_COLUMN(children_right, CF_I64, int64_t, nodes[i].right, -1)
NODE_COLUMN(feature, CF_I64, int64_t, cfi_tree_feature(&nodes[i]), -2)
NODE_COLUMN(threshold, CF_F64, double, nodes[i].threshold, -2)
NODE_COLUMN(missing_go_to_left, CF_I32, int32_t, nodes[i].feature >> 31, 0)

static cf_status feature_importances(const cf_estimator *self, cf_matrix *out)
{
    const cfi_tree tree = view_tree((const cfi_decision_tree *)self);
    const cf_index d = cf_self_n_features(self);
    CF_TRY(cf_matrix_resize(out, CF_F64, d, 1));
    cfi_tree_importances(&tree, d, out->values);
    return CF_OK;
}

/* ---- methods ---- */

cf_status cfi_decision_tree_leaves(const cfi_decision_tree *t, const cf_matrix *X, cf_run *run,
                                   int32_t **leaf)
{
    CF_TRY(CF_ALLOC(*leaf, X->rows));
    const cf_status status = cfi_tree_apply(run, cfi_decision_tree_nodes(t), X, *leaf);
    if (status != CF_OK) {
        cf_free(*leaf);
        *leaf = NULL;
    }
    return status;
}

static cf_status apply(const cf_estimator *self, const void *args, const cf_matrix *X, cf_run *run,
                       cf_matrix *const *outs)
{
    (void)args;
    int32_t *leaf = NULL;
    cf_status status = CF_OK;
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: apply takes an X", cf_class_name(self->cls));
    CF_GO(cfi_decision_tree_leaves((const cfi_decision_tree *)self, X, run, &leaf));
    CF_GO(cf_matrix_resize(outs[0], CF_I64, X->rows, 1));
    for (cf_index i = 0; i < X->rows; i++)
        ((int64_t *)outs[0]->values)[i] = leaf[i];
cleanup:
    cf_free(leaf);
    return status;
}

static cf_status get_depth(const cf_estimator *self, const void *args, const cf_matrix *X,
                           cf_run *run, cf_matrix *const *outs)
{
    (void)args;
    (void)X;
    (void)run;
    CF_TRY(cf_matrix_resize(outs[0], CF_I64, 1, 1));
    *(int64_t *)outs[0]->values = ((const cfi_decision_tree *)self)->tree_max_depth_;
    return CF_OK;
}

static cf_status get_n_leaves(const cf_estimator *self, const void *args, const cf_matrix *X,
                              cf_run *run, cf_matrix *const *outs)
{
    (void)args;
    (void)X;
    (void)run;
    CF_TRY(cf_matrix_resize(outs[0], CF_I64, 1, 1));
    *(int64_t *)outs[0]->values = ((const cfi_decision_tree *)self)->tree_n_leaves_;
    return CF_OK;
}

/* Parents and depths of all nodes; a parent has the lower number. */
static void trace_nodes(const cfi_decision_tree *t, int32_t *parent, int32_t *depth)
{
    const cfi_tree_node *nodes = cfi_decision_tree_nodes(t);
    parent[0] = -1;
    depth[0] = 0;
    for (cf_index i = 0; i < t->tree_node_count_; i++) {
        if (cfi_tree_is_leaf(nodes, i))
            continue;
        parent[i + 1] = parent[nodes[i].right] = (int32_t)i;
        depth[i + 1] = depth[nodes[i].right] = depth[i] + 1;
    }
}

static cf_status decision_path(const cf_estimator *self, const void *args, const cf_matrix *X,
                               cf_run *run, cf_matrix *const *outs)
{
    (void)args;
    const cfi_decision_tree *t = (const cfi_decision_tree *)self;
    int32_t *leaf = NULL, *parent = NULL, *depth = NULL;
    cf_index stored = 0;
    cf_status status = CF_OK;
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: decision_path takes an X", cf_class_name(self->cls));
    CF_GO(cfi_decision_tree_leaves(t, X, run, &leaf));
    CF_GO(CF_ALLOC(parent, t->tree_node_count_));
    CF_GO(CF_ALLOC(depth, t->tree_node_count_));
    trace_nodes(t, parent, depth);
    for (cf_index i = 0; i < X->rows; i++)
        stored += depth[leaf[i]] + 1;
    CF_GO(cf_matrix_resize_sparse(outs[0], CF_F64, CF_CSR, X->rows, t->tree_node_count_, stored));
    double *ones = outs[0]->values;
    for (cf_index k = 0; k < stored; k++)
        ones[k] = 1;
    for (cf_index i = 0, end = 0; i < X->rows; i++) {
        end += depth[leaf[i]] + 1;
        outs[0]->offsets[i + 1] = end;
        for (int32_t node = leaf[i], k = 1; node >= 0; node = parent[node], k++)
            outs[0]->indices[end - k] = node;
    }
cleanup:
    cf_free(leaf);
    cf_free(parent);
    cf_free(depth);
    return status;
}

typedef struct path_args {
    cf_value y, sample_weight;
} path_args;

/* The path of a tree: its own arrays, or those of an unpruned one fitted to other data. */
static cf_status pruning_path(const cf_estimator *self, cf_matrix *const *outs)
{
    const cfi_tree tree = view_tree((const cfi_decision_tree *)self);
    double *alphas = NULL, *impurities = NULL;
    cf_index length;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(alphas, tree.count));
    CF_GO(CF_ALLOC(impurities, tree.count));
    CF_GO(cfi_tree_pruning_path(&tree, alphas, impurities, &length));
    CF_GO(cf_matrix_resize(outs[0], CF_F64, length, 1));
    CF_GO(cf_matrix_resize(outs[1], CF_F64, length, 1));
    memcpy(outs[0]->values, alphas, (size_t)length * sizeof *alphas);
    memcpy(outs[1]->values, impurities, (size_t)length * sizeof *impurities);
cleanup:
    cf_free(alphas);
    cf_free(impurities);
    return status;
}

static cf_status cost_complexity_pruning_path(const cf_estimator *self, const void *args,
                                              const cf_matrix *X, cf_run *run,
                                              cf_matrix *const *outs)
{
    (void)run;
    const path_args *a = args;
    const bool weighted = a->sample_weight.kind == CF_VALUE_MATRIX;
    if (a->y.kind != CF_VALUE_MATRIX)
        return pruning_path(self, outs);
    cf_estimator *fresh = NULL;
    cf_status status = CF_OK;
    if (!X)
        return cf_fail(CF_ERR_ARGUMENT, "%s: cost_complexity_pruning_path takes X and y together",
                       cf_class_name(self->cls));
    CF_GO(cf_clone(&fresh, self));
    CF_GO(cf_set_real(fresh, "ccp_alpha", 0));
    CF_GO(cf_fit(fresh, X, a->y.as.matrix,
                 &(cf_fit_options){.sample_weight = weighted ? a->sample_weight.as.matrix : NULL}));
    CF_GO(pruning_path(fresh, outs));
cleanup:
    cf_estimator_free(fresh);
    return status;
}

static const cf_param path_rows[] = {
    CF_ROW_VALUE(path_args, y, "None", "None | matrix",
                 "targets for X; None: the path of the fitted tree"),
    CF_ROW_VALUE(path_args, sample_weight, "None", "None | matrix", "weights for X"),
    CF_END,
};

static const cf_param export_rows[] = {
    CF_ROW_INT(cfi_tree_export_args, max_depth, "10", "[0, inf)", "levels written in full"),
    CF_ROW_INT(cfi_tree_export_args, spacing, "3", "[1, 100]", "width of a level"),
    CF_ROW_INT(cfi_tree_export_args, decimals, "2", "[0, 100]", "decimals of numbers"),
    CF_ROW_BOOL(cfi_tree_export_args, show_weights, "false", "write the weights of the classes"),
    CF_END,
};

static const cf_output export_outputs[] = {
    {"report", CF_F64, "(1)", "a text column: the rules, one a line"},
    {0},
};

static const cf_output apply_outputs[] = {
    {"leaf", CF_I64, "(n_samples)", "number of the leaf a row ends in"},
    {0},
};

static const cf_output depth_outputs[] = {
    {"depth", CF_I64, "()", "edges from the root to the deepest leaf"},
    {0},
};

static const cf_output n_leaves_outputs[] = {
    {"n_leaves", CF_I64, "()", "number of leaves"},
    {0},
};

static const cf_output decision_path_outputs[] = {
    {"indicator", CF_F64, "(n_samples, n_nodes)", "CSR: 1 for every node a row passes"},
    {0},
};

static const cf_output path_outputs[] = {
    {"ccp_alphas", CF_F64, "(n_steps)", "effective alphas at which the tree shrinks"},
    {"impurities", CF_F64, "(n_steps)", "total impurity of the leaves after each step"},
    {0},
};

const cf_method cfi_decision_tree_methods[] = {
    {.name = "apply", .help = "the leaf each row ends in", .outputs = apply_outputs, .call = apply},
    {.name = "decision_path",
     .help = "the nodes each row passes",
     .outputs = decision_path_outputs,
     .call = decision_path},
    {.name = "get_depth",
     .help = "edges from the root to the deepest leaf",
     .outputs = depth_outputs,
     .call = get_depth},
    {.name = "get_n_leaves",
     .help = "the number of leaves",
     .outputs = n_leaves_outputs,
     .call = get_n_leaves},
    {.name = "cost_complexity_pruning_path",
     .help = "the steps of minimal cost-complexity pruning",
     .args_size = sizeof(path_args),
     .args = path_rows,
     .outputs = path_outputs,
     .call = cost_complexity_pruning_path},
    {.name = "export_text",
     .help = "the rules as text",
     .args_size = sizeof(cfi_tree_export_args),
     .args = export_rows,
     .outputs = export_outputs,
     .call = cfi_decision_tree_export},
    {0},
};

const cf_state cfi_decision_tree_state[] = {
    CF_HELD_INT(cfi_decision_tree, max_features_, "features drawn at each node"),
    CF_HELD_INT(cfi_decision_tree, n_outputs_, "targets"),
    CF_COMPUTED("n_classes_", cf_self_class_counts, "?", "classes of each target of a classifier"),
    CF_HELD_INT(cfi_decision_tree, tree_node_count_, "nodes", .range = "[1, 2147483647]"),
    CF_HELD_INT(cfi_decision_tree, tree_max_depth_, "edges from the root to the deepest leaf"),
    CF_HELD_INT(cfi_decision_tree, tree_n_leaves_, "leaves"),
    CF_HELD_INT(cfi_decision_tree, n_values, "values a node: classes, or outputs"),
    CF_HELD_ARRAY(cfi_decision_tree, nodes, "(4 * tree_node_count_)",
                  "16 bytes a node, in preorder: threshold (f64), feature and, in bit 31, whether "
                  "missing values go left, right child (its own number for a leaf)",
                  .dtypes = CF_BIT(CF_U32)),
    CF_HELD_ARRAY(cfi_decision_tree, tree_impurity_, "(tree_node_count_)", "impurity of the rows",
                  .range = "(-inf, inf)"),
    CF_HELD_ARRAY(cfi_decision_tree, tree_n_node_samples_, "(tree_node_count_)",
                  "training rows that pass", .dtypes = CF_BIT(CF_I32), .range = "[0, inf)"),
    CF_HELD_ARRAY(cfi_decision_tree, tree_weighted_n_node_samples_, "(tree_node_count_)",
                  "their weight", .range = "(-inf, inf)"),
    CF_HELD_MATRIX(cfi_decision_tree, tree_value_, "(tree_node_count_, n_values)",
                   "class probabilities of every output, or the outputs' values",
                   .range = "(-inf, inf)"),
    CF_COMPUTED("tree_children_left_", children_left, "(tree_node_count_)",
                "left child, -1 for a leaf"),
    CF_COMPUTED("tree_children_right_", children_right, "(tree_node_count_)",
                "right child, -1 for a leaf"),
    CF_COMPUTED("tree_feature_", feature, "(tree_node_count_)", "feature split, -2 for a leaf"),
    CF_COMPUTED("tree_threshold_", threshold, "(tree_node_count_)",
                "largest value that goes left, -2 for a leaf"),
    CF_COMPUTED("tree_missing_go_to_left_", missing_go_to_left, "(tree_node_count_)",
                "1 where missing values go left"),
    CF_COMPUTED("feature_importances_", feature_importances, "(n_features)",
                "each feature's share of the decrease of the impurity"),
    CF_END,
};
