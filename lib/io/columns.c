/* SPDX-License-Identifier: BSD-3-Clause */
/* Column lists: items between commas, quoted as JSON strings where a name needs it. */
#include "io/columns.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cfi_list_clear(cfi_list *list)
{
    for (cf_index i = 0; i < list->count; i++)
        cf_free(list->items[i]);
    cf_free(list->items);
    *list = (cfi_list){0, NULL};
}

/* Takes `item` over, which may be NULL for want of memory. */
static cf_status append(cfi_list *list, char *item)
{
    char **items = item ? cf_grow(list->items, list->count, list->count + 1, sizeof *items) : NULL;
    if (!items) {
        cf_free(item);
        return cf_out_of_memory();
    }
    list->items = items;
    list->items[list->count++] = item;
    return CF_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* A quoted item that begins behind the quote at *p; *p moves behind the closing one. A backslash
 * takes the byte behind it as it is: \" and \\ are all that names need. */
static cf_status read_quoted(const char *what, const char **p, cfi_text *out)
{
    const char *q = *p + 1;
    for (; *q != '"'; q++) {
        if (*q == '\\')
            q++;
        if (*q == '\0')
            return cf_fail(CF_ERR_ARGUMENT, "%s: a quote in the list is not closed: %s", what, *p);
        cfi_text_add(out, q, 1);
    }
    *p = q + 1;
    return CF_OK;
}

/* One item, blanks around it left out; *p stops at the comma or the end. */
static cf_status read_item(const char *what, const char **p, char **out)
{
    cfi_text text = {0};
    cf_status status = CF_OK;
    while (is_blank(**p))
        ++*p;
    if (**p == '"') {
        CF_GO(read_quoted(what, p, &text));
        while (is_blank(**p))
            ++*p;
        if (**p != ',' && **p != '\0')
            CF_GO(
                cf_fail(CF_ERR_ARGUMENT, "%s: a comma must follow the quoted name: %s", what, *p));
    } else {
        const char *start = *p;
        while (**p != ',' && **p != '\0')
            ++*p;
        size_t n = (size_t)(*p - start);
        while (n > 0 && is_blank(start[n - 1]))
            n--;
        cfi_text_add(&text, start, n);
    }
    CF_GO(cfi_text_take(&text, out));
cleanup:
    cfi_text_clear(&text);
    return status;
}

cf_status cfi_list_parse(const char *what, const char *text, cfi_list *out)
{
    cfi_list list = {0, NULL};
    cf_status status = CF_OK;
    /* A comma at the end begins no further item. */
    for (const char *p = text; p && *p != '\0'; p += *p == ',') {
        char *item = NULL;
        CF_GO(read_item(what, &p, &item));
        CF_GO(append(&list, item));
    }
    *out = list;
    list = (cfi_list){0, NULL};
cleanup:
    cfi_list_clear(&list);
    return status;
}

/* The nearest name, or else the first of those there are, as far as they fit. */
static cf_status fail_unknown(const cfi_columns *columns, const char *what, const char *item)
{
    enum { SHOWN = 12 };
    const char *near = cfi_nearest(item, columns->names, columns->count);
    if (near)
        return cf_fail(CF_ERR_NAME, "%s: no column '%s' for the %s; did you mean '%s'?",
                       columns->file, item, what, near);
    char known[512];
    size_t used = 0;
    for (cf_index j = 0; j < columns->count && used < sizeof known - 8; j++) {
        const char *name = j < SHOWN ? columns->names[j] : "...";
        const size_t n = strlen(name);
        if (used + n + 8 > sizeof known || j >= SHOWN) {
            memcpy(known + used, ", ...", 5);
            used += 5;
            break;
        }
        if (j > 0) {
            memcpy(known + used, ", ", 2);
            used += 2;
        }
        memcpy(known + used, name, n);
        used += n;
    }
    known[used] = '\0';
    if (columns->count == 1 && strpbrk(known, ";\t|,"))
        return cf_fail(CF_ERR_NAME,
                       "%s: no column '%s' for the %s; the only column is %s: is the delimiter "
                       "another one?",
                       columns->file, item, what, known);
    return cf_fail(CF_ERR_NAME, "%s: no column '%s' for the %s; the columns are %s", columns->file,
                   item, what, known);
}

cf_status cfi_columns_find(const cfi_columns *columns, const char *what, const char *item,
                           cf_index *out)
{
    for (cf_index j = 0; columns->names && j < columns->count; j++) {
        if (strcmp(columns->names[j], item) == 0) {
            *out = j;
            return CF_OK;
        }
    }
    /* Names go first: a column called "3" is found by name. */
    int64_t index;
    if (cfi_parse_int(item, strlen(item), &index)) {
        if (index < -columns->count || index >= columns->count)
            return cf_fail(CF_ERR_NAME, "%s: no column %lld for the %s; there are %lld columns",
                           columns->file, (long long)index, what, (long long)columns->count);
        *out = index < 0 ? index + columns->count : index;
        return CF_OK;
    }
    if (!columns->names)
        return cf_fail(CF_ERR_NAME, "%s: no column '%s' for the %s: the columns have no names",
                       columns->file, item, what);
    return fail_unknown(columns, what, item);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *cfi_names_sort(const char **names, cf_index n)
{
    qsort(names, (size_t)n, sizeof *names, compare_names);
    for (cf_index j = 1; j < n; j++)
        if (strcmp(names[j - 1], names[j]) == 0)
            return names[j];
    return NULL;
}

bool cfi_names_hold(const char *const *sorted, cf_index n, const char *name)
{
    return bsearch(&name, sorted, (size_t)n, sizeof *sorted, compare_names) != NULL;
}

void cfi_place_name(cf_index j, char out[CFI_PLACE_NAME_SIZE])
{
    snprintf(out, CFI_PLACE_NAME_SIZE, "x%lld", (long long)j);
}
