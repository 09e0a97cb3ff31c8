/* SPDX-License-Identifier: BSD-3-Clause */
/* Arrow streams that are not read, by type, malformed or failing: what every refusal says. */
#include "support/arrow_source.h"

START_TEST(types_that_are_not_read_are_named)
{
    static const char *const types[][2] = {
        {"z", "binary values"},
        {"Z", "binary values"},
        {"vz", "binary values"},
        {"w:16", "binary values"},
        {"d:19,10", "decimals"},
        {"tdD", "dates"},
        {"tdm", "dates"},
        {"ttn", "times"},
        {"tsu:UTC", "timestamps"},
        {"tDs", "durations"},
        {"tiM", "intervals"},
        {"+l", "lists"},
        {"+L", "lists"},
        {"+vl", "lists"},
        {"+w:3", "lists"},
        {"+s", "structs"},
        {"+m", "maps"},
        {"+ud:1,2", "unions"},
        {"+r", "run-end encoded values"},
        {"uu", "values of an unknown type"},
        {"", "values of an unknown type"},
    };
    for (size_t k = 0; k < sizeof types / sizeof types[0]; k++) {
        char message[80];
        snprintf(message, sizeof message, "column 'a' holds %s ('%s')", types[k][1], types[k][0]);
        source s = ONE_BATCH(1, NUMBERS("a", types[k][0], 1, six), NUMBERS("b", "g", 1, six));
        REFUSED(CF_ERR_TYPE, message, &s, 0);
        READ(&s, .drop = "a"); /* not even looked at */
        ck_assert_int_eq(table.X.cols, 1);
        const piece values = {.format = types[k][0], .length = 1};
        s.batches[0].columns[0].format = "c";
        s.batches[0].columns[0].dictionary = &values;
        REFUSED(CF_ERR_TYPE, message, &s, 0);
    }
    const piece values = NUMBERS(NULL, "g", 1, six);
    const piece nested = {.format = "c", .dictionary = &values};
    source s = ONE_BATCH(1, {.name = "a", .format = "g", .dictionary = &values});
    REFUSED(CF_ERR_FORMAT, "the dictionary of column 'a' is not one of values", &s, 0);
    s.batches[0].columns[0] = (piece){.name = "a", .format = "c", .dictionary = &nested};
    REFUSED(CF_ERR_FORMAT, "the dictionary of column 'a' is not one of values", &s, 0);
}
END_TEST

START_TEST(malformed_columns_are_refused)
{
    static const unsigned char bits[] = {0xFF};
    const piece good = {
        .name = "a", .format = "g", .length = 3, .n_buffers = 2, .buffers = {bits, six}};
    const piece values = TEXTS(NULL, "u", 1, colour_offsets, colour_bytes);
    const struct {
        const char *message;
        piece column;
    } rows[] = {
        {"has an impossible length or offset", {.length = -1}},
        {"has an impossible length or offset", {.length = 3, .offset = -1}},
        {"has an impossible length or offset", {.length = 3, .offset = INT64_MAX}},
        {"counts more nulls than it has elements", {.length = 3, .null_count = 4}},
        {"counts more nulls than it has elements", {.length = 3, .null_count = -2}},
        {"has fewer elements than its table has rows", {.length = 2, .n_buffers = 2}},
        {"does not have the buffers of its type", {.length = 3, .n_buffers = 1}},
        {"does not have the buffers of its type", {.length = 3, .n_buffers = 3}},
        {"counts nulls but does not say where", {.length = 3, .n_buffers = 2, .null_count = 1}},
        {"has no elements in its buffer", {.length = 3, .n_buffers = 2, .buffers = {bits}}},
        {"has a dictionary that its type does not", {.length = 3, .dictionary = &values}},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        source s = {.n_columns = 1, .n_batches = 2};
        s.batches[0].length = s.batches[1].length = 3;
        s.batches[0].columns[0] = good;
        s.batches[1].columns[0] = rows[k].column;
        REFUSED(CF_ERR_FORMAT, rows[k].message, &s, 0);
    }
    source s = ONE_BATCH(3, NUMBERS("a", "c", 3, six));
    s.batches[0].columns[0].dictionary = &values;
    s.batches[1] = s.batches[0];
    s.batches[1].columns[0].dictionary = NULL;
    s.n_batches = 2;
    REFUSED(CF_ERR_FORMAT, "the array of column 'a' has no dictionary", &s, 0);
    const piece wrong = {.format = "u", .length = -1};
    s.batches[1].columns[0].dictionary = &wrong;
    REFUSED(CF_ERR_FORMAT, "the dictionary of column 'a' has an impossible length", &s, 0);
}
END_TEST

