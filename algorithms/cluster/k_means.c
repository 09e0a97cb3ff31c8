/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * K-means: centres c that minimise sum_i w_i min_j |x_i - c_j|^2, by Lloyd's iteration from a
 * seeding (S. Lloyd 1982, doi:10.1109/TIT.1982.1056489; seeding D. Arthur, S. Vassilvitskii 2007).
 * The mathematics is in k_means_solver.c and its siblings. Dense data is shifted by its mean while
 * it is compared; the shift is kept, so that predict finds the very distances fit found.
 */
#include "algorithms/cluster/k_means_solver.h"
#include "base/text.h"
#include "matrix/kernels.h"

#include <math.h>
#include <string.h>

enum { MOST_INITS_OF_RANDOM = 10 };

#define ALGORITHM_LIST(X) X(ALGORITHM_LLOYD, "lloyd") X(ALGORITHM_ELKAN, "elkan")
enum { ALGORITHM_LIST(CF_CHOICE_ENUM) };

typedef struct k_means {
    cf_estimator base;
    int64_t n_clusters, max_iter;
    cf_value init, n_init, random_state;
    double tol;
    int algorithm;
    /* state */
    int64_t clusters;           /* rows of cluster_centers_ */
    cf_matrix cluster_centers_; /* (clusters, n_features) */
    cf_matrix labels_;          /* (n_samples, 1) I32 */
    cf_matrix shift;            /* (n_features) of dense data; empty for CSR */
    double inertia_;
    int64_t n_iter_;
} k_means;

/* ---- fit ---- */

/* One fit: what its runs share, and the best of them. */
typedef struct fitting {
    k_means *self;
    cfi_points points;
    cf_run *run;
    cfi_k_means_options options;
    cf_matrix start; /* (k, d) from the init parameter; empty without */
    cf_random random;
    cf_index *rows;            /* (k) of the seeds */
    double *used;              /* (n) 1 where a row has a weight, when some have none */
    cfi_k_means_result result; /* of the run at work */
} fitting;

/* Mean of the rows, and tol times the mean variance of the columns. */
static cf_status measure_data(fitting *f, const cf_fit_args *args)
{
    const cf_index n = args->X->rows, d = args->X->cols;
    cfi_column_stats stats = {0};
    cf_status status;
    cf_index used = n;
    for (cf_index i = 0; args->weights && i < n; i++)
        used -= args->weights[i] == 0;
    if (used < f->options.k)
        return cf_fail(CF_ERR_DATA, "KMeans: n_samples=%lld should be >= n_clusters=%lld",
                       (long long)used, (long long)f->options.k);
    if (used < n) {
        CF_GO(CF_ALLOC(f->used, n));
        for (cf_index i = 0; i < n; i++)
            f->used[i] = args->weights[i] != 0;
    }
    CF_GO(cfi_column_stats_new(&stats, d));
    CF_GO(cfi_column_stats_add(args->run, &stats, args->X, f->used, CFI_STATS_MEAN | CFI_STATS_M2));
    double variance = 0;
    for (cf_index j = 0; j < d; j++)
        variance += stats.m2[j] / stats.weight[j];
    f->options.tol = f->self->tol * variance / (double)d;
    if (args->X->storage == CF_DENSE) {
        CF_GO(cf_matrix_resize(&f->self->shift, CF_F64, d, 1));
        memcpy(f->self->shift.values, stats.mean, (size_t)d * sizeof(double));
        f->points.shift = f->self->shift.values;
    }
cleanup:
    cfi_column_stats_clear(&stats);
    return status;
}

