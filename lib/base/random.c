/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * MT19937 (Matsumoto, Nishimura 1998, doi:10.1145/272991.272995) with the draws of NumPy's legacy
 * RandomState, whose streams NumPy promises never to change: the same seed gives the same splits,
 * shuffles and normal deviates as scikit-learn. And Philox4x32-10 (Salmon and others 2011,
 * doi:10.1145/2063384.2063405): counter-based, so that every task index has a stream of its own.
 */
#include "base/status.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/random.h>

enum { STATE_WORDS = 624, STATE_SHIFT = 397 };

/* init_genrand of the authors' code, which RandomState(seed) uses for an int. */
void cf_random_seed(cf_random *r, uint32_t seed)
{
    for (uint32_t i = 0; i < STATE_WORDS; i++) {
        r->key[i] = seed;
        seed = 1812433253u * (seed ^ (seed >> 30)) + i + 1;
    }
    r->position = STATE_WORDS;
    r->has_gauss = false;
    r->gauss = 0;
}

/* Fills the state from the operating system. */
static cf_status seed_from_system(cf_random *r)
{
    unsigned char *bytes = (unsigned char *)r->key;
    for (size_t have = 0; have < sizeof r->key;) {
        const ssize_t got = getrandom(bytes + have, sizeof r->key - have, 0);
        if (got < 0 && errno != EINTR)
            return cf_fail(CF_ERR_IO, "the operating system gives no random bytes: %s",
                           strerror(errno));
        if (got > 0)
            have += (size_t)got;
    }
    r->key[0] = 0x80000000u; /* only this bit of it counts: the state is not all zero */
    r->position = STATE_WORDS;
    r->has_gauss = false;
    r->gauss = 0;
    return CF_OK;
}

/* Element k of a dense matrix in row order; NaN for a type no state comes in. */
static double state_number(const cf_matrix *state, cf_index k)
{
    const cf_index at = k / state->cols * state->row_stride + k % state->cols * state->col_stride;
    if (state->dtype == CF_F64)
        return ((const double *)state->values)[at];
    if (state->dtype == CF_I64)
        return (double)((const int64_t *)state->values)[at];
    if (state->dtype == CF_U32)
        return ((const uint32_t *)state->values)[at];
    return (double)NAN;
}

/* key (624), position, and maybe has_gauss and gauss: what RandomState.get_state() holds. */
static cf_status seed_from_matrix(cf_random *r, const cf_matrix *state)
{
    const cf_index count = state->storage == CF_DENSE ? state->rows * state->cols : 0;
    if (count < STATE_WORDS + 1)
        return cf_fail(CF_ERR_ARGUMENT, "random_state has %lld numbers, a state has at least %d",
                       (long long)count, STATE_WORDS + 1);
    double numbers[STATE_WORDS + 3] = {0};
    for (cf_index i = 0; i < count && i < STATE_WORDS + 3; i++)
        numbers[i] = state_number(state, i);
    uint32_t key[STATE_WORDS];
    for (int i = 0; i < STATE_WORDS; i++) {
        if (!(numbers[i] >= 0 && numbers[i] <= UINT32_MAX) || floor(numbers[i]) != numbers[i])
            return cf_fail(CF_ERR_ARGUMENT,
                           "random_state: word %d is %g, not an integer of 32 bits", i, numbers[i]);
        key[i] = (uint32_t)numbers[i];
    }
    const double position = numbers[STATE_WORDS];
    const bool fits = position >= 0 && position <= STATE_WORDS && floor(position) == position;
    const cf_status status = cf_random_set_state(r, key, fits ? (int)position : -1);
    if (status == CF_OK && numbers[STATE_WORDS + 1] != 0) {
        r->has_gauss = true;
        r->gauss = numbers[STATE_WORDS + 2];
    }
    return status;
}

cf_status cf_random_to_matrix(const cf_random *r, cf_matrix *out)
{
    if (!out)
        return CF_OK;
    CF_TRY(cf_matrix_resize(out, CF_F64, 1, STATE_WORDS + 3));
    double *numbers = out->values;
    for (cf_index i = 0; i < STATE_WORDS; i++)
        numbers[i * out->col_stride] = r->key[i];
    numbers[STATE_WORDS * out->col_stride] = r->position;
    numbers[(STATE_WORDS + 1) * out->col_stride] = r->has_gauss;
    numbers[(STATE_WORDS + 2) * out->col_stride] = r->gauss;
    return CF_OK;
}

