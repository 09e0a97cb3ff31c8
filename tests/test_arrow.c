/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading Arrow streams: every type, nulls, offsets, batches, roles and kinds. */
#include "support/arrow_source.h"

/* The text in a cell; "?" when it is missing. */
static const char *text_at(const cf_matrix *M, cf_index i, cf_index j)
{
    const double code = cf_matrix_get(M, i, j);
    return isnan(code) ? "?" : cf_schema_text(M->schema, j, (cf_index)code);
}

static void assert_column(cf_index j, cf_index n, const double *expected)
{
    ck_assert_int_eq(table.X.rows, n);
    for (cf_index i = 0; i < n; i++) {
        const double x = cf_matrix_get(&table.X, i, j);
        ck_assert_msg(x == expected[i] || (isnan(x) && isnan(expected[i])),
                      "row %d is %.17g, wants %.17g", (int)i, x, expected[i]);
    }
}

static void assert_texts(const cf_matrix *M, cf_index j, const char *const *expected)
{
    for (cf_index i = 0; i < M->rows; i++)
        ck_assert_str_eq(text_at(M, i, j), expected[i]);
}

START_TEST(numbers_of_every_type)
{
    static const int8_t i8[] = {9, -128, 127, 0};
    static const uint8_t u8[] = {9, 0, 255, 3};
    static const int16_t i16[] = {9, -32768, 32767, -1};
    static const uint16_t u16[] = {9, 65535, 0, 1};
    static const int32_t i32[] = {9, INT32_MIN, INT32_MAX, 7};
    static const uint32_t u32[] = {9, UINT32_MAX, 0, 7};
    static const int64_t i64[] = {9, -(1LL << 53), 1LL << 53, -7};
    static const uint64_t u64[] = {9, 1ULL << 53, 0, 7};
    static const uint16_t halves[] = {9, 0xC000, 0x0001, 0x7C00}; /* -2, 2^-24, inf */
    static const float f32[] = {9, -0.1f, 1e30f, 0};
    static const double f64[] = {9, 0.1, -1e300, INFINITY};
    static const unsigned char bits[] = {0x0A}; /* element 1 and 3 */
    const struct {
        const char *format;
        const void *values;
        double expected[3];
    } rows[] = {{"c", i8, {-128, 127, 0}},
                {"C", u8, {0, 255, 3}},
                {"s", i16, {-32768, 32767, -1}},
                {"S", u16, {65535, 0, 1}},
                {"i", i32, {-2147483648.0, 2147483647, 7}},
                {"I", u32, {4294967295.0, 0, 7}},
                {"l", i64, {-9007199254740992.0, 9007199254740992.0, -7}},
                {"L", u64, {9007199254740992.0, 0, 7}},
                {"e", halves, {-2, 0x1p-24, (double)INFINITY}},
                {"f", f32, {-0.100000001490116119384765625, 1.0000000150474662e30, 0}},
                {"g", f64, {0.1, -1e300, (double)INFINITY}},
                {"b", bits, {1, 0, 1}}};
    static const unsigned char valid[] = {0x0A}; /* of elements 1, 2 and 3 the second is null */
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        source s = ONE_BATCH(3, NUMBERS("a", rows[k].format, 3, rows[k].values));
        piece *column = &s.batches[0].columns[0];
        column->offset = 1;
        READ(&s, 0);
        assert_column(0, 3, rows[k].expected);
        column->null_count = -1; /* not counted, and there is no bitmap */
        READ(&s, 0);
        assert_column(0, 3, rows[k].expected);
        column->buffers[0] = valid;
        READ(&s, 0);
        assert_column(0, 3, (double[]){rows[k].expected[0], (double)NAN, rows[k].expected[2]});
        column->null_count = 0; /* the bitmap does not count then */
        READ(&s, 0);
        assert_column(0, 3, rows[k].expected);
        ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_NUMERIC);
    }
    source nulls = ONE_BATCH(2, {.name = "a", .format = "n", .length = 2, .null_count = 2});
    READ(&nulls, 0);
    assert_column(0, 2, (double[]){(double)NAN, (double)NAN});
}
END_TEST

