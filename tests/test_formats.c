/* SPDX-License-Identifier: BSD-3-Clause */
/* Files of NumPy, SciPy, scikit-learn and pandas, read and written. */
#include "base/file.h"
#include "cofit/io.h"
#include "golden/io.h"
#include "io/zip.h"
#include "support/support.h"

#include <unistd.h>

static const char *golden(const char *name)
{
    char relative[200];
    snprintf(relative, sizeof relative, "tests/golden/io/%s", name);
    return source_path(relative);
}

/* A path in /tmp that ends with `suffix`, removed by forget(). */
static char scratch[100];

static const char *fresh(const char *suffix)
{
    snprintf(scratch, sizeof scratch, "/tmp/cofit-test-%d%s", (int)getpid(), suffix);
    return scratch;
}

static void assert_equal(const cf_matrix *M, const double *want, cf_index rows, cf_index cols)
{
    ck_assert_int_eq(M->rows, rows);
    ck_assert_int_eq(M->cols, cols);
    ASSERT_OK(cf_matrix_check(M, "M"));
    for (cf_index i = 0; i < rows; i++)
        for (cf_index j = 0; j < cols; j++) {
            const double got = cf_matrix_get(M, i, j), wanted = want[i * cols + j];
            ck_assert_msg(got == wanted || (isnan(got) && isnan(wanted)),
                          "(%d, %d) is %.17g, wants %.17g", (int)i, (int)j, got, wanted);
        }
}

#define ASSERT_MATRIX(M, want)                                                                     \
    assert_equal(M, &(want)[0][0], (cf_index)(sizeof(want) / sizeof(want)[0]),                     \
                 (cf_index)(sizeof(want)[0] / sizeof(want)[0][0]))

START_TEST(arrays_of_every_type_order_and_layout)
{
    static const struct {
        const char *code;
        cf_dtype dtype;
    } types[] = {{"f2", CF_F32}, {"f4", CF_F32}, {"f8", CF_F64}, {"i1", CF_I32},
                 {"i2", CF_I32}, {"i4", CF_I32}, {"i8", CF_I64}, {"u1", CF_I32},
                 {"u2", CF_I32}, {"u4", CF_I64}, {"u8", CF_I64}, {"b1", CF_I32}};
    static const char *const forms[] = {"le_c", "le_f", "be_c", "be_f"};
    cf_matrix M = {0};
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        double want[12];
        const char kind = types[t].code[0];
        for (int k = 0; k < 12; k++)
            want[k] = kind == 'f' ? (k - 5) * 1.25 : kind == 'i' ? k - 5 : kind == 'b' ? k > 0 : k;
        for (int f = 0; f < 4; f++) {
            char name[16];
            snprintf(name, sizeof name, "%s_%s", types[t].code, forms[f]);
            ASSERT_OK(cf_read_npz(golden("arrays.npz"), name, &M));
            ck_assert_int_eq(M.dtype, types[t].dtype);
            assert_equal(&M, want, 3, 4);
        }
    }
    ASSERT_OK(cf_read_npz(golden("arrays.npz"), "halves", &M));
    assert_equal(&M, &golden_halves[0][0], 8, 1);
    ck_assert(signbit(cf_matrix_get(&M, 1, 0)));
    ASSERT_OK(cf_read_npz(golden("arrays.npz"), "vector", &M));
    assert_equal(&M, (const double[]){1.5, -2.5, NAN}, 3, 1);
    ASSERT_OK(cf_read_npz(golden("arrays.npz"), "scalar", &M));
    assert_equal(&M, (const double[]){7.25}, 1, 1);
    ASSERT_OK(cf_read_npz(golden("arrays.npz"), "empty", &M));
    assert_equal(&M, NULL, 0, 4);
    ASSERT_OK(cf_read_npz(golden("arrays.npz"), "large", &M));
    ck_assert_int_eq(M.dtype, CF_F64);
    assert_equal(&M, (const double[]){1, 18446744073709551615.0}, 2, 1);
    cf_matrix_clear(&M);
}
END_TEST

