/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Matrices against plain loops over cf_matrix_get: every dtype pair, storages, odd sizes, strides
 * of 0 and below, empty shapes, failing allocations.
 */
#include "matrix/elements.h"
#include "matrix/matrix.h"
#include "support/support.h"

enum { SHAPES = 9, DTYPES = 8 };
static const cf_index shapes[SHAPES][2] = {{0, 0},  {0, 5},  {5, 0},   {1, 1},   {1, 37},
                                           {37, 1}, {7, 33}, {65, 31}, {40, 600}};

/* A cell of the pattern all tests use: small integers, two thirds of them zero. */
static double cell(cf_index i, cf_index j)
{
    const cf_index k = (i * 31 + j * 17) % 9;
    return k < 3 ? (double)(k + 1 + (i + j) % 100) : 0.0;
}

/* An owned matrix of the pattern in any dtype and storage. */
static cf_matrix pattern(cf_dtype dtype, cf_storage storage, cf_index rows, cf_index cols)
{
    cf_matrix dense = {0}, out = {0};
    ASSERT_OK(cf_matrix_resize(&dense, CF_F64, rows, cols));
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < cols; j++)
            ((double *)dense.values)[i * cols + j] = cell(i, j);
    ASSERT_OK(cf_matrix_convert(&dense, dtype, storage, &out));
    cf_matrix_clear(&dense);
    return out;
}

static void assert_pattern(const cf_matrix *X, cf_index rows, cf_index cols, bool transposed)
{
    ASSERT_OK(cf_matrix_check(X, "X"));
    ck_assert_int_eq(X->rows, rows);
    ck_assert_int_eq(X->cols, cols);
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < cols; j++)
            ck_assert_double_eq(cf_matrix_get(X, i, j), transposed ? cell(j, i) : cell(i, j));
}

START_TEST(every_dtype_converts_to_every_other)
{
    for (int s = 0; s < SHAPES; s++)
        for (int from = 0; from < DTYPES; from++)
            for (int to = 0; to < DTYPES; to++) {
                cf_matrix X = pattern((cf_dtype)from, CF_DENSE, shapes[s][0], shapes[s][1]);
                cf_matrix out = {0};
                ASSERT_OK(cf_matrix_convert(&X, (cf_dtype)to, CF_DENSE, &out));
                ck_assert_int_eq(out.dtype, to);
                assert_pattern(&out, X.rows, X.cols, false);
                cf_matrix_clear(&X);
                cf_matrix_clear(&out);
            }
}
END_TEST

START_TEST(every_storage_converts_to_every_other)
{
    for (int s = 0; s < SHAPES; s++)
        for (int from = CF_DENSE; from <= CF_CSC; from++)
            for (int to = CF_DENSE; to <= CF_CSC; to++)
                for (int d = 0; d < 4; d++) {
                    cf_matrix X = pattern(d & 1 ? CF_F32 : CF_F64, (cf_storage)from, shapes[s][0],
                                          shapes[s][1]);
                    cf_matrix out = {0};
                    ASSERT_OK(cf_matrix_convert(&X, d & 2 ? CF_F32 : CF_F64, (cf_storage)to, &out));
                    ck_assert_int_eq(out.storage, to);
                    assert_pattern(&out, X.rows, X.cols, false);
                    ASSERT_OK(cf_matrix_transpose(&X, &out));
                    ck_assert_int_eq(out.storage, from);
                    assert_pattern(&out, X.cols, X.rows, true);
                    cf_matrix_clear(&X);
                    cf_matrix_clear(&out);
                }
}
END_TEST

