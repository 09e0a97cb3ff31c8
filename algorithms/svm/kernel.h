/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The kernels of support vector machines, and points in the form kernels are computed from.
 *
 * linear: x'y; poly: (gamma x'y + coef0)^degree; rbf: exp(-gamma |x - y|^2);
 * sigmoid: tanh(gamma x'y + coef0); precomputed: X holds the kernel itself.
 */
#ifndef COFIT_SVM_KERNEL_H
#define COFIT_SVM_KERNEL_H

#include "cofit/extend.h"

#define CFI_KERNEL_LIST(X)                                                                         \
    X(CFI_KERNEL_LINEAR, "linear")                                                                 \
    X(CFI_KERNEL_POLY, "poly")                                                                     \
    X(CFI_KERNEL_RBF, "rbf")                                                                       \
    X(CFI_KERNEL_SIGMOID, "sigmoid")                                                               \
    X(CFI_KERNEL_PRECOMPUTED, "precomputed")

/* The order of CFI_KERNEL_LIST: a choice parameter is cast to it. */
typedef enum cfi_kernel_type { CFI_KERNEL_LIST(CF_CHOICE_ENUM) } cfi_kernel_type;

/* A kernel and its parameters, as numbers. */
typedef struct cfi_kernel {
    cfi_kernel_type type;
    int64_t degree;
    double gamma, coef0;
} cfi_kernel;

/* How rows of a matrix become points. */
typedef struct cfi_point_form {
    cfi_kernel kernel; /* gamma is that of the scaled points */
    double scale;      /* the points' factor: the power of two near the root of gamma */
    bool f32;          /* type of values and kernel entries: float, else double */
    bool sparse;       /* points are compressed rows */
    cf_index cols;     /* of the matrix */
    cf_index width;    /* columns of a point: `cols`, or those a sparse matrix uses */
    double *shift;     /* (cols) subtracted from dense rows of an rbf kernel; NULL = 0 */
    int32_t *position; /* (cols) of a sparse matrix: where a column is in a point, -1 = nowhere */
} cfi_point_form;

/* Points: rows of a matrix as a form wants them. Zero-initialised = empty. */
typedef struct cfi_points {
    const cfi_point_form *form;
    cf_index n;
    cf_index room, room_stored; /* allocated points and stored entries */
    void *values;               /* dense (n, width), or the stored entries */
    cf_index *offsets;          /* sparse: (n + 1) */
    int32_t *columns;           /* sparse: (stored) positions */
    void *norms;                /* rbf: (n) gamma |x|^2 */
    const cf_matrix *matrix;    /* precomputed: the kernel matrix ... */
    cf_index *rows;             /* ... and which of its rows (or columns) the points are */
} cfi_points;

/*
 * The form for points among which are `rows` of X (NULL = all n): columns used, shift to their
 * mean, scale. CF_ERR_MEMORY.
 */
CF_NODISCARD cf_status cfi_point_form_new(cfi_point_form *form, const cfi_kernel *kernel, bool f32,
                                          const cf_matrix *X, const cf_index *rows, cf_index n);

/* Releases what a form owns. */
void cfi_point_form_clear(cfi_point_form *form);

/* Makes `points` rows[0..n) of X (NULL: rows first, first + 1, ...); memory is reused.
 * CF_ERR_MEMORY. */
CF_NODISCARD cf_status cfi_points_fill(cfi_points *points, const cfi_point_form *form,
                                       const cf_matrix *X, const cf_index *rows, cf_index first,
                                       cf_index n);

/* Keeps the points keep[0..count), ascending. */
void cfi_points_keep(cfi_points *points, const cf_index *keep, cf_index count);

/* Releases the points and makes them empty. */
void cfi_points_clear(cfi_points *points);

/* Bytes of zeroed scratch a thread needs for cfi_kernel_block; it is zeroed again on return. */
size_t cfi_kernel_scratch(const cfi_point_form *form);

/*
 * out[i - a0][j - b0] = k(A_i, B_j) for i in [a0, a1) and j in [b0, b1), in the form's type, rows
 * `ld` apart. Of a precomputed kernel A gives rows and B columns. On the calling thread.
 */
void cfi_kernel_block(const cfi_points *A, cf_index a0, cf_index a1, const cfi_points *B,
                      cf_index b0, cf_index b1, void *out, cf_index ld, void *scratch);

/* values[i]: |x - y_i|^2 (rbf) or x'y_i becomes k(x, y_i). */
void cfi_kernel_values(const cfi_kernel *kernel, cf_index n, double *values);

/* out[i] = k(A_i, A_i). */
void cfi_kernel_diagonal(const cfi_points *A, double *out);

#endif