START_TEST(numpy_files_become_tables)
{
    cf_table t = {0};
    const double six[] = {0, 1, 2, 3, 4, 5};
    for (int version = 1; version <= 3; version++) {
        char name[20];
        snprintf(name, sizeof name, "version%d.npy", version);
        ASSERT_OK(cf_read_table(golden(name), NULL, &t));
        assert_equal(&t.X, six, 2, 3);
        ASSERT_OK(
            cf_read_table(golden(name), &(cf_read_options){.target = "-1", .weights = "0"}, &t));
        assert_equal(&t.X, (const double[]){1, 4}, 2, 1);
        assert_equal(&t.y, (const double[]){2, 5}, 2, 1);
        assert_equal(&t.weights, (const double[]){0, 3}, 2, 1);
    }
    ASSERT_FAILS(CF_ERR_NAME, "no column 3 for the target; there are 3 columns",
                 cf_read_table(golden("version1.npy"), &(cf_read_options){.target = "3"}, &t));
    ASSERT_FAILS(
        CF_ERR_ARGUMENT, "column 1 is given two roles",
        cf_read_table(golden("version1.npy"), &(cf_read_options){.target = "1", .drop = "-2"}, &t));
    ASSERT_OK(cf_read_table(golden("packed.npz"), NULL, &t));
    ck_assert_int_eq(t.X.rows, 500);
    ck_assert_int_eq(t.X.dtype, CF_F64);
    ck_assert_double_eq(cf_matrix_get(&t.X, 499, 3), 1999);
    ck_assert_int_eq(t.y.dtype, CF_I64);
    ck_assert_double_eq(cf_matrix_get(&t.y, 499, 0), 1);
    cf_table_clear(&t);
}
END_TEST

START_TEST(arrays_without_numbers_are_refused)
{
    static const char *const cases[][2] = {
        {"objects", "the array's type is '|O'"},      {"complex", "the array's type is '<c16'"},
        {"cube", "more than 2 dimensions"},           {"texts", "the array holds texts"},
        {"structures", "the array holds structures"},
    };
    cf_matrix M = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ASSERT_FAILS(CF_ERR_UNSUPPORTED, cases[i][1],
                     cf_read_npz(golden("refused.npz"), cases[i][0], &M));
    ASSERT_FAILS(CF_ERR_NAME, "no array 'nothing'",
                 cf_read_npz(golden("refused.npz"), "nothing", &M));
    ASSERT_FAILS(CF_ERR_NAME, "5 arrays, and none is called 'X'",
                 cf_read_npz(golden("refused.npz"), NULL, &M));
    ASSERT_FAILS(CF_ERR_FORMAT, "no .npz file", cf_read_npz(golden("version1.npy"), NULL, &M));
    ASSERT_FAILS(CF_ERR_UNSUPPORTED, "a sparse matrix in 'coo' form",
                 cf_read_npz(golden("coo.npz"), NULL, &M));
}
END_TEST

START_TEST(sparse_matrices_of_scipy)
{
    cf_matrix M = {0};
    const char *const names[] = {"csr.npz", "csc.npz"};
    for (int k = 0; k < 2; k++) {
        ASSERT_OK(cf_read_npz(golden(names[k]), NULL, &M));
        ck_assert_int_eq(M.storage, CF_CSR);
        ASSERT_MATRIX(&M, golden_sparse);
    }
    ASSERT_OK(cf_read_npz(golden("csr32.npz"), NULL, &M));
    ck_assert_int_eq(M.dtype, CF_F32);
    ASSERT_OK(cf_read_npz(golden("unsorted.npz"), NULL, &M));
    ck_assert_int_eq(cf_matrix_stored(&M), 3);
    ASSERT_MATRIX(&M, golden_unsorted);
    cf_matrix_clear(&M);
}
END_TEST

