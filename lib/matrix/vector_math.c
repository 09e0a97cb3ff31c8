/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mathematics on contiguous vectors, on the calling thread: products, distances, compensated sums,
 * the exponential and what follows from it.
 *
 * exp: x = n ln 2 + r with |r| <= ln(2)/2, ln 2 in two parts (Cody and Waite) so that n times the
 * first is exact; exp(r) = 1 + r + r^2 q(r), q interpolated at Chebyshev points (relative error
 * 2^-55 before rounding); the factor 2^n is applied in two halves, so results below the normal
 * range round once and overflow gives infinity.
 */
#include "base/parallel.h"
#include "matrix/kernels.h"
#include "matrix/linalg.h"
#include "matrix/vectors.h"

#include <math.h>
#include <string.h>

/* ---- products and distances ---- */

CF_CLONES double cfi_dot_1(cf_index n, const double *x, const double *y)
{
    double sum;
#define TERM(i) (CFI_LOAD_F64(x + (i)) * CFI_LOAD_F64(y + (i)))
#define LAST(i) (x[i] * y[i])
    CFI_SUM_TERMS(sum, n, TERM, LAST);
#undef TERM
#undef LAST
    return sum;
}

CF_CLONES double cfi_distance2(const double *a, const double *b, cf_index d)
{
    double sum;
#define GAP(i) (CFI_LOAD_F64(a + (i)) - CFI_LOAD_F64(b + (i)))
#define TERM(i) (GAP(i) * GAP(i))
#define LAST(i) ((a[i] - b[i]) * (a[i] - b[i]))
    CFI_SUM_TERMS(sum, d, TERM, LAST);
#undef GAP
#undef TERM
#undef LAST
    return sum;
}