/* The same cells under every stride, the first element where the strides want it. */
START_TEST(strides_may_be_zero_and_negative)
{
    static const cf_index strides[][2] = {{1, 70}, {-1, 70}, {70, -1}, {-40, -1}, {0, 1},
                                          {1, 0},  {0, 0},   {3, 70},  {41, 1}};
    enum { ROWS = 37, COLS = 41, SIZE = 70 * 120 };
    double *store = random_normals(5, 2 * SIZE);
    for (size_t s = 0; s < sizeof strides / sizeof strides[0]; s++) {
        const cf_index down = strides[s][0], along = strides[s][1];
        cf_matrix X = cf_view_strided(CF_F64, store + SIZE, ROWS, COLS, down, along), out = {0};
        ASSERT_OK(cf_matrix_check(&X, "X"));
        for (int to = 0; to < 4; to++) {
            const cf_dtype dtype = to & 1 ? CF_F32 : CF_F64;
            ASSERT_OK(to & 2 ? cf_matrix_transpose(&X, &out)
                             : cf_matrix_convert(&X, dtype, CF_DENSE, &out));
            for (cf_index i = 0; i < ROWS; i++)
                for (cf_index j = 0; j < COLS; j++) {
                    const double x = store[SIZE + i * down + j * along];
                    const double y = to & 2 ? cf_matrix_get(&out, j, i) : cf_matrix_get(&out, i, j);
                    ck_assert_double_eq(y, out.dtype == CF_F32 ? (double)(float)x : x);
                }
        }
        ASSERT_OK(cf_matrix_convert(&X, CF_F64, CF_CSC, &out));
        for (cf_index i = 0; i < ROWS; i++)
            for (cf_index j = 0; j < COLS; j++)
                ck_assert_double_eq(cf_matrix_get(&out, i, j), cf_matrix_get(&X, i, j));
        cf_matrix_clear(&out);
        ASSERT_OK(cfi_matrix_normalise(&X, true, true, &out));
        ck_assert_int_eq(out.col_stride, 1);
        ck_assert_int_ge(out.row_stride, COLS);
        ck_assert_double_eq(cf_matrix_get(&out, 5, 7), cf_matrix_get(&X, 5, 7));
        cf_matrix_clear(&out);
    }
    cf_free(store);
}
END_TEST

START_TEST(integers_keep_every_bit_and_refuse_what_does_not_fit)
{
    const int64_t large[2] = {INT64_MAX, INT64_MIN};
    cf_matrix X = cf_view_i64(large, 2, 1), out = {0};
    ASSERT_OK(cf_matrix_copy(&X, &out));
    ck_assert_mem_eq(out.values, large, sizeof large);
    ASSERT_FAILS(CF_ERR_DATA, "int32", cf_matrix_convert(&X, CF_I32, CF_DENSE, &out));
    ck_assert_ptr_null(out.values);
    const struct {
        double value;
        cf_dtype dtype;
        bool fits;
    } cases[] = {{(double)NAN, CF_I32, false}, {0x1p31, CF_I32, false},   {-0x1p31, CF_I32, true},
                 {-1, CF_U8, false},           {255.9, CF_U8, true},      {256, CF_U8, false},
                 {-129, CF_I8, false},         {0x1p63, CF_I64, false},   {-0x1p63, CF_I64, true},
                 {65536, CF_U16, false},       {0x1p32 - 1, CF_U32, true}};
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        const double two[2] = {1, cases[c].value};
        X = cf_view_f64(two, 1, 2);
        const cf_status status = cf_matrix_convert(&X, cases[c].dtype, CF_DENSE, &out);
        ck_assert_int_eq(status, cases[c].fits ? CF_OK : CF_ERR_DATA);
        if (cases[c].fits)
            ck_assert_double_eq(cf_matrix_get(&out, 0, 1), trunc(cases[c].value));
        const cf_index at[2] = {0, 1};
        X = cf_view_csr(CF_F64, two, at, (int32_t[]){0}, 1, 1);
        ((double *)X.values)[0] = cases[c].value;
        ck_assert_int_eq(cf_matrix_convert(&X, cases[c].dtype, CF_DENSE, &out), status);
    }
    ASSERT_FAILS(CF_ERR_TYPE, "int64", cf_matrix_convert(&X, CF_I64, CF_CSC, &out));
    cf_matrix_clear(&out);
}
END_TEST