START_TEST(matrix_market_files)
{
    cf_matrix X = {0};
    double other[7][5];
    ASSERT_OK(cf_read(golden("real.mtx"), NULL, &X, NULL));
    ck_assert_int_eq(X.storage, CF_CSR);
    ASSERT_MATRIX(&X, golden_sparse);
    ASSERT_OK(cf_read(golden("dense.mtx"), NULL, &X, NULL));
    ck_assert_int_eq(X.storage, CF_DENSE);
    ASSERT_MATRIX(&X, golden_sparse);
    ASSERT_OK(cf_read(golden("integer.mtx"), NULL, &X, NULL));
    for (int k = 0; k < 35; k++)
        other[k / 5][k % 5] = rint(golden_sparse[k / 5][k % 5] * 10);
    ASSERT_MATRIX(&X, other);
    ASSERT_OK(cf_read(golden("pattern.mtx"), NULL, &X, NULL));
    for (int k = 0; k < 35; k++)
        other[k / 5][k % 5] = golden_sparse[k / 5][k % 5] != 0;
    ASSERT_MATRIX(&X, other);
    const char *const grams[] = {"symmetric.mtx", "symmetric_dense.mtx"};
    const char *const skews[] = {"skew.mtx", "skew_dense.mtx"};
    for (int k = 0; k < 2; k++) {
        ASSERT_OK(cf_read(golden(grams[k]), NULL, &X, NULL));
        ASSERT_MATRIX(&X, golden_gram);
        ASSERT_OK(cf_read(golden(skews[k]), NULL, &X, NULL));
        ASSERT_MATRIX(&X, golden_skew);
    }
    cf_matrix y = {0};
    ASSERT_OK(cf_read(golden("real.mtx"), &(cf_read_options){.target = "4"}, &X, &y));
    ck_assert_int_eq(X.cols, 4);
    ck_assert_int_eq(y.storage, CF_DENSE);
    ck_assert_double_eq(cf_matrix_get(&y, 3, 0), golden_sparse[3][4]);
    cf_matrix_clear(&X);
    cf_matrix_clear(&y);
}
END_TEST

START_TEST(svmlight_files)
{
    cf_table t = {0};
    ASSERT_OK(cf_read_table(golden("zero.svm"), NULL, &t));
    ASSERT_MATRIX(&t.X, golden_sparse);
    assert_equal(&t.y, &golden_labels[0][0], 7, 1);
    ck_assert_int_eq(t.groups.cols, 0);
    ASSERT_OK(cf_read_table(golden("one.svm"), NULL, &t));
    ASSERT_MATRIX(&t.X, golden_sparse);
    assert_equal(&t.groups, (const double[]){1, 1, 1, 2, 2, 5, 5}, 7, 1);
    ASSERT_OK(cf_read_table(golden("one.svm"),
                            &(cf_read_options){.n_features = 9, .index_base = CF_INDEX_ZERO}, &t));
    ck_assert_int_eq(t.X.cols, 9);
    ck_assert_double_eq(cf_matrix_get(&t.X, 3, 5), golden_sparse[3][4]);
    ASSERT_FAILS(
        CF_ERR_FORMAT, "the file has an index 0",
        cf_read_table(golden("zero.svm"), &(cf_read_options){.index_base = CF_INDEX_ONE}, &t));
    ASSERT_FAILS(CF_ERR_SHAPE, "index 5 is beyond the 4 features",
                 cf_read_table(golden("one.svm"), &(cf_read_options){.n_features = 4}, &t));
    ASSERT_FAILS(CF_ERR_FORMAT, "multi-label", cf_read_table(golden("multi.svm"), NULL, &t));
    ASSERT_FAILS(CF_ERR_ARGUMENT, "labels in front",
                 cf_read_table(golden("one.svm"), &(cf_read_options){.target = "0"}, &t));
    cf_table_clear(&t);
}
END_TEST

/* Writes a text to a file of the given type and reads it. */
static cf_status read_as(const char *suffix, const char *text, cf_table *t)
{
    cfi_writer w;
    ASSERT_OK(cfi_writer_open(&w, fresh(suffix)));
    cfi_writer_put(&w, text);
    ASSERT_OK(cfi_writer_commit(&w));
    cf_read_options options = {.name = "f"};
    const cf_status status = cf_read_table(scratch, &options, t);
    remove(scratch);
    return status;
}

