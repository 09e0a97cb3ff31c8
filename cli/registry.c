/* SPDX-License-Identifier: BSD-3-Clause */
/* list, describe and show. */
#include "cli.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The registry as parsed JSON; NULL after telling why not. */
static json_t *registry(void)
{
    char *text = NULL;
    json_error_t error;
    if (cf_registry_json(&text) != CF_OK) {
        complain_status(CF_ERR_MEMORY);
        return NULL;
    }
    json_t *root = json_loads(text, 0, &error);
    cf_text_free(text);
    if (!root)
        complain(EXIT_ERROR, "%s", error.text);
    return root;
}

/* A member that is a text, borrowed; "" when it is missing or null. */
static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

int run_list(const request *r)
{
    if (wants_json(r)) {
        char *text = NULL;
        const cf_status status = cf_registry_json(&text);
        if (status != CF_OK)
            return complain_status(status);
        /* as the library makes it: a class a line */
        fputs(text, stdout);
        cf_text_free(text);
        return EXIT_DONE;
    }
    json_t *root = registry();
    size_t i;
    json_t *cls;
    if (!root)
        return EXIT_ERROR;
    json_array_foreach(root, i, cls)
    {
        /* names and modules are plain words: nothing needs quotes */
        if (wants_csv(r))
            printf("%s%s,%s\n", i == 0 ? "class,module\n" : "", text_of(cls, "name"),
                   text_of(cls, "module"));
        else
            printf("%-26s %-18s %s\n", text_of(cls, "name"), text_of(cls, "module"),
                   text_of(cls, "summary"));
    }
    json_decref(root);
    return EXIT_DONE;
}

/* One table of name, value, help; `second` is the member that is the value, "" for none. */
static void print_rows(const json_t *rows, const char *title, const char *second, bool markdown)
{
    size_t i;
    json_t *row;
    if (json_array_size(rows) == 0)
        return;
    printf(markdown ? "\n## %s\n\n" : "\n%s\n", title);
    if (markdown)
        printf("| name | %s | meaning |\n|---|---|---|\n", second);
    json_array_foreach((json_t *)(uintptr_t)rows, i, row)
    {
        const char *value = text_of(row, second), *accepts = text_of(row, "accepts");
        if (markdown) {
            printf("| `%s` | `%s` | %s", text_of(row, "name"), value, text_of(row, "help"));
            if (*accepts) {
                fputs(" (", stdout);
                for (const char *s = accepts; *s; s++) /* a bar would end the cell */
                    fputs(*s == '|' ? "or" : (char[]){*s, '\0'}, stdout);
                fputs(")", stdout);
            }
            puts(" |");
        } else {
            printf("  %s%s%s: %s\n", text_of(row, "name"), *value ? " = " : "", value,
                   text_of(row, "help"));
            if (*accepts)
                printf("      %s\n", accepts);
        }
    }
}

/* The manual's sections: a line without indent is a title. Markdown gets the others without their
 * two blanks of indent. */
static void print_doc(const char *doc, bool markdown)
{
    while (*doc) {
        const size_t length = strcspn(doc, "\n");
        if (length > 0 && *doc != ' ')
            printf(markdown ? "\n## %.*s\n\n" : "\n%.*s\n", (int)length, doc);
        else if (markdown && length > 2)
            printf("%.*s\n", (int)length - 2, doc + 2);
        else
            printf("%.*s\n", (int)length, doc);
        doc += length + (doc[length] == '\n');
    }
}

int run_describe(const request *r)
{
    const bool markdown = r->format && strcmp(r->format, "markdown") == 0;
    cf_estimator *e = NULL;
    const cf_status status = cf_new(&e, r->argument);
    cf_estimator_free(e);
    if (status == CF_ERR_NAME) /* the message suggests the nearest class */
        return complain(EXIT_USAGE, "%s", cf_last_error());
    if (status != CF_OK)
        return complain_status(status);
    /* `found` is a part of root; a NULL root is an empty array to the macro */
    json_t *root = registry(), *cls = NULL, *found = NULL;
    size_t i;
    json_array_foreach(root, i, cls)
    {
        if (strcmp(text_of(cls, "name"), r->argument) == 0)
            found = cls;
    }
    if (found && wants_json(r)) {
        json_dumpf(found, stdout, JSON_INDENT(2));
        putchar('\n');
    } else if (found) {
        printf(markdown ? "# %s\n\n%s. Module `%s`.\n" : "%s: %s (%s)\n", text_of(found, "name"),
               text_of(found, "summary"), text_of(found, "module"));
        print_rows(json_object_get(found, "params"), "Parameters", "default", markdown);
        print_rows(json_object_get(found, "attributes"), "Attributes", "shape", markdown);
        print_rows(json_object_get(found, "extra_methods"), "Methods", "", markdown);
        print_doc(text_of(found, "doc"), markdown);
    }
    json_decref(root);
    return found ? EXIT_DONE : EXIT_ERROR;
}

