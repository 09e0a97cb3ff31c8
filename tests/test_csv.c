/* SPDX-License-Identifier: BSD-3-Clause */
/* Reading CSV: what is accepted, what it means, and what every refusal says. */
#include "base/text.h"
#include "cofit/io.h"
#include "io/io.h"
#include "support/support.h"

#include <unistd.h>

static cf_table table;

/* Reads a text into `table`. */
static cf_status read_text(const char *text, cf_read_options options)
{
    cf_table_clear(&table);
    return cf_read_csv_memory(text, strlen(text), &options, &table.X, &table.y);
}

#define READ(text, ...) ASSERT_OK(read_text(text, (cf_read_options){__VA_ARGS__}))
#define REFUSED(status, message, text, ...)                                                        \
    ASSERT_FAILS(status, message, read_text(text, (cf_read_options){__VA_ARGS__}))

static double at(const cf_matrix *M, cf_index i, cf_index j)
{
    ck_assert_int_lt(i, M->rows);
    ck_assert_int_lt(j, M->cols);
    return cf_matrix_get(M, i, j);
}

/* The text in a cell; "" when it is missing. */
static const char *text_at(const cf_matrix *M, cf_index i, cf_index j)
{
    const double code = at(M, i, j);
    return isnan(code) ? "" : cf_schema_text(M->schema, j, (cf_index)code);
}

static void assert_shape(const cf_matrix *M, cf_index rows, cf_index cols)
{
    ck_assert_int_eq(M->rows, rows);
    ck_assert_int_eq(M->cols, cols);
}

START_TEST(fields_follow_rfc_4180)
{
    READ("a,b,c\n1,\"x, y\",\"say \"\"hi\"\"\"\n2,\"two\nlines\",\"\"\n3,z,\"\"\"\"\n", 0);
    assert_shape(&table.X, 3, 3);
    ck_assert_str_eq(cf_schema_name(table.X.schema, 1), "b");
    ck_assert_str_eq(text_at(&table.X, 0, 1), "x, y");
    ck_assert_str_eq(text_at(&table.X, 0, 2), "say \"hi\"");
    ck_assert_str_eq(text_at(&table.X, 1, 1), "two\nlines");
    ck_assert(isnan(at(&table.X, 1, 2)));
    ck_assert_str_eq(text_at(&table.X, 2, 2), "\"");
    ck_assert_double_eq(at(&table.X, 2, 0), 3);
}
END_TEST

START_TEST(line_ends_marks_and_empty_lines)
{
    static const char *const files[] = {
        "a,b\n1,x\n2,y\n",
        "a,b\n1,x\n2,y",
        "a,b\r\n1,x\r\n2,y\r\n",
        "a,b\r1,x\r2,y\r",
        "a,b\r1,x\r2,y",
        "\xEF\xBB\xBF"
        "a,b\n1,x\n2,y\n",
        "\n\r\n\na,b\n\n\n1,x\n2,y\n\n",
        "a,b\r\n\r\n1,x\r\n2,y\r\n\r\n",
        "a,b\r\n1,x\n2,y\r",
        "\"a\",\"b\"\n\"1\",\"x\"\n\"2\",\"y\"",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        READ(files[i], 0);
        assert_shape(&table.X, 2, 2);
        ck_assert_str_eq(cf_schema_name(table.X.schema, 0), "a");
        ck_assert_double_eq(at(&table.X, 1, 0), 2);
        ck_assert_str_eq(text_at(&table.X, 1, 1), "y");
    }
    READ("a,b\n", 0);
    assert_shape(&table.X, 0, 2);
    READ("1\n\n\n2\n", 0);
    assert_shape(&table.X, 2, 1);
    READ("1\n\"\"\n2\n", 0);
    assert_shape(&table.X, 3, 1);
    ck_assert(isnan(at(&table.X, 1, 0)));
    ck_assert_ptr_null(table.X.schema);
}
END_TEST

START_TEST(kinds_are_told_by_the_content)
{
    char text[60000] = "few,many,long,number,late\n";
    size_t n = strlen(text);
    for (int i = 0; i < 600; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "c%d,name %d,%s%c,%d,%s\n", i % 50, i % 51,
                              "a review of more than sixty-four characters, as reviews are: text",
                              'a' + i % 7, i, i == 599 ? "end" : "1");
    REFUSED(CF_ERR_FORMAT, "memory:2:80: the row has 6 fields, the first row has 5", text, 0);
    for (char *p = text; (p = strchr(p, ',')) != NULL; p++)
        if (p[1] == ' ')
            *p = ';';
    READ(text, 0);
    assert_shape(&table.X, 600, 5);
    static const cf_column_kind kinds[] = {CF_CATEGORICAL, CF_TEXT, CF_TEXT, CF_NUMERIC,
                                           CF_CATEGORICAL};
    for (int j = 0; j < 5; j++)
        ck_assert_int_eq(cf_schema_kind(table.X.schema, j), kinds[j]);
    /* categories ascend by bytes, texts come in order */
    ck_assert_str_eq(cf_schema_text(table.X.schema, 0, 1), "c1");
    ck_assert_str_eq(cf_schema_text(table.X.schema, 0, 2), "c10");
    ck_assert_str_eq(cf_schema_text(table.X.schema, 1, 2), "name 2");
    ck_assert_str_eq(cf_schema_text(table.X.schema, 4, 0), "1");
    ck_assert_str_eq(text_at(&table.X, 599, 4), "end");
    for (cf_index i = 0; i < 600; i++) {
        char want[20];
        snprintf(want, sizeof want, "c%d", (int)(i % 50));
        ck_assert_str_eq(text_at(&table.X, i, 0), want);
    }
}
END_TEST

