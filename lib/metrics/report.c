/* SPDX-License-Identifier: BSD-3-Clause */
/* The classification report: precision, recall, F1 and support of every class and their averages.
 */
#include "base/text.h"
#include "metrics/indicator.h"

#include <stdio.h>
#include <string.h>

/* Rows after the classes, at most; width of a column of the text. */
enum { AVERAGES = 4, COLUMN = 9 };

void cf_report_clear(cf_report *report)
{
    if (!report)
        return;
    for (cf_index i = 0; report->rows && i < report->n_classes + report->n_averages; i++)
        cf_free(report->rows[i].name);
    cf_free(report->rows);
    *report = (cf_report){0};
}

/* values: precision, recall, F1, support. */
static void set_row(cf_report_row *row, const double values[4])
{
    row->precision = values[0];
    row->recall = values[1];
    row->f1 = values[2];
    row->support = values[3];
}

/* A copy, which cf_report_clear releases. */
static cf_status name_row(cf_report_row *row, const char *name)
{
    row->name = cf_text_copy(name);
    return row->name ? CF_OK : cf_out_of_memory();
}

/* Names of the classes: those given, or the labels. */
static cf_status name_classes(const cfi_metric_args *args, const cf_matrix *labels, cf_report *out)
{
    for (cf_index i = 0; i < out->n_classes; i++) {
        char text[1024];
        const char *given = args->options->target_names ? args->options->target_names[i] : NULL;
        if (!given)
            cfi_label_text(labels, i, text, sizeof text);
        CF_TRY(name_row(&out->rows[i], given ? given : text));
    }
    return CF_OK;
}

/* True when every label that occurs is among those of the report: only then is the micro average
 * the accuracy, and called so. A label listed twice counts once. */
static cf_status covers_all(const cf_matrix *all, const cf_matrix *wanted, bool *out)
{
    cf_index *positions = NULL, found = 0;
    *out = true;
    if (!wanted)
        return CF_OK;
    CF_TRY(CF_ALLOC_ZERO(positions, wanted->rows + all->rows));
    cf_index *seen = positions + wanted->rows;
    cfi_labels_locate(all, wanted, positions);
    for (cf_index i = 0; i < wanted->rows; i++)
        if (positions[i] >= 0 && !seen[positions[i]]++)
            found++;
    *out = found == all->rows;
    cf_free(positions);
    return CF_OK;
}

/* n_classes is set together with the rows, so that cf_report_clear frees names once
 * they are made. */
static cf_status fill_classes(const cfi_metric_args *args, const cfi_label_pair *pair,
                              cf_report *out)
{
    cfi_class_counts counts = {0};
    double *values = NULL;
    cf_status status = CF_OK;
    CF_GO(cfi_class_counts_of(args, pair, CF_AVERAGE_NONE, &counts));
    out->n_averages = cfi_has_indicators(args) ? 4 : 3;
    CF_GO(CF_ALLOC_ZERO(out->rows, counts.m + out->n_averages));
    out->n_classes = counts.m;
    CF_GO(CF_ALLOC(values, 4 * counts.m));
    CF_GO(cfi_prf(args, &counts, CF_AVERAGE_NONE, 1, CFI_PRECISION | CFI_RECALL | CFI_FSCORE,
                  values));
    for (cf_index i = 0; i < counts.m; i++)
        set_row(&out->rows[i], values + 4 * i);
    const cf_matrix *wanted = args->options->labels;
    CF_GO(name_classes(args, wanted ? wanted : &pair->labels, out));
cleanup:
    cf_free(values);
    cfi_class_counts_clear(&counts);
    return status;
}

/* The support of each average is the sum over the classes of the report, as scikit-learn prints it.
 * The classes are counted anew for each: micro sums the counts before it divides. */
static cf_status fill_averages(const cfi_metric_args *args, const cfi_label_pair *pair,
                               cf_report *out)
{
    static const cf_average kinds[AVERAGES] = {CF_AVERAGE_MICRO, CF_AVERAGE_MACRO,
                                               CF_AVERAGE_WEIGHTED, CF_AVERAGE_SAMPLES};
    static const char *const names[AVERAGES] = {"micro avg", "macro avg", "weighted avg",
                                                "samples avg"};
    cfi_total support = {0};
    bool whole = false;
    for (cf_index i = 0; i < out->n_classes; i++)
        cfi_total_add(&support, out->rows[i].support);
    CF_TRY(covers_all(&pair->labels, args->options->labels, &whole));
    whole = whole && !cfi_has_indicators(args); /* where micro averages are no accuracy */
    for (cf_index a = 0; a < out->n_averages; a++) {
        cfi_class_counts counts = {0};
        double values[4] = {0, 0, 0, cfi_total_value(support)};
        cf_report_row *row = &out->rows[out->n_classes + a];
        cf_status status = cfi_class_counts_of(args, pair, kinds[a], &counts);
        if (status == CF_OK)
            status = cfi_prf(args, &counts, kinds[a], 1, CFI_PRECISION | CFI_RECALL | CFI_FSCORE,
                             values);
        cfi_class_counts_clear(&counts);
        CF_TRY(status);
        set_row(row, values);
        CF_TRY(name_row(row, a == 0 && whole ? "accuracy" : names[a]));
    }
    return CF_OK;
}