/* The starting centres of the init parameter, less the shift. */
static cf_status read_start(fitting *f, const cf_matrix *init)
{
    const cf_index k = f->options.k, d = f->points.X->cols;
    cf_index row, col;
    double value;
    if (init->rows != k)
        return cf_fail(CF_ERR_SHAPE, "KMeans: init has %lld rows, n_clusters is %lld",
                       (long long)init->rows, (long long)k);
    if (init->cols != d)
        return cf_fail(CF_ERR_SHAPE, "KMeans: init has %lld columns, X has %lld",
                       (long long)init->cols, (long long)d);
    if (cfi_find_nonfinite(f->run, init, false, &row, &col, &value))
        return cf_fail(CF_ERR_DATA, "KMeans: init holds %s at row %lld, column %lld",
                       isnan(value) ? "NaN" : "an infinity", (long long)row, (long long)col);
    CF_TRY(cf_matrix_convert(init, CF_F64, CF_DENSE, &f->start));
    double *start = f->start.values;
    for (cf_index i = 0; f->points.shift && i < k * d; i++)
        start[i] -= f->points.shift[i % d];
    return CF_OK;
}

/* Starting centres of one run. */
static cf_status seed(fitting *f)
{
    const cf_index k = f->options.k, d = f->points.X->cols;
    double *centres = f->result.centres;
    if (f->start.values) {
        memcpy(centres, f->start.values, (size_t)(k * d) * sizeof *centres);
        return CF_OK;
    }
    if (strcmp(f->self->init.as.text, "random") == 0)
        CF_TRY(cfi_k_means_random_rows(&f->points, k, &f->random, f->rows));
    else
        CF_TRY(cfi_k_means_plusplus(f->run, &f->points, k, &f->random, f->rows));
    for (cf_index c = 0; c < k; c++)
        cfi_points_load(&f->points, f->rows[c], centres + c * d, 1);
    return CF_OK;
}

/* The two labellings are equal up to the names of the clusters; `names` holds k numbers. */
static bool is_same_clustering(const int32_t *a, const int32_t *b, cf_index n, cf_index k,
                               cf_index *names)
{
    for (cf_index c = 0; c < k; c++)
        names[c] = -1;
    for (cf_index i = 0; i < n; i++) {
        if (names[a[i]] < 0)
            names[a[i]] = b[i];
        else if (names[a[i]] != b[i])
            return false;
    }
    return true;
}

/* The result of a run becomes the model's when it is the first, or better and different. */
static cf_status keep_if_best(fitting *f, bool first, bool *converged)
{
    k_means *self = f->self;
    const cf_index n = f->points.X->rows, d = f->points.X->cols, k = f->options.k;
    const cfi_k_means_result *r = &f->result;
    if (!first && (r->inertia >= self->inertia_ ||
                   is_same_clustering(r->labels, self->labels_.values, n, k, f->rows)))
        return CF_OK;
    const cf_dtype dtype = f->options.single ? CF_F32 : CF_F64;
    CF_TRY(cf_matrix_resize(&self->labels_, CF_I32, n, 1));
    CF_TRY(cf_matrix_resize(&self->cluster_centers_, dtype, k, d));
    memcpy(self->labels_.values, r->labels, (size_t)n * sizeof *r->labels);
    for (cf_index i = 0; i < k * d; i++) {
        if (dtype == CF_F32)
            ((float *)self->cluster_centers_.values)[i] = (float)r->placed[i];
        else
            ((double *)self->cluster_centers_.values)[i] = r->placed[i];
    }
    self->clusters = k;
    self->inertia_ = r->inertia;
    self->n_iter_ = r->n_iter;
    *converged = r->converged;
    return CF_OK;
}

/* How often to start: n_init, where "auto" and a given start decide otherwise. */
static int64_t count_inits(const fitting *f)
{
    const k_means *self = f->self;
    const bool given = self->init.kind == CF_VALUE_MATRIX;
    const int64_t wanted = cf_value_int_or(&self->n_init, 0);
    if (given && wanted > 1)
        cf_run_warn(f->run, CF_WARN_DATA,
                    "KMeans: init gives the centres: performing one init instead of n_init=%lld",
                    (long long)wanted);
    if (given)
        return 1;
    if (wanted > 0)
        return wanted;
    return strcmp(self->init.as.text, "random") == 0 ? MOST_INITS_OF_RANDOM : 1;
}