START_TEST(addresses_need_no_alignment)
{
    static const int64_t longs[] = {1, -2, 3};
    static const int32_t offsets[] = {0, 1, 3, 3};
    char raw[64], raw_offsets[64];
    memcpy(raw + 1, longs, sizeof longs);
    memcpy(raw_offsets + 3, offsets, sizeof offsets);
    source s =
        ONE_BATCH(3, NUMBERS("a", "l", 3, raw + 1), TEXTS("b", "u", 3, raw_offsets + 3, "xyz"));
    READ(&s, 0);
    assert_column(0, 3, (double[]){1, -2, 3});
    assert_texts(&table.X, 1, (const char *const[]){"x", "yz", ""});
}
END_TEST

START_TEST(large_integers_are_refused)
{
    static const int64_t longs[] = {1, -(1LL << 53) - 1, (1LL << 53) + 1};
    static const uint64_t words[] = {1, UINT64_MAX, 2};
    static const unsigned char first_only[] = {0x01};
    source s = ONE_BATCH(3, NUMBERS("id", "l", 3, longs));
    REFUSED(CF_ERR_DATA, "Arrow stream: row 1: -9007199254740993 in column 'id' is beyond 2^53", &s,
            0);
    /* as categories they are exact, and at nulls they do not count */
    READ(&s, .categorical = "id");
    assert_texts(&table.X, 0, (const char *const[]){"1", "-9007199254740993", "9007199254740993"});
    s.batches[0].columns[0].null_count = 2;
    s.batches[0].columns[0].buffers[0] = first_only;
    READ(&s, 0);
    assert_column(0, 3, (double[]){1, (double)NAN, (double)NAN});
    source unsigned_one = ONE_BATCH(3, NUMBERS(NULL, "L", 3, words));
    REFUSED(CF_ERR_DATA, "t: row 1: 18446744073709551615 in column 0 is beyond 2^53", &unsigned_one,
            .name = "t");
    READ(&unsigned_one, .text = "0");
    assert_texts(&table.X, 0, (const char *const[]){"1", "18446744073709551615", "2"});
}
END_TEST

START_TEST(batches_and_offsets_are_followed)
{
    enum { N = 300 };
    double x[N];
    int16_t k[N];
    unsigned char bits[N / 8 + 1] = {0};
    int64_t offsets[N + 1];
    char bytes[N];
    for (int i = 0; i < N; i++) {
        x[i] = i + 0.5;
        k[i] = (int16_t)(-i);
        bits[i / 8] = (unsigned char)(bits[i / 8] | (i % 3 != 0) << i % 8);
        offsets[i] = i;
        bytes[i] = (char)('a' + i % 26);
    }
    offsets[N] = N;
    /* rows 10 to 110, none, 110 to 270 of the same buffers, by offsets of either kind */
    source s = {.n_columns = 3, .n_batches = 3};
    const int64_t begin[] = {10, 110, 110}, length[] = {100, 0, 160}, shift[] = {7, 3, 0};
    for (int b = 0; b < 3; b++) {
        batch *part = &s.batches[b];
        part->length = length[b];
        part->offset = shift[b];
        part->columns[0] = (piece)NUMBERS("x", "g", length[b] + shift[b], x);
        part->columns[1] = (piece)NUMBERS("k", "s", length[b] + shift[b], k);
        part->columns[2] = (piece)TEXTS("t", "U", length[b] + shift[b], offsets, bytes);
        part->columns[1].buffers[0] = bits;
        part->columns[1].null_count = -1;
        for (int j = 0; j < 3; j++)
            part->columns[j].offset = begin[b] - shift[b];
    }
    READ(&s, 0);
    ck_assert_int_eq(table.X.rows, 260);
    for (cf_index i = 0; i < 260; i++) {
        const int at = (int)i + 10;
        ck_assert_double_eq(cf_matrix_get(&table.X, i, 0), at + 0.5);
        const double second = cf_matrix_get(&table.X, i, 1);
        ck_assert(at % 3 == 0 ? isnan(second) : second == -at);
        ck_assert_int_eq(text_at(&table.X, i, 2)[0], 'a' + at % 26);
    }
    REFUSED(CF_ERR_DATA, "row 2: the target in column 'k' is missing", &s, .target = "k");
}
END_TEST