static cf_status make_report(const cfi_metric_args *args, void *result)
{
    cf_report report = {.weighted = args->weights != NULL};
    cfi_label_pair pair = {0};
    cf_status status = CF_OK;
    if (cfi_has_indicators(args))
        CF_GO(cfi_indicator_labels(args, &pair.labels));
    else
        CF_GO(cfi_label_pair_of(args, &pair));
    CF_GO(fill_classes(args, &pair, &report));
    CF_GO(fill_averages(args, &pair, &report));
    cf_report *out = result;
    cf_report_clear(out);
    *out = report;
    report = (cf_report){0};
cleanup:
    cf_report_clear(&report);
    cfi_label_pair_clear(&pair);
    return status;
}

cf_status cf_classification_report(const cf_matrix *y_true, const cf_matrix *y_pred,
                                   const cf_matrix *sample_weight, const cf_metric_options *options,
                                   cf_report *out)
{
    return cfi_metric_into(
        &(cfi_metric_args){"classification_report", y_true, y_pred, sample_weight, options, NULL},
        make_report, out);
}

/* ---- as text ---- */

/* Characters of a UTF-8 text. */
static int text_width(const char *text)
{
    int width = 0;
    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static void put_spaces(cfi_text *text, int count)
{
    for (int i = 0; i < count; i++)
        cfi_text_add(text, " ", 1);
}

/* Right-aligned in `width` characters; a longer text is not cut. */
static void put_right(cfi_text *text, const char *s, int width)
{
    put_spaces(text, width - text_width(s));
    cfi_text_put(text, s);
}

/* scikit-learn's " {:>9.{digits}f}". The point of the locale, if another, is replaced: the report
 * is the same everywhere. */
static void put_number(cfi_text *text, double value, int digits)
{
    char s[512];
    cfi_text_add(text, " ", 1);
    snprintf(s, sizeof s, "%.*f", digits, value);
    s[strspn(s, "-0123456789")] = digits > 0 && isfinite(value) ? '.' : s[strspn(s, "-0123456789")];
    put_right(text, isnan(value) ? "nan" : s, COLUMN);
}

/* A count as an integer; weights as Python prints a float. */
static void put_support(cfi_text *text, const cf_report *report, double value)
{
    char s[CFI_NUMBER_SIZE];
    if (report->weighted)
        cfi_format_real(value, s);
    else
        cfi_format_int((int64_t)value, s);
    cfi_text_add(text, " ", 1);
    put_right(text, s, COLUMN);
    cfi_text_add(text, "\n", 1);
}

/* The accuracy has no precision and recall of its own. Told by place too: a class may bear that
 * name. */
static void put_row(cfi_text *text, const cf_report *report, const cf_report_row *row, int width,
                    int digits)
{
    put_right(text, row->name, width);
    cfi_text_add(text, " ", 1);
    if (strcmp(row->name, "accuracy") == 0 && row == &report->rows[report->n_classes]) {
        put_spaces(text, 2 * (COLUMN + 1));
    } else {
        put_number(text, row->precision, digits);
        put_number(text, row->recall, digits);
    }
    put_number(text, row->f1, digits);
    put_support(text, report, row->support);
}

/* Widths as scikit-learn's: the longest name, "weighted avg" or `digits`, whichever is most. */
cf_status cf_report_to_text(const cf_report *report, int digits, char **out)
{
    static const char *const heads[] = {"precision", "recall", "f1-score", "support"};
    cfi_text text = {0};
    const int places = digits < 0 ? 0 : digits > 100 ? 100 : digits;
    int width = text_width("weighted avg");
    width = places > width ? places : width;
    for (cf_index i = 0; i < report->n_classes; i++) {
        const int wide = text_width(report->rows[i].name);
        width = wide > width ? wide : width;
    }
    put_spaces(&text, width + 1);
    for (int j = 0; j < 4; j++) {
        cfi_text_add(&text, " ", 1);
        put_right(&text, heads[j], COLUMN);
    }
    cfi_text_put(&text, "\n\n");
    for (cf_index i = 0; i < report->n_classes; i++)
        put_row(&text, report, &report->rows[i], width, places);
    cfi_text_put(&text, "\n");
    for (cf_index a = 0; a < report->n_averages; a++)
        put_row(&text, report, &report->rows[report->n_classes + a], width, places);
    return cfi_text_take(&text, out);
}