START_TEST(malformed_lines_are_refused_with_their_place)
{
    static const struct {
        const char *suffix, *text, *message;
    } cases[] = {
        {".svm", "1 1:2\n1 2:1 1:1\n", "f:2:7: the index does not ascend"},
        {".svm", "1 1:2\n1 2:1 2:1\n", "f:2:7: the index does not ascend"},
        {".svm", "x 1:2\n", "f:1:1: the label is not a number"},
        {".svm", "nan 1:2\n", "f:1:1: the label is missing"},
        {".svm", " 1:2\n", "f:1:2: the line has no label"},
        {".svm", "1 1:x\n", "f:1:5: the value is not a number"},
        {".svm", "1 1:\n", "f:1:5: the value is not a number"},
        {".svm", "1 1:1e999\n", "f:1:5: the value is not a number"},
        {".svm", "1 1\n", "f:1:3: index:value is expected"},
        {".svm", "1 a:1\n", "f:1:3: index:value is expected"},
        {".svm", "1 -1:1\n", "f:1:3: index:value is expected"},
        {".svm", "1 2147483647:1\n", "f:1:3: the index is larger than 2147483646"},
        {".svm", "1 99999999999999999999:1\n", "f:1:3: index:value is expected"},
        {".svm", "1 qid:x 1:1\n", "f:1:3: the qid is not a whole number"},
        {".svm", "1 qid:1 1:1\n2 1:1\n", "f: 1 of 2 lines have a qid"},
        {".svm", "# nothing\n\n", "f: the file is empty"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 5\n",
         "f:3:1: row 3 is outside 1 to 2"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n0 1 5\n",
         "f:3:1: row 0 is outside 1 to 2"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1\n",
         "f:4:1: the file ends too early"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 x\n",
         "f:3:5: a number is expected"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n1 1 1\n2 2 2\n",
         "f:4:1: more numbers than the header tells"},
        {".mtx", "%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 2\n2 1 3\n 2 2 1\n",
         "f:4:2: the diagonal of a skew-symmetric matrix is zero"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2 2 99999999999\n1 1 1\n",
         "f: 99999999999 numbers are told, 7 bytes follow"},
        {".mtx", "%%MatrixMarket matrix coordinate real general\n2000000000 2 1\n1 1 1\n",
         "f: 2000000000 rows in a file of"},
        {".mtx", "%%MatrixMarket matrix array real general\n2000000000 2000000000\n1\n",
         "f: 4000000000000000000 numbers are told"},
        {".mtx", "%%MatrixMarket matrix coordinate complex general\n", "f:1:34: this word"},
        {".mtx", "%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 1 1\n",
         "must be square"},
        {".mtx", "%%MatrixMarket matrix array pattern general\n2 2\n", "cannot be a pattern"},
        {".mtx", "%MatrixMarket", "f:1:1: this word"},
    };
    cf_table t = {0};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const cf_status status = read_as(cases[i].suffix, cases[i].text, &t);
        ck_assert_msg(status != CF_OK, "case %zu was read", i);
        ck_assert_msg(strstr(cf_last_error(), cases[i].message) != NULL,
                      "message is '%s', wants '%s'", cf_last_error(), cases[i].message);
    }
    ASSERT_OK(read_as(".svm", "1 2000000000:1 # far\r\n-1.5\t\n", &t));
    ck_assert_int_eq(t.X.cols, 2000000000);
    ck_assert_double_eq(cf_matrix_get(&t.y, 1, 0), -1.5);
    cf_table_clear(&t);
}
END_TEST

START_TEST(many_lines_join_in_order)
{
    enum { ROWS = 60000 };
    char *text = cf_alloc(ROWS, 32);
    size_t n = 0;
    for (int i = 0; i < ROWS; i++)
        n += (size_t)sprintf(text + n, "%d %d:%d.5 %d:1\n", i % 7, i % 50 + 1, i, i % 50 + 100);
    cf_table t = {0};
    ASSERT_OK(read_as(".libsvm.gz", text, &t));
    cf_free(text);
    ck_assert_int_eq(t.X.rows, ROWS);
    ck_assert_int_eq(t.X.cols, 149);
    ASSERT_OK(cf_matrix_check(&t.X, "X"));
    for (int i = 0; i < ROWS; i += 11) {
        ck_assert_double_eq(cf_matrix_get(&t.y, i, 0), i % 7);
        ck_assert_double_eq(cf_matrix_get(&t.X, i, i % 50), i + 0.5);
        ck_assert_double_eq(cf_matrix_get(&t.X, i, i % 50 + 99), 1);
    }
    cf_table_clear(&t);
}
END_TEST

