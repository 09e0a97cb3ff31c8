/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Trees on plain arrays. Every split of random small problems is compared with the best one found
 * by trying all thresholds and measuring both sides from scratch; then what must not matter:
 * threads, sparsity, repetition instead of weights, rows of weight 0.
 */
#include "algorithms/tree/tree_grow.h"
#include "base/run.h"
#include "support/support.h"

enum { MOST_ROWS = 64, MOST_COLS = 5, MOST_OUTPUTS = 3, MOST_CLASSES = 4 };

typedef struct case_data {
    cf_index n, d, outputs;
    bool classes;
    double x[MOST_ROWS * MOST_COLS], y[MOST_ROWS * MOST_OUTPUTS], w[MOST_ROWS];
    int32_t codes[MOST_ROWS * MOST_OUTPUTS];
    cf_index n_classes[MOST_OUTPUTS];
    bool weighted;
    cfi_tree_criterion criterion;
    cfi_tree_options options;
} case_data;

static cf_index draw(cf_random *r, cf_index n)
{
    return (cf_index)cf_random_int(r, 0, n);
}

static void draw_x(case_data *c, cf_random *r)
{
    const cf_index form = draw(r, 5);
    const double scale = pow(10, (double)draw(r, 20) - 10);
    for (cf_index i = 0; i < c->n * c->d; i++) {
        double v = cf_random_normal(r);
        if (form == 1)
            v = (double)(draw(r, 5) - 2);
        else if (form == 2)
            v = draw(r, 10) < 7 ? 0 : (double)(draw(r, 9) - 4);
        else if (form == 3)
            v = 1.7e9 + v * scale; /* values that one f32 holds */
        c->x[i] = form == 4 && draw(r, 4) == 0 ? (double)NAN : v;
    }
}

static void draw_y(case_data *c, cf_random *r)
{
    for (cf_index k = 0; k < c->outputs; k++)
        c->n_classes[k] = 1 + draw(r, MOST_CLASSES);
    for (cf_index i = 0; i < c->n * c->outputs; i++) {
        c->codes[i] = (int32_t)draw(r, c->n_classes[i % c->outputs]);
        c->y[i] = draw(r, 2) ? cf_random_normal(r) : (double)draw(r, 4);
        if (c->criterion == CFI_TREE_POISSON)
            c->y[i] = i < c->outputs ? 1 : (double)(draw(r, 4) * draw(r, 2));
    }
}

static void draw_case(case_data *c, uint32_t seed)
{
    cf_random r;
    cf_random_seed(&r, seed);
    *c = (case_data){.n = 2 + draw(&r, MOST_ROWS - 2), .d = 1 + draw(&r, MOST_COLS)};
    c->outputs = draw(&r, 3) ? 1 : 1 + draw(&r, MOST_OUTPUTS);
    c->criterion = (cfi_tree_criterion)draw(&r, 5);
    c->classes = c->criterion == CFI_TREE_GINI || c->criterion == CFI_TREE_ENTROPY;
    draw_x(c, &r);
    draw_y(c, &r);
    const cf_index weights = draw(&r, 4);
    c->weighted = weights > 0;
    double total = 0;
    for (cf_index i = 0; i < c->n; i++) {
        c->w[i] = weights == 1 ? (double)(1 + draw(&r, 3)) : 1;
        c->w[i] = weights == 2 ? 0.1 + cf_random_double(&r) : c->w[i];
        c->w[i] = weights == 3 && i > 0 ? (double)draw(&r, 3) : c->w[i];
        total += c->w[i];
    }
    const cf_index leaf[] = {1, 1, 2, 5};
    c->options = (cfi_tree_options){.max_depth = INT32_MAX,
                                    .min_split = 2,
                                    .min_leaf = leaf[draw(&r, 4)],
                                    .max_features = c->d,
                                    .seed = seed};
    c->options.min_weight = draw(&r, 4) == 0 ? 0.05 * total : 0;
}

static cfi_tree_problem problem_of(const case_data *c)
{
    return (cfi_tree_problem){.criterion = c->criterion,
                              .n_rows = c->n,
                              .n_outputs = c->outputs,
                              .codes = c->classes ? c->codes : NULL,
                              .n_classes = c->n_classes,
                              .y = c->classes ? NULL : c->y,
                              .weights = c->weighted ? c->w : NULL};
}