START_TEST(texts_have_three_layouts)
{
    static const int64_t offsets[] = {0, 3, 3, 3, 8, 11, 15};
    static const char piece_0[] = "..a text of more than twelve bytes";
    static const int64_t sizes[] = {34};
    struct {
        int32_t length;
        char bytes[12];
    } views[] = {{3, "red"}, {99, "ignored"}, {0, ""}, {12, "twelve bytes"}, {32, ""}, {4, "blue"}};
    const int32_t where[] = {0, 2};
    memcpy(views[4].bytes + 4, where, sizeof where);
    source s = ONE_BATCH(6, COLOURS("u"), COLOURS("U"),
                         {.name = "vu",
                          .format = "vu",
                          .length = 6,
                          .null_count = 1,
                          .n_buffers = 4,
                          .buffers = {colour_bits, views, piece_0, sizes}});
    s.batches[0].columns[1].format = "U";
    s.batches[0].columns[1].buffers[1] = offsets;
    READ(&s, 0);
    static const char *const colours[] = {"red", "?", "", "green", "red", "blue"};
    assert_texts(&table.X, 0, colours);
    assert_texts(&table.X, 1, colours);
    assert_texts(&table.X, 2,
                 (const char *const[]){"red", "?", "", "twelve bytes",
                                       "a text of more than twelve bytes", "blue"});
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_dictionary_size(table.X.schema, 0), 4);
    ck_assert_str_eq(cf_schema_text(table.X.schema, 0, 0), "");
    ck_assert_str_eq(cf_schema_text(table.X.schema, 0, 1), "blue");
    READ(&s, .text = "u,U,vu");
    assert_texts(&table.X, 1, colours);
    ck_assert_str_eq(cf_schema_text(table.X.schema, 1, 0), "red"); /* in order of appearance */
}
END_TEST

START_TEST(dictionaries_may_differ_from_batch_to_batch)
{
    static const int32_t red_blue_offsets[] = {0, 6, 9, 13, 17};
    static const int32_t blue_red_offsets[] = {0, 4, 7};
    static const unsigned char no_last[] = {0x07};
    const piece first = {.format = "u",
                         .length = 4,
                         .null_count = 1,
                         .n_buffers = 3,
                         .buffers = {no_last, red_blue_offsets, "unusedredblueNONE"}};
    const piece second = TEXTS(NULL, "u", 2, blue_red_offsets, "bluered");
    static const int8_t indices_1[] = {1, 2, 3, 1};
    static const int8_t indices_2[] = {99, 0, 1, 1};
    static const unsigned char not_first[] = {0x0E};
    source s = {.n_columns = 1, .n_batches = 3};
    for (int b = 0; b < 3; b++) {
        s.batches[b].length = 4;
        s.batches[b].columns[0] = (piece)NUMBERS("c", "c", 4, b < 2 ? indices_1 : indices_2);
        s.batches[b].columns[0].dictionary = b < 2 ? &first : &second;
    }
    s.batches[2].columns[0].null_count = 1;
    s.batches[2].columns[0].buffers[0] = not_first;
    READ(&s, 0);
    assert_texts(&table.X, 0,
                 (const char *const[]){"red", "blue", "?", "red", "red", "blue", "?", "red", "?",
                                       "blue", "red", "red"});
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_dictionary_size(table.X.schema, 0), 2); /* not the unused one */
    ck_assert_str_eq(cf_schema_text(table.X.schema, 0, 0), "blue");
    READ(&s, .text = "c");
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_TEXT);
    ck_assert_str_eq(cf_schema_text(table.X.schema, 0, 0), "red");
    REFUSED(CF_ERR_DATA, "row 2: the target in column 'c' is missing", &s, .target = "c");
    REFUSED(CF_ERR_FORMAT, "row 0: 'red' in column 'c' is not a number", &s, .numeric = "c");
    s.batches[2].columns[0].buffers[0] = NULL;
    s.batches[2].columns[0].null_count = 0;
    REFUSED(CF_ERR_FORMAT, "row 8: column 'c' points outside its dictionary", &s, 0);
}
END_TEST

START_TEST(declared_categories_stay_categories)
{
    enum { N = 60 };
    int32_t offsets[N + 1] = {0};
    char bytes[2 * N + 1];
    uint16_t indices[N];
    for (int i = 0; i < N; i++) {
        snprintf(bytes + 2L * i, 3, "%02d", i);
        offsets[i + 1] = 2 * (i + 1);
        indices[i] = (uint16_t)i;
    }
    const piece values = TEXTS(NULL, "u", N, offsets, bytes);
    source s =
        ONE_BATCH(N, NUMBERS("declared", "S", N, indices), TEXTS("plain", "u", N, offsets, bytes));
    s.batches[0].columns[0].dictionary = &values;
    READ(&s, 0);
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 1), CF_TEXT);
    ck_assert_str_eq(text_at(&table.X, 59, 1), "59");
}
END_TEST

