/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Agreement of clusters with classes: pair counts (Hubert and Arabie 1985,
 * doi:10.1007/BF01908075) and entropies (Vinh, Epps and Bailey 2010; Rosenberg and Hirschberg
 * 2007). Only the non-zero cells of the contingency table are kept; pair counts are exact.
 */
#include "metrics/contingency.h"

#include <float.h>
#include <string.h>

/* Products of pair counts pass 64 bits from a few hundred thousand rows on. */
__extension__ typedef __int128 wide;

void cfi_contingency_clear(cfi_contingency *t)
{
    cf_free(t->cells);
    cf_free(t->classes);
    cf_free(t->clusters);
    *t = (cfi_contingency){0};
}

/* order = rows sorted by class (counting sort); starts has k + 1 entries. Placing the rows moves
 * every start to the next class's: they are shifted back at the end. */
static void sort_by_class(const cfi_label_pair *pair, cf_index *starts, cf_index *order)
{
    memset(starts, 0, (size_t)(pair->k + 1) * sizeof *starts);
    for (cf_index i = 0; i < pair->n; i++)
        starts[pair->truth[i] + 1]++;
    for (cf_index c = 0; c < pair->k; c++)
        starts[c + 1] += starts[c];
    for (cf_index i = 0; i < pair->n; i++)
        order[starts[pair->truth[i]]++] = i;
    for (cf_index c = pair->k; c > 0; c--)
        starts[c] = starts[c - 1];
    starts[0] = 0;
}

/* The cells of one class, clusters in order of appearance; counts (k) is zero before and after. */
static void add_cells(const cfi_label_pair *pair, const cf_index *rows, cf_index n, int64_t *counts,
                      cfi_contingency *t)
{
    const cf_index first = t->n_cells;
    for (cf_index r = 0; r < n; r++) {
        const int32_t cluster = pair->guess[rows[r]];
        if (counts[cluster]++ == 0)
            t->cells[t->n_cells++] = (cfi_cell){pair->truth[rows[r]], cluster, 0};
    }
    for (cf_index c = first; c < t->n_cells; c++) {
        t->cells[c].count = counts[t->cells[c].cluster];
        counts[t->cells[c].cluster] = 0;
    }
}

/* Rows of each label on each side, and how many labels each side has: the union may have more. */
static void count_margins(const cfi_label_pair *pair, cfi_contingency *t)
{
    for (cf_index i = 0; i < pair->n; i++) {
        t->classes[pair->truth[i]]++;
        t->clusters[pair->guess[i]]++;
    }
    for (cf_index c = 0; c < pair->k; c++) {
        t->n_classes += t->classes[c] > 0;
        t->n_clusters += t->clusters[c] > 0;
    }
}

/* At most n cells are not zero, however many labels there are. What is made is released by
 * cfi_contingency_clear, on failure too. */
static cf_status tabulate(const cfi_label_pair *pair, cfi_contingency *t)
{
    cf_index *starts = NULL, *order = NULL;
    int64_t *counts = NULL;
    cf_status status = CF_OK;
    t->n = pair->n;
    t->k = pair->k;
    CF_GO(CF_ALLOC(starts, pair->k + 1));
    CF_GO(CF_ALLOC(order, pair->n));
    CF_GO(CF_ALLOC_ZERO(counts, pair->k));
    CF_GO(CF_ALLOC(t->cells, pair->n));
    CF_GO(CF_ALLOC_ZERO(t->classes, pair->k));
    CF_GO(CF_ALLOC_ZERO(t->clusters, pair->k));
    sort_by_class(pair, starts, order);
    for (cf_index c = 0; c < pair->k; c++)
        add_cells(pair, order + starts[c], starts[c + 1] - starts[c], counts, t);
    count_margins(pair, t);
cleanup:
    cf_free(starts);
    cf_free(order);
    cf_free(counts);
    return status;
}

cf_status cfi_contingency_read(const cfi_metric_args *args, cfi_contingency *out)
{
    cfi_label_pair pair = {0};
    cfi_contingency t = {0};
    if (args->weights)
        return cf_fail(CF_ERR_UNSUPPORTED, "%s takes no sample_weight", args->name);
    cf_status status = cfi_label_pair_of(args, &pair);
    if (status == CF_OK)
        status = tabulate(&pair, &t);
    cfi_label_pair_clear(&pair);
    if (status != CF_OK) {
        cfi_contingency_clear(&t);
        return status;
    }
    *out = t;
    return CF_OK;
}

/* ---- pairs of rows ---- */