static void grow(const case_data *c, const cf_matrix *X, int threads, cfi_tree *tree)
{
    const cfi_tree_problem problem = problem_of(c);
    cfi_tree_data data;
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.n_threads = threads});
    const bool sorted =
        !c->options.random || X->storage == CF_CSR || c->criterion == CFI_TREE_ABSOLUTE;
    ASSERT_OK(cfi_tree_data_new(&data, &run, X, sorted));
    ASSERT_OK(cfi_tree_grow(&run, &data, false, &problem, &c->options, tree));
    cfi_tree_data_clear(&data);
    cfi_run_end(&run);
    ASSERT_OK(cfi_tree_validate(tree->nodes, tree->count, X->cols));
}

/* ---- brute force ---- */

/* Some rows of a case. */
typedef struct rows {
    const case_data *c;
    cf_index n, at[MOST_ROWS];
} rows;

static double weight_of(const rows *s)
{
    double sum = 0;
    for (cf_index i = 0; i < s->n; i++)
        sum += s->c->weighted ? s->c->w[s->at[i]] : 1;
    return sum;
}

/* sum w |y - m| at its least: some y is a minimiser. */
static double absolute_error(const rows *s, cf_index k)
{
    double best = HUGE_VAL;
    for (cf_index m = 0; m < s->n; m++) {
        double sum = 0;
        for (cf_index i = 0; i < s->n; i++)
            sum +=
                (s->c->weighted ? s->c->w[s->at[i]] : 1) *
                fabs(s->c->y[s->at[i] * s->c->outputs + k] - s->c->y[s->at[m] * s->c->outputs + k]);
        best = fmin(best, sum);
    }
    return best;
}

static double class_impurity(const rows *s, cf_index k, double weight)
{
    double share[MOST_CLASSES] = {0}, gini = 1, entropy = 0;
    for (cf_index i = 0; i < s->n; i++)
        share[s->c->codes[s->at[i] * s->c->outputs + k]] +=
            (s->c->weighted ? s->c->w[s->at[i]] : 1) / weight;
    for (int c = 0; c < MOST_CLASSES; c++) {
        gini -= share[c] * share[c];
        entropy -= share[c] > 0 ? share[c] * log2(share[c]) : 0;
    }
    return s->c->criterion == CFI_TREE_GINI ? gini : entropy;
}

static double value_impurity(const rows *s, cf_index k, double weight)
{
    double mean = 0, sum = 0;
    for (cf_index i = 0; i < s->n; i++)
        mean += (s->c->weighted ? s->c->w[s->at[i]] : 1) * s->c->y[s->at[i] * s->c->outputs + k] /
                weight;
    if (s->c->criterion == CFI_TREE_POISSON && mean <= 0)
        return HUGE_VAL;
    for (cf_index i = 0; i < s->n; i++) {
        const double y = s->c->y[s->at[i] * s->c->outputs + k];
        const double w = s->c->weighted ? s->c->w[s->at[i]] : 1;
        if (s->c->criterion == CFI_TREE_SQUARED)
            sum += w * (y - mean) * (y - mean);
        else
            sum += y > 0 ? w * y * log(y / mean) : 0;
    }
    return sum / weight;
}

static double impurity_of(const rows *s)
{
    const double weight = weight_of(s);
    double sum = 0;
    for (cf_index k = 0; k < s->c->outputs; k++) {
        if (s->c->classes)
            sum += class_impurity(s, k, weight);
        else if (s->c->criterion == CFI_TREE_ABSOLUTE)
            sum += absolute_error(s, k) / weight;
        else
            sum += value_impurity(s, k, weight);
    }
    return sum / (double)s->c->outputs;
}

static void cut(const rows *s, cf_index j, double threshold, bool missing_left, rows *left,
                rows *right)
{
    left->c = right->c = s->c;
    left->n = right->n = 0;
    for (cf_index i = 0; i < s->n; i++) {
        const double x = s->c->x[s->at[i] * s->c->d + j];
        rows *to = x <= threshold || (isnan(x) && missing_left) ? left : right;
        to->at[to->n++] = s->at[i];
    }
}