static void warn_of_result(fitting *f, bool converged)
{
    const int32_t *labels = f->self->labels_.values;
    cf_index distinct = 0;
    for (cf_index c = 0; c < f->options.k; c++)
        f->rows[c] = 0;
    for (cf_index i = 0; i < f->points.X->rows; i++)
        if (cfi_points_weight(&f->points, i) != 0)
            distinct += f->rows[labels[i]]++ == 0;
    if (distinct < f->options.k)
        cf_run_warn(f->run, CF_WARN_CONVERGENCE,
                    "KMeans: number of distinct clusters (%lld) found smaller than n_clusters "
                    "(%lld), possibly due to duplicate points in X",
                    (long long)distinct, (long long)f->options.k);
    else if (!converged)
        cf_run_warn(f->run, CF_WARN_CONVERGENCE,
                    "KMeans: not converged after max_iter=%lld iterations",
                    (long long)f->self->max_iter);
}

static cf_status fit(cf_estimator *base, const cf_fit_args *args)
{
    k_means *self = (k_means *)base;
    const cf_index n = args->X->rows, d = args->X->cols, k = self->n_clusters;
    fitting f = {.self = self, .run = args->run};
    bool converged = false;
    cf_status status;
    f.points = (cfi_points){.X = args->X, .weights = args->weights};
    f.options = (cfi_k_means_options){.k = k, .max_iter = self->max_iter};
    f.options.elkan = self->algorithm == ALGORITHM_ELKAN;
    f.options.single = args->X->dtype == CF_F32;
    if (f.options.elkan && k == 1)
        cf_run_warn(
            args->run, CF_WARN_DATA,
            "KMeans: algorithm=elkan does not make sense for a single cluster, using lloyd");
    CF_GO(measure_data(&f, args));
    if (self->init.kind == CF_VALUE_MATRIX)
        CF_GO(read_start(&f, self->init.as.matrix));
    CF_GO(cf_random_from_value(&f.random, &self->random_state));
    CF_GO(CF_ALLOC(f.rows, k));
    CF_GO(CF_ALLOC(f.result.centres, k * d));
    CF_GO(CF_ALLOC(f.result.placed, k * d));
    CF_GO(CF_ALLOC(f.result.labels, n));
    const int64_t inits = count_inits(&f);
    for (int64_t i = 0; i < inits; i++) {
        cf_run part = cfi_run_part(args->run, (double)i / (double)inits, 1 / (double)inits);
        CF_GO(seed(&f));
        CF_GO(cfi_k_means_solve(&part, &f.points, &f.options, &f.result));
        CF_GO(keep_if_best(&f, i == 0, &converged));
    }
    CF_GO(cf_run_return_random(args->run, &self->base, &f.random));
    warn_of_result(&f, converged);
cleanup:
    cf_matrix_clear(&f.start);
    cf_free(f.used);
    cf_free(f.rows);
    cf_free(f.result.centres);
    cf_free(f.result.placed);
    cf_free(f.result.labels);
    return status;
}

/* ---- use ---- */

/* Labels of the rows of X; with `inertia`, also the weighted sum of squares. */
static cf_status label(const k_means *self, const cf_matrix *X, const double *weights, cf_run *run,
                       int32_t *labels, double *inertia)
{
    const cf_index k = self->clusters, d = X->cols;
    cfi_points points = {.X = X, .weights = weights};
    cfi_assigner nearest = {0};
    double *centres = NULL, *zeros = NULL;
    cf_status status = CF_OK;
    CF_GO(CF_ALLOC(centres, k * d));
    if (X->storage == CF_DENSE) {
        CF_GO(CF_ALLOC_ZERO(zeros, d));
        points.shift = self->shift.values ? self->shift.values : zeros;
    }
    for (cf_index i = 0; i < k * d; i++) {
        const double shift = points.shift ? points.shift[i % d] : 0;
        const void *values = self->cluster_centers_.values;
        centres[i] = (self->cluster_centers_.dtype == CF_F32 ? (double)((const float *)values)[i]
                                                             : ((const double *)values)[i]) -
                     shift;
    }
    CF_GO(cfi_assigner_new(&nearest, run, &points, k));
    nearest.labels_only = true;
    cfi_assigner_set(&nearest, centres);
    cfi_assigner_labels(run, &nearest, labels);
    if (inertia)
        CF_GO(cfi_k_means_inertia(run, &points, centres, k, labels, inertia));
cleanup:
    cfi_assigner_clear(&nearest);
    cf_free(centres);
    cf_free(zeros);
    return status;
}