START_TEST(views_read_the_memory_they_borrow)
{
    cf_matrix X = pattern(CF_F64, CF_CSR, 65, 31), D = pattern(CF_F32, CF_DENSE, 65, 31), out = {0};
    const cf_matrix cut = cf_view_rows(&X, 20, 50), rows = cf_view_rows(&D, 20, 50);
    ck_assert_ptr_null(cut.owner);
    for (int to = CF_DENSE; to <= CF_CSC; to++) {
        ASSERT_OK(cf_matrix_convert(&cut, CF_F64, (cf_storage)to, &out));
        ASSERT_OK(cf_matrix_check(&out, "out"));
        for (cf_index i = 0; i < 30; i++)
            for (cf_index j = 0; j < 31; j++) {
                ck_assert_double_eq(cf_matrix_get(&out, i, j), cell(i + 20, j));
                ck_assert_double_eq(cf_matrix_get(&rows, i, j), cell(i + 20, j));
            }
    }
    ck_assert_int_eq(cf_matrix_stored(&cut), X.offsets[50] - X.offsets[20]);
    const cf_matrix column = cf_view_column(&D, 3);
    for (cf_index i = 0; i < 65; i++)
        ck_assert_double_eq(cf_matrix_get(&column, i, 0), cell(i, 3));
    double *doubles = NULL;
    ASSERT_OK(cfi_matrix_to_doubles(&column, &doubles));
    for (cf_index i = 0; i < 65; i++)
        ck_assert_double_eq(doubles[i], cell(i, 3));
    cf_free(doubles);
    const cf_matrix one = cf_view_rows(&X, 7, 8);
    ASSERT_OK(cfi_matrix_to_doubles(&one, &doubles));
    ck_assert_double_eq(doubles[30], cell(7, 30));
    cf_free(doubles);
    ASSERT_FAILS(CF_ERR_SHAPE, "65 x 31", cfi_matrix_to_doubles(&D, &doubles));
    cf_matrix_clear(&X);
    cf_matrix_clear(&D);
    cf_matrix_clear(&out);
}
END_TEST

START_TEST(memory_is_kept_shared_and_borrowed)
{
    cf_matrix X = {0}, second = {0};
    ASSERT_OK(cf_matrix_resize(&X, CF_F64, 10, 4));
    const void *first = X.values;
    ASSERT_OK(cf_matrix_resize(&X, CF_F32, 13, 5));
    ck_assert_ptr_eq(X.values, first);
    ck_assert_int_eq(X.row_stride, 5);
    ASSERT_OK(cf_matrix_share(&second, &X));
    ck_assert_ptr_eq(second.values, first);
    ASSERT_OK(cf_matrix_resize(&X, CF_F32, 13, 5));
    ck_assert_ptr_ne(X.values, first); /* the old memory is the other owner's */
    cf_matrix_clear(&X);
    ck_assert_int_eq(X.rows, 0);
    cf_matrix_clear(&second);
    double numbers[6] = {1, 2, 3, 4, 5, 6};
    cf_matrix view = cf_view_f64(numbers, 2, 3);
    ASSERT_OK(cf_matrix_resize(&view, CF_F64, 2, 3));
    ck_assert_ptr_eq(view.values, numbers);
    ASSERT_FAILS(CF_ERR_SHAPE, "3 x 2", cf_matrix_resize(&view, CF_F64, 3, 2));
    ASSERT_FAILS(CF_ERR_SHAPE, "float32", cf_matrix_resize(&view, CF_F32, 2, 3));
    ASSERT_FAILS(CF_ERR_SHAPE, "sparse", cf_matrix_resize_sparse(&view, CF_F64, CF_CSR, 2, 3, 1));
    ASSERT_OK(cf_matrix_share(&second, &view)); /* borrowed memory is copied */
    ck_assert_ptr_ne(second.values, numbers);
    ck_assert_double_eq(cf_matrix_get(&second, 1, 2), 6);
    cf_matrix_clear(&second);
    cf_matrix_clear(&view);
    cf_matrix_clear(NULL);
}
END_TEST

START_TEST(absurd_sizes_are_refused_before_memory_is_asked_for)
{
    cf_matrix X = {0}, out = {0};
    cf_fail_allocation(0, false);
    ASSERT_FAILS(CF_ERR_SHAPE, "-1", cf_matrix_resize(&X, CF_F64, -1, 2));
    ASSERT_FAILS(CF_ERR_SHAPE, "cannot be",
                 cf_matrix_resize(&X, CF_F64, (cf_index)1 << 40, (cf_index)1 << 40));
    ASSERT_FAILS(CF_ERR_SHAPE, "cannot be",
                 cf_matrix_resize_sparse(&X, CF_F64, CF_CSR, 3, (cf_index)1 << 31, 1));
    ASSERT_FAILS(CF_ERR_SHAPE, "cannot be",
                 cf_matrix_resize_sparse(&X, CF_F64, CF_CSR, INT64_MAX, 3, 1));
    ck_assert_int_eq(cf_fail_allocation(0, false), 0);
    static cf_index offsets[100001];
    const cf_matrix wide = cf_view_csr(CF_F64, NULL, offsets, NULL, 100000, INT32_MAX);
    ASSERT_FAILS(CF_ERR_LIMIT, "too large to be dense",
                 cf_matrix_convert(&wide, CF_F64, CF_DENSE, &out));
    ck_assert_int_eq(cf_fail_allocation(0, false), 0);
}
END_TEST