/* What the split wins; -inf where a rule forbids it. */
static double gain_of(const rows *s, cf_index j, double threshold, bool missing_left)
{
    rows left, right;
    cut(s, j, threshold, missing_left, &left, &right);
    const cfi_tree_options *o = &s->c->options;
    const double l = weight_of(&left), r = weight_of(&right);
    if (left.n < o->min_leaf || right.n < o->min_leaf || l < o->min_weight || r < o->min_weight)
        return -HUGE_VAL;
    return weight_of(s) * impurity_of(s) - l * impurity_of(&left) - r * impurity_of(&right);
}

static double best_gain(const rows *s)
{
    double best = -HUGE_VAL;
    for (cf_index j = 0; j < s->c->d; j++) {
        double most = -HUGE_VAL;
        for (cf_index i = 0; i < s->n; i++)
            most = fmax(most, s->c->x[s->at[i] * s->c->d + j]);
        for (cf_index i = 0; i < s->n; i++) {
            const double t = s->c->x[s->at[i] * s->c->d + j];
            if (isnan(t))
                continue;
            best = fmax(best, gain_of(s, j, t, false));
            if (t < most)
                best = fmax(best, gain_of(s, j, t, true));
        }
    }
    return best;
}

static void check_node(const cfi_tree *tree, cf_index i, const rows *s)
{
    const double impurity = impurity_of(s), weight = weight_of(s);
    const double tolerance = 1e-8 * fmax(1, weight * impurity);
    ck_assert_int_eq(tree->samples[i], s->n);
    ASSERT_NEAR(tree->weight[i], weight, 1e-12);
    ASSERT_NEAR(tree->impurity[i], impurity, 1e-9);
    if (cfi_tree_is_leaf(tree->nodes, i)) {
        const bool final = impurity <= 1e-14 || s->n < 2 * s->c->options.min_leaf ||
                           weight < 2 * s->c->options.min_weight;
        ck_assert_msg(final || isinf(best_gain(s)), "leaf of %d rows could win %g", (int)s->n,
                      best_gain(s));
        return;
    }
    const cfi_tree_node *node = &tree->nodes[i];
    const bool missing_left = (node->feature & CFI_TREE_MISSING_LEFT) != 0;
    const double gain = gain_of(s, cfi_tree_feature(node), node->threshold, missing_left);
    const double best = best_gain(s);
    ck_assert_msg(gain >= best - tolerance, "criterion %d: a split wins %.12g, the best %.12g",
                  (int)s->c->criterion, gain, best);
    rows left, right;
    cut(s, cfi_tree_feature(node), node->threshold, missing_left, &left, &right);
    check_node(tree, i + 1, &left);
    check_node(tree, node->right, &right);
}

static rows all_rows(const case_data *c)
{
    rows all = {.c = c};
    for (cf_index i = 0; i < c->n; i++)
        if (!c->weighted || c->w[i] > 0)
            all.at[all.n++] = i;
    return all;
}

START_TEST(every_split_is_the_best_there_is)
{
    static case_data c;
    for (uint32_t seed = 0; seed < 300; seed++) {
        cfi_tree tree = {0};
        draw_case(&c, seed);
        const cf_matrix X = cf_view_f64(c.x, c.n, c.d);
        const rows all = all_rows(&c);
        grow(&c, &X, 2, &tree);
        check_node(&tree, 0, &all);
        cfi_tree_clear(&tree);
    }
}
END_TEST

/* ---- what must not matter ---- */

static void assert_same(const cfi_tree *a, const cfi_tree *b, double tolerance)
{
    ck_assert_int_eq(a->count, b->count);
    for (cf_index i = 0; i < a->count; i++) {
        ck_assert_double_eq(a->nodes[i].threshold, b->nodes[i].threshold);
        ck_assert_int_eq(a->nodes[i].feature, b->nodes[i].feature);
        ck_assert_int_eq(a->nodes[i].right, b->nodes[i].right);
        ASSERT_NEAR(a->impurity[i], b->impurity[i], tolerance);
        ASSERT_NEAR(a->weight[i], b->weight[i], tolerance);
        for (cf_index k = 0; k < a->width; k++)
            ASSERT_NEAR(a->value[i * a->width + k], b->value[i * a->width + k], tolerance);
    }
}