cf_status cf_random_from_value(cf_random *r, const cf_value *random_state)
{
    if (random_state == NULL || random_state->kind == CF_VALUE_NONE)
        return seed_from_system(r);
    if (random_state->kind == CF_VALUE_MATRIX)
        return seed_from_matrix(r, random_state->as.matrix);
    if (random_state->kind != CF_VALUE_INT)
        return cf_fail(CF_ERR_ARGUMENT, "random_state is neither None, an int nor a state");
    const int64_t seed = random_state->as.i;
    if (seed < 0 || seed > UINT32_MAX)
        return cf_fail(CF_ERR_ARGUMENT, "random_state = %lld is outside [0, 4294967295]",
                       (long long)seed);
    cf_random_seed(r, (uint32_t)seed);
    return CF_OK;
}

/* One word of the next state from its own top bit, its successor and a word further on. */
static uint32_t twist(uint32_t word, uint32_t next, uint32_t other)
{
    const uint32_t y = (word & 0x80000000u) | (next & 0x7FFFFFFFu);
    return other ^ (y >> 1) ^ ((0 - (next & 1u)) & 0x9908B0DFu);
}

/* The next 624 words at once, in place: words ahead are still the old ones where needed. */
static void refill(cf_random *r)
{
    uint32_t *key = r->key;
    int i = 0;
    for (; i < STATE_WORDS - STATE_SHIFT; i++)
        key[i] = twist(key[i], key[i + 1], key[i + STATE_SHIFT]);
    for (; i < STATE_WORDS - 1; i++)
        key[i] = twist(key[i], key[i + 1], key[i + STATE_SHIFT - STATE_WORDS]);
    key[i] = twist(key[i], key[0], key[STATE_SHIFT - 1]);
    r->position = 0;
}

uint32_t cf_random_u32(cf_random *r)
{
    if (r->position == STATE_WORDS)
        refill(r);
    uint32_t y = r->key[r->position++];
    y ^= y >> 11;
    y ^= (y << 7) & 0x9D2C5680u;
    y ^= (y << 15) & 0xEFC60000u;
    return y ^ (y >> 18);
}

/* The first word drawn is the higher one, as in NumPy. */
static uint64_t random_u64(cf_random *r)
{
    const uint64_t high = cf_random_u32(r);
    return high << 32 | cf_random_u32(r);
}

/* 53 bits from two words, the first one the higher. */
static double unit_interval(uint32_t a, uint32_t b)
{
    return ((a >> 5) * 67108864.0 + (b >> 6)) / 9007199254740992.0;
}

double cf_random_double(cf_random *r)
{
    const uint32_t a = cf_random_u32(r);
    return unit_interval(a, cf_random_u32(r));
}

/* Uniform in [0, most] by rejection under the smallest mask of ones: NumPy's legacy way. */
static uint64_t random_at_most(cf_random *r, uint64_t most)
{
    if (most == 0)
        return 0;
    const uint64_t mask = UINT64_MAX >> __builtin_clzll(most);
    uint64_t value;
    do
        value = (most <= UINT32_MAX ? cf_random_u32(r) : random_u64(r)) & mask;
    while (value > most);
    return value;
}

/* Uniform in [low, high), as randint. Unsigned throughout: the width may pass an int64. */
int64_t cf_random_int(cf_random *r, int64_t low, int64_t high)
{
    const uint64_t most = (uint64_t)high - (uint64_t)low - 1;
    return (int64_t)((uint64_t)low + random_at_most(r, most));
}

double cf_random_normal(cf_random *r)
{
    if (r->has_gauss) {
        const double kept = r->gauss;
        r->has_gauss = false;
        r->gauss = 0;
        return kept;
    }
    double x, y, norm2;
    do {
        x = 2 * cf_random_double(r) - 1;
        y = 2 * cf_random_double(r) - 1;
        norm2 = x * x + y * y;
    } while (norm2 >= 1 || norm2 == 0);
    const double factor = sqrt(-2 * log(norm2) / norm2); /* Marsaglia's polar method */
    r->gauss = factor * x;
    r->has_gauss = true;
    return factor * y;
}