/* Ordered pairs of different rows, n (n - 1) in all: together in both, in the classes only, in the
 * clusters only, in neither. */
typedef struct pair_counts {
    wide both, classes, clusters, neither;
} pair_counts;

/* From the sums of squares of cells and margins. A margin's square is summed cell by cell, count
 * times margin, which adds up to the same. */
static pair_counts count_pairs(const cfi_contingency *t)
{
    wide cells = 0, by_class = 0, by_cluster = 0;
    const wide n = t->n;
    for (cf_index c = 0; c < t->n_cells; c++) {
        const wide count = t->cells[c].count;
        cells += count * count;
        by_class += count * t->classes[t->cells[c].class];
        by_cluster += count * t->clusters[t->cells[c].cluster];
    }
    return (pair_counts){cells - n, by_class - cells, by_cluster - cells,
                         n * n - by_class - by_cluster + cells};
}

/* The counts alone; the table is not kept. */
static cf_status read_pairs(const cfi_metric_args *args, pair_counts *p)
{
    cfi_contingency t = {0};
    CF_TRY(cfi_contingency_read(args, &t));
    *p = count_pairs(&t);
    cfi_contingency_clear(&t);
    return CF_OK;
}

/*
 * With tp, fn, fp, tn for both, classes, clusters, neither: ARI = 2 (tp tn - fn fp) / ((tp + fn)
 * (fn + tn) + (tp + fp) (fp + tn)). Equal labellings give 1, also where that is 0 / 0: all rows
 * together, or all apart.
 */
cf_status cfi_adjusted_rand(const cfi_metric_args *args, double *out)
{
    pair_counts p = {0};
    CF_TRY(read_pairs(args, &p));
    const wide above = p.both * p.neither - p.classes * p.clusters;
    const wide below = (p.both + p.classes) * (p.classes + p.neither) +
                       (p.both + p.clusters) * (p.clusters + p.neither);
    *out = p.classes == 0 && p.clusters == 0 ? 1 : 2 * (double)above / (double)below;
    return CF_OK;
}

/* (tp + tn) / all pairs; 1 where there is no pair. */
cf_status cfi_rand(const cfi_metric_args *args, double *out)
{
    pair_counts p = {0};
    CF_TRY(read_pairs(args, &p));
    const wide agree = p.both + p.neither, all = agree + p.classes + p.clusters;
    *out = agree == all ? 1 : (double)agree / (double)all;
    return CF_OK;
}

/* sqrt(tp / (tp + fp)) sqrt(tp / (tp + fn)), 0 where no pair is together in both. Two roots: the
 * product under one would be as exact, but not scikit-learn's bits. */
cf_status cfi_fowlkes_mallows(const cfi_metric_args *args, double *out)
{
    pair_counts p = {0};
    CF_TRY(read_pairs(args, &p));
    const double both = (double)p.both;
    *out = p.both == 0 ? 0
                       : sqrt(both / (double)(p.both + p.clusters)) *
                             sqrt(both / (double)(p.both + p.classes));
    return CF_OK;
}

/* ---- entropies ---- */

/* Entropy of k counts that sum to n, in nats: -sum of p log p with p = count / n; a count of 0 adds
 * nothing. log n - log count, not log p, as in scikit-learn. */
static double entropy(const int64_t *counts, cf_index k, cf_index n)
{
    cfi_total sum = {0};
    for (cf_index c = 0; c < k; c++)
        if (counts[c] > 0)
            cfi_total_add(&sum, (double)counts[c] / (double)n *
                                    (log((double)n) - log((double)counts[c])));
    return cfi_total_value(sum);
}

/* sum of p_ij log(p_ij / (p_i p_j)) over the cells. Terms below rounding are zero, so independent
 * labellings share no information; nor does rounding make it negative. */
static double mutual_info(const cfi_contingency *t)
{
    const double n = (double)t->n;
    cfi_total sum = {0};
    if (t->n_classes == 1 || t->n_clusters == 1)
        return 0;
    for (cf_index c = 0; c < t->n_cells; c++) {
        const double count = (double)t->cells[c].count;
        const double by_class = (double)t->classes[t->cells[c].class];
        const double by_cluster = (double)t->clusters[t->cells[c].cluster];
        const double term =
            count / n * ((log(count) - log(n)) + (2 * log(n) - log(by_class * by_cluster)));
        if (fabs(term) >= DBL_EPSILON)
            cfi_total_add(&sum, term);
    }
    return fmax(0, cfi_total_value(sum));
}