/* CSR has the same rows; values that are zero are stored now and then. */
static cf_matrix sparse_of(const case_data *c, cf_random *r)
{
    cf_matrix X = cf_view_f64(c->x, c->n, c->d), csr = {0};
    ASSERT_OK(cf_matrix_resize_sparse(&csr, CF_F64, CF_CSR, c->n, c->d, c->n * c->d));
    cf_index count = 0;
    for (cf_index i = 0; i < c->n; i++) {
        for (cf_index j = 0; j < c->d; j++) {
            const double x = cf_matrix_get(&X, i, j);
            if (x == 0 && draw(r, 5) > 0)
                continue;
            ((double *)csr.values)[count] = x;
            csr.indices[count++] = (int32_t)j;
        }
        csr.offsets[i + 1] = count;
    }
    return csr;
}

START_TEST(sparse_gives_the_dense_tree)
{
    static case_data c;
    for (uint32_t seed = 1000; seed < 1300; seed++) {
        cfi_tree dense = {0}, sparse = {0};
        cf_random r;
        cf_random_seed(&r, seed);
        draw_case(&c, seed);
        c.options.random = seed % 3 == 0;
        c.options.max_features = 1 + draw(&r, c.d);
        const cf_matrix X = cf_view_f64(c.x, c.n, c.d);
        cf_matrix csr = sparse_of(&c, &r);
        int32_t leaf[2][MOST_ROWS];
        grow(&c, &X, 2, &dense);
        grow(&c, &csr, 2, &sparse);
        assert_same(&dense, &sparse, 1e-12);
        ASSERT_OK(cfi_tree_apply(NULL, dense.nodes, &X, leaf[0]));
        ASSERT_OK(cfi_tree_apply(NULL, dense.nodes, &csr, leaf[1]));
        ck_assert_mem_eq(leaf[0], leaf[1], (size_t)c.n * sizeof **leaf);
        cf_matrix_clear(&csr);
        cfi_tree_clear(&dense);
        cfi_tree_clear(&sparse);
    }
}
END_TEST

START_TEST(weights_are_repetitions)
{
    static case_data c, repeated;
    for (uint32_t seed = 2000; seed < 2200; seed++) {
        cfi_tree weighted = {0}, plain = {0};
        draw_case(&c, seed);
        c.n = c.n < MOST_ROWS / 2 ? c.n : MOST_ROWS / 2;
        c.options.min_leaf = 1;
        c.options.min_weight = 0;
        c.options.random = seed % 2 == 0;
        repeated = c;
        repeated.n = 0;
        repeated.weighted = false;
        for (cf_index i = 0; i < c.n; i++) {
            c.w[i] = (double)((i * 7 + seed) % 3);
            for (int k = 0; k < (int)c.w[i] || (i == 0 && k == 0); k++, repeated.n++) {
                memcpy(repeated.x + repeated.n * c.d, c.x + i * c.d, (size_t)c.d * sizeof *c.x);
                for (cf_index j = 0; j < c.outputs; j++) {
                    repeated.y[repeated.n * c.outputs + j] = c.y[i * c.outputs + j];
                    repeated.codes[repeated.n * c.outputs + j] = c.codes[i * c.outputs + j];
                }
            }
        }
        c.w[0] = c.w[0] == 0 ? 1 : c.w[0];
        c.weighted = true;
        const cf_matrix X = cf_view_f64(c.x, c.n, c.d);
        const cf_matrix R = cf_view_f64(repeated.x, repeated.n, c.d);
        grow(&c, &X, 2, &weighted);
        grow(&repeated, &R, 2, &plain);
        /* Which side gets values that were never missing depends on the number of rows. */
        for (cf_index i = 0; i < weighted.count; i++)
            weighted.nodes[i].feature &= ~CFI_TREE_MISSING_LEFT;
        for (cf_index i = 0; i < plain.count; i++)
            plain.nodes[i].feature &= ~CFI_TREE_MISSING_LEFT;
        assert_same(&weighted, &plain, 1e-11);
        cfi_tree_clear(&weighted);
        cfi_tree_clear(&plain);
    }
}
END_TEST