START_TEST(dictionaries_of_numbers_are_numbers)
{
    static const int64_t numbers[] = {30, 10, (1LL << 53) + 1};
    static const unsigned char no_second[] = {0x05};
    const piece values = {.format = "l",
                          .length = 3,
                          .null_count = 1,
                          .n_buffers = 2,
                          .buffers = {no_second, numbers}};
    static const uint64_t indices[] = {0, 1, 0, 2};
    source s = ONE_BATCH(3, NUMBERS("n", "L", 4, indices));
    s.batches[0].columns[0].dictionary = &values;
    READ(&s, 0);
    assert_column(0, 3, (double[]){30, (double)NAN, 30});
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_NUMERIC);
    READ(&s, .categorical = "n");
    assert_texts(&table.X, 0, (const char *const[]){"30", "?", "30"});
    s.batches[0].length = 4;
    REFUSED(CF_ERR_DATA, "row 3: 9007199254740993 in column 'n' is beyond", &s, 0);
    static const uint64_t outside[] = {0, UINT64_MAX};
    s.batches[0].length = 2;
    s.batches[0].columns[0].buffers[1] = outside;
    REFUSED(CF_ERR_DATA, "row 1: 18446744073709551615 in column 'n'", &s, 0);
    static const int8_t negative[] = {0, -1};
    s.batches[0].columns[0] = (piece)NUMBERS("n", "c", 2, negative);
    s.batches[0].columns[0].dictionary = &values;
    REFUSED(CF_ERR_FORMAT, "row 1: column 'n' points outside its dictionary", &s, 0);
}
END_TEST

START_TEST(columns_take_roles_and_kinds)
{
    static const int32_t digits_offsets[] = {0, 1, 4, 6, 9, 11, 13};
    static const float floats[] = {3, 0.1f, -0.0f, 3, 1e10f, 0};
    static const unsigned char odd[] = {0x2A};
    source s = ONE_BATCH(6, NUMBERS("w", "g", 6, six), COLOURS("colour"),
                         TEXTS("digits", "u", 6, digits_offsets, "1 2.  1e3-4 7"),
                         NUMBERS("f", "f", 6, floats), NUMBERS("b", "b", 6, odd),
                         NUMBERS("y", "g", 6, six), NUMBERS("when", "tdD", 6, six));
    REFUSED(CF_ERR_TYPE, "column 'when' holds dates ('tdD')", &s, 0);
    REFUSED(CF_ERR_FORMAT, "row 2: '  ' in column 'digits' is not a number", &s, .drop = "when",
            .numeric = "digits");
    static const int32_t good_offsets[] = {0, 1, 4, 4, 9, 11, 13};
    s.batches[0].columns[2].buffers[1] = good_offsets;
    static const unsigned char not_third[] = {0x3B};
    s.batches[0].columns[2].buffers[0] = not_third;
    s.batches[0].columns[2].null_count = 1;
    READ(&s, .drop = "when", .target = "y", .weights = "w", .groups = "b", .numeric = "digits",
         .categorical = "f");
    ck_assert_int_eq(table.X.cols, 3);
    ck_assert_str_eq(cf_schema_name(table.X.schema, 1), "digits");
    assert_column(1, 6, (double[]){1, 2, (double)NAN, 1000, -4, 7});
    assert_texts(&table.X, 2, (const char *const[]){"3", "0.1", "0", "3", "10000000000", "0"});
    ck_assert_double_eq(cf_matrix_get(&table.y, 4, 0), 4);
    ck_assert_double_eq(cf_matrix_get(&table.weights, 5, 0), 5);
    ck_assert_double_eq(cf_matrix_get(&table.groups, 3, 0), 1);
    READ(&s, .drop = "when,digits,f,y,w,colour", .categorical = "b");
    assert_texts(&table.X, 0,
                 (const char *const[]){"False", "True", "False", "True", "False", "True"});
    REFUSED(CF_ERR_NAME, "no column 'colours' for the target; did you mean 'colour'?", &s,
            .target = "colours");
    REFUSED(CF_ERR_ARGUMENT, "cannot be both", &s, .target = "y", .drop = "y");
    REFUSED(CF_ERR_DATA, "row 1: the target in column 'colour' is missing", &s, .drop = "when",
            .target = "colour");
    REFUSED(CF_ERR_DATA, "row 2: the weight in column 'digits' is missing", &s, .drop = "when",
            .weights = "digits");
    cf_schema *like;
    ASSERT_OK(cf_schema_new(&like, 1));
    ASSERT_OK(cf_schema_set_name(like, 0, "y"));
    ASSERT_OK(cf_schema_set_dictionary(like, 0, CF_CATEGORICAL, (const char *const[]){"0"}, 1));
    READ(&s, .drop = "when", .like = like);
    ck_assert_str_eq(text_at(&table.X, 5, 5), "5");
    cf_schema_free(like);
}
END_TEST