static cf_matrix sample(cf_index rows, cf_index cols, double *values)
{
    cf_random r;
    cf_random_seed(&r, 4);
    for (cf_index k = 0; k < rows * cols; k++)
        values[k] = cf_random_double(&r) < 0.5 ? 0 : cf_random_normal(&r);
    return cf_view_f64(values, rows, cols);
}

START_TEST(what_is_written_reads_back)
{
    static const char *const suffixes[] = {".npy", ".npy.gz", ".npz",    ".csv",   ".tsv.gz",
                                           ".mtx", ".mtx.gz", ".libsvm", ".svm.gz"};
    double values[40 * 7], labels[40];
    cf_matrix X = sample(40, 7, values), y = cf_view_f64(labels, 40, 1), csr = {0}, f32 = {0};
    for (int i = 0; i < 40; i++)
        labels[i] = i % 3 - 0.5;
    X.values = values;
    values[39 * 7 + 6] = 0.1; /* so that svmlight knows the last column */
    values[39 * 7] = -3;
    ASSERT_OK(cf_matrix_convert(&X, CF_F64, CF_CSR, &csr));
    ASSERT_OK(cf_matrix_convert(&X, CF_F32, CF_DENSE, &f32));
    const cf_matrix *const inputs[] = {&X, &csr, &f32};
    for (size_t k = 0; k < sizeof suffixes / sizeof suffixes[0]; k++) {
        for (int s = 0; s < 3; s++) {
            const bool svm = strstr(suffixes[k], "svm") != NULL;
            const bool npz = strcmp(suffixes[k], ".npz") == 0;
            if (s == 1 && strstr(suffixes[k], ".npy"))
                continue;
            ASSERT_OK(cf_write(fresh(suffixes[k]), NULL, inputs[s], &y));
            cf_table t = {0};
            ASSERT_OK(cf_read_table(scratch,
                                    &(cf_read_options){.target = svm   ? NULL
                                                                 : npz ? "y"
                                                                       : "7"},
                                    &t));
            ck_assert_int_eq(t.X.rows, 40);
            for (cf_index i = 0; i < 40; i++) {
                ck_assert_double_eq(cf_matrix_get(&t.y, i, 0), labels[i]);
                for (cf_index j = 0; j < 7; j++)
                    ck_assert_double_eq(s == 2 ? (double)(float)cf_matrix_get(&t.X, i, j)
                                               : cf_matrix_get(&t.X, i, j),
                                        cf_matrix_get(inputs[s], i, j));
            }
            cf_table_clear(&t);
            remove(scratch);
        }
    }
    ASSERT_FAILS(CF_ERR_TYPE, "write .npz", cf_write(fresh(".npy"), NULL, &csr, NULL));
    ck_assert_int_ne(access(scratch, F_OK), 0);
    /* a strided view, and rows from the middle of a sparse one */
    const cf_matrix odd = cf_view_strided(CF_F64, values + 1, 40, 3, 7, 2);
    const cf_matrix middle = cf_view_rows(&csr, 10, 25);
    cf_matrix got = {0};
    ASSERT_OK(cf_write_npz(fresh(".npz"), (const char *const[]){"odd", "s"},
                           (const cf_matrix *const[]){&odd, &middle}, 2));
    ASSERT_OK(cf_read_npz(scratch, "odd", &got));
    for (cf_index i = 0; i < 40; i++)
        ck_assert_double_eq(cf_matrix_get(&got, i, 2), values[i * 7 + 5]);
    ASSERT_OK(cf_read_npz(scratch, NULL, &got));
    ck_assert_int_eq(got.rows, 15);
    for (cf_index i = 0; i < 15; i++)
        for (cf_index j = 0; j < 7; j++)
            ck_assert_double_eq(cf_matrix_get(&got, i, j), values[(i + 10) * 7 + j]);
    remove(scratch);
    cf_matrix_clear(&got);
    cf_matrix_clear(&csr);
    cf_matrix_clear(&f32);
}
END_TEST