/* Large enough for an upper part, tasks and several chunks. */
static void check_threads(cfi_tree_criterion criterion, cfi_tree_options options, bool weighted)
{
    enum { N = 9000, D = 7 };
    double *x = random_normals(5, N * D), *y = random_normals(6, N), *w = random_normals(7, N);
    int32_t *codes = cf_alloc(N, sizeof *codes);
    const cf_index n_classes = 3;
    for (cf_index i = 0; i < N; i++) {
        x[i * D + 1] = round(x[i * D + 1]);
        x[i * D + 2] = i % 5 ? 0 : x[i * D + 2];
        x[i * D + 3] = i % 17 ? x[i * D + 3] : (double)NAN;
        y[i] = fabs(y[i] + x[i * D] * x[i * D + 1]);
        codes[i] = (int32_t)fmin(2, y[i]);
        w[i] = fabs(w[i]);
    }
    cfi_tree_problem problem = {.criterion = criterion,
                                .n_rows = N,
                                .n_outputs = 1,
                                .y = y,
                                .weights = weighted ? w : NULL};
    if (criterion == CFI_TREE_GINI || criterion == CFI_TREE_ENTROPY) {
        problem.codes = codes;
        problem.n_classes = &n_classes;
        problem.y = NULL;
    }
    const cf_matrix X = cf_view_f64(x, N, D);
    cfi_tree first = {0};
    int32_t *leaf = cf_alloc(N, sizeof *leaf), *other = cf_alloc(N, sizeof *other);
    for (int threads = 1; threads <= 8; threads *= 2) {
        cfi_tree tree = {0};
        cfi_tree_data data;
        cf_run run;
        cfi_run_begin(&run, &(cf_fit_options){.n_threads = threads});
        const bool sorted = !options.random || criterion == CFI_TREE_ABSOLUTE;
        ASSERT_OK(cfi_tree_data_new(&data, &run, &X, sorted));
        ASSERT_OK(cfi_tree_grow(&run, &data, threads == 4, &problem, &options, &tree));
        ASSERT_OK(cfi_tree_apply(&run, tree.nodes, &X, threads == 1 ? leaf : other));
        cfi_tree_data_clear(&data);
        cfi_run_end(&run);
        if (threads == 1) {
            first = tree;
            continue;
        }
        assert_same(&first, &tree, 0);
        ck_assert_mem_eq(leaf, other, N * sizeof *leaf);
        cfi_tree_clear(&tree);
    }
    ck_assert_int_gt(first.count, 100);
    cfi_tree_clear(&first);
    cf_free(x);
    cf_free(y);
    cf_free(w);
    cf_free(codes);
    cf_free(leaf);
    cf_free(other);
}

START_TEST(threads_do_not_matter)
{
    const cfi_tree_options plain = {
        .max_depth = INT32_MAX, .min_split = 2, .min_leaf = 1, .max_features = 7, .seed = 11};
    cfi_tree_options drawn = plain, random = plain, best_first = plain;
    drawn.max_features = 2;
    random.random = true;
    random.max_features = 3;
    best_first.max_leaves = 300;
    check_threads(CFI_TREE_GINI, plain, false);
    check_threads(CFI_TREE_ENTROPY, drawn, true);
    check_threads(CFI_TREE_SQUARED, drawn, false);
    check_threads(CFI_TREE_SQUARED, random, true);
    check_threads(CFI_TREE_POISSON, best_first, false);
    check_threads(CFI_TREE_ABSOLUTE, plain, false);
    check_threads(CFI_TREE_ABSOLUTE, random, true);
}
END_TEST

/* ---- limits, draws, checks ---- */

START_TEST(best_first_takes_the_best_splits)
{
    enum { N = 300 };
    double *x = random_normals(1, N * 3), *y = random_normals(2, N);
    const cf_matrix X = cf_view_f64(x, N, 3);
    const cfi_tree_problem problem = {
        .criterion = CFI_TREE_SQUARED, .n_rows = N, .n_outputs = 1, .y = y};
    cfi_tree_options options = {
        .max_depth = INT32_MAX, .min_split = 2, .min_leaf = 1, .max_features = 3};
    double last = HUGE_VAL;
    for (options.max_leaves = 2; options.max_leaves < 12; options.max_leaves++) {
        cfi_tree tree = {0};
        cfi_tree_data data;
        ASSERT_OK(cfi_tree_data_new(&data, NULL, &X, true));
        ASSERT_OK(cfi_tree_grow(NULL, &data, true, &problem, &options, &tree));
        ck_assert_int_eq(tree.count, 2 * options.max_leaves - 1);
        double error = 0;
        for (cf_index i = 0; i < tree.count; i++)
            error += cfi_tree_is_leaf(tree.nodes, i) ? tree.impurity[i] * tree.weight[i] : 0;
        ck_assert_double_lt(error, last);
        last = error;
        cfi_tree_data_clear(&data);
        cfi_tree_clear(&tree);
    }
    cf_free(x);
    cf_free(y);
}
END_TEST