START_TEST(malformed_texts_are_refused)
{
    static const char digits[] = "12345678";
    static const int32_t backwards[] = {0, 3, 2, 8};
    static const int32_t negative[] = {-1, 3, 4, 8};
    static const int64_t long_one[] = {0, 3, (1LL << 31) + 3, (1LL << 31) + 3};
    const struct {
        cf_status status;
        const char *message;
        piece column;
    } rows[] = {
        {CF_ERR_FORMAT, "row 1: the text in column 'a' lies outside its buffer",
         TEXTS("a", "u", 3, backwards, digits)},
        {CF_ERR_FORMAT, "row 0: the text in column 'a' lies outside its buffer",
         TEXTS("a", "u", 3, negative, digits)},
        {CF_ERR_FORMAT, "row 0: the text in column 'a' lies outside its buffer",
         TEXTS("a", "u", 3, colour_offsets, NULL)},
        {CF_ERR_LIMIT, "row 1: the text in column 'a' is longer than 2 GiB",
         TEXTS("a", "U", 3, long_one, digits)},
        {CF_ERR_FORMAT, "row 3: the text in column 'a' is not UTF-8",
         TEXTS("a", "u", 6, colour_offsets,
               "redgr\xC3.."
               "en.....")},
        {CF_ERR_FORMAT, "row 0: the text in column 'a' is not UTF-8, or holds a NUL",
         TEXTS("a", "u", 6, colour_offsets, "r\0d............")},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        source s = ONE_BATCH(rows[k].column.length, rows[k].column);
        REFUSED(rows[k].status, rows[k].message, &s, 0);
        if (k < 4)
            REFUSED(rows[k].status, rows[k].message, &s, .numeric = "a");
    }
    /* views: length, 4 bytes, piece, place */
    static const int64_t sizes[] = {20, 0};
    static const int32_t views[][4] = {{-1, 0, 0, 0},  {13, 0, -1, 0}, {13, 0, 2, 0},
                                       {13, 0, 0, -1}, {13, 0, 0, 8},  {13, 0, 1, 0}};
    for (size_t k = 0; k < sizeof views / sizeof views[0]; k++) {
        source s = ONE_BATCH(1, {.name = "a",
                                 .format = "vu",
                                 .length = 1,
                                 .n_buffers = 5,
                                 .buffers = {NULL, views[k], "01234567890123456789", "", sizes}});
        REFUSED(CF_ERR_FORMAT, "row 0: the text in column 'a' lies outside its buffer", &s, 0);
        s.batches[0].columns[0].buffers[4] = NULL;
        REFUSED(CF_ERR_FORMAT, "does not tell the sizes of its pieces", &s, 0);
        s.batches[0].columns[0].n_buffers = 2;
        REFUSED(CF_ERR_FORMAT, "does not have the buffers of its type", &s, 0);
    }
}
END_TEST

static const unsigned char root_bits[] = {0xFB};
static const void *root_buffers[] = {root_bits};
static struct ArrowArray *no_arrays[1];
static struct ArrowSchema *no_schemas[1];

static void spoil_root_format(struct ArrowSchema *schema, struct ArrowArray *array)
{
    if (schema)
        schema->format = "+l";
    (void)array;
}

static void spoil_child_schema(struct ArrowSchema *schema, struct ArrowArray *array)
{
    if (schema)
        schema->children = no_schemas;
    (void)array;
}

static void spoil_schema_count(struct ArrowSchema *schema, struct ArrowArray *array)
{
    if (schema)
        schema->n_children = -1;
    (void)array;
}

static void spoil_array_count(struct ArrowSchema *schema, struct ArrowArray *array)
{
    (void)schema;
    if (array)
        array->n_children = 2;
}

static void spoil_child_array(struct ArrowSchema *schema, struct ArrowArray *array)
{
    (void)schema;
    if (array)
        array->children = no_arrays;
}