START_TEST(qids_are_whole_numbers)
{
    const double values[] = {1, 2, 3}, bad[] = {NAN, 1.5, -1, 1e19, INFINITY};
    double qids[] = {0, 7, 9007199254740992};
    const cf_matrix X = cf_view_f64(values, 3, 1), qid = cf_view_f64(qids, 3, 1);
    cf_table t = {0};
    ASSERT_OK(cf_write_svmlight(fresh(".svm"), NULL, &X, NULL, &qid));
    ASSERT_OK(cf_read_table(scratch, NULL, &t));
    assert_equal(&t.groups, qids, 3, 1);
    remove(scratch);
    for (int k = 0; k < 5; k++) {
        qids[1] = bad[k];
        ASSERT_FAILS(CF_ERR_DATA, "the qid at row 1 is",
                     cf_write_svmlight(scratch, NULL, &X, NULL, &qid));
    }
    qids[1] = NAN; /* nor is a label that is not there */
    ASSERT_FAILS(CF_ERR_DATA, "the label at row 1 is NaN",
                 cf_write_svmlight(scratch, NULL, &X, &qid, NULL));
    ck_assert_int_ne(access(scratch, F_OK), 0);
    cf_table_clear(&t);
}
END_TEST

START_TEST(names_that_an_archive_cannot_keep_are_refused)
{
    static const char *const members[] = {"data", "indices", "indptr", "shape", "format"};
    double values[] = {0, 1, 2, 0};
    const cf_matrix X = cf_view_f64(values, 2, 2);
    cf_matrix csr = {0}, got = {0};
    ASSERT_OK(cf_matrix_convert(&X, CF_F64, CF_CSR, &csr));
    for (int k = 0; k < 5; k++)
        for (int first = 0; first < 2; first++)
            ASSERT_FAILS(
                CF_ERR_ARGUMENT, "as a member of the sparse matrix",
                cf_write_npz(
                    fresh(".npz"),
                    (const char *const[]){first ? "A" : members[k], first ? members[k] : "A"},
                    (const cf_matrix *const[]){first ? &csr : &X, first ? &X : &csr}, 2));
    ck_assert_int_ne(access(scratch, F_OK), 0);
    char name[252];
    memset(name, 'n', 251);
    name[251] = '\0';
    const char *const names[] = {name, "A"};
    const cf_matrix *const arrays[] = {&X, &csr};
    ASSERT_FAILS(CF_ERR_ARGUMENT, "has 251 bytes, more than 250",
                 cf_write_npz(scratch, names, arrays, 2));
    name[250] = '\0';
    ASSERT_OK(cf_write_npz(scratch, names, arrays, 2));
    ASSERT_OK(cf_read_npz(scratch, name, &got));
    assert_equal(&got, values, 2, 2);
    /* the sparse one has no name in the file */
    ASSERT_FAILS(CF_ERR_NAME, "no array 'A'", cf_read_npz(scratch, "A", &got));
    ASSERT_OK(cf_read_npz(scratch, "X", &got));
    ck_assert_int_eq(got.storage, CF_CSR);
    assert_equal(&got, values, 2, 2);
    remove(scratch);
    cf_matrix_clear(&got);
    cf_matrix_clear(&csr);
}
END_TEST

