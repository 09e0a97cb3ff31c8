/* SPDX-License-Identifier: BSD-3-Clause */
/* SVC against LIBSVM on real data: objective, decisions, labels and probabilities. */
#include "algorithms/svm/svc_train.h"
#include "base/run.h"
#include "cofit/cofit.h"
#include "support/support.h"

#ifndef HAVE_LIBSVM

int main(void)
{
    puts("skipped: libsvm (Debian: libsvm-dev) is not installed");
    return 77;
}

#else

#include <libsvm/svm.h>

/* A data set, its columns divided by `scale`, in both forms. */
typedef struct both {
    cf_index n, d, k;
    double *X, *y;
    struct svm_problem problem;
    struct svm_node *nodes;
} both;

static void quiet(const char *text)
{
    (void)text;
}

static both load(const char *name, cf_index most, double scale)
{
    both b = {0};
    cf_matrix X = {0}, y = {0};
    svm_set_print_string_function(quiet);
    ASSERT_OK(cf_dataset_load(name, &X, &y));
    b.n = X.rows < most ? X.rows : most;
    b.d = X.cols;
    b.X = cf_alloc(b.n * b.d, sizeof *b.X);
    b.y = cf_alloc(b.n, sizeof *b.y);
    b.nodes = cf_alloc(b.n * (b.d + 1), sizeof *b.nodes);
    b.problem = (struct svm_problem){(int)b.n, b.y, cf_alloc(b.n, sizeof(struct svm_node *))};
    for (cf_index r = 0; r < b.n; r++) {
        /* Every label within the first rows: a stride that meets all classes. */
        const cf_index i = r * 7 % X.rows;
        b.problem.x[r] = b.nodes + r * (b.d + 1);
        b.y[r] = cf_matrix_get(&y, i, 0);
        b.k = b.y[r] + 1 > (double)b.k ? (cf_index)b.y[r] + 1 : b.k;
        for (cf_index j = 0; j < b.d; j++) {
            b.X[r * b.d + j] = cf_matrix_get(&X, i, j) / scale;
            b.problem.x[r][j] = (struct svm_node){(int)j + 1, b.X[r * b.d + j]};
        }
        b.problem.x[r][b.d].index = -1;
    }
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
    return b;
}

static void release(both *b)
{
    cf_free(b->X);
    cf_free(b->y);
    cf_free(b->nodes);
    cf_free(b->problem.x);
}

static double kernel_value(const struct svm_parameter *p, const double *a, const double *b,
                           cf_index d)
{
    double dot = 0, distance = 0;
    for (cf_index j = 0; j < d; j++) {
        dot += a[j] * b[j];
        distance += (a[j] - b[j]) * (a[j] - b[j]);
    }
    if (p->kernel_type == LINEAR)
        return dot;
    if (p->kernel_type == POLY)
        return pow(p->gamma * dot + p->coef0, p->degree);
    if (p->kernel_type == RBF)
        return exp(-p->gamma * distance);
    return tanh(p->gamma * dot + p->coef0);
}

/* Sum over pairs of 1/2 b'Kb - |b|_1 for coefficients `coef(row, vector)`. */
typedef struct solution {
    cf_index n, k;
    const double *X; /* (n, d) vectors */
    const cf_index *of_class;
    const double *coef; /* (k - 1, n) */
} solution;

static double objective(const solution *s, const struct svm_parameter *p, cf_index d)
{
    double total = 0;
    cf_index start[32] = {0};
    for (cf_index c = 0; c < s->k; c++)
        start[c + 1] = start[c] + s->of_class[c];
    double *K = cf_alloc(s->n * s->n, sizeof *K);
    for (cf_index a = 0; a < s->n; a++)
        for (cf_index b = 0; b < s->n; b++)
            K[a * s->n + b] = kernel_value(p, s->X + a * d, s->X + b * d, d);
    for (cf_index i = 0; i < s->k; i++) {
        for (cf_index j = i + 1; j < s->k; j++) {
            for (cf_index a = start[i]; a < start[j + 1]; a++) {
                if (a == start[i + 1])
                    a = start[j];
                if (a == start[j + 1])
                    break;
                const double ca = s->coef[(a < start[i + 1] ? j - 1 : i) * s->n + a];
                double sum = 0;
                for (cf_index b = start[i]; b < start[i + 1]; b++)
                    sum += s->coef[(j - 1) * s->n + b] * K[a * s->n + b];
                for (cf_index b = start[j]; b < start[j + 1]; b++)
                    sum += s->coef[i * s->n + b] * K[a * s->n + b];
                total += 0.5 * ca * sum - fabs(ca);
            }
        }
    }
    cf_free(K);
    return total;
}