static void spoil_grandchildren(struct ArrowSchema *schema, struct ArrowArray *array)
{
    (void)schema;
    if (array)
        array->children[0]->n_children = 1;
}

static void spoil_child_buffers(struct ArrowSchema *schema, struct ArrowArray *array)
{
    (void)schema;
    if (array)
        array->children[0]->buffers = NULL;
}

static void spoil_root_buffers(struct ArrowSchema *schema, struct ArrowArray *array)
{
    (void)schema;
    if (array)
        array->n_buffers = 0;
}

static void spoil_root_rows(struct ArrowSchema *schema, struct ArrowArray *array)
{
    (void)schema;
    if (array) {
        array->buffers = root_buffers;
        array->null_count = -1;
    }
}

START_TEST(malformed_batches_are_refused)
{
    source s = ONE_BATCH(6, NUMBERS("a", "g", 6, six));
    const struct {
        cf_status status;
        const char *message;
        void (*spoil)(struct ArrowSchema *schema, struct ArrowArray *array);
    } rows[] = {
        {CF_ERR_TYPE, "the stream holds lists ('+l'), not the rows of a table", spoil_root_format},
        {CF_ERR_FORMAT, "column 0 of the schema has no type", spoil_child_schema},
        {CF_ERR_FORMAT, "the schema has no columns", spoil_schema_count},
        {CF_ERR_FORMAT, "the batch at row 0 does not have the columns", spoil_array_count},
        {CF_ERR_FORMAT, "the array of column 'a' does not exist", spoil_child_array},
        {CF_ERR_FORMAT, "the array of column 'a' has children", spoil_grandchildren},
        {CF_ERR_FORMAT, "the array of column 'a' has no buffers", spoil_child_buffers},
        {CF_ERR_FORMAT, "the batch at row 0 does not have the buffers", spoil_root_buffers},
        {CF_ERR_DATA, "row 2 is null as a whole", spoil_root_rows},
    };
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        s.spoil = rows[k].spoil;
        REFUSED(rows[k].status, rows[k].message, &s, 0);
    }
    s.spoil = NULL;
    s.batches[0].length = -1;
    REFUSED(CF_ERR_FORMAT, "the batch at row 0 has an impossible length or offset", &s, 0);
}
END_TEST

START_TEST(streams_that_fail_say_why)
{
    source s = ONE_BATCH(6, NUMBERS("a", "g", 6, six));
    s.error = 5;
    REFUSED(CF_ERR_IO, "Arrow stream: the stream fails with error 5", &s, 0);
    s.text = "disk on fire";
    REFUSED(CF_ERR_IO, "Arrow stream: the stream fails: disk on fire", &s, 0);
    s.schema_error = 22;
    REFUSED(CF_ERR_IO, "lake: the stream fails: disk on fire", &s, .name = "lake");
    struct ArrowArrayStream released = {.release = NULL};
    ASSERT_FAILS(CF_ERR_ARGUMENT, "was released before", cf_read_arrow(&released, NULL, &table));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "was released before", cf_read_arrow(NULL, NULL, &table));
}
END_TEST

START_TEST(sizes_are_bounded)
{
    source s = ONE_BATCH(6, NUMBERS("a", "g", 6, six), NUMBERS("b", "g", 6, six));
    s.batches[1] = s.batches[0];
    s.n_batches = 2;
    READ(&s, .max_rows = 12, .max_columns = 2);
    REFUSED(CF_ERR_LIMIT, "more than 11 rows, the limit", &s, .max_rows = 11);
    REFUSED(CF_ERR_LIMIT, "2 columns, the limit is 1", &s, .max_columns = 1);
    REFUSED(CF_ERR_ARGUMENT, "cannot be negative", &s, .max_rows = -1);
    source endless = {.n_batches = 2, .batches = {{.length = INT64_MAX}, {.length = 1}}};
    REFUSED(CF_ERR_LIMIT, "more than 9223372036854775807 rows", &endless, 0);
}
END_TEST

TEST_MAIN("arrow_refusals", types_that_are_not_read_are_named, malformed_columns_are_refused,
          malformed_texts_are_refused, malformed_batches_are_refused, streams_that_fail_say_why,
          sizes_are_bounded)