/* The directory counts entries in 16 bits. */
START_TEST(an_archive_with_too_many_entries_is_refused)
{
    for (int extra = 0; extra < 2; extra++) {
        cfi_zip_writer w;
        char name[16];
        ASSERT_OK(cfi_zip_create(&w, fresh(".npz")));
        for (int k = 0; k < 65535 + extra; k++) {
            snprintf(name, sizeof name, "%d", k);
            cfi_zip_begin(&w, name, 0, 0);
        }
        if (extra) {
            ASSERT_FAILS(CF_ERR_LIMIT, "at most 65535 entries", cfi_zip_commit(&w));
            ck_assert_int_ne(access(scratch, F_OK), 0);
            continue;
        }
        ASSERT_OK(cfi_zip_commit(&w));
        cfi_bytes bytes = {0};
        cfi_zip zip = {0};
        ASSERT_OK(cfi_file_read(scratch, 0, &bytes));
        ASSERT_OK(cfi_zip_open(scratch, &bytes, &zip));
        ck_assert_int_eq(zip.count, 65535);
        ck_assert_ptr_nonnull(cfi_zip_find(&zip, "65534"));
        cfi_zip_close(&zip);
        cfi_bytes_clear(&bytes);
        remove(scratch);
    }
}
END_TEST

START_TEST(tables_with_texts_survive_csv)
{
    const char *text = "a,\"b, c\",d\n1.5,\"x, \"\"y\"\"\",é\n,,\"two\nlines\"\n-1e-300,z,é\n";
    cf_matrix X = {0}, again = {0};
    ASSERT_OK(cf_read_csv_memory(text, strlen(text), NULL, &X, NULL));
    ASSERT_OK(cf_write_csv(fresh(".tsv"), NULL, &X, NULL));
    ASSERT_OK(cf_read(scratch, NULL, &again, NULL));
    ck_assert(cf_schema_equal(X.schema, again.schema));
    assert_equal(&again, X.values, 3, 3);
    remove(scratch);
    ASSERT_FAILS(CF_ERR_TYPE, "column 1 holds text", cf_write(fresh(".npy"), NULL, &X, NULL));
    ((double *)X.values)[1] = 7;
    ASSERT_FAILS(CF_ERR_DATA, "row 0, column 1: 7 is no code",
                 cf_write(fresh(".csv"), NULL, &X, NULL));
    ck_assert_int_ne(access(scratch, F_OK), 0);
    /* one column: an empty line would be skipped */
    const double one[] = {1, NAN, 3};
    const cf_matrix column = cf_view_f64(one, 3, 1);
    ASSERT_OK(cf_write_csv(fresh(".csv"), NULL, &column, NULL));
    ASSERT_OK(cf_read(scratch, NULL, &again, NULL));
    assert_equal(&again, one, 3, 1);
    remove(scratch);
    cf_matrix_clear(&X);
    cf_matrix_clear(&again);
}
END_TEST

/* The sum make_io.py takes of a column. */
static unsigned long long column_sum(const cf_matrix *X, cf_index j, int *missing)
{
    unsigned long long sum = 0;
    *missing = 0;
    for (cf_index i = 0; i < X->rows; i++) {
        const double v = cf_matrix_get(X, i, j);
        uint64_t bits;
        memcpy(&bits, &v, sizeof bits);
        if (isnan(v))
            ++*missing;
        else
            sum +=
                cf_schema_kind(X->schema, j) == CF_NUMERIC ? bits : (uint64_t)v * (uint64_t)(i + 1);
    }
    return sum;
}

START_TEST(bundled_data_are_read_as_pandas_reads_them)
{
    for (size_t f = 0; f < sizeof golden_files / sizeof golden_files[0]; f++) {
        char relative[100];
        cf_matrix X = {0};
        snprintf(relative, sizeof relative, "datasets/%s", golden_files[f].file);
        ASSERT_OK(cf_read(source_path(relative), NULL, &X, NULL));
        ck_assert_int_eq(X.rows, golden_files[f].rows);
        ck_assert_int_eq(X.cols, golden_files[f].cols);
        for (cf_index j = 0; j < X.cols; j++) {
            const size_t c = (size_t)(golden_files[f].first + j);
            int missing;
            const unsigned long long sum = column_sum(&X, j, &missing);
            ck_assert_str_eq(cf_schema_name(X.schema, j), golden_columns[c].name);
            ck_assert_int_eq("NCT"[cf_schema_kind(X.schema, j)], golden_columns[c].kind);
            ck_assert_int_eq(cf_schema_dictionary_size(X.schema, j), golden_columns[c].levels);
            ck_assert_int_eq(missing, golden_columns[c].missing);
            ck_assert_msg(sum == golden_columns[c].sum, "%s, column %s: %llu, wants %llu",
                          golden_files[f].file, golden_columns[c].name, sum, golden_columns[c].sum);
        }
        cf_matrix_clear(&X);
    }
}
END_TEST