START_TEST(matrices_of_callers_are_checked)
{
    double v[3] = {1, 2, 3};
    cf_index offsets[3] = {0, 2, 3};
    int32_t indices[3] = {0, 2, 1};
    cf_matrix X = cf_view_csr(CF_F64, v, offsets, indices, 2, 3);
    ASSERT_OK(cf_matrix_check(&X, "X"));
    indices[1] = 0;
    ASSERT_FAILS(CF_ERR_SHAPE, "X: index 0 in line 0", cf_matrix_check(&X, "X"));
    indices[1] = 3;
    ASSERT_FAILS(CF_ERR_SHAPE, "X: index 3 in line 0", cf_matrix_check(&X, "X"));
    indices[1] = 2;
    indices[2] = -1;
    ASSERT_FAILS(CF_ERR_SHAPE, "X: index -1 in line 1", cf_matrix_check(&X, "X"));
    indices[2] = 1;
    offsets[1] = 4;
    ASSERT_FAILS(CF_ERR_SHAPE, "", cf_matrix_check(&X, "X"));
    offsets[1] = 2;
    X.dtype = CF_I32;
    ASSERT_FAILS(CF_ERR_TYPE, "int32", cf_matrix_check(&X, "X"));
    X.dtype = CF_F64;
    X.values = NULL;
    ASSERT_FAILS(CF_ERR_SHAPE, "missing", cf_matrix_check(&X, "X"));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "y is NULL", cf_matrix_check(NULL, "y"));
    X = cf_view_f64(NULL, 2, 2);
    ASSERT_FAILS(CF_ERR_SHAPE, "without values", cf_matrix_check(&X, "X"));
    X = cf_view_f64(v, -1, 2);
    ASSERT_FAILS(CF_ERR_SHAPE, "-1 x 2", cf_matrix_check(&X, "X"));
    X = cf_view_strided(CF_F64, v, 3, 1, INT64_MAX / 2, 1);
    ASSERT_FAILS(CF_ERR_SHAPE, "reach too far", cf_matrix_check(&X, "X"));
    X = cf_view_strided(CF_F64, v, 2, 1, INT64_MIN / 2, 1);
    ASSERT_FAILS(CF_ERR_SHAPE, "reach too far", cf_matrix_check(&X, "X"));
    X = cf_view_f64(v, INT64_MAX / 2, 4);
    ASSERT_FAILS(CF_ERR_SHAPE, "too large", cf_matrix_check(&X, "X"));
    X = cf_view_f64(v, 1, 3);
    X.dtype = (cf_dtype)99;
    ASSERT_FAILS(CF_ERR_TYPE, "unknown", cf_matrix_check(&X, "X"));
}
END_TEST

