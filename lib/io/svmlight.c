/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The svmlight (LIBSVM) format: "label [qid:n] index:value ... [# comment]" a line. Stretches of
 * whole lines are parsed in parallel into lists of their own, which are then joined.
 */
#include "base/digits.h"
#include "base/memory.h"
#include "base/run.h"
#include "base/text.h"
#include "io/io.h"
#include "matrix/matrix.h"

#include <math.h>
#include <string.h>

#ifdef COFIT_SMALL_CHUNKS
enum { GRAIN = 64 }; /* so that short inputs of a fuzzer have many */
#else
enum { GRAIN = 512 << 10 };
#endif

enum { INDEX_MOST = INT32_MAX - 1 };

/* What the lines of a stretch hold. */
typedef struct stretch {
    const char *begin, *end;
    cf_index rows, lines;
    double *labels; /* (lines) */
    int32_t *ends;  /* (lines) entries up to the end of the row */
    int64_t *qids;  /* (lines) -1 = none; NULL before the first */
    cf_index count, capacity;
    int32_t *indices;
    double *values;
    int32_t least, most; /* index */
} stretch;

typedef struct svm_file {
    const char *name;
    const char *data;
    const cf_read_options *options;
    cf_index n_stretches;
    stretch *stretches;
} svm_file;

static cf_status fail_at(const svm_file *file, const char *at, const char *what)
{
    long long line, column;
    cfi_locate(file->data, at, &line, &column);
    return cf_fail(CF_ERR_FORMAT, "%s:%lld:%lld: %s", file->name, line, column, what);
}

/* Room for the rows of a stretch: a short line must not cost more than a long one. */
static cf_status make_rows(stretch *s)
{
    s->lines = 1;
    for (const char *p = s->begin; (p = memchr(p, '\n', (size_t)(s->end - p))) != NULL; p++)
        s->lines++;
    CF_TRY(CF_ALLOC(s->labels, s->lines));
    return CF_ALLOC(s->ends, s->lines);
}

static cf_status set_qid(stretch *s, int64_t qid)
{
    if (!s->qids) {
        CF_TRY(CF_ALLOC(s->qids, s->lines));
        for (cf_index i = 0; i < s->lines; i++)
            s->qids[i] = -1;
    }
    s->qids[s->rows] = qid;
    return CF_OK;
}