/* Table, entropies and mutual information. The caller clears the table. */
typedef struct information {
    cfi_contingency table;
    double classes, clusters, mutual; /* H(classes), H(clusters), I */
} information;

static cf_status read_information(const cfi_metric_args *args, information *out)
{
    CF_TRY(cfi_contingency_read(args, &out->table));
    const cfi_contingency *t = &out->table;
    out->classes = entropy(t->classes, t->k, t->n);
    out->clusters = entropy(t->clusters, t->k, t->n);
    out->mutual = mutual_info(t);
    return CF_OK;
}

/* What mutual information is divided by. */
static double entropy_average(cf_entropy_average how, double a, double b)
{
    switch (how) {
    case CF_ENTROPY_GEOMETRIC:
        return sqrt(a * b);
    case CF_ENTROPY_MIN:
        return fmin(a, b);
    case CF_ENTROPY_MAX:
        return fmax(a, b);
    case CF_ENTROPY_ARITHMETIC:
        break;
    }
    return (a + b) / 2;
}

/* In nats, from 0 to the lesser of the entropies. */
cf_status cfi_mutual_info(const cfi_metric_args *args, double *out)
{
    information i = {.mutual = 0};
    CF_TRY(read_information(args, &i));
    *out = i.mutual;
    cfi_contingency_clear(&i.table);
    return CF_OK;
}

/* I / average(H, H). One label on both sides is a perfect match, 1; without shared information it
 * is 0, also where the average is 0. */
cf_status cfi_normalized_mutual_info(const cfi_metric_args *args, double *out)
{
    information i = {.mutual = 0};
    CF_TRY(read_information(args, &i));
    if (i.table.n_classes == 1 && i.table.n_clusters == 1)
        *out = 1;
    else
        *out = i.mutual == 0 ? 0
                             : i.mutual / entropy_average(args->options->entropy_average, i.classes,
                                                          i.clusters);
    cfi_contingency_clear(&i.table);
    return CF_OK;
}

/* x, moved away from zero to where a quotient still makes sense. */
static double away_from_zero(double x)
{
    return x < 0 ? fmin(x, -DBL_EPSILON) : fmax(x, DBL_EPSILON);
}

/* (I - E) / (average(H, H) - E), E expected of random labellings with these margins. One label on
 * one side only: 0; on both: 1. Both differences are kept from 0 as scikit-learn does. */
cf_status cfi_adjusted_mutual_info(const cfi_metric_args *args, double *out)
{
    information i = {.mutual = 0};
    double expected = 0;
    cf_status status = read_information(args, &i);
    const bool one_class = i.table.n_classes == 1, one_cluster = i.table.n_clusters == 1;
    if (status == CF_OK && (one_class || one_cluster)) {
        *out = one_class && one_cluster;
    } else if (status == CF_OK) {
        const double by = entropy_average(args->options->entropy_average, i.classes, i.clusters);
        status = cfi_expected_mutual_info(&i.table, args->run, &expected);
        *out = away_from_zero(i.mutual - expected) / away_from_zero(by - expected);
    }
    cfi_contingency_clear(&i.table);
    return status;
}

/*
 * Homogeneity h = I / H(classes), completeness c = I / H(clusters), each 1 where its entropy is 0,
 * and V = (1 + beta) h c / (beta h + c), 0 where both are. beta is not squared, unlike in F-beta.
 */
static cf_status v_measures(const cfi_metric_args *args, double out[3])
{
    const double asked = args->options->beta, beta = asked == 0 ? 1 : asked < 0 ? 0 : asked;
    information i = {.mutual = 0};
    CF_TRY(read_information(args, &i));
    const double h = i.classes != 0 ? i.mutual / i.classes : 1;
    const double c = i.clusters != 0 ? i.mutual / i.clusters : 1;
    out[0] = h;
    out[1] = c;
    out[2] = h + c == 0 ? 0 : (1 + beta) * h * c / (beta * h + c);
    cfi_contingency_clear(&i.table);
    return CF_OK;
}

cf_status cfi_homogeneity(const cfi_metric_args *args, double *out)
{
    double values[3] = {0};
    CF_TRY(v_measures(args, values));
    *out = values[0];
    return CF_OK;
}

cf_status cfi_completeness(const cfi_metric_args *args, double *out)
{
    double values[3] = {0};
    CF_TRY(v_measures(args, values));
    *out = values[1];
    return CF_OK;
}

cf_status cfi_v_measure(const cfi_metric_args *args, double *out)
{
    double values[3] = {0};
    CF_TRY(v_measures(args, values));
    *out = values[2];
    return CF_OK;
}