START_TEST(rows_and_columns_are_gathered)
{
    static const cf_index wanted[][6] = {
        {0, 3, 9, 11, 20, 30}, {30, 3, 3, 0, 12, 3}, {5, 5, 5, 5, 5, 5}};
    for (int storage = CF_DENSE; storage <= CF_CSC; storage++)
        for (size_t w = 0; w < 3; w++)
            for (cf_index n = 0; n <= 6; n += 3)
                for (int d = 0; d < DTYPES; d++) {
                    if (storage != CF_DENSE && d > CF_F32)
                        continue;
                    cf_matrix X = pattern((cf_dtype)d, (cf_storage)storage, 33, 31), out = {0};
                    ASSERT_OK(cf_matrix_gather_rows(&X, wanted[w], n, &out));
                    ASSERT_OK(cf_matrix_check(&out, "rows"));
                    ck_assert_int_eq(out.rows, n);
                    ck_assert_int_eq(out.storage, storage);
                    for (cf_index k = 0; k < n; k++)
                        for (cf_index j = 0; j < 31; j++)
                            ck_assert_double_eq(cf_matrix_get(&out, k, j), cell(wanted[w][k], j));
                    cf_matrix_clear(&out);
                    ASSERT_OK(cf_matrix_gather_columns(&X, wanted[w], n, &out));
                    ASSERT_OK(cf_matrix_check(&out, "columns"));
                    ck_assert_int_eq(out.cols, n);
                    ck_assert_int_eq(out.storage, storage);
                    for (cf_index i = 0; i < 33; i++)
                        for (cf_index k = 0; k < n; k++)
                            ck_assert_double_eq(cf_matrix_get(&out, i, k), cell(i, wanted[w][k]));
                    cf_matrix_clear(&out);
                    cf_matrix_clear(&X);
                }
    cf_matrix X = pattern(CF_F64, CF_DENSE, 4, 3), out = {0};
    ASSERT_FAILS(CF_ERR_SHAPE, "no row 4 of 4",
                 cf_matrix_gather_rows(&X, (cf_index[]){0, 4}, 2, &out));
    ASSERT_FAILS(CF_ERR_SHAPE, "no column -1 of 3",
                 cf_matrix_gather_columns(&X, (cf_index[]){-1}, 1, &out));
    cf_matrix turned = cf_view_strided(CF_F64, X.values, 3, 4, 1, 3); /* not contiguous */
    ASSERT_OK(cf_matrix_gather_rows(&turned, (cf_index[]){2, 0}, 2, &out));
    for (cf_index j = 0; j < 4; j++)
        ck_assert_double_eq(cf_matrix_get(&out, 0, j), cell(j, 2));
    cf_matrix_clear(&X);
    cf_matrix_clear(&out);
}
END_TEST

START_TEST(parts_are_joined_in_any_storage)
{
    cf_matrix parts[4] = {pattern(CF_F64, CF_DENSE, 12, 3), pattern(CF_F32, CF_CSR, 12, 31),
                          pattern(CF_F32, CF_CSC, 12, 0), pattern(CF_F32, CF_CSC, 12, 5)};
    const cf_matrix *const given[4] = {&parts[0], &parts[1], &parts[2], &parts[3]};
    for (int sparse = 0; sparse < 2; sparse++)
        for (cf_index first = 0; first < 2; first++) {
            cf_matrix out = {0};
            ASSERT_OK(cf_matrix_join_columns(given + first, 4 - first, sparse, &out));
            ASSERT_OK(cf_matrix_check(&out, "out"));
            ck_assert_int_eq(out.storage, sparse ? CF_CSR : CF_DENSE);
            ck_assert_int_eq(out.dtype, first == 0 ? CF_F64 : CF_F32);
            cf_index at = 0;
            for (cf_index p = first; p < 4; p++)
                for (cf_index j = 0; j < parts[p].cols; j++, at++)
                    for (cf_index i = 0; i < 12; i++)
                        ck_assert_double_eq(cf_matrix_get(&out, i, at), cell(i, j));
            ck_assert_int_eq(out.cols, at);
            cf_matrix_clear(&out);
        }
    /* Codes keep their dictionary beside a part without a schema; mere names do not. */
    cf_matrix out = {0};
    cf_schema *schema = NULL;
    ASSERT_OK(cf_schema_new(&schema, 3));
    ASSERT_OK(cf_schema_set_name(schema, 0, "a"));
    cfi_matrix_set_schema(&parts[0], schema);
    ASSERT_OK(cf_matrix_join_columns(given, 2, false, &out));
    ck_assert_ptr_null(out.schema);
    ASSERT_OK(cf_schema_set_dictionary(schema, 2, CF_CATEGORICAL, (const char *const[]){"x"}, 1));
    const cf_matrix *const turned[] = {&parts[1], &parts[0]};
    ASSERT_OK(cf_matrix_join_columns(turned, 2, false, &out));
    ck_assert_str_eq(cf_schema_name(out.schema, 31), "a");
    ck_assert_str_eq(cf_schema_text(out.schema, 33, 0), "x");
    ck_assert_int_eq(cf_schema_kind(out.schema, 30), CF_NUMERIC);
    cf_matrix_clear(&out);
    cf_schema_free(schema);
    for (int p = 0; p < 4; p++)
        cf_matrix_clear(&parts[p]);
}
END_TEST