/* Without a schema every column is numeric. */
static const char *kind_text(const cf_schema *schema, cf_index j)
{
    switch (cf_schema_kind(schema, j)) {
    case CF_CATEGORICAL:
        return "categorical";
    case CF_TEXT:
        return "text";
    case CF_NUMERIC:
        break;
    }
    return "numeric";
}

/* Small attributes in full, others by their shape; a long text is cut. */
static void print_attribute(const cf_value *value)
{
    if (value->kind == CF_VALUE_MATRIX && value->as.matrix->rows * value->as.matrix->cols > 12) {
        printf("%lld x %lld %s\n", (long long)value->as.matrix->rows,
               (long long)value->as.matrix->cols, cf_dtype_name(value->as.matrix->dtype));
        return;
    }
    char *text = NULL;
    if (cf_value_to_text(value, &text) == CF_OK)
        printf("%.*s%s\n", whole_characters(text, 300), text, strlen(text) > 300 ? " ..." : "");
    cf_text_free(text);
}

/* The labels of the first target, as texts where they are. Their attribute would show codes. */
static void show_classes(const cf_estimator *model)
{
    cf_matrix classes = {0};
    if (cf_classes(model, 0, &classes) != CF_OK)
        return;
    fputs("  classes_:", stdout);
    for (cf_index k = 0; k < classes.rows; k++) {
        const char *text = cf_schema_text(classes.schema, 0, k);
        if (text)
            printf(" %s", text);
        else
            printf(" %.15g", cf_matrix_get(&classes, k, 0));
    }
    putchar('\n');
}

/* For people: the spec, the columns and what was learned, cut to what can be read. */
static void show_text(const cf_estimator *model, const char *spec)
{
    printf("spec: %s\nfitted: %s\n", spec, cf_is_fitted(model) ? "yes" : "no");
    if (!cf_is_fitted(model))
        return;
    const cf_schema *in = cf_features_in(model);
    printf("columns: %lld\n", (long long)cf_n_features_in(model));
    for (cf_index j = 0; in && j < cf_schema_size(in); j++)
        printf("  %s (%s)\n", cf_schema_name(in, j) ? cf_schema_name(in, j) : "?",
               kind_text(in, j));
    cf_value names = {0};
    if (cf_attribute_names(model, &names) != CF_OK)
        return;
    puts("attributes:");
    for (cf_index i = 0; i < names.count; i++) {
        cf_value value = {0};
        const char *name = names.as.items[i].as.text;
        if (strcmp(name, "classes_") == 0)
            show_classes(model);
        else if (strcmp(name, "feature_names_in_") != 0 &&
                 cf_attribute_value(model, name, &value) == CF_OK) {
            printf("  %s: ", name);
            print_attribute(&value);
        }
        cf_value_clear(&value);
    }
    cf_value_clear(&names);
}

/* For programs: {"spec", "fitted", "n_features_in", "columns": [{"name", "kind"}], "classes"}, the
 * last of the first target. */
static void show_json(const cf_estimator *model, const char *spec)
{
    const cf_schema *in = cf_features_in(model);
    fputs("{\"spec\": ", stdout);
    put_json_text(stdout, spec);
    printf(", \"fitted\": %s, \"n_features_in\": %lld, \"columns\": [",
           cf_is_fitted(model) ? "true" : "false", (long long)cf_n_features_in(model));
    for (cf_index j = 0; in && j < cf_schema_size(in); j++) {
        fputs(j > 0 ? ", {\"name\": " : "{\"name\": ", stdout);
        put_json_text(stdout, cf_schema_name(in, j) ? cf_schema_name(in, j) : "");
        printf(", \"kind\": \"%s\"}", kind_text(in, j));
    }
    fputs("], \"classes\": [", stdout);
    cf_matrix classes = {0};
    if (cf_is_fitted(model) && cf_classes(model, 0, &classes) == CF_OK)
        for (cf_index k = 0; k < classes.rows; k++) {
            fputs(k > 0 ? ", " : "", stdout);
            const char *text = cf_schema_text(classes.schema, 0, k);
            if (text)
                put_json_text(stdout, text);
            else
                put_json_number(stdout, cf_matrix_get(&classes, k, 0));
        }
    puts("]}");
}

int run_show(const request *r)
{
    cf_estimator *model = NULL;
    char *spec = NULL;
    cf_status status = cf_load(&model, r->argument);
    if (status == CF_OK)
        status = cf_to_text(model, &spec);
    if (status == CF_OK && wants_json(r))
        show_json(model, spec);
    else if (status == CF_OK)
        show_text(model, spec);
    const int code = status == CF_OK ? EXIT_DONE : complain_status(status);
    cf_text_free(spec);
    cf_estimator_free(model);
    return code;
}