/* LIBSVM's model, its classes in ascending order of label. */
static double oracle_objective(const struct svm_model *m, const both *b)
{
    const cf_index n = m->l, k = m->nr_class;
    double *X = cf_alloc(n * b->d, sizeof *X), *coef = cf_alloc((k - 1) * n, sizeof *coef);
    cf_index counts[32];
    for (cf_index c = 0; c < k; c++)
        counts[c] = m->nSV[c];
    for (cf_index i = 0; i < n; i++) {
        for (cf_index j = 0; j < b->d; j++)
            X[i * b->d + j] = m->SV[i][j].value;
        for (cf_index r = 0; r < k - 1; r++)
            coef[r * n + i] = m->sv_coef[r][i];
    }
    const double value = objective(&(solution){n, k, X, counts, coef}, &m->param, b->d);
    cf_free(X);
    cf_free(coef);
    return value;
}

static double own_objective(const cfi_svc_model *m, const both *b, const struct svm_parameter *p)
{
    double *X = cf_alloc(m->n_support * b->d, sizeof *X);
    for (cf_index i = 0; i < m->n_support; i++)
        memcpy(X + i * b->d, b->X + m->support[i] * b->d, (size_t)b->d * sizeof *X);
    const double value = objective(
        &(solution){m->n_support, m->n_classes, X, m->class_support, m->dual_coef}, p, b->d);
    cf_free(X);
    return value;
}

static cfi_svc_model train(const both *b, const struct svm_parameter *p)
{
    static const cfi_kernel_type types[] = {CFI_KERNEL_LINEAR, CFI_KERNEL_POLY, CFI_KERNEL_RBF,
                                            CFI_KERNEL_SIGMOID};
    const cfi_svc_options options = {
        .owner = "SVC",
        .kernel = {types[p->kernel_type], p->degree, p->gamma, p->coef0},
        .C = p->C,
        .tol = p->eps,
        .cache_mb = 100,
        .max_iter = -1,
        .shrinking = true,
        .probability = p->probability,
    };
    cfi_svc_model m;
    cf_run run;
    const cf_matrix X = cf_view_f64(b->X, b->n, b->d);
    int32_t *codes = cf_alloc(b->n, sizeof *codes);
    for (cf_index i = 0; i < b->n; i++)
        codes[i] = (int32_t)b->y[i];
    cfi_run_begin(&run, NULL);
    ASSERT_OK(cfi_svc_train(&options, &X, codes, NULL, b->k, &run, &m));
    cfi_run_end(&run);
    ck_assert(m.converged);
    cf_free(codes);
    return m;
}

static struct svm_parameter parameter(int kernel, double C, double gamma, double coef0, double tol)
{
    return (struct svm_parameter){.svm_type = C_SVC,
                                  .kernel_type = kernel,
                                  .degree = 3,
                                  .gamma = gamma,
                                  .coef0 = coef0,
                                  .cache_size = 100,
                                  .eps = tol,
                                  .C = C,
                                  .shrinking = 1};
}

/*
 * At the same tolerance ours is no worse, at a tight one it is the same. (LIBSVM's labels come in
 * order of appearance, which changes signs but not the objective.)
 */