/* Fisher and Yates from the end, as RandomState.shuffle does it. */
void cf_random_shuffle(cf_random *r, cf_index *values, cf_index n)
{
    for (cf_index i = n - 1; i > 0; i--) {
        const cf_index j = (cf_index)random_at_most(r, (uint64_t)i);
        const cf_index value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}

void cf_random_permutation(cf_random *r, cf_index n, cf_index *out)
{
    for (cf_index i = 0; i < n; i++)
        out[i] = i;
    cf_random_shuffle(r, out, n);
}

/* k different numbers below n: the first k of a permutation, as choice(replace=False). The whole
 * permutation is drawn whatever k is. */
cf_status cf_random_choice(cf_random *r, cf_index n, cf_index k, cf_index *out)
{
    if (k > n)
        return cf_fail(CF_ERR_ARGUMENT, "cannot choose %lld of %lld without replacement",
                       (long long)k, (long long)n);
    cf_index *all;
    CF_TRY(CF_ALLOC(all, n));
    cf_random_permutation(r, n, all);
    memcpy(out, all, (size_t)k * sizeof *out);
    cf_free(all);
    return CF_OK;
}

void cf_random_get_state(const cf_random *r, uint32_t key[STATE_WORDS], int *position)
{
    memcpy(key, r->key, sizeof r->key);
    *position = r->position;
}

/* memmove: `key` may be the generator's own. A kept normal deviate is forgotten. */
cf_status cf_random_set_state(cf_random *r, const uint32_t key[STATE_WORDS], int position)
{
    if (position < 0 || position > STATE_WORDS)
        return cf_fail(CF_ERR_ARGUMENT, "position = %d is outside [0, %d]", position, STATE_WORDS);
    memmove(r->key, key, sizeof r->key);
    r->position = position;
    r->has_gauss = false;
    r->gauss = 0;
    return CF_OK;
}

/* The block of a counter under a key: ten rounds of two multiplications. */
static void philox(const uint32_t counter[4], const uint32_t key[2], uint32_t block[4])
{
    uint32_t a = counter[0], b = counter[1], c = counter[2], d = counter[3];
    uint32_t low = key[0], high = key[1];
    for (int round = 0; round < 10; round++) {
        const uint64_t p = (uint64_t)0xD2511F53u * a, q = (uint64_t)0xCD9E8D57u * c;
        a = (uint32_t)(q >> 32) ^ b ^ low;
        b = (uint32_t)q;
        c = (uint32_t)(p >> 32) ^ d ^ high;
        d = (uint32_t)p;
        low += 0x9E3779B9u; /* the golden ratio and the square root of 3, less 1 */
        high += 0xBB67AE85u;
    }
    block[0] = a;
    block[1] = b;
    block[2] = c;
    block[3] = d;
}

/* The lower half of the counter counts blocks, the upper one is the stream's number. */
void cf_stream_start(cf_stream *s, uint64_t seed, uint64_t stream)
{
    *s = (cf_stream){
        .key = {(uint32_t)seed, (uint32_t)(seed >> 32)},
        .counter = {0, 0, (uint32_t)stream, (uint32_t)(stream >> 32)},
        .used = 4,
    };
}

uint32_t cf_stream_u32(cf_stream *s)
{
    if (s->used == 4) {
        philox(s->counter, s->key, s->block);
        s->used = 0;
        if (++s->counter[0] == 0)
            ++s->counter[1]; /* never into the stream's number: 2^66 draws are out of reach */
    }
    return s->block[s->used++];
}

double cf_stream_double(cf_stream *s)
{
    const uint32_t a = cf_stream_u32(s);
    return unit_interval(a, cf_stream_u32(s));
}

/* The first word drawn is the higher one. */
static uint64_t stream_u64(cf_stream *s)
{
    const uint64_t high = cf_stream_u32(s);
    return high << 32 | cf_stream_u32(s);
}

/*
 * The high word of a random word times n, without the low words that would favour some results
 * (D. Lemire 2019, doi:10.1145/3230636).
 */
uint64_t cf_stream_below(cf_stream *s, uint64_t n)
{
    if (n <= UINT32_MAX) {
        uint64_t product = cf_stream_u32(s) * n;
        if ((uint32_t)product < n) {
            const uint32_t least = (0 - (uint32_t)n) % (uint32_t)n;
            while ((uint32_t)product < least)
                product = cf_stream_u32(s) * n;
        }
        return product >> 32;
    }
    __extension__ typedef unsigned __int128 wide;
    wide product = (wide)stream_u64(s) * n;
    if ((uint64_t)product < n) {
        const uint64_t least = (0 - n) % n;
        while ((uint64_t)product < least)
            product = (wide)stream_u64(s) * n;
    }
    return (uint64_t)(product >> 64);
}