START_TEST(kinds_can_be_given)
{
    const char *text = "zip,name,n\n01234,a,1\n98765,b,2\n";
    READ(text, .categorical = "zip", .text = " name ");
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_CATEGORICAL);
    ck_assert_str_eq(text_at(&table.X, 0, 0), "01234");
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 1), CF_TEXT);
    REFUSED(CF_ERR_FORMAT, "memory:2:7: 'a' in column 'name' is not a number", text,
            .numeric = "name");
    REFUSED(CF_ERR_ARGUMENT, "column 'zip' is given two kinds", text, .numeric = "zip",
            .text = "zip");
    /* as another table had them */
    cf_schema *like;
    ASSERT_OK(cf_schema_new(&like, 2));
    ASSERT_OK(cf_schema_set_name(like, 0, "n"));
    ASSERT_OK(cf_schema_set_name(like, 1, "zip"));
    const char *const codes[] = {"01234"};
    ASSERT_OK(cf_schema_set_dictionary(like, 1, CF_CATEGORICAL, codes, 1));
    READ(text, .like = like);
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_dictionary_size(table.X.schema, 0), 2);
    REFUSED(CF_ERR_FORMAT, "memory:3:9: 'x' in column 'n' is not a number",
            "zip,name,n\n01234,a,1\n98765,b,x\n", .like = like);
    READ("zip,n\nx,\n", .like = like); /* texts alone, yet a header */
    assert_shape(&table.X, 1, 2);
    cf_schema_free(like);
}
END_TEST

START_TEST(headers_are_told_by_the_first_rows)
{
    static const struct {
        const char *text;
        cf_header header;
        cf_index rows;
    } cases[] = {
        {"a,b\n1,2\n", CF_HEADER_AUTO, 1},
        {"1,2\n3,4\n", CF_HEADER_AUTO, 2},
        {"5.1,setosa\n4.9,setosa\n", CF_HEADER_AUTO, 2},
        {"y,n\nn,y\n", CF_HEADER_AUTO, 1},    /* only texts: names */
        {"y,y\nn,y\n", CF_HEADER_AUTO, 2},    /* no two columns have one name */
        {",b\n1,2\n", CF_HEADER_AUTO, 1},     /* row names have none */
        {"a,,c\nx,y,z\n", CF_HEADER_AUTO, 2}, /* others do */
        {"1,a\n2,3\n", CF_HEADER_AUTO, 1},    /* 'a' crowns a column of numbers */
        {"1,NA\n2,3\n", CF_HEADER_AUTO, 2},   /* 'NA' does not */
        {"0,1,2,3,4,5,6,7,t\n9,9,9,9,9,9,9,9,x\n", CF_HEADER_AUTO, 1},
        {"0,1,2,3,4,5,6\n9,9,9,9,9,9,9\n", CF_HEADER_AUTO, 2},
        {"1,2\n3,4\n", CF_HEADER_YES, 1},
        {"a,b\nc,d\n", CF_HEADER_NO, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        READ(cases[i].text, .header = cases[i].header);
        ck_assert_msg(table.X.rows == cases[i].rows, "case %zu: %d rows", i, (int)table.X.rows);
        const bool named = table.X.schema && cf_schema_name(table.X.schema, 0);
        ck_assert_int_eq(named, cases[i].rows == 1);
    }
    READ(",b\n1,2\n", 0);
    ck_assert_str_eq(cf_schema_name(table.X.schema, 0), "x0");
    READ("1,k\n2,k\n", .target = "k", .header = CF_HEADER_AUTO); /* asked for by name */
    assert_shape(&table.y, 1, 1);
    REFUSED(CF_ERR_FORMAT, "two columns are called 'a'", "a,b,a\n1,2,3\n", 0);
}
END_TEST

START_TEST(targets_go_to_y)
{
    const char *text = "a,class,b,t\n1,yes,2,5\n3,no,4,6\n";
    READ(text, .target = "class");
    assert_shape(&table.X, 2, 3);
    assert_shape(&table.y, 2, 1);
    ck_assert_str_eq(cf_schema_name(table.y.schema, 0), "class");
    ck_assert_str_eq(cf_schema_name(table.X.schema, 1), "b");
    ck_assert_double_eq(at(&table.y, 0, 0), 1); /* no, yes */
    ck_assert_str_eq(text_at(&table.y, 0, 0), "yes");
    ck_assert_double_eq(at(&table.X, 1, 2), 6);
    READ(text, .target = "t, -4", .drop = "class");
    assert_shape(&table.X, 2, 1);
    assert_shape(&table.y, 2, 2);
    ck_assert_double_eq(at(&table.y, 1, 0), 3); /* in the order of the file */
    ck_assert_double_eq(at(&table.y, 1, 1), 6);
    READ("1,2,3\n4,5,6\n", .target = "-1");
    ck_assert_double_eq(at(&table.y, 1, 0), 6);
    READ("\"a, b\",c\n1,2\n", .target = "\"a, b\"");
    ck_assert_double_eq(at(&table.y, 0, 0), 1);
    /* many distinct texts are labels all the same */
    char many[4000] = "v,w\n";
    for (int i = 0; i < 100; i++)
        sprintf(many + strlen(many), "%d,label %d\n", i, i);
    READ(many, .target = "w");
    ck_assert_int_eq(cf_schema_kind(table.y.schema, 0), CF_CATEGORICAL);
    ck_assert_int_eq(cf_schema_dictionary_size(table.y.schema, 0), 100);
}
END_TEST

START_TEST(weights_and_groups_are_read_by_tables)
{
    char path[] = "/tmp/cofit-test-XXXXXX";
    const int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    fputs("x,w,g,y\n1,0.5,a,1\n2,2,b,0\n", f);
    fclose(f);
    const cf_read_options o = {.target = "y", .weights = "w", .groups = "g", .format = "csv"};
    ASSERT_OK(cf_read_table(path, &o, &table));
    assert_shape(&table.X, 2, 1);
    ck_assert_double_eq(at(&table.weights, 0, 0), 0.5);
    ck_assert_str_eq(text_at(&table.groups, 1, 0), "b");
    ASSERT_FAILS(CF_ERR_ARGUMENT, "cf_read_table", cf_read(path, &o, &table.X, &table.y));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "no y to receive it",
                 cf_read(path, &(cf_read_options){.target = "y"}, &table.X, NULL));
    remove(path);
    ASSERT_FAILS(CF_ERR_IO, "cannot be opened: No such file", cf_read_table(path, &o, &table));
}
END_TEST