/* Every feature is as likely as another to be drawn, and to win a tie between equal columns. */
static void check_fairness(cf_index max_features, bool random)
{
    enum { N = 40, D = 6, TREES = 3000 };
    double x[N * D], y[N];
    cf_index wins[D] = {0};
    for (cf_index i = 0; i < N; i++) {
        y[i] = i < 15;
        for (cf_index j = 0; j < D; j++)
            x[i * D + j] = (double)i * (j % 2 ? -1 : 1);
    }
    const cf_matrix X = cf_view_f64(x, N, D);
    const cfi_tree_problem problem = {
        .criterion = CFI_TREE_SQUARED, .n_rows = N, .n_outputs = 1, .y = y};
    cfi_tree_data data;
    ASSERT_OK(cfi_tree_data_new(&data, NULL, &X, !random));
    for (uint64_t seed = 0; seed < TREES; seed++) {
        cfi_tree tree = {0};
        const cfi_tree_options options = {.max_depth = 1,
                                          .min_split = 2,
                                          .min_leaf = 1,
                                          .max_features = max_features,
                                          .random = random,
                                          .seed = seed};
        ASSERT_OK(cfi_tree_grow(NULL, &data, false, &problem, &options, &tree));
        wins[cfi_tree_feature(&tree.nodes[0])]++;
        cfi_tree_clear(&tree);
    }
    cfi_tree_data_clear(&data);
    for (cf_index j = 0; j < D; j++) /* 6 standard deviations */
        ck_assert_msg(llabs((long long)(wins[j] - TREES / D)) < 125, "feature %d won %d of %d",
                      (int)j, (int)wins[j], (int)TREES);
}

START_TEST(features_and_ties_are_drawn_fairly)
{
    check_fairness(6, false);
    check_fairness(1, false);
    check_fairness(2, true);
    check_fairness(6, true);
}
END_TEST

/* A draw goes on while all features drawn were constant. */
START_TEST(constant_features_do_not_stop_a_draw)
{
    enum { N = 50, D = 20 };
    double x[N * D], y[N];
    for (cf_index i = 0; i < N; i++) {
        y[i] = (double)(i % 7);
        for (cf_index j = 0; j < D; j++)
            x[i * D + j] = j == 13 ? (double)i : 4;
    }
    const cf_matrix X = cf_view_f64(x, N, D);
    const cfi_tree_problem problem = {
        .criterion = CFI_TREE_SQUARED, .n_rows = N, .n_outputs = 1, .y = y};
    for (int random = 0; random < 2; random++) {
        cfi_tree tree = {0};
        cfi_tree_data data;
        const cfi_tree_options options = {.max_depth = INT32_MAX,
                                          .min_split = 2,
                                          .min_leaf = 1,
                                          .max_features = 1,
                                          .random = random == 1};
        ASSERT_OK(cfi_tree_data_new(&data, NULL, &X, random == 0));
        ASSERT_OK(cfi_tree_grow(NULL, &data, false, &problem, &options, &tree));
        for (cf_index i = 0; i < tree.count; i++) {
            const bool leaf = cfi_tree_is_leaf(tree.nodes, i);
            ck_assert(leaf || cfi_tree_feature(&tree.nodes[i]) == 13);
            ck_assert(!leaf || tree.impurity[i] == 0);
        }
        cfi_tree_data_clear(&data);
        cfi_tree_clear(&tree);
    }
}
END_TEST