static cf_status predict(const cf_estimator *base, const cf_matrix *X, cf_run *run, cf_matrix *out)
{
    CF_TRY(cf_matrix_resize(out, CF_I32, X->rows, 1));
    return label((const k_means *)base, X, NULL, run, out->values, NULL);
}

static cf_status fit_predict(cf_estimator *base, const cf_fit_args *args, cf_matrix *out)
{
    CF_TRY(fit(base, args));
    return cf_matrix_copy(&((const k_means *)base)->labels_, out);
}

static cf_status score(const cf_estimator *base, const cf_matrix *X, const cf_matrix *y,
                       const double *weights, cf_run *run, double *out)
{
    (void)y;
    int32_t *labels = NULL;
    double inertia = 0;
    cf_status status;
    CF_GO(CF_ALLOC(labels, X->rows));
    CF_GO(label((const k_means *)base, X, weights, run, labels, &inertia));
    *out = -inertia;
cleanup:
    cf_free(labels);
    return status;
}

typedef struct roots {
    double *squares;
    float *single; /* where the results go for single precision, else NULL */
} roots;

static void take_roots(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const roots *r = ctx;
    for (cf_index i = begin; i < end; i++) {
        const double root = sqrt(r->squares[i]);
        if (r->single)
            r->single[i] = (float)root;
        else
            r->squares[i] = root;
    }
}

static cf_status transform(const cf_estimator *base, const cf_matrix *X, cf_run *run,
                           cf_matrix *out)
{
    const k_means *self = (const k_means *)base;
    const cf_index n = X->rows, k = self->clusters;
    const bool single = X->dtype == CF_F32;
    double *squares = NULL;
    cf_status status;
    CF_GO(cf_matrix_resize(out, single ? CF_F32 : CF_F64, n, k));
    if (single)
        CF_GO(CF_ALLOC(squares, n * k));
    roots r = {single ? squares : out->values, single ? out->values : NULL};
    CF_GO(cfi_distances2(run, X, &self->cluster_centers_, r.squares));
    cf_parallel_for(run, n * k, 1 << 14, take_roots, &r);
cleanup:
    cf_free(squares);
    return status;
}

static cf_status feature_names(const cf_estimator *base, const cf_schema *in, cf_schema **out)
{
    (void)in;
    const cf_index k = ((const k_means *)base)->clusters;
    cf_schema *schema = NULL;
    cf_status status;
    CF_GO(cf_schema_new(&schema, k));
    for (cf_index c = 0; c < k; c++) {
        char name[6 + CFI_NUMBER_SIZE] = "kmeans";
        cfi_format_int(c, name + 6);
        CF_GO(cf_schema_set_name(schema, c, name));
    }
    *out = schema;
    schema = NULL;
cleanup:
    cf_schema_free(schema);
    return status;
}

static const cf_param params[] = {
    CF_ROW_INT(k_means, n_clusters, "8", "[1, inf)", "number of clusters"),
    CF_ROW_VALUE(k_means, init, "k-means++", "k-means++ | random | matrix",
                 "how the centres start: by greedy k-means++, at rows drawn at random, or as given "
                 "(n_clusters, n_features)"),
    CF_ROW_VALUE(k_means, n_init, "auto", "auto | int [1, inf)",
                 "number of starts, of which the one with the least inertia is kept; auto: 10 for "
                 "random, else 1"),
    CF_ROW_INT(k_means, max_iter, "300", "[1, inf)", "most iterations of one start"),
    CF_ROW_REAL(k_means, tol, "0.0001", "[0, inf)",
                "stop when the squared moves of the centres sum to at most this times the mean "
                "variance of the columns"),
    CF_ROW_RANDOM_STATE(k_means, "draws the starting centres"),
    CF_ROW_CHOICE(k_means, algorithm, ALGORITHM_LIST, "lloyd",
                  "which bounds save distances: lloyd keeps two a row, elkan one for every row "
                  "and centre; the results are equal"),
    CF_END,
};