START_TEST(missing_is_the_empty_field_and_what_is_said)
{
    READ("a,b\n1,x\n,\nNA,NA\n", 0);
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_CATEGORICAL);
    ck_assert(isnan(at(&table.X, 1, 1)));
    ck_assert_str_eq(text_at(&table.X, 2, 1), "NA");
    READ("a,b\n1,x\n,\nNA,NA\n-999.0,?\n", .missing = "NA, ?,-999");
    ck_assert_int_eq(cf_schema_kind(table.X.schema, 0), CF_NUMERIC);
    for (cf_index i = 1; i < 4; i++)
        ck_assert(isnan(at(&table.X, i, 0)) && isnan(at(&table.X, i, 1)));
    ck_assert_int_eq(cf_schema_dictionary_size(table.X.schema, 1), 1);
    READ("a\n1\nnan\n-inf\n", 0);
    ck_assert(isnan(at(&table.X, 1, 0)) && isinf(at(&table.X, 2, 0)));
}
END_TEST

START_TEST(every_refusal_says_where_and_why)
{
    static const struct {
        const char *text, *message;
        cf_status status;
        cf_read_options options;
    } cases[] = {
        {"", "memory: the file is empty", CF_ERR_FORMAT, {0}},
        {"\n\n", "memory: the file is empty", CF_ERR_FORMAT, {0}},
        {"a,b\n1,2\n3\n",
         "memory:3:2: the row has 1 field, the first row has 2",
         CF_ERR_FORMAT,
         {0}},
        {"a,b\n1,2,3,4\n",
         "memory:2:5: the row has 4 fields, the first row has 2",
         CF_ERR_FORMAT,
         {0}},
        {"a,b\n1,2,\n", "memory:2:5: the row has 3 fields", CF_ERR_FORMAT, {0}},
        {"a,b\n1,\"2\n3,4\n",
         "memory:2:3: the quote that opens here is never closed",
         CF_ERR_FORMAT,
         {0}},
        {"a,b\n1,5\" pipe\n", "memory:2:4: a quote inside a field", CF_ERR_FORMAT, {0}},
        {"a,b\n1,\"x\"y\n", "memory:2:6: text after the closing quote", CF_ERR_FORMAT, {0}},
        {"a,b\n1,2\rx\n", "memory:2:4: a carriage return without a line feed", CF_ERR_FORMAT, {0}},
        {"a,b\n\"ä\",\xFFx\n", "memory:2:5: byte 0xFF is not UTF-8", CF_ERR_FORMAT, {0}},
        {"\xFF\xFE"
         "a",
         "memory:1:1: the file is UTF-16",
         CF_ERR_FORMAT,
         {0}},
        {"a,b\n1,x\n",
         "memory:2:3: 'x' in column 'b' is not a number",
         CF_ERR_FORMAT,
         {.numeric = "b"}},
        {"a\n1e999\n",
         "memory:2:1: '1e999' in column 'a' is not a number",
         CF_ERR_FORMAT,
         {.numeric = "a"}},
        {"a\n0x10\n",
         "memory:2:1: '0x10' in column 'a' is not a number",
         CF_ERR_FORMAT,
         {.numeric = "a"}},
        {"a,b\n1,\n",
         "memory:2:3: the target in column 'b' is missing",
         CF_ERR_DATA,
         {.target = "b"}},
        {"a,b\n1,x\n2,\n",
         "memory:3:3: the target in column 'b' is missing",
         CF_ERR_DATA,
         {.target = "b"}},
        {"1,2\n3,nan\n",
         "memory:2:3: the target in column 1 is missing",
         CF_ERR_DATA,
         {.target = "1"}},
        {"age,sex\n1,2\n",
         "memory: no column 'aeg' for the target; did you mean 'age'?",
         CF_ERR_NAME,
         {.target = "aeg"}},
        {"age,sex\n1,2\n",
         "no column 'income' for the target; the columns are age, sex",
         CF_ERR_NAME,
         {.target = "income"}},
        {"age,sex\n1,2\n",
         "no column 2 for the target; there are 2 columns",
         CF_ERR_NAME,
         {.target = "2"}},
        {"1,2\n3,4\n",
         "no column 'x' for the target: the columns have no names",
         CF_ERR_NAME,
         {.target = "x"}},
        {"a,b\n1,2\n",
         "column 'a' cannot be both dropped and the target",
         CF_ERR_ARGUMENT,
         {.target = "a", .drop = "a"}},
        {"a;b\n1;2\n",
         "no column 'b' for the target; the only column is a;b: is the delimiter another one?",
         CF_ERR_NAME,
         {.target = "b"}},
        {"a,b\n1,2\n",
         "column 'a' is listed twice for the target",
         CF_ERR_ARGUMENT,
         {.target = "a,a"}},
        {"a,b\n1,2\n",
         "no column 'c' for the columns to drop; the columns are a, b",
         CF_ERR_NAME,
         {.drop = "c"}},
        {"a,b\n1,2\n3,4\n", "2 rows, the limit is 1", CF_ERR_LIMIT, {.max_rows = 1}},
        {"a,b\n1,2\n3,4\n", "more than 1 columns", CF_ERR_LIMIT, {.max_columns = 1}},
        {"a,b\n", "cannot be a delimiter", CF_ERR_ARGUMENT, {.delimiter = 'x'}},
        {"a,b\n", "unknown format 'cvs'", CF_ERR_ARGUMENT, {.format = "cvs"}},
        {"a,b\n1,2\n", "a quote in the list is not closed", CF_ERR_ARGUMENT, {.target = "\"a"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ASSERT_FAILS(cases[i].status, cases[i].message, read_text(cases[i].text, cases[i].options));
        ck_assert_ptr_null(table.X.values);
    }
    for (int c = 0x80; c < 0x100; c++) { /* no byte outside ASCII stands alone */
        const char alone[] = {'a', '\n', (char)c, '\n', '\0'};
        REFUSED(CF_ERR_FORMAT, "memory:2:1: byte 0x", alone, 0);
    }
    cf_matrix X = {0};
    ASSERT_FAILS(CF_ERR_FORMAT, "memory:2:2: a NUL byte",
                 cf_read_csv_memory("a,b\n1\0,2\n", 9, NULL, &X, NULL));
    ASSERT_FAILS(
        CF_ERR_FORMAT, "train.csv:3:2: the row has 1 field",
        cf_read_csv_memory("a,b\n\"1\n\"", 8, &(cf_read_options){.name = "train.csv"}, &X, NULL));
}
END_TEST

START_TEST(sizes_are_bounded)
{
    const size_t n = (1 << 20) + 10;
    char *text = cf_alloc_zero((cf_index)n + 10, 1);
    strcpy(text, "a\n");
    memset(text + 2, 'x', n - 2);
    REFUSED(CF_ERR_FORMAT, "memory:2:1: a field longer than 1 MiB", text, 0);
    memset(text + 2, '1', n - 2);
    REFUSED(CF_ERR_FORMAT, "a field longer than 1 MiB", text, 0);
    text[2] = '"';
    REFUSED(CF_ERR_FORMAT, "memory:2:1: a field longer than 1 MiB (is a quote not closed?)", text,
            0);
    text[2 + (1 << 20)] = '\0';
    text[2] = '1';
    READ(text, 0);
    /* a header of a thousand columns above as many rows of one field is no reason for a million
       cells */
    memset(text, 0, n);
    for (int i = 0; i < 1000; i++)
        sprintf(text + 4 * i, "a%02x%c", i % 256, i < 999 ? ',' : '\n');
    for (int i = 0; i < 1000; i++)
        memcpy(text + 4000 + 2 * i, "1\n", 2);
    cf_fail_allocation(0, false);
    REFUSED(CF_ERR_FORMAT, "memory:2:2: the row has 1 field, the first row has 1000", text,
            .header = CF_HEADER_NO);
    cf_free(text);
}
END_TEST

/* Everything that can stand for a number means what the correctly rounded parser says. */
static void assert_number(const char *text)
{
    char file[200];
    double want;
    ck_assert(cfi_parse_real(text, strlen(text), &want));
    snprintf(file, sizeof file, "0,a\n%s,b\n\"%s\",b\n %s\t,b\n", text, text, text);
    READ(file, 0);
    ck_assert_msg(!table.X.schema || cf_schema_kind(table.X.schema, 0) == CF_NUMERIC, "%s", text);
    for (cf_index i = 1; i < 4; i++) {
        const double got = at(&table.X, i, 0);
        ck_assert_msg(memcmp(&got, &want, sizeof got) == 0 || (isnan(got) && isnan(want)),
                      "%s is read as %.17g, wants %.17g", text, got, want);
    }
}

START_TEST(numbers_are_correctly_rounded)
{
    static const char *const texts[] = {"0",
                                        "-0",
                                        "1",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "-.5",
                                        "00012",
                                        "1e5",
                                        "1E-5",
                                        "1e+5",
                                        "123456789",
                                        "0.1",
                                        "9007199254740993",
                                        "9007199254740992.5",
                                        "12345678901234567890",
                                        "123456789012345678901234567890",
                                        "0.000000000000000000000000000000000000001",
                                        "1.7976931348623157e308",
                                        "4.9e-324",
                                        "2.4703282292062328e-324",
                                        "2.2250738585072011e-308",
                                        "1e-400",
                                        "0e999",
                                        "1.00000000000000011102230246251565404236316680908203125",
                                        "1.000000000000000111022302462515654042363166809082031251",
                                        "5e-1",
                                        "inf",
                                        "-Infinity",
                                        "NaN",
                                        "9999999999999999999",
                                        "99999999999999999999",
                                        "0.30000000000000004",
                                        "8.5e15",
                                        "1234567.1234567",
                                        "12345678.12345678",
                                        "1.2345678901234567e-7"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_number(texts[i]);
    cf_random r;
    cf_random_seed(&r, 3);
    for (int i = 0; i < 3000; i++) {
        char text[100];
        const uint64_t bits = (uint64_t)cf_random_u32(&r) << 32 | cf_random_u32(&r);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        const int digits = (int)(cf_random_u32(&r) % 22);
        snprintf(text, sizeof text,
                 i % 3 == 0   ? "%.*e"
                 : i % 3 == 1 ? "%.*g"
                              : "%.*E",
                 digits, i % 2 ? value : value * 0 + cf_random_normal(&r) * 1000);
        assert_number(text);
    }
}
END_TEST

/* A decimal of up to 9 digits, a point and up to 20 digits; often near a tie of doubles. */
static size_t make_decimal(cf_random *r, char *out)
{
    const unsigned kind = cf_random_u32(r) % 4;
    const char *sign = cf_random_u32(r) % 2 ? "-" : "";
    const uint64_t a = (uint64_t)cf_random_u32(r) << 32 | cf_random_u32(r);
    const int whole = (int)(cf_random_u32(r) % 10), fraction = (int)(cf_random_u32(r) % 21);
    static const uint64_t tens[] = {1,      10,      100,      1000,      10000,
                                    100000, 1000000, 10000000, 100000000, 1000000000};
    if (kind == 0) /* n + 1/2^k and its neighbours: ties where n has 53 bits */
        return (size_t)sprintf(out, "%s%llu.5", sign, (unsigned long long)((a >> 12 | 1) / 2));
    if (kind == 1)
        return (size_t)sprintf(out, "%s%.*f", sign, fraction,
                               (double)(a >> 11) / 9007199254740992.0);
    if (kind == 2)
        return (size_t)sprintf(out, "%s%llu", sign, (unsigned long long)(a % tens[whole]));
    size_t n = (size_t)sprintf(out, "%s%llu.", sign, (unsigned long long)(a % tens[whole]));
    for (int k = 0; k < fraction; k++)
        out[n++] = (char)('0' + cf_random_u32(r) % 10);
    return n;
}

START_TEST(decimals_are_those_of_strtod)
{
    enum { ROWS = 100000, COLS = 3, WIDTH = 40 };
    char(*texts)[WIDTH] = cf_alloc_zero((cf_index)ROWS * COLS, WIDTH);
    char *file = cf_alloc((cf_index)ROWS * COLS, WIDTH);
    size_t n = 0;
    cf_random r;
    cf_random_seed(&r, 5);
    for (cf_index i = 0; i < ROWS * COLS; i++) {
        const size_t length = make_decimal(&r, texts[i]);
        memcpy(file + n, texts[i], length);
        n += length;
        file[n++] = i % COLS == COLS - 1 ? '\n' : ',';
    }
    cf_matrix X = {0};
    ASSERT_OK(cf_read_csv_memory(file, n, &(cf_read_options){.header = CF_HEADER_NO}, &X, NULL));
    assert_shape(&X, ROWS, COLS);
    for (cf_index i = 0; i < ROWS * COLS; i++) {
        const double got = cf_matrix_get(&X, i / COLS, i % COLS), want = strtod(texts[i], NULL);
        if (memcmp(&got, &want, sizeof got) != 0)
            ck_abort_msg("%s is read as %.17g, not %.17g", texts[i], got, want);
    }
    cf_matrix_clear(&X);
    cf_free(texts);
    cf_free(file);
}
END_TEST

START_TEST(what_is_no_number_is_a_text)
{
    static const char *const texts[] = {"1e", "1e+", "e5",    ".",     "-",   "+",     "--1",
                                        "1-", "1_0", "0x1p3", "1e999", "1 2", " ",     "infin",
                                        "na", "1,5", "1.2.3", "1e5.5", "١",   "1e1e1", "nan0"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char file[100];
        snprintf(file, sizeof file, "1;b\n%s;b\n", texts[i]);
        READ(file, .delimiter = ';', .header = CF_HEADER_NO);
        ck_assert_msg(table.X.schema != NULL && cf_schema_kind(table.X.schema, 0) == CF_CATEGORICAL,
                      "'%s' was taken for a number", texts[i]);
        ck_assert_str_eq(text_at(&table.X, 1, 0), texts[i]);
    }
}
END_TEST

/* A field of a large table as a function of its place: numbers, texts with everything in them. */
static size_t make_field(char *out, cf_index i, cf_index j, char text[64])
{
    static const char *const pieces[] = {"x",  "é",    "\n", "\r\n",  ",",
                                         "\"", "\"\"", "",   "long ", "\n\n"};
    uint32_t h = (uint32_t)(i * 31 + j * 7919 + 12345);
    text[0] = '\0';
    if (j % 2 == 0)
        return (size_t)sprintf(out, "%s", strcpy(text, h % 17 == 0 ? "" : h % 5 ? "1.5" : "-22e3"));
    for (int k = 0; k < 6; k++) {
        h = h * 1664525u + 1013904223u;
        strcat(text, pieces[(h >> 16) % 10]);
    }
    size_t n = 0;
    out[n++] = '"';
    for (const char *p = text; *p; p++) {
        if (*p == '"')
            out[n++] = '"';
        out[n++] = *p;
    }
    out[n++] = '"';
    return n;
}

START_TEST(chunks_agree_with_the_whole)
{
    enum { ROWS = 30011, COLS = 4 };
    char *file = cf_alloc((cf_index)ROWS * COLS * 64, 1), text[64];
    size_t n = 0;
    for (cf_index i = 0; i < ROWS; i++) {
        for (cf_index j = 0; j < COLS; j++) {
            n += make_field(file + n, i, j, text);
            file[n++] = j + 1 < COLS ? ',' : '\n';
        }
        if (i % 100 == 7)
            n += (size_t)sprintf(file + n, "\r\n\n");
    }
    ck_assert_uint_gt(n, 1 << 20); /* several chunks */
    cf_matrix X = {0};
    const cf_read_options options = {.header = CF_HEADER_NO};
    for (int shift = 0; shift < 3; shift++) { /* other places for the chunks' ends */
        file[n] = '\n';
        ASSERT_OK(cf_read_csv_memory(file, n, &options, &X, NULL));
        assert_shape(&X, ROWS, COLS);
        for (cf_index i = 0; i < ROWS; i++) {
            for (cf_index j = 0; j < COLS; j++) {
                char ignored[200];
                make_field(ignored, i, j, text);
                if (j % 2 == 1)
                    ck_assert_str_eq(text_at(&X, i, j), text);
                else if (text[0] == '\0')
                    ck_assert(isnan(at(&X, i, j)));
                else
                    ck_assert_double_eq(at(&X, i, j), strtod(text, NULL));
            }
        }
        memmove(file + 7001, file, n);
        memset(file, '\n', 7001);
        n += 7001;
    }
    /* a fault in the last row of all is found at its place, one in the middle before it */
    file[n] = '1';
    file[n + 1] = '\n';
    ASSERT_FAILS(CF_ERR_FORMAT, ": the row has 1 field, the first row has 4",
                 cf_read_csv_memory(file, n + 2, &options, &X, NULL));
    char *middle = strstr(file + n / 2, "1.5,");
    middle[1] = '"';
    char place[64];
    long long line = 1;
    for (char *p = file; p < middle; p++)
        line += *p == '\n';
    snprintf(place, sizeof place, "memory:%lld:", line);
    ASSERT_FAILS(CF_ERR_FORMAT, place, cf_read_csv_memory(file, n + 2, &options, &X, NULL));
    ck_assert_ptr_nonnull(strstr(cf_last_error(), "a quote inside a field"));
    cf_free(file);
}
END_TEST

/* Writes a file of 6 MB: a begin, then rows of the pattern with numbers for its '#', then an end.
 */
static size_t make_file(char *out, const char *begin, const char *pattern, const char *end)
{
    enum { SIZE = 6 << 20 };
    size_t n = (size_t)sprintf(out, "%s", begin);
    cf_random r;
    cf_random_seed(&r, 11);
    while (n < SIZE) {
        for (const char *p = pattern; *p; p++) {
            if (*p == '#')
                n += (size_t)sprintf(out + n, "%.*g", (int)(cf_random_u32(&r) % 18),
                                     cf_random_normal(&r));
            else
                out[n++] = *p;
        }
    }
    return n + (size_t)sprintf(out + n, "%s", end);
}

/* The n bytes become the whole file. */
static void put_file(int fd, const char *bytes, size_t n)
{
    ck_assert_int_eq(ftruncate(fd, 0), 0);
    ck_assert_int_eq(pwrite(fd, bytes, n, 0), (ssize_t)n);
}

static bool is_same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static void assert_same(const cf_matrix *A, const cf_matrix *B)
{
    assert_shape(A, B->rows, B->cols);
    ck_assert_int_eq(A->schema != NULL, B->schema != NULL);
    for (cf_index j = 0; j < A->cols; j++)
        if (A->schema && cf_schema_name(A->schema, j))
            ck_assert_str_eq(cf_schema_name(A->schema, j), cf_schema_name(B->schema, j));
    for (cf_index i = 0; i < A->rows; i++)
        for (cf_index j = 0; j < A->cols; j++)
            if (!is_same(cf_matrix_get(A, i, j), cf_matrix_get(B, i, j)))
                ck_abort_msg("row %d, column %d", (int)i, (int)j);
}

/* Large files are read in pieces where they are plain; in either case as from memory. */
START_TEST(files_in_pieces_agree_with_the_whole)
{
    static const struct {
        const char *begin, *pattern, *end;
        cf_read_options options;
        bool in_pieces;
    } cases[] = {
        {"a,b,c\n", "#,#,#\n", "", {0}, true},
        {"", "#,#,#\n", "1,2,3", {0}, true},
        {"\xEF\xBB\xBF\n\"a\",\"\xC3\xA9\",\"x\"\"\"\r\n",
         "#,#,#\r\n#, 1e3,\r\n\r\n",
         "",
         {0},
         true},
        {"a,b,c\n", "#,+5,123456789\n\n-inf,nan,1e300\n", "", {.target = "c"}, true},
        {"a;b;c\n", "#;word;#\n", "", {.delimiter = ';', .drop = "b", .missing = "-1"}, true},
        {"a,b\n", "#,\"#\"\n", "", {.n_threads = 1}, true},
        {"a,b,c\n", "#,#,#\n", "1,x,3\n", {0}, false},
        {"a,b,c\n", "#,#,#\n", "1,\"2\n3\",3\n", {0}, false},
        {"a,b,c\n", "#,#,#\n", "1,2\n", {0}, false},
        {"a,b,c\n", "#,#,#\n", "1,2,\xFF\n", {0}, false},
        {"a,b,c\n", "#,#,#\n", "1,2,3\r", {0}, false},
        {"a,b,c\n", "#,#,#\n", "1,2,3,4\n", {.max_rows = 1000}, false},
        {"a,b,c\n", "#,#,#\n", "1,2,\n", {.target = "c"}, false},
        {"a,b,c\n", "#,#,#\r", "", {0}, false},
        {"a,b,c\n", "#,word,#\n", "", {0}, false},
        {"a,b,c\n", "#,#,#\n", "", {.target = "d"}, false},
    };
    char *file = cf_alloc((cf_index)8 << 20, 1), path[] = "/tmp/cofit-test-XXXXXX";
    const int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const size_t n = make_file(file, cases[c].begin, cases[c].pattern, cases[c].end);
        cf_read_options o = cases[c].options;
        o.name = "file";
        put_file(fd, file, n);
        cf_table pieces = {0};
        bool done;
        ASSERT_OK(cfi_read_csv_stream(path, &o, &pieces, &done));
        ck_assert_msg(done == cases[c].in_pieces, "case %zu", c);
        cf_table_clear(&pieces);
        cf_matrix X = {0}, y = {0}, wholeX = {0}, wholey = {0};
        const cf_status whole = cf_read_csv_memory(file, n, &o, &wholeX, &wholey);
        char message[600];
        snprintf(message, sizeof message, "%s", cf_last_error());
        const cf_status status = cf_read_csv(path, &o, &X, &y);
        ck_assert_int_eq(status, whole);
        if (status != CF_OK)
            ck_assert_str_eq(cf_last_error(), message);
        assert_same(&X, &wholeX);
        assert_same(&y, &wholey);
        cf_matrix_clear(&X);
        cf_matrix_clear(&y);
        cf_matrix_clear(&wholeX);
        cf_matrix_clear(&wholey);
    }
    close(fd);
    remove(path);
    cf_free(file);
}
END_TEST

/* Rows shorter than those in front take more room than these promised; long ones end far behind. */
START_TEST(pieces_hold_rows_of_any_length)
{
    enum { ROWS = 60, COLS = 30000 };
    char *file = cf_alloc((cf_index)16 << 20, 1), path[] = "/tmp/cofit-test-XXXXXX";
    const int fd = mkstemp(path);
    size_t n = 0;
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++)
            n += (size_t)sprintf(file + n, "%d%c", 100 * i + j % 100, j + 1 < COLS ? ',' : '\n');
    put_file(fd, file, n);
    cf_table read = {0};
    bool done;
    ASSERT_OK(cfi_read_csv_stream(path, &(cf_read_options){0}, &read, &done));
    ck_assert(done);
    assert_shape(&read.X, ROWS, COLS);
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLS; j++)
            if (cf_matrix_get(&read.X, i, j) != 100 * i + j % 100)
                ck_abort_msg("row %d, column %d", i, j);
    cf_table_clear(&read);
    n = 0;
    for (int i = 0; i < 300000; i++)
        n += (size_t)sprintf(file + n, i < 100000 ? "%d.0000000000000000\n" : "%d\n", i);
    put_file(fd, file, n);
    ASSERT_OK(cfi_read_csv_stream(path, &(cf_read_options){0}, &read, &done));
    ck_assert(!done);
    ASSERT_OK(cf_read_table(path, &(cf_read_options){.format = "csv"}, &read));
    assert_shape(&read.X, 300000, 1);
    ck_assert_double_eq(cf_matrix_get(&read.X, 299999, 0), 299999);
    cf_table_clear(&read);
    close(fd);
    remove(path);
    cf_free(file);
}
END_TEST