START_TEST(thresholds_lie_between_neighbours)
{
    const double pairs[][2] = {{1, 1 + 0x1p-52},    {-0x1p-1074, 0x1p-1074}, {0, 0x1p-1074},
                               {-1.7e308, 1.7e308}, {1e-310, 2e-310},        {1e20, 1e20 + 16384}};
    for (size_t k = 0; k < sizeof pairs / sizeof pairs[0]; k++) {
        const double y[] = {0, 1};
        const cf_matrix X = cf_view_f64(pairs[k], 2, 1);
        const cfi_tree_problem problem = {
            .criterion = CFI_TREE_SQUARED, .n_rows = 2, .n_outputs = 1, .y = y};
        const cfi_tree_options options = {
            .max_depth = 1, .min_split = 2, .min_leaf = 1, .max_features = 1};
        cfi_tree tree = {0};
        cfi_tree_data data;
        ASSERT_OK(cfi_tree_data_new(&data, NULL, &X, true));
        ASSERT_OK(cfi_tree_grow(NULL, &data, true, &problem, &options, &tree));
        ck_assert_int_eq(tree.count, 3);
        ck_assert(pairs[k][0] <= tree.nodes[0].threshold && tree.nodes[0].threshold < pairs[k][1]);
        cfi_tree_data_clear(&data);
        cfi_tree_clear(&tree);
    }
}
END_TEST

/* As a float -1e-50 is -0; among many zeros it is still below them. */
START_TEST(numbers_just_below_zero_are_negative)
{
    enum { N = 28 };
    double x[N] = {0}, y[N] = {0};
    const cf_matrix dense = cf_view_f64(x, N, 1);
    for (int i = 0; i < 5; i++)
        x[i] = -1e-50, y[i] = 1;
    for (int i = 25; i < N; i++)
        x[i] = 1, y[i] = 2;
    for (int k = 0; k < 4; k++) {
        const cfi_tree_problem problem = {.criterion = k < 2 ? CFI_TREE_SQUARED : CFI_TREE_ABSOLUTE,
                                          .n_rows = N,
                                          .n_outputs = 1,
                                          .y = y};
        const cfi_tree_options options = {
            .max_depth = 5, .min_split = 2, .min_leaf = 1, .max_features = 1};
        cfi_tree tree = {0};
        cfi_tree_data data;
        cf_matrix X = {0};
        int32_t leaf[N];
        ASSERT_OK(cf_matrix_convert(&dense, CF_F64, k % 2 ? CF_CSR : CF_DENSE, &X));
        ASSERT_OK(cfi_tree_data_new(&data, NULL, &X, true));
        ASSERT_OK(cfi_tree_grow(NULL, &data, true, &problem, &options, &tree));
        ASSERT_OK(cfi_tree_apply(NULL, tree.nodes, &X, leaf));
        for (int i = 0; i < N; i++)
            ck_assert(tree.value[leaf[i]] == y[i]);
        cfi_tree_data_clear(&data);
        cfi_tree_clear(&tree);
        cf_matrix_clear(&X);
    }
}
END_TEST

START_TEST(broken_nodes_are_refused)
{
    const double inf = HUGE_VAL;
    const cfi_tree_node good[] = {
        {0.5, 1, 4}, {0.25, 0, 3}, {-inf, 0, 2}, {-inf, 0, 3}, {-inf, 0, 4}};
    ASSERT_OK(cfi_tree_validate(good, 5, 2));
    cfi_tree_node bad[5];
    const struct {
        cf_index node;
        cfi_tree_node content;
        const char *part;
    } faults[] = {
        {0, {0.5, 1, 3}, "node 0 of the tree has right child 3"},
        {0, {0.5, 1, 9}, "right child 9 of 5"},
        {0, {(double)NAN, 1, 4}, "threshold nan"},
        {0, {0.5, 2, 4}, "splits feature 2 of 2"},
        {1, {0.25, 0, 0}, "right child 0"},
        {1, {0.25, 0, 4}, "right child"},
        {2, {-inf, 1, 2}, "splits feature 1"},
        {2, {3, 0, 2}, "threshold 3"},
        {0, {-inf, 0, 0}, "reaches 1 of its 5"},
    };
    for (size_t k = 0; k < sizeof faults / sizeof faults[0]; k++) {
        memcpy(bad, good, sizeof bad);
        bad[faults[k].node] = faults[k].content;
        ASSERT_FAILS(CF_ERR_FORMAT, faults[k].part, cfi_tree_validate(bad, 5, 2));
    }
}
END_TEST

TEST_MAIN("tree", every_split_is_the_best_there_is, sparse_gives_the_dense_tree,
          weights_are_repetitions, threads_do_not_matter, best_first_takes_the_best_splits,
          features_and_ties_are_drawn_fairly, constant_features_do_not_stop_a_draw,
          thresholds_lie_between_neighbours, broken_nodes_are_refused,
          numbers_just_below_zero_are_negative)