START_TEST(rows_are_stacked_as_the_first_part)
{
    cf_matrix parts[3] = {{0}, pattern(CF_F32, CF_DENSE, 4, 9), pattern(CF_F64, CF_CSR, 6, 9)};
    const cf_matrix cut = cf_view_rows(&parts[2], 2, 5);
    for (int storage = CF_DENSE; storage <= CF_CSC; storage++) {
        parts[0] = pattern(CF_F64, (cf_storage)storage, 5, 9);
        const cf_matrix *const given[3] = {&parts[0], &parts[1], &cut};
        cf_matrix out = {0};
        ASSERT_OK(cf_matrix_join_rows(given, 3, &out));
        ASSERT_OK(cf_matrix_check(&out, "out"));
        ck_assert_int_eq(out.storage, storage);
        ck_assert_int_eq(out.rows, 12);
        for (cf_index i = 0; i < 12; i++)
            for (cf_index j = 0; j < 9; j++)
                ck_assert_double_eq(cf_matrix_get(&out, i, j), cell(i < 5   ? i
                                                                    : i < 9 ? i - 5
                                                                            : i - 7,
                                                                    j));
        cf_matrix_clear(&out);
        cf_matrix_clear(&parts[0]);
    }
    const cf_matrix other = cf_view_f64(NULL, 0, 8);
    const cf_matrix *const unequal[2] = {&parts[1], &other};
    cf_matrix out = {0};
    ASSERT_FAILS(CF_ERR_SHAPE, "8", cf_matrix_join_rows(unequal, 2, &out));
    ASSERT_FAILS(CF_ERR_SHAPE, "part 1 has 0", cf_matrix_join_columns(unequal, 2, false, &out));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "nothing", cf_matrix_join_rows(unequal, 0, &out));
    cf_matrix_clear(&parts[1]);
    cf_matrix_clear(&parts[2]);
}
END_TEST

/* Names, kinds and dictionaries of three columns. */
static cf_schema *three_columns(void)
{
    cf_schema *schema = NULL;
    ASSERT_OK(cf_schema_new(&schema, 3));
    ASSERT_OK(cf_schema_set_name(schema, 0, "age"));
    ASSERT_OK(cf_schema_set_name(schema, 1, "sex"));
    ASSERT_OK(cf_schema_set_dictionary(schema, 1, CF_CATEGORICAL,
                                       (const char *const[]){"female", "male", "z\xC3\xA9ro"}, 3));
    ASSERT_OK(cf_schema_set_name(schema, 2, "note"));
    ASSERT_OK(cf_schema_set_dictionary(schema, 2, CF_TEXT, (const char *const[]){"b", "a"}, 2));
    return schema;
}