static void compare_objectives(const both *b, struct svm_parameter p)
{
    struct svm_model *m = svm_train(&b->problem, &p);
    cfi_svc_model own = train(b, &p);
    const double theirs = oracle_objective(m, b), ours = own_objective(&own, b, &p);
    ck_assert_msg(ours <= theirs + 1e-6 * fabs(theirs), "kernel %d C %g: %.12g, LIBSVM %.12g",
                  p.kernel_type, p.C, ours, theirs);
    cfi_svc_model_clear(&own);
    svm_free_and_destroy_model(&m);
    p.eps = 1e-5;
    m = svm_train(&b->problem, &p);
    own = train(b, &p);
    ASSERT_NEAR(own_objective(&own, b, &p) / oracle_objective(m, b), 1.0, 1e-6);
    cfi_svc_model_clear(&own);
    svm_free_and_destroy_model(&m);
}

START_TEST(objectives_are_libsvms)
{
    static const struct {
        const char *name;
        cf_index most;
        double scale, gamma;
    } sets[] = {{"iris", 150, 1, 0.2},
                {"wine", 178, 100, 0.05},
                {"breast_cancer", 569, 100, 0.01},
                {"digits", 1200, 16, 0.02}};
    for (int s = 0; s < 4; s++) {
        both b = load(sets[s].name, sets[s].most, sets[s].scale);
        const double g = sets[s].gamma;
        compare_objectives(&b, parameter(LINEAR, 1, 0, 0, 1e-3));
        compare_objectives(&b, parameter(RBF, 1, g, 0, 1e-3));
        compare_objectives(&b, parameter(RBF, 30, g, 0, 1e-3));
        compare_objectives(&b, parameter(POLY, 1, g, 1, 1e-3));
        compare_objectives(&b, parameter(SIGMOID, 1, g / 10, 0, 1e-3));
        release(&b);
    }
}
END_TEST

START_TEST(answers_are_libsvms)
{
    static const char *const names[] = {"iris", "wine", "breast_cancer", "digits"};
    static const double scales[] = {1, 100, 100, 16};
    for (int s = 0; s < 4; s++) {
        both b = load(names[s], 900, scales[s]);
        struct svm_parameter p = parameter(RBF, 5, 0.05, 0, 1e-6);
        p.probability = 1;
        struct svm_model *m = svm_train(&b.problem, &p);
        const cf_matrix X = cf_view_f64(b.X, b.n, b.d), y = cf_view_f64(b.y, b.n, 1);
        cf_matrix labels = {0}, decisions = {0}, probabilities = {0};
        cf_estimator *e = NULL;
        ASSERT_OK(cf_parse(&e, "SVC(C=5, gamma=0.05, tol=1e-06, decision_function_shape=ovo, "
                               "probability=true, random_state=0)"));
        ASSERT_OK(cf_fit(e, &X, &y, NULL));
        ASSERT_OK(cf_predict(e, &X, &labels));
        ASSERT_OK(cf_decision_function(e, &X, &decisions));
        ASSERT_OK(cf_predict_proba(e, &X, &probabilities));
        const cf_index k = m->nr_class;
        for (cf_index r = 0; r < b.n; r++) {
            double theirs[64], p_theirs[32];
            const double label = svm_predict_values(m, b.problem.x[r], theirs);
            ck_assert_double_eq(cf_matrix_get(&labels, r, 0), label);
            svm_predict_probability(m, b.problem.x[r], p_theirs);
            cf_index pair = 0;
            for (cf_index i = 0; i < k; i++) {
                /* Other folds: the same picture, not the same digits. */
                ASSERT_NEAR(cf_matrix_get(&probabilities, r, m->label[i]), p_theirs[i], 0.15);
                for (cf_index j = i + 1; j < k; j++, pair++) {
                    const cf_index a = m->label[i], c = m->label[j];
                    const cf_index low = a < c ? a : c, high = a < c ? c : a;
                    double ours = cf_matrix_get(&decisions, r, cfi_svc_pair(low, high, k));
                    ours = k == 2 ? -ours : ours;
                    ASSERT_NEAR(a < c ? ours : -ours, theirs[pair], 1e-4);
                }
            }
        }
        cf_matrix_clear(&labels);
        cf_matrix_clear(&decisions);
        cf_matrix_clear(&probabilities);
        cf_estimator_free(e);
        svm_free_and_destroy_model(&m);
        release(&b);
    }
}
END_TEST

TEST_MAIN("svc_oracle", objectives_are_libsvms, answers_are_libsvms)

#endif
