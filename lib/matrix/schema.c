/* SPDX-License-Identifier: BSD-3-Clause */
/* Column names, kinds and dictionaries: reference counted, immutable once shared. */
#include "matrix/matrix.h"

#include <string.h>

/* Drops one reference; texts and pointers are one block. ACQ_REL: the last holder sees what the
 * others wrote before they let go. */
static void dictionary_free(cfi_dictionary *dictionary)
{
    if (!dictionary || __atomic_sub_fetch(&dictionary->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    cf_free(dictionary->texts);
    cf_free(dictionary);
}

cf_status cf_schema_new(cf_schema **out, cf_index n)
{
    cf_schema *schema;
    CF_TRY(CF_ALLOC_ZERO(schema, 1));
    schema->references = 1;
    schema->count = n;
    const cf_status status = CF_ALLOC_ZERO(schema->columns, n);
    if (status != CF_OK) {
        cf_free(schema);
        return status;
    }
    *out = schema;
    return CF_OK;
}

/* As for dictionaries; other schemas may go on with these dictionaries. */
void cf_schema_free(cf_schema *schema)
{
    if (!schema || __atomic_sub_fetch(&schema->references, 1, __ATOMIC_ACQ_REL) > 0)
        return;
    for (cf_index j = 0; j < schema->count; j++) {
        cf_free(schema->columns[j].name);
        dictionary_free(schema->columns[j].dictionary);
    }
    cf_free(schema->columns);
    cf_free(schema);
}

/* Immutable once shared, hence the const that is taken away for the count alone. */
cf_schema *cf_schema_share(const cf_schema *schema)
{
    cf_schema *shared = (cf_schema *)(uintptr_t)schema;
    if (shared)
        __atomic_add_fetch(&shared->references, 1, __ATOMIC_RELAXED);
    return shared;
}

cf_index cf_schema_size(const cf_schema *schema)
{
    return schema ? schema->count : 0;
}

/* False for a NULL schema too, which has no columns to ask about. */
static bool is_inside(const cf_schema *schema, cf_index j)
{
    return schema && j >= 0 && j < schema->count;
}

static cf_status check_inside(const cf_schema *schema, cf_index j)
{
    if (is_inside(schema, j))
        return CF_OK;
    return cf_fail(CF_ERR_SHAPE, "column %lld of a schema of %lld", (long long)j,
                   (long long)cf_schema_size(schema));
}

cf_status cf_schema_set_name(cf_schema *schema, cf_index j, const char *name)
{
    CF_TRY(check_inside(schema, j));
    char *copy = name ? cf_text_copy(name) : NULL;
    if (name && !copy)
        return cf_out_of_memory();
    cf_free(schema->columns[j].name);
    schema->columns[j].name = copy;
    return CF_OK;
}

/* A categorical dictionary ascends, so that the order of codes is the order of texts. */
static cf_status check_sorted(const char *const *texts, cf_index count)
{
    for (cf_index c = 1; c < count; c++)
        if (strcmp(texts[c - 1], texts[c]) >= 0)
            return cf_fail(CF_ERR_ARGUMENT, "the dictionary does not ascend at '%.100s'", texts[c]);
    return CF_OK;
}

/* On failure `texts` stays the caller's. */
cf_status cfi_schema_adopt_dictionary(cf_schema *schema, cf_index j, cf_column_kind kind,
                                      char **texts, cf_index count)
{
    CF_TRY(check_inside(schema, j));
    if (kind == CF_CATEGORICAL)
        CF_TRY(check_sorted((const char *const *)texts, count));
    cfi_dictionary *dictionary;
    CF_TRY(CF_ALLOC_ZERO(dictionary, 1));
    *dictionary = (cfi_dictionary){1, count, texts};
    dictionary_free(schema->columns[j].dictionary);
    schema->columns[j].dictionary = dictionary;
    schema->columns[j].kind = kind;
    return CF_OK;
}

cf_status cfi_texts_new(cf_index count, size_t bytes, char ***texts, char **room)
{
    size_t total = bytes;
    if (!cfi_size_add(&total, count, sizeof **texts) || total > PTRDIFF_MAX)
        return cf_out_of_memory();
    *texts = cf_alloc((cf_index)total, 1);
    if (!*texts)
        return cf_out_of_memory();
    *room = (char *)(*texts + count);
    return CF_OK;
}

cf_status cf_schema_set_dictionary(cf_schema *schema, cf_index j, cf_column_kind kind,
                                   const char *const *texts, cf_index count)
{
    if (kind == CF_NUMERIC)
        return cf_fail(CF_ERR_ARGUMENT, "a numeric column has no dictionary");
    size_t bytes = 0;
    for (cf_index c = 0; c < count; c++)
        bytes += strlen(texts[c]) + 1;
    char **copies = NULL, *room = NULL;
    CF_TRY(cfi_texts_new(count, bytes, &copies, &room));
    for (cf_index c = 0; c < count; c++) {
        const size_t n = strlen(texts[c]) + 1;
        copies[c] = memcpy(room, texts[c], n);
        room += n;
    }
    const cf_status status = cfi_schema_adopt_dictionary(schema, j, kind, copies, count);
    if (status != CF_OK)
        cf_free(copies);
    return status;
}

cf_status cfi_schema_add_texts(cf_schema *schema, cf_index j, const char *const *texts, cf_index n)
{
    const cf_index known = cf_schema_dictionary_size(schema, j);
    const char **all;
    if (n == 0)
        return CF_OK;
    CF_TRY(CF_ALLOC(all, known + n));
    for (cf_index c = 0; c < known; c++)
        all[c] = cf_schema_text(schema, j, c);
    memcpy(all + known, texts, (size_t)n * sizeof *texts);
    const cf_status status = cf_schema_set_dictionary(schema, j, CF_TEXT, all, known + n);
    cf_free(all);
    return status;
}

const char *cf_schema_name(const cf_schema *schema, cf_index j)
{
    return is_inside(schema, j) ? schema->columns[j].name : NULL;
}

cf_column_kind cf_schema_kind(const cf_schema *schema, cf_index j)
{
    return is_inside(schema, j) ? schema->columns[j].kind : CF_NUMERIC;
}

static cf_status set_origin(cf_schema *schema, cf_index j, cfi_origin origin)
{
    CF_TRY(check_inside(schema, j));
    schema->columns[j].origin = origin;
    return CF_OK;
}

cf_status cf_schema_set_whole(cf_schema *schema, cf_index j)
{
    return set_origin(schema, j, CFI_INTEGERS);
}

cf_status cf_schema_set_boolean(cf_schema *schema, cf_index j)
{
    return set_origin(schema, j, CFI_BOOLEANS);
}

cfi_origin cfi_schema_origin(const cf_schema *schema, cf_index j)
{
    return is_inside(schema, j) ? schema->columns[j].origin : CFI_REALS;
}

bool cf_schema_is_whole(const cf_schema *schema, cf_index j)
{
    return cfi_schema_origin(schema, j) == CFI_INTEGERS;
}

bool cf_schema_is_boolean(const cf_schema *schema, cf_index j)
{
    return cfi_schema_origin(schema, j) == CFI_BOOLEANS;
}

cf_index cf_schema_dictionary_size(const cf_schema *schema, cf_index j)
{
    return is_inside(schema, j) && schema->columns[j].dictionary
               ? schema->columns[j].dictionary->count
               : 0;
}

const char *cf_schema_text(const cf_schema *schema, cf_index j, cf_index code)
{
    return code >= 0 && code < cf_schema_dictionary_size(schema, j)
               ? schema->columns[j].dictionary->texts[code]
               : NULL;
}

cf_index cf_schema_code(const cf_schema *schema, cf_index j, const char *text)
{
    const cf_index count = cf_schema_dictionary_size(schema, j);
    if (count == 0)
        return -1;
    char **texts = schema->columns[j].dictionary->texts;
    if (schema->columns[j].kind == CF_TEXT) { /* in order of appearance */
        for (cf_index c = 0; c < count; c++)
            if (strcmp(texts[c], text) == 0)
                return c;
        return -1;
    }
    /* A categorical dictionary ascends. */
    cf_index low = 0, high = count;
    while (low < high) {
        const cf_index middle = (low + high) / 2;
        const int order = strcmp(texts[middle], text);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

/* One after the other: names are looked up once a call, not once a row. */
cf_index cf_schema_find(const cf_schema *schema, const char *name)
{
    for (cf_index j = 0; j < cf_schema_size(schema); j++)
        if (schema->columns[j].name && strcmp(schema->columns[j].name, name) == 0)
            return j;
    return -1;
}

/* Either may be NULL. */
static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

bool cfi_dictionary_equal(const cfi_dictionary *a, const cfi_dictionary *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->count != b->count)
        return false;
    for (cf_index c = 0; c < a->count; c++)
        if (strcmp(a->texts[c], b->texts[c]) != 0)
            return false;
    return true;
}

bool cf_schema_equal(const cf_schema *a, const cf_schema *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->count != b->count)
        return false;
    for (cf_index j = 0; j < a->count; j++) {
        const cfi_column *x = &a->columns[j], *y = &b->columns[j];
        if (x->kind != y->kind || !same_text(x->name, y->name) ||
            !cfi_dictionary_equal(x->dictionary, y->dictionary))
            return false;
    }
    return true;
}

/* The name is copied, the dictionary shared: it may be large. */
cf_status cfi_schema_copy_column(cf_schema *schema, cf_index to, const cf_schema *source,
                                 cf_index from)
{
    CF_TRY(check_inside(source, from));
    CF_TRY(cf_schema_set_name(schema, to, source->columns[from].name));
    cfi_dictionary *dictionary = source->columns[from].dictionary;
    if (dictionary)
        __atomic_add_fetch(&dictionary->references, 1, __ATOMIC_RELAXED);
    dictionary_free(schema->columns[to].dictionary);
    schema->columns[to].dictionary = dictionary;
    schema->columns[to].kind = source->columns[from].kind;
    schema->columns[to].origin = source->columns[from].origin;
    return CF_OK;
}

/* What a copy does with the dictionary of a text column. */
typedef enum text_rule { KEEP_TEXTS, DROP_TEXTS, TEXTS_OF_OTHER } text_rule;

/* A new schema with the columns of `schema`; `other` is for TEXTS_OF_OTHER, columns by place. */
static cf_status copy_schema(const cf_schema *schema, text_rule rule, const cf_schema *other,
                             cf_schema **out)
{
    cf_schema *copy = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&copy, schema->count));
    for (cf_index j = 0; j < schema->count; j++) {
        const bool text = schema->columns[j].kind == CF_TEXT;
        const bool from_other = text && rule == TEXTS_OF_OTHER && is_inside(other, j);
        CF_GO(cfi_schema_copy_column(copy, j, from_other ? other : schema, j));
        if (text && rule == DROP_TEXTS) {
            dictionary_free(copy->columns[j].dictionary);
            copy->columns[j].dictionary = NULL;
        }
    }
    *out = copy;
    return CF_OK;
cleanup:
    cf_schema_free(copy);
    return status;
}