START_TEST(schemas_name_and_translate)
{
    cf_schema *schema = three_columns();
    ck_assert_int_eq(cf_schema_find(schema, "note"), 2);
    ck_assert_int_eq(cf_schema_find(schema, "Note"), -1);
    ck_assert_int_eq(cf_schema_code(schema, 1, "male"), 1);
    ck_assert_int_eq(cf_schema_code(schema, 1, "other"), -1);
    ck_assert_int_eq(cf_schema_code(schema, 2, "a"), 1);
    ck_assert_int_eq(cf_schema_code(schema, 0, "a"), -1);
    ck_assert_str_eq(cf_schema_text(schema, 1, 2), "z\xC3\xA9ro");
    ck_assert_ptr_null(cf_schema_text(schema, 1, 3));
    ck_assert_int_eq(cf_schema_kind(schema, 2), CF_TEXT);
    ck_assert_int_eq(cf_schema_kind(NULL, 2), CF_NUMERIC);
    ck_assert_int_eq(cf_schema_dictionary_size(schema, 1), 3);
    ck_assert(cfi_schema_is_named(schema) && cfi_schema_has_codes(schema));
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "'a'",
        cf_schema_set_dictionary(schema, 1, CF_CATEGORICAL, (const char *const[]){"b", "a"}, 2));
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "'a'",
        cf_schema_set_dictionary(schema, 1, CF_CATEGORICAL, (const char *const[]){"a", "a"}, 2));
    ASSERT_FAILS(CF_ERR_SHAPE, "column 3", cf_schema_set_name(schema, 3, "x"));
    cf_schema *cut = NULL, *same = three_columns(), *without = NULL, *with = NULL;
    ck_assert(cf_schema_equal(schema, same) && !cf_schema_equal(schema, NULL));
    ASSERT_OK(cf_schema_select(schema, (cf_index[]){2, 1}, 2, &cut));
    ck_assert_str_eq(cf_schema_name(cut, 0), "note");
    ck_assert_str_eq(cf_schema_text(cut, 1, 0), "female");
    ck_assert(!cf_schema_equal(schema, cut));
    ASSERT_OK(cfi_schema_without_texts(schema, &without));
    ck_assert_int_eq(cf_schema_kind(without, 2), CF_TEXT);
    ck_assert_int_eq(cf_schema_dictionary_size(without, 2), 0);
    ck_assert_int_eq(cf_schema_dictionary_size(without, 1), 3);
    ASSERT_OK(cfi_schema_with_texts(without, schema, &with));
    ck_assert(cf_schema_equal(with, schema));
    /* More texts come behind those that are there; new names leave the rest. */
    cf_schema *renamed = NULL;
    ASSERT_OK(cfi_schema_add_texts(same, 1, NULL, 0));
    ck_assert(cf_schema_equal(schema, same));
    ASSERT_OK(cfi_schema_add_texts(same, 1, (const char *const[]){"b", "a"}, 2));
    ck_assert_int_eq(cf_schema_kind(same, 1), CF_TEXT);
    ck_assert_int_eq(cf_schema_code(same, 1, "male"), 1);
    ck_assert_int_eq(cf_schema_code(same, 1, "a"), 4);
    ASSERT_OK(cfi_schema_renamed(cut, with, &renamed));
    ck_assert_str_eq(cf_schema_name(renamed, 1), cf_schema_name(with, 1));
    ck_assert_str_eq(cf_schema_text(renamed, 1, 0), "female");
    cf_schema *unmarked = NULL, *unmarked_again = NULL;
    ASSERT_OK(cf_schema_set_whole(renamed, 0));
    ASSERT_OK(cfi_schema_as_reals(renamed, &unmarked));
    ck_assert(cf_schema_equal(unmarked, renamed));
    ck_assert(cf_schema_is_whole(renamed, 0) && !cf_schema_is_whole(unmarked, 0));
    ASSERT_OK(cfi_schema_as_reals(unmarked, &unmarked_again));
    ck_assert_ptr_eq(unmarked_again, unmarked);
    cf_schema *const all[] = {schema, cut, same, without, with, renamed, unmarked, unmarked_again};
    for (int i = 0; i < 8; i++)
        cf_schema_free(all[i]);
    cf_schema_free(NULL);
}
END_TEST

START_TEST(schemas_follow_their_columns)
{
    cf_matrix X = pattern(CF_F64, CF_DENSE, 4, 3), out = {0}, joined = {0};
    cf_schema *schema = three_columns();
    cfi_matrix_set_schema(&X, schema);
    cf_schema_free(schema);
    ASSERT_OK(cf_matrix_convert(&X, CF_F32, CF_CSR, &out));
    ck_assert_ptr_eq(out.schema, X.schema);
    ASSERT_OK(cf_matrix_gather_columns(&X, (cf_index[]){1}, 1, &out));
    ck_assert_str_eq(cf_schema_name(out.schema, 0), "sex");
    const cf_matrix *const parts[2] = {&out, &X};
    ASSERT_OK(cf_matrix_join_columns(parts, 2, false, &joined));
    ck_assert_int_eq(cf_schema_size(joined.schema), 4);
    ck_assert_str_eq(cf_schema_name(joined.schema, 3), "note");
    ASSERT_OK(cf_matrix_check(&joined, "joined"));
    ASSERT_OK(cf_matrix_set_names(&joined, (const char *const[]){"a", "b", "c", "d"}));
    ck_assert_str_eq(cf_schema_name(joined.schema, 0), "a");
    ck_assert_str_eq(cf_schema_text(joined.schema, 0, 1), "male");
    ck_assert_str_eq(cf_schema_name(out.schema, 0), "sex"); /* the other owner's is untouched */
    ASSERT_OK(cf_matrix_transpose(&X, &joined));
    ck_assert_ptr_null(joined.schema);
    cf_matrix_clear(&X);
    cf_matrix_clear(&out);
    cf_matrix_clear(&joined);
}
END_TEST

