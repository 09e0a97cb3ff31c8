/* SPDX-License-Identifier: BSD-3-Clause */
/* Reads a table several times; prints rows, columns and the milliseconds of the best time. */
#include "bench.h"

#include "cofit/io.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    enum { RUNS = 7 };
    double best = 1e300;
    cf_matrix X = {0};
    if (argc < 2) {
        fprintf(stderr, "usage: bench_csv FILE\n");
        return 2;
    }
    for (int r = 0; r < RUNS; r++) {
        cf_matrix_clear(&X);
        const double begin = cfi_clock();
        if (cf_read(argv[1], NULL, &X, NULL) != CF_OK) {
            fprintf(stderr, "%s\n", cf_last_error());
            return 1;
        }
        const double seconds = cfi_clock() - begin;
        best = seconds < best ? seconds : best;
    }
    printf("%lld %lld %.2f\n", (long long)X.rows, (long long)X.cols, best * 1e3);
    cf_matrix_clear(&X);
    return 0;
}