/* A model must not carry the texts it was trained on; categories it needs. */
cf_status cfi_schema_without_texts(const cf_schema *schema, cf_schema **out)
{
    return copy_schema(schema, DROP_TEXTS, NULL, out);
}

/* Text columns have codes into the dictionary of the data at hand, not of those in fit. */
cf_status cfi_schema_with_texts(const cf_schema *fitted, const cf_schema *now, cf_schema **out)
{
    return copy_schema(fitted, TEXTS_OF_OTHER, now, out);
}

cf_status cfi_schema_copy(const cf_schema *schema, cf_schema **out)
{
    return copy_schema(schema, KEEP_TEXTS, NULL, out);
}

cf_status cfi_schema_renamed(const cf_schema *schema, const cf_schema *names, cf_schema **out)
{
    cf_schema *copy = NULL;
    cf_status status = cfi_schema_copy(schema, &copy);
    for (cf_index j = 0; status == CF_OK && j < schema->count; j++)
        status = cf_schema_set_name(copy, j, cf_schema_name(names, j));
    if (status == CF_OK)
        *out = copy;
    else
        cf_schema_free(copy);
    return status;
}

cf_status cfi_schema_as_reals(const cf_schema *schema, cf_schema **out)
{
    bool any = false;
    for (cf_index j = 0; j < cf_schema_size(schema); j++)
        any = any || schema->columns[j].origin != CFI_REALS;
    if (!any) {
        *out = cf_schema_share(schema);
        return CF_OK;
    }
    CF_TRY(cfi_schema_copy(schema, out));
    for (cf_index j = 0; j < schema->count; j++)
        (*out)->columns[j].origin = CFI_REALS;
    return CF_OK;
}

