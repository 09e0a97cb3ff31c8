/* SPDX-License-Identifier: BSD-3-Clause */
/* Open addressing with linear probing, at most half full; Fibonacci hashing of the bits. */
#include "preprocessing/tally.h"

#include <math.h>
#include <string.h>

cf_status cfi_tally_new(cfi_tally *t, cf_index slots)
{
    *t = (cfi_tally){.slots = slots};
    t->keys = cf_alloc(slots, sizeof *t->keys);
    t->weights = cf_alloc_zero(slots, sizeof *t->weights);
    if (!t->keys || !t->weights) {
        cf_free(t->keys);
        cf_free(t->weights);
        *t = (cfi_tally){0};
        return cf_out_of_memory();
    }
    for (cf_index k = 0; k < slots; k++)
        t->keys[k] = (double)NAN;
    return CF_OK;
}

void cfi_tally_free(cfi_tally *t)
{
    cf_free(t->keys);
    cf_free(t->weights);
    *t = (cfi_tally){0};
}

cf_index cfi_tally_slot(const cfi_tally *t, double key)
{
    uint64_t bits;
    memcpy(&bits, &key, sizeof bits);
    bits = (bits ^ (bits >> 32)) * 0x9E3779B97F4A7C15u;
    cf_index slot = (cf_index)(bits >> 20) & (t->slots - 1);
    while (t->keys[slot] == t->keys[slot] && t->keys[slot] != key)
        slot = (slot + 1) & (t->slots - 1);
    return slot;
}

/* Rehashed in slot order, so that the table depends on the keys and their order alone. */
static cf_status tally_grow(cfi_tally *t)
{
    cfi_tally larger;
    CF_TRY(cfi_tally_new(&larger, 2 * t->slots));
    for (cf_index k = 0; k < t->slots; k++) {
        if (isnan(t->keys[k]))
            continue;
        const cf_index slot = cfi_tally_slot(&larger, t->keys[k]);
        larger.keys[slot] = t->keys[k];
        larger.weights[slot] = t->weights[k];
    }
    larger.used = t->used;
    cfi_tally_free(t);
    *t = larger;
    return CF_OK;
}

cf_status cfi_tally_add(cfi_tally *t, double key, double weight)
{
    key += 0.0; /* -0 is 0 */
    cf_index slot = cfi_tally_slot(t, key);
    if (isnan(t->keys[slot])) {
        if (2 * (t->used + 1) > t->slots) {
            CF_TRY(tally_grow(t));
            slot = cfi_tally_slot(t, key);
        }
        t->keys[slot] = key;
        t->used++;
    }
    t->weights[slot] += weight;
    return CF_OK;
}