/* Everything that allocates, on one input; the output must be whole or empty afterwards. */
static cf_status do_something(int what, const cf_matrix *X, cf_matrix *out)
{
    const cf_matrix *const parts[2] = {X, X};
    const cf_index order[3] = {2, 0, 2}, ascending[2] = {0, 2};
    switch (what) {
    case 0:
        return cf_matrix_convert(X, CF_F32, CF_CSC, out);
    case 1:
        return cf_matrix_convert(X, CF_F64, CF_DENSE, out);
    case 2:
        return cf_matrix_transpose(X, out);
    case 3:
        return cf_matrix_gather_columns(X, order, 3, out);
    case 4:
        return cf_matrix_gather_columns(X, ascending, 2, out);
    case 5:
        return cf_matrix_gather_rows(X, order, 3, out);
    case 6:
        return cf_matrix_join_columns(parts, 2, true, out);
    case 7:
        return cf_matrix_join_columns(parts, 2, false, out);
    case 8:
        return cf_matrix_join_rows(parts, 2, out);
    case 9:
        return cf_matrix_share(out, X);
    default:
        return cfi_matrix_normalise(X, false, false, out);
    }
}

START_TEST(every_failing_allocation_leaves_the_output_empty_or_whole)
{
    cf_schema *schema = three_columns();
    for (int storage = CF_DENSE; storage <= CF_CSC; storage++)
        for (int what = 0; what <= 10; what++) {
            cf_matrix X = pattern(CF_F32, (cf_storage)storage, 6, 3);
            cfi_matrix_set_schema(&X, schema);
            bool failed = true;
            for (int64_t k = 1; failed; k++) {
                cf_matrix out = {0};
                cf_fail_allocation(k, false);
                const cf_status status = do_something(what, &X, &out);
                failed = cf_fail_allocation(0, false) >= k;
                ck_assert_int_eq(status, failed ? CF_ERR_MEMORY : CF_OK);
                if (failed)
                    ck_assert(!out.owner && !out.values);
                else
                    ASSERT_OK(cf_matrix_check(&out, "out"));
                cf_matrix_clear(&out);
            }
            cf_matrix_clear(&X);
        }
    cf_schema_free(schema);
}
END_TEST

START_TEST(an_output_that_is_the_input_is_refused)
{
    const double data[] = {1, 2, 3, 4};
    const cf_matrix view = cf_view_f64(data, 2, 2);
    const cf_index places[] = {1, 0};
    cf_matrix X = {0};
    ASSERT_OK(cf_matrix_copy(&view, &X));
    const cf_matrix *const parts[] = {&view, &X};
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output is the input", cf_matrix_copy(&X, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_convert(&X, CF_F64, CF_CSR, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_transpose(&X, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_gather_rows(&X, places, 2, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_gather_columns(&X, places, 2, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_join_columns(parts, 2, false, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_join_rows(parts, 2, &X));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "the output", cf_matrix_product(&view, &X, &X));
    ASSERT_OK(cf_matrix_share(&X, &X));
    ck_assert_double_eq(cf_matrix_get(&X, 1, 0), 3); /* it is as it was */
    cf_matrix_clear(&X);
}
END_TEST

TEST_MAIN("matrix", an_output_that_is_the_input_is_refused, every_dtype_converts_to_every_other,
          every_storage_converts_to_every_other, strides_may_be_zero_and_negative,
          integers_keep_every_bit_and_refuse_what_does_not_fit, views_read_the_memory_they_borrow,
          memory_is_kept_shared_and_borrowed, absurd_sizes_are_refused_before_memory_is_asked_for,
          matrices_of_callers_are_checked, rows_and_columns_are_gathered,
          parts_are_joined_in_any_storage, rows_are_stacked_as_the_first_part,
          schemas_name_and_translate, schemas_follow_their_columns,
          every_failing_allocation_leaves_the_output_empty_or_whole)