cf_status cf_schema_select(const cf_schema *schema, const cf_index *cols, cf_index n,
                           cf_schema **out)
{
    cf_schema *cut = NULL;
    cf_status status = CF_OK;
    CF_GO(cf_schema_new(&cut, n));
    for (cf_index j = 0; j < n; j++)
        CF_GO(cfi_schema_copy_column(cut, j, schema, cols[j]));
    *out = cut;
    return CF_OK;
cleanup:
    cf_schema_free(cut);
    return status;
}

bool cfi_schema_is_named(const cf_schema *schema)
{
    for (cf_index j = 0; j < cf_schema_size(schema); j++)
        if (!schema->columns[j].name)
            return false;
    return cf_schema_size(schema) > 0;
}

bool cfi_schema_has_codes(const cf_schema *schema)
{
    for (cf_index j = 0; j < cf_schema_size(schema); j++)
        if (schema->columns[j].kind != CF_NUMERIC)
            return true;
    return false;
}

void cfi_matrix_set_schema(cf_matrix *X, const cf_schema *schema)
{
    if (X->schema == schema || !X->owner)
        return; /* a view borrows everything: it holds no reference */
    cf_schema *old = X->schema;
    X->schema = cf_schema_share(schema);
    cf_schema_free(old);
}

cf_status cf_matrix_set_names(cf_matrix *X, const char *const *names)
{
    cf_schema *schema = NULL;
    cf_status status = CF_OK;
    if (!X->owner)
        return cf_fail(CF_ERR_ARGUMENT, "a borrowed matrix cannot be given names");
    if (X->schema)
        CF_GO(cfi_schema_copy(X->schema, &schema));
    else
        CF_GO(cf_schema_new(&schema, X->cols));
    /* Without names a schema is still made: kinds and dictionaries stay. */
    for (cf_index j = 0; j < X->cols; j++)
        CF_GO(cf_schema_set_name(schema, j, names ? names[j] : NULL));
    cfi_matrix_set_schema(X, schema);
cleanup:
    cf_schema_free(schema);
    return status;
}