static cf_status grow_entries(stretch *s)
{
    if (s->count < s->capacity)
        return CF_OK;
    const cf_index capacity = s->capacity > 0 ? 2 * s->capacity : 256;
    int32_t *indices = cf_grow(s->indices, s->count, capacity, sizeof *indices);
    s->indices = indices ? indices : s->indices;
    double *values = cf_grow(s->values, s->count, capacity, sizeof *values);
    s->values = values ? values : s->values;
    if (!indices || !values)
        return cf_out_of_memory();
    s->capacity = capacity;
    return CF_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The end of the word at p: blank, line end, comment, or the end of the file. */
static const char *word_end(const char *p)
{
    while (*p != '\0' && *p != '\n' && *p != '#' && !is_blank(*p))
        p++;
    return p;
}

static const char *skip_blank(const char *p)
{
    while (is_blank(*p))
        p++;
    return p;
}

/* A small number at once, anything else through the exact parser. */
static bool read_value(const char *p, const char *end, double *out)
{
    if (end - p <= 8 && end > p) {
        uint64_t whole = 0;
        if (cfi_read_digits(p, &whole) == end) {
            *out = (double)whole;
            return true;
        }
    }
    return cfi_parse_real(p, (size_t)(end - p), out) &&
           (isfinite(*out) || !cfi_is_digit(end[-1])); /* "1e999" is no infinity */
}

static cf_status read_label(const svm_file *file, stretch *s, const char *p, const char *end)
{
    if (memchr(p, ',', (size_t)(end - p)))
        return fail_at(file, p, "several labels in a line (multi-label data) are not supported");
    if (memchr(p, ':', (size_t)(end - p)))
        return fail_at(file, p, "the line has no label");
    if (!read_value(p, end, &s->labels[s->rows]))
        return fail_at(file, p, "the label is not a number");
    if (isnan(s->labels[s->rows]))
        return fail_at(file, p, "the label is missing");
    return CF_OK;
}

/* "12:0.5" */
static cf_status read_entry(const svm_file *file, stretch *s, const char *p, const char *end)
{
    const cf_index row_begin = s->rows > 0 ? s->ends[s->rows - 1] : 0;
    uint64_t index = 0;
    const char *colon = cfi_read_digits(p, &index);
    if (colon == p || colon - p > 10 || *colon != ':')
        return fail_at(file, p, "index:value is expected");
    if (index > INDEX_MOST)
        return fail_at(file, p, "the index is larger than 2147483646");
    CF_TRY(grow_entries(s));
    if (s->count > row_begin && (int32_t)index <= s->indices[s->count - 1])
        return fail_at(file, p, "the index does not ascend");
    if (!read_value(colon + 1, end, &s->values[s->count]))
        return fail_at(file, colon + 1, "the value is not a number");
    s->indices[s->count++] = (int32_t)index;
    s->least = (int32_t)index < s->least ? (int32_t)index : s->least;
    s->most = (int32_t)index > s->most ? (int32_t)index : s->most;
    return CF_OK;
}

static cf_status read_qid(const svm_file *file, stretch *s, const char *p, const char *end)
{
    int64_t qid;
    if (!cfi_parse_int(p + 4, (size_t)(end - p - 4), &qid) || qid < 0)
        return fail_at(file, p, "the qid is not a whole number");
    return set_qid(s, qid);
}

/* One line that begins with a label. */
static cf_status read_line(const svm_file *file, stretch *s, const char *p)
{
    const char *end = word_end(p);
    CF_TRY(read_label(file, s, p, end));
    p = skip_blank(end);
    end = word_end(p);
    if (end - p > 4 && memcmp(p, "qid:", 4) == 0) {
        CF_TRY(read_qid(file, s, p, end));
        p = skip_blank(end);
    }
    while (*p != '\n' && *p != '#' && *p != '\0') {
        end = word_end(p);
        CF_TRY(read_entry(file, s, p, end));
        p = skip_blank(end);
    }
    if (s->count > INT32_MAX)
        return fail_at(file, p, "the line is too long");
    s->ends[s->rows++] = (int32_t)s->count;
    return CF_OK;
}

static cf_status read_stretch(void *ctx, cf_index task, cf_run *run)
{
    const svm_file *file = ctx;
    stretch *s = &file->stretches[task];
    CF_TRY(cf_run_check(run));
    CF_TRY(make_rows(s));
    for (const char *p = s->begin; p < s->end;) {
        const char *first = skip_blank(p);
        if (*first != '\n' && *first != '#' && *first != '\0')
            CF_TRY(read_line(file, s, first));
        const char *line = memchr(first, '\n', (size_t)(s->end - first));
        p = line ? line + 1 : s->end;
    }
    return CF_OK;
}

/* Cuts the file into stretches that begin with a line. */
static cf_status cut(svm_file *file, size_t size)
{
    const cf_index n = (cf_index)(size / GRAIN) + 1;
    CF_TRY(CF_ALLOC_ZERO(file->stretches, n));
    const char *p = file->data, *end = p + size;
    while (p < end || file->n_stretches == 0) {
        const char *line =
            end - p > GRAIN ? memchr(p + GRAIN, '\n', (size_t)(end - p - GRAIN)) : NULL;
        stretch *s = &file->stretches[file->n_stretches++];
        s->begin = p;
        s->end = p = line ? line + 1 : end;
        s->least = INT32_MAX;
        s->most = -1;
    }
    return CF_OK;
}

typedef struct totals {
    cf_index rows, stored;
    int32_t least, most;
    bool qids; /* every line has one */
} totals;

static cf_status add_up(const svm_file *file, totals *t)
{
    cf_index with_qid = 0;
    *t = (totals){.least = INT32_MAX, .most = -1};
    for (cf_index k = 0; k < file->n_stretches; k++) {
        const stretch *s = &file->stretches[k];
        t->rows += s->rows;
        t->stored += s->count;
        t->least = s->least < t->least ? s->least : t->least;
        t->most = s->most > t->most ? s->most : t->most;
        for (cf_index i = 0; s->qids && i < s->rows; i++)
            with_qid += s->qids[i] >= 0;
    }
    t->qids = with_qid > 0;
    if (t->rows == 0)
        return cf_fail(CF_ERR_FORMAT, "%s: the file is empty", file->name);
    if (with_qid > 0 && with_qid < t->rows)
        return cf_fail(CF_ERR_FORMAT, "%s: %lld of %lld lines have a qid", file->name,
                       (long long)with_qid, (long long)t->rows);
    return CF_OK;
}

/* The index of the first feature, and how many there are. */
static cf_status choose_features(const svm_file *file, const totals *t, int32_t *base,
                                 cf_index *n_features)
{
    const cf_read_options *o = file->options;
    *base = o->index_base == CF_INDEX_AUTO ? t->least != 0 : o->index_base == CF_INDEX_ONE;
    if (t->least < *base)
        return cf_fail(CF_ERR_FORMAT,
                       "%s: the first feature is said to be 1, and the file has an "
                       "index 0",
                       file->name);
    const cf_index seen = t->most < 0 ? 0 : (cf_index)t->most - *base + 1;
    *n_features = o->n_features > 0 ? o->n_features : seen;
    if (seen > *n_features)
        return cf_fail(CF_ERR_SHAPE, "%s: index %d is beyond the %lld features asked for",
                       file->name, t->most, (long long)*n_features);
    if (o->max_rows > 0 && t->rows > o->max_rows)
        return cf_fail(CF_ERR_LIMIT, "%s: %lld rows, the limit is %lld", file->name,
                       (long long)t->rows, (long long)o->max_rows);
    return CF_OK;
}

/* Puts the rows of all stretches on top of each other. */
static void join(const svm_file *file, int32_t base, cf_table *table)
{
    cf_matrix *X = &table->X;
    double *y = table->y.values, *groups = table->groups.values;
    cf_index row = 0, at = 0;
    for (cf_index k = 0; k < file->n_stretches; k++) {
        const stretch *s = &file->stretches[k];
        for (cf_index i = 0; i < s->rows; i++, row++) {
            X->offsets[row + 1] = at + s->ends[i];
            y[row] = s->labels[i];
            if (groups)
                groups[row] = (double)s->qids[i];
        }
        for (cf_index i = 0; i < s->count; i++)
            X->indices[at + i] = s->indices[i] - base;
        if (s->count > 0)
            memcpy((double *)X->values + at, s->values, (size_t)s->count * sizeof(double));
        at += s->count;
    }
}

static cf_status make_table(const svm_file *file, cf_table *table)
{
    totals t;
    int32_t base = 0;
    cf_index n_features = 0;
    CF_TRY(add_up(file, &t));
    CF_TRY(choose_features(file, &t, &base, &n_features));
    CF_TRY(cf_matrix_resize_sparse(&table->X, CF_F64, CF_CSR, t.rows, n_features, t.stored));
    CF_TRY(cf_matrix_resize(&table->y, CF_F64, t.rows, 1));
    if (t.qids)
        CF_TRY(cf_matrix_resize(&table->groups, CF_F64, t.rows, 1));
    join(file, base, table);
    return CF_OK;
}

static void clear_file(svm_file *file)
{
    for (cf_index k = 0; k < file->n_stretches; k++) {
        stretch *s = &file->stretches[k];
        cf_free(s->labels);
        cf_free(s->qids);
        cf_free(s->ends);
        cf_free(s->indices);
        cf_free(s->values);
    }
    cf_free(file->stretches);
}

cf_status cfi_read_svmlight_bytes(const char *path, const cf_read_options *options,
                                  cfi_bytes *bytes, cf_table *out)
{
    svm_file file = {
        .name = cfi_shown_name(path, options), .data = bytes->data, .options = options};
    if (options->target || options->weights || options->drop)
        return cf_fail(CF_ERR_ARGUMENT,
                       "%s: an svmlight file has its labels in front; no column can be chosen",
                       file.name);
    cf_table table = {0};
    cf_run run;
    cfi_run_begin(&run, &(cf_fit_options){.n_threads = options->n_threads});
    cf_status status;
    const char *nul = memchr(file.data, '\0', bytes->size);
    if (nul)
        CF_GO(fail_at(&file, nul, "a NUL byte (is this a text file?)"));
    CF_GO(cut(&file, bytes->size));
    CF_GO(cf_parallel_tasks(&run, file.n_stretches, read_stretch, &file));
    CF_GO(make_table(&file, &table));
    *out = table;
    table = (cf_table){0};
cleanup:
    cf_table_clear(&table);
    clear_file(&file);
    cfi_run_end(&run);
    return status;
}