/* In float precision, thirty-two lanes: for kernels that can bear it. */
CF_CLONES float cfi_dot_f32_1(cf_index n, const float *x, const float *y)
{
#define TERM(i) (*(const cfi_v8f *)(x + (i)) * *(const cfi_v8f *)(y + (i)))
    cfi_v8f a = {0}, b = {0}, c = {0}, d = {0};
    cf_index i = 0;
    for (; i + 32 <= n; i += 32) {
        a += TERM(i);
        b += TERM(i + 8);
        c += TERM(i + 16);
        d += TERM(i + 24);
    }
    for (; i + 8 <= n; i += 8)
        a += TERM(i);
#undef TERM
    a = (a + b) + (c + d);
    float sum = ((a[0] + a[1]) + (a[2] + a[3])) + ((a[4] + a[5]) + (a[6] + a[7]));
    for (; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

CF_CLONES void cfi_axpy_1(cf_index n, double alpha, const double *x, double *y)
{
    for (cf_index i = 0; i < n; i++)
        y[i] += alpha * x[i];
}

CF_CLONES void cfi_widen(cf_index n, const float *restrict x, double *restrict y)
{
    for (cf_index i = 0; i < n; i++)
        y[i] = (double)x[i];
}

/* ---- compensated sum ---- */

/* s + x = t + e exactly: Knuth's branch-free two-sum, for a double or lanes of them. */
#define ADD_EXACTLY(T, x, sum, error)                                                              \
    do {                                                                                           \
        const T t_ = (sum) + (x), z_ = t_ - (sum);                                                 \
        (error) += ((sum) - (t_ - z_)) + ((x)-z_);                                                 \
        (sum) = t_;                                                                                \
    } while (0)

/* Compensated sums in four lanes (Neumaier 1974), joined in order, then the rest. */
CF_CLONES double cfi_sum(const double *x, const double *weights, cf_index n)
{
    cfi_v4d lanes = {0}, errors = {0};
    cf_index i = 0;
    for (; i + 4 <= n; i += 4) {
        cfi_v4d p = CFI_LOAD_F64(x + i);
        if (weights)
            p *= CFI_LOAD_F64(weights + i);
        ADD_EXACTLY(cfi_v4d, p, lanes, errors);
    }
    double sum = 0, error = (errors[0] + errors[1]) + (errors[2] + errors[3]);
    double plain = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    for (int j = 0; j < 4; j++)
        ADD_EXACTLY(double, lanes[j], sum, error);
    for (; i < n; i++) {
        const double p = weights ? x[i] * weights[i] : x[i];
        plain += p;
        ADD_EXACTLY(double, p, sum, error);
    }
    /* Around an infinity the compensation is NaN, the plain sum is right. */
    const double result = sum + error;
    return isfinite(result) ? result : plain;
}

/* ---- exponential ---- */

enum { BLOCK = 64 };

/* a b + c: one rounding where the processor has the instruction, else two (libm's emulation is
 * hundreds of times slower). */
static inline double multiply_add(double a, double b, double c, bool fused)
{
    return fused ? fma(a, b, c) : a * b + c;
}

static inline float multiply_add_f32(float a, float b, float c, bool fused)
{
    return fused ? fmaf(a, b, c) : a * b + c;
}

/* 2^n for |n| <= 1022, n modulo 2^64. */
static inline double power_of_two(uint64_t n)
{
    const uint64_t bits = (n + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

static inline float power_of_two_f32(uint32_t n)
{
    const uint32_t bits = (n + 127) << 23;
    float power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* The coefficients of q below the highest, downwards. The vectoriser wants the steps written out.
 */
#define EXP_STEPS(STEP)                                                                            \
    STEP(0x1.289185613a3d6p-22)                                                                    \
    STEP(0x1.71de0dae63bb3p-19)                                                                    \
    STEP(0x1.a019b90d2ae7ap-16)                                                                    \
    STEP(0x1.a01a01a7c41d5p-13)                                                                    \
    STEP(0x1.6c16c1788bd90p-10)                                                                    \
    STEP(0x1.11111111109b3p-7)                                                                     \
    STEP(0x1.5555555553d63p-5)                                                                     \
    STEP(0x1.5555555555556p-3)                                                                     \
    STEP(0x1.0000000000001p-1)

/* n is the nearest integer to x log2(e): adding 1.5 2^52 rounds to one and leaves it in the low
 * bits. */
static inline double exp_one(double x, bool fused)
{
    const double log2_e = 0x1.71547652b82fep+0, shift = 0x1.8p52;
    const double ln2_high = 0x1.62e42fefa3p-1, ln2_low = 0x1.3de6af278ece6p-42;
    /* Beyond +-1000 the result is 0 or infinity anyway; NaN passes both comparisons. */
    double t = x > 1000 ? 1000 : x;
    t = t < -1000 ? -1000 : t;
    const double shifted = multiply_add(t, log2_e, shift, fused);
    const double n = shifted - shift;
    const double r = multiply_add(n, -ln2_low, multiply_add(n, -ln2_high, t, fused), fused);
    double p = 0x1.af38a9b0ec855p-26;
#define STEP(coefficient) p = multiply_add(p, r, coefficient, fused);
    EXP_STEPS(STEP)
#undef STEP
    p = multiply_add(r * r, p, r, fused) + 1;
    /* The low bits of `shifted` hold n as an integer; n >> 1 without a signed vector shift. */
    uint64_t bits, zero; /* unsigned: NaN gives any n */
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&zero, &shift, sizeof zero);
    const uint64_t whole = bits - zero, half = ((whole + 4096) >> 1) - 2048;
    return p * power_of_two(half) * power_of_two(whole - half);
}

/* The same with a polynomial of lower degree and 1.5 2^23. */
static inline float exp_one_f32(float x, bool fused)
{
    const float log2_e = 0x1.715476p+0F, shift = 0x1.8p23F;
    const float ln2_high = 0x1.63p-1F, ln2_low = -0x1.bd0106p-13F;
    float t = x > 150 ? 150 : x;
    t = t < -150 ? -150 : t;
    const float shifted = multiply_add_f32(t, log2_e, shift, fused);
    const float n = shifted - shift;
    const float r = multiply_add_f32(n, -ln2_low, multiply_add_f32(n, -ln2_high, t, fused), fused);
    float p = 0x1.6d110ap-10F;
    p = multiply_add_f32(p, r, 0x1.120b6ep-7F, fused);
    p = multiply_add_f32(p, r, 0x1.55551ap-5F, fused);
    p = multiply_add_f32(p, r, 0x1.5554dcp-3F, fused);
    p = multiply_add_f32(p, r, 0x1p-1F, fused);
    p = multiply_add_f32(r * r, p, r, fused) + 1;
    uint32_t bits, zero;
    memcpy(&bits, &shifted, sizeof bits);
    memcpy(&zero, &shift, sizeof zero);
    const uint32_t whole = bits - zero, half = ((whole + 4096) >> 1) - 2048;
    return p * power_of_two_f32(half) * power_of_two_f32(whole - half);
}

CF_CLONES static void exp_block_fused(double *v)
{
    for (int i = 0; i < BLOCK; i++)
        v[i] = exp_one(v[i], true);
}

static void exp_block_plain(double *v)
{
    for (int i = 0; i < BLOCK; i++)
        v[i] = exp_one(v[i], false);
}

CF_CLONES static void exp_block_f32_fused(float *v)
{
    for (int i = 0; i < BLOCK; i++)
        v[i] = exp_one_f32(v[i], true);
}

static void exp_block_f32_plain(float *v)
{
    for (int i = 0; i < BLOCK; i++)
        v[i] = exp_one_f32(v[i], false);
}

/* The clones above have the instruction wherever the processor does. */
static bool has_fused_multiply_add(void)
{
#if defined(__x86_64__) && defined(COFIT_NO_CLONES) && !defined(__FMA__)
    return false;
#elif defined(__x86_64__)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(FP_FAST_FMA)
    return true;
#else
    return false;
#endif
}

/* Blocks go through a local copy: x and y may be the same, which would stop the vectoriser. */
void cfi_exp(cf_index n, const double *x, double *y)
{
    const bool fused = has_fused_multiply_add();
    for (cf_index i = 0; i < n; i += BLOCK) {
        double v[BLOCK] = {0};
        const size_t bytes = (size_t)(n - i < BLOCK ? n - i : BLOCK) * sizeof *v;
        memcpy(v, x + i, bytes);
        if (fused)
            exp_block_fused(v);
        else
            exp_block_plain(v);
        memcpy(y + i, v, bytes);
    }
}

void cfi_exp_f32(cf_index n, const float *x, float *y)
{
    const bool fused = has_fused_multiply_add();
    for (cf_index i = 0; i < n; i += BLOCK) {
        float v[BLOCK] = {0};
        const size_t bytes = (size_t)(n - i < BLOCK ? n - i : BLOCK) * sizeof *v;
        memcpy(v, x + i, bytes);
        if (fused)
            exp_block_f32_fused(v);
        else
            exp_block_f32_plain(v);
        memcpy(y + i, v, bytes);
    }
}

/* ---- what follows from it ---- */

double cfi_expit(double x)
{
    /* exp of a number that is not positive cannot overflow. */
    const double e = exp(-fabs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double cfi_log1pexp(double x)
{
    /* Maechler's cuts (2012): each form is exact to rounding where it is used. */
    if (x <= -37)
        return exp(x);
    if (x <= 18)
        return log1p(exp(x));
    return x <= 33.3 ? x + exp(-x) : x;
}

cf_index cfi_argmax(const double *f, cf_index k)
{
    cf_index best = 0;
    for (cf_index j = 1; j < k; j++)
        if (f[j] > f[best])
            best = j;
    return best;
}

/* -inf for k = 0, and where all are NaN. */
static double largest_of(const double *f, cf_index k)
{
    double largest = -HUGE_VAL;
    for (cf_index j = 0; j < k; j++)
        largest = f[j] > largest ? f[j] : largest;
    return largest;
}

double cfi_logsumexp(const double *f, cf_index k)
{
    const double largest = largest_of(f, k);
    if (!isfinite(largest)) {
        double sum = largest; /* -inf of nothing, +inf, or NaN if there is one */
        for (cf_index j = 0; j < k; j++)
            sum = isnan(f[j]) ? f[j] : sum;
        return sum;
    }
    double sum = 0;
    for (cf_index i = 0; i < k; i += BLOCK) {
        double v[BLOCK];
        const cf_index length = k - i < BLOCK ? k - i : BLOCK;
        for (cf_index j = 0; j < length; j++)
            v[j] = f[i + j] - largest;
        cfi_exp(length, v, v);
        for (cf_index j = 0; j < length; j++)
            sum += v[j];
    }
    return largest + log(sum);
}

typedef struct softmax_rows {
    double *F; /* (n, k) */
    cf_index k;
} softmax_rows;

/* One exp call over the whole chunk: k is often 2 or 3, too short for a call a row. */
static void softmax_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)chunk;
    (void)worker;
    const softmax_rows *s = ctx;
    const cf_index k = s->k;
    double *F = s->F + begin * k;
    for (cf_index i = 0; i < end - begin; i++) {
        const double largest = largest_of(F + i * k, k);
        for (cf_index j = 0; j < k; j++)
            F[i * k + j] -= largest;
    }
    cfi_exp((end - begin) * k, F, F);
    for (cf_index i = 0; i < end - begin; i++) {
        double sum = 0;
        for (cf_index j = 0; j < k; j++)
            sum += F[i * k + j];
        for (cf_index j = 0; j < k; j++)
            F[i * k + j] /= sum;
    }
}

void cfi_softmax_rows(cf_run *run, double *F, cf_index n, cf_index k)
{
    enum { CHUNK = 2048 }; /* numbers: they stay in the first-level cache between the passes */
    softmax_rows s = {F, k};
    if (k > 0)
        cf_parallel_for(run, n, CHUNK / k + 1, softmax_chunk, &s);
}