/* The same rows as a CSV file and as a stream are the same table. */
START_TEST(agrees_with_the_csv_reader)
{
    enum { N = 700, WIDTH = 8 };
    char *csv = malloc(64 * N), notes[N * WIDTH], letters[N];
    int32_t note_offsets[N + 1], letter_offsets[N + 1];
    double x[N];
    int8_t y[N];
    size_t n = (size_t)sprintf(csv, "x,letter,note,y\n");
    for (int i = 0; i < N; i++) {
        x[i] = i % 7 == 3 ? (double)NAN : i * 0.25;
        y[i] = (int8_t)(i % 5);
        letters[i] = (char)('z' - i % 20);
        snprintf(notes + (ptrdiff_t)WIDTH * i, WIDTH, "n %03d", i * 37 % N);
        note_offsets[i] = WIDTH * i;
        letter_offsets[i] = i;
        char number[16] = "";
        if (i % 7 != 3)
            snprintf(number, sizeof number, "%g", x[i]);
        n += (size_t)sprintf(csv + n, "%s,%c,%s,%d\n", number, letters[i],
                             notes + (ptrdiff_t)WIDTH * i, y[i]);
    }
    letter_offsets[N] = N;
    /* offsets cannot skip bytes, so notes are closed up */
    for (int i = 0; i < N; i++) {
        memmove(notes + (ptrdiff_t)5 * i, notes + (ptrdiff_t)WIDTH * i, 5);
        note_offsets[i] = 5 * i;
    }
    note_offsets[N] = 5 * N;
    source s =
        ONE_BATCH(N, NUMBERS("x", "g", N, x), TEXTS("letter", "u", N, letter_offsets, letters),
                  TEXTS("note", "u", N, note_offsets, notes), NUMBERS("y", "c", N, y));
    READ(&s, .target = "y");
    cf_matrix X = {0}, Y = {0};
    ASSERT_OK(cf_read_csv_memory(csv, n, &(cf_csv_options){.target = "y"}, &X, &Y));
    ck_assert_int_eq(X.rows, N);
    ck_assert(cf_schema_equal(X.schema, table.X.schema));
    ck_assert(cf_schema_equal(Y.schema, table.y.schema));
    ck_assert_int_eq(cf_schema_kind(X.schema, 1), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_kind(X.schema, 2), CF_TEXT);
    for (cf_index j = 0; j < 3; j++)
        for (cf_index i = 0; i < N; i++) {
            const double a = cf_matrix_get(&X, i, j), b = cf_matrix_get(&table.X, i, j);
            ck_assert(a == b || (isnan(a) && isnan(b)));
        }
    for (cf_index i = 0; i < N; i++)
        ck_assert_double_eq(cf_matrix_get(&Y, i, 0), cf_matrix_get(&table.y, i, 0));
    cf_matrix_clear(&X);
    cf_matrix_clear(&Y);
    free(csv);
}
END_TEST

START_TEST(names_may_be_absent_but_not_twice)
{
    source s = ONE_BATCH(6, NUMBERS(NULL, "g", 6, six), NUMBERS("", "g", 6, six));
    READ(&s, .target = "-1");
    ck_assert_ptr_null(table.X.schema);
    ck_assert_int_eq(table.y.cols, 1);
    s.batches[0].columns[1].name = "b";
    READ(&s, 0);
    ck_assert_str_eq(cf_schema_name(table.X.schema, 0), "x0");
    s.batches[0].columns[1].name = "x0";
    REFUSED(CF_ERR_FORMAT, "two columns are called 'x0'", &s, 0);
    s.batches[0].columns[1].name = "\xFF";
    REFUSED(CF_ERR_FORMAT, "the name of column 1 is not UTF-8", &s, 0);
}
END_TEST