START_TEST(a_late_text_makes_a_text_column)
{
    enum { ROWS = 200000 };
    char *file = cf_alloc((cf_index)ROWS * 16, 1);
    size_t n = 0;
    for (int i = 0; i < ROWS; i++)
        n += (size_t)sprintf(file + n, "%d,%s\n", i % 10, i == ROWS - 5 ? "odd" : "7");
    cf_matrix X = {0};
    ASSERT_OK(cf_read_csv_memory(file, n, NULL, &X, NULL));
    assert_shape(&X, ROWS, 2);
    ck_assert_int_eq(cf_schema_kind(X.schema, 0), CF_NUMERIC);
    ck_assert_int_eq(cf_schema_kind(X.schema, 1), CF_CATEGORICAL);
    ck_assert_str_eq(text_at(&X, 0, 1), "7");
    ck_assert_str_eq(text_at(&X, ROWS - 5, 1), "odd");
    ck_assert_double_eq(at(&X, 12345, 0), 5);
    cf_matrix_clear(&X);
    cf_free(file);
}
END_TEST

START_TEST(every_failing_allocation_is_reported)
{
    const char *text = "a,b,c\n1,x,\"q\"\"q\"\n2,y,z\n3,,\"a\"\n";
    const cf_read_options o = {.target = "b", .missing = "y,-9", .drop = "nothing"};
    REFUSED(CF_ERR_NAME, "nothing", text, .drop = "nothing");
    cf_read_options good = o;
    good.drop = NULL;
    good.target = "a";
    cf_fail_allocation(0, false);
    ASSERT_OK(read_text(text, good));
    const int64_t requests = cf_fail_allocation(0, false);
    for (int64_t k = 1; k <= requests; k++) {
        cf_table_clear(&table);
        cf_fail_allocation(k, false);
        const cf_status status = read_text(text, good);
        cf_fail_allocation(0, false);
        ck_assert_msg(status == CF_ERR_MEMORY, "request %d of %d: %s", (int)k, (int)requests,
                      cf_status_name(status));
        ck_assert_str_eq(cf_last_error(), "out of memory");
    }
    cf_table_clear(&table);
}
END_TEST

TEST_MAIN("csv", fields_follow_rfc_4180, line_ends_marks_and_empty_lines,
          kinds_are_told_by_the_content, kinds_can_be_given, headers_are_told_by_the_first_rows,
          targets_go_to_y, weights_and_groups_are_read_by_tables,
          missing_is_the_empty_field_and_what_is_said, every_refusal_says_where_and_why,
          sizes_are_bounded, numbers_are_correctly_rounded, decimals_are_those_of_strtod,
          files_in_pieces_agree_with_the_whole, pieces_hold_rows_of_any_length,
          what_is_no_number_is_a_text, chunks_agree_with_the_whole, a_late_text_makes_a_text_column,
          every_failing_allocation_is_reported)