START_TEST(standard_input_is_told_by_its_content)
{
    static const char *const files[] = {"version1.npy", "csr.npz", "real.mtx"};
    const int old = dup(STDIN_FILENO);
    cf_matrix X = {0};
    for (size_t k = 0; k < sizeof files / sizeof files[0]; k++) {
        FILE *f = fopen(golden(files[k]), "rb");
        ck_assert_int_eq(dup2(fileno(f), STDIN_FILENO), STDIN_FILENO);
        ASSERT_OK(cf_read("-", NULL, &X, NULL));
        ck_assert_int_eq(X.rows, k == 0 ? 2 : 7);
        fclose(f);
    }
    ck_assert_int_eq(dup2(old, STDIN_FILENO), STDIN_FILENO);
    close(old);
    cf_matrix_clear(&X);
}
END_TEST

/* Every prefix of a file, and every byte flipped, is refused or read as something valid. */
static void assault(const char *path)
{
    cfi_bytes bytes = {0};
    ASSERT_OK(cfi_file_read(path, 0, &bytes));
    cf_table t = {0};
    for (size_t k = 0; k < 2 * bytes.size; k++) {
        FILE *f = fopen(fresh(".bin"), "wb");
        const bool prefix = k < bytes.size;
        if (!prefix)
            bytes.data[k - bytes.size] ^= 0x55;
        ck_assert_uint_eq(fwrite(bytes.data, 1, prefix ? k : bytes.size, f),
                          prefix ? k : bytes.size);
        fclose(f);
        const char *format = strrchr(path, '.') + 1;
        if (cf_read_table(scratch, &(cf_read_options){.format = format}, &t) == CF_OK)
            ASSERT_OK(cf_matrix_check(&t.X, "X"));
        if (!prefix)
            bytes.data[k - bytes.size] ^= 0x55;
    }
    remove(scratch);
    cf_table_clear(&t);
    cfi_bytes_clear(&bytes);
}

START_TEST(damaged_files_are_harmless)
{
    assault(golden("version1.npy"));
    assault(golden("csr.npz"));
    assault(golden("real.mtx"));
}
END_TEST

START_TEST(every_failing_allocation_is_reported)
{
    static const char *const files[] = {"version1.npy", "csr.npz",       "packed.npz",
                                        "real.mtx",     "symmetric.mtx", "one.svm"};
    for (size_t k = 0; k < sizeof files / sizeof files[0]; k++) {
        char path[4400];
        snprintf(path, sizeof path, "%s", golden(files[k]));
        const cf_read_options o = {.target = strstr(files[k], ".npy") ? "0" : NULL};
        cf_table t = {0};
        cf_fail_allocation(0, false);
        ASSERT_OK(cf_read_table(path, &o, &t));
        const int64_t requests = cf_fail_allocation(0, false);
        for (int64_t r = 1; r <= requests; r++) {
            cf_table_clear(&t);
            cf_fail_allocation(r, false);
            const cf_status status = cf_read_table(path, &o, &t);
            cf_fail_allocation(0, false);
            ck_assert_msg(status == CF_ERR_MEMORY, "%s, request %d: %s", files[k], (int)r,
                          cf_status_name(status));
        }
        cf_table_clear(&t);
    }
}
END_TEST

TEST_MAIN("formats", arrays_of_every_type_order_and_layout, numpy_files_become_tables,
          arrays_without_numbers_are_refused, sparse_matrices_of_scipy, matrix_market_files,
          svmlight_files, malformed_lines_are_refused_with_their_place, many_lines_join_in_order,
          what_is_written_reads_back, qids_are_whole_numbers,
          names_that_an_archive_cannot_keep_are_refused,
          an_archive_with_too_many_entries_is_refused, tables_with_texts_survive_csv,
          bundled_data_are_read_as_pandas_reads_them, standard_input_is_told_by_its_content,
          damaged_files_are_harmless, every_failing_allocation_is_reported)
