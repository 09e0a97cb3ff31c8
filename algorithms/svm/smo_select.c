/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which variables violate the optimality conditions most, and the working set made of them. Chunks
 * of a fixed size keep their extremes, so that choosing skips those with nothing to offer.
 */
#include "algorithms/svm/smo_state.h"

#include <math.h>
#include <string.h>

void cfi_smo_scan_chunk(void *ctx, cf_index begin, cf_index end, cf_index chunk, int worker)
{
    (void)worker;
    const cfi_smo_state *s = ctx;
    const cf_index n = s->problem->n, n_variables = s->problem->n_variables;
    cfi_smo_extremes e = {-(double)INFINITY, (double)INFINITY, 0, true};
    double sum = 0;
    for (cf_index i = begin; i < end; i++) {
        for (cf_index t = s->gradient.order[i]; t < n_variables; t += n) {
            const double v = cfi_smo_v(s, i, t);
            sum += v;
            if (v > e.up && cfi_smo_may_rise(s, t))
                e.up = v;
            if (v < e.low && cfi_smo_may_fall(s, t))
                e.low = v;
            e.shrinkable += cfi_smo_is_settled(s, t, v);
        }
    }
    e.finite = isfinite(sum);
    s->chunks[chunk] = e;
}

cf_status cfi_smo_fail_overflow(const cfi_smo_state *s)
{
    return cf_fail(CF_ERR_NUMERIC, "%s: kernel values overflow; X may need scaling",
                   s->problem->owner);
}

cf_status cfi_smo_scan(cfi_smo_state *s, cf_index count)
{
    cf_parallel_for(s->run, count, CFI_GRADIENT_CHUNK, cfi_smo_scan_chunk, s);
    return cfi_smo_join(s, count);
}

cf_status cfi_smo_join(cfi_smo_state *s, cf_index count)
{
    s->up = -(double)INFINITY;
    s->low = (double)INFINITY;
    s->shrinkable = 0;
    for (cf_index c = 0; c * CFI_GRADIENT_CHUNK < count; c++) {
        const cfi_smo_extremes *e = &s->chunks[c];
        if (!e->finite)
            return cfi_smo_fail_overflow(s);
        s->up = e->up > s->up ? e->up : s->up;
        s->low = e->low < s->low ? e->low : s->low;
        s->shrinkable += e->shrinkable;
    }
    return CF_OK;
}

static void sift_down(cfi_smo_candidates *c, double key, cf_index variable)
{
    cf_index at = 0;
    for (;;) {
        cf_index child = 2 * at + 1;
        if (child + 1 < c->count && c->key[child + 1] < c->key[child])
            child++;
        if (child >= c->count || !(c->key[child] < key))
            break;
        c->key[at] = c->key[child];
        c->variable[at] = c->variable[child];
        at = child;
    }
    c->key[at] = key;
    c->variable[at] = variable;
}

static void offer(cfi_smo_candidates *c, double key, cf_index variable)
{
    if (c->count == c->most) {
        if (c->most > 0 && key > c->key[0])
            sift_down(c, key, variable);
        return;
    }
    cf_index at = c->count++;
    while (at > 0 && c->key[(at - 1) / 2] > key) {
        c->key[at] = c->key[(at - 1) / 2];
        c->variable[at] = c->variable[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    c->key[at] = key;
    c->variable[at] = variable;
}

/* Whether something with this key can still come in. */
static bool is_open(const cfi_smo_candidates *c, double key)
{
    return c->most > 0 && (c->count < c->most || key > c->key[0]);
}

static void offer_position(cfi_smo_state *s, cf_index i)
{
    for (cf_index t = s->gradient.order[i]; t < s->problem->n_variables; t += s->problem->n) {
        if (s->in_set[t])
            continue;
        const double v = cfi_smo_v(s, i, t);
        if (v > s->low && cfi_smo_may_rise(s, t))
            offer(&s->rising, v, t);
        if (v < s->up && cfi_smo_may_fall(s, t))
            offer(&s->falling, -v, t);
    }
}

/* At the start all variables of a side are equally wrong: takes them evenly from all over. */
static void offer_evenly(cfi_smo_state *s)
{
    const cf_index n = s->gradient.active, step = n / s->most > 1 ? n / s->most : 1;
    for (cf_index first = 0; first < step; first++)
        for (cf_index i = first; i < n; i += step)
            offer_position(s, i);
}

static void collect_violators(cfi_smo_state *s)
{
    s->rising.count = s->falling.count = 0;
    if (s->rounds == 0) {
        offer_evenly(s);
        return;
    }
    for (cf_index begin = 0; begin < s->gradient.active; begin += CFI_GRADIENT_CHUNK) {
        const cfi_smo_extremes *e = &s->chunks[begin / CFI_GRADIENT_CHUNK];
        if (!is_open(&s->rising, e->up) && !is_open(&s->falling, -e->low))
            continue;
        const cf_index end = begin + CFI_GRADIENT_CHUNK;
        for (cf_index i = begin; i < end && i < s->gradient.active; i++)
            offer_position(s, i);
    }
}

static void add_to_set(cfi_smo_state *s, const cfi_smo_candidates *c)
{
    for (cf_index k = 0; k < c->count; k++) {
        const cf_index t = c->variable[k];
        /* A free variable may stand out on both sides. */
        if (s->in_set[t])
            continue;
        s->in_set[t] = true;
        s->set[s->n_set++] = t;
    }
}

/* The working set of a problem that fits it. */
static void choose_all(cfi_smo_state *s)
{
    s->n_kept = s->n_set;
    s->kept_from = 0;
    for (; s->n_set < s->problem->n_variables; s->n_set++)
        s->set[s->n_set] = s->n_set;
}

void cfi_smo_choose_set(cfi_smo_state *s)
{
    if (s->problem->n_variables <= s->most) {
        choose_all(s);
        return;
    }
    const cf_index half = s->most / 2, kept = s->n_set > half ? half : s->n_set;
    const cf_index from = s->n_set - kept;
    for (cf_index k = 0; k < from; k++)
        s->in_set[s->set[k]] = false;
    memmove(s->set, s->set + from, (size_t)kept * sizeof *s->set);
    s->n_set = s->n_kept = kept;
    s->kept_from = from;
    s->rising.most = s->falling.most = (s->most - kept) / 2;
    collect_violators(s);
    add_to_set(s, &s->rising);
    add_to_set(s, &s->falling);
}