static const cf_state state[] = {
    CF_HELD_INT(k_means, clusters, "rows of cluster_centers_", .range = "[1, inf)"),
    CF_HELD_MATRIX(k_means, cluster_centers_, "(clusters, n_features)", "the centres",
                   .dtypes = CF_BIT(CF_F64) | CF_BIT(CF_F32), .range = "(-inf, inf)"),
    CF_HELD_MATRIX(k_means, labels_, "(?)", "the cluster of each training row",
                   .dtypes = CF_BIT(CF_I32), .range = "[0, clusters)"),
    CF_HELD_REAL(k_means, inertia_,
                 "weighted sum of squared distances of the rows from their centres"),
    CF_HELD_INT(k_means, n_iter_, "iterations of the start that was kept"),
    CF_HELD_MATRIX(k_means, shift, "(n_features)",
                   "mean of dense training rows; none of sparse ones", .optional = true,
                   .range = "(-inf, inf)"),
    CF_END,
};

static const char *const examples[] = {"KMeans(n_clusters=3, random_state=0)",
                                       "KMeans(n_clusters=3, algorithm=elkan, random_state=0)",
                                       "KMeans(n_clusters=3, init=random, random_state=0)", NULL};

CF_CLASS(KMeans) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "KMeans",
    .module = "cluster",
    .signature = "n_clusters, *, init, n_init, max_iter, tol, verbose=0, random_state, "
                 "copy_x=true, algorithm",
    .summary = "Clusters around means",
    .doc = "Objective\n"
           "  minimise sum_i w_i min_j |x_i - c_j|^2 over the centres c_1 ... c_k; the result is a "
           "local minimum\n"
           "Input\n"
           "  Dense or CSR, f64 or f32 (centres and transform in the dtype of X), finite, at least "
           "n_clusters\n"
           "  rows with a weight. sample_weight counts rows; rows of weight 0 take no part.\n"
           "Errors\n"
           "  CF_ERR_DATA: fewer rows than n_clusters, init not finite. CF_ERR_SHAPE: init is not\n"
           "  (n_clusters, n_features).\n"
           "Cost\n"
           "  O(n k d) a step at worst; bounds from the triangle inequality spare most distances "
           "where clusters\n"
           "  are apart. Memory beside X: 20 n bytes (elkan: 4 n k more) and some copies of the "
           "centres.\n"
           "Threads\n"
           "  Chunks of rows; the same bits on any number of threads.\n"
           "Notes\n"
           "  The same starts and the same random stream as scikit-learn. A cluster that loses its "
           "rows takes the\n"
           "  row farthest from its centre. Where two centres are equally near, the first counts. "
           "Reaching\n"
           "  max_iter is a warning.\n"
           "Source\n"
           "  S. Lloyd 1982, doi:10.1109/TIT.1982.1056489; D. Arthur, S. Vassilvitskii, k-means++, "
           "SODA 2007;\n"
           "  G. Hamerly 2010, doi:10.1137/1.9781611972801.12; C. Elkan, ICML 2003\n"
           "Example\n"
           "  examples/k_means.c\n",
    .kind = CF_CLUSTERER | CF_TRANSFORMER,
    .tags = CF_TAG_SPARSE | CF_TAG_WEIGHTS | CF_TAG_F32 | CF_TAG_KEEPS_F32 |
            CF_TAG_NONDETERMINISTIC,
    .size = sizeof(k_means),
    .params = params,
    .state = state,
    .fit = fit,
    .predict = predict,
    .fit_predict = fit_predict,
    .transform = transform,
    .score = score,
    .feature_names = feature_names,
    .examples = examples,
};