START_TEST(tables_may_be_empty)
{
    source no_batch = ONE_BATCH(0, NUMBERS("a", "g", 0, NULL), TEXTS("b", "u", 0, NULL, NULL));
    READ(&no_batch, 0);
    ck_assert_int_eq(table.X.cols, 2);
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 1), CF_CATEGORICAL);
    no_batch.n_batches = 0;
    READ(&no_batch, .target = "a");
    ck_assert_int_eq(table.X.rows, 0);
    ck_assert_int_eq(table.X.cols, 1);
    source no_column = {.n_batches = 2, .batches = {{.length = 3}, {.length = 4}}};
    READ(&no_column, 0);
    ck_assert_int_eq(table.X.rows, 7);
    ck_assert_int_eq(table.X.cols, 0);
}
END_TEST

START_TEST(large_tables_are_read_in_parallel)
{
    enum { N = 50000 };
    double *x = malloc(N * sizeof *x);
    int32_t *k = malloc(N * sizeof *k);
    for (int i = 0; i < N; i++) {
        x[i] = 1.0 / (i + 1);
        k[i] = 3 * i;
    }
    source s = {.n_columns = SOURCE_COLUMNS, .n_batches = SOURCE_BATCHES};
    const int64_t length[] = {20000, 1, 9999, 20000};
    int64_t begin = 0;
    for (int b = 0; b < SOURCE_BATCHES; begin += length[b++]) {
        s.batches[b].length = length[b];
        for (int j = 0; j < SOURCE_COLUMNS; j++) {
            s.batches[b].columns[j] =
                (piece)NUMBERS(NULL, j % 2 ? "i" : "g", length[b], j % 2 ? (const void *)k : x);
            s.batches[b].columns[j].offset = begin;
        }
    }
    READ(&s, 0);
    ck_assert_int_eq(table.X.rows, N);
    const double *cell = table.X.values;
    cf_index wrong = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < SOURCE_COLUMNS; j++, cell++)
            wrong += *cell != (j % 2 ? 3.0 * i : 1.0 / (i + 1));
    ck_assert_int_eq(wrong, 0);
    free(x);
    free(k);
}
END_TEST

START_TEST(every_failing_allocation_is_reported)
{
    static const int8_t indices[] = {0, 1, 2, 0, 1, 2};
    const piece values = TEXTS(NULL, "u", 3, colour_offsets, colour_bytes);
    source s =
        ONE_BATCH(6, NUMBERS("a", "g", 6, six), COLOURS("colour"), NUMBERS("d", "c", 6, indices),
                  NUMBERS("n", "f", 6, six), NUMBERS("y", "g", 6, six));
    s.batches[0].columns[2].dictionary = &values;
    const cf_read_options options = {.target = "y", .categorical = "n"};
    cf_fail_allocation(0, false);
    ASSERT_OK(read_source(&s, options));
    const int64_t requests = cf_fail_allocation(0, false);
    ck_assert_int_gt(requests, 20);
    for (int64_t k = 1; k <= requests; k++) {
        cf_table_clear(&table);
        cf_fail_allocation(k, false);
        const cf_status status = read_source(&s, options);
        cf_fail_allocation(0, false);
        ck_assert_msg(status == CF_ERR_MEMORY, "request %d of %d: %s", (int)k, (int)requests,
                      cf_status_name(status));
        ck_assert_str_eq(cf_last_error(), "out of memory");
        ck_assert_ptr_null(table.X.values);
    }
    cf_table_clear(&table);
}
END_TEST

TEST_MAIN("arrow", numbers_of_every_type, addresses_need_no_alignment, large_integers_are_refused,
          batches_and_offsets_are_followed, texts_have_three_layouts,
          dictionaries_may_differ_from_batch_to_batch, declared_categories_stay_categories,
          dictionaries_of_numbers_are_numbers, columns_take_roles_and_kinds,
          agrees_with_the_csv_reader, names_may_be_absent_but_not_twice, tables_may_be_empty,
          large_tables_are_read_in_parallel, every_failing_allocation_is_reported)
