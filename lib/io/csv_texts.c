/* SPDX-License-Identifier: BSD-3-Clause */
/* The packed places of texts, which the cells hold after the second pass, become codes. */
#include "io/csv.h"

cf_status cfi_csv_code_cells(const void *ctx, cf_index j, cfi_text_set *set)
{
    const cfi_csv *csv = ctx;
    const cfi_frame_column *column = &csv->columns[j];
    for (cf_index i = 0; i < csv->n_rows; i += CFI_TEXT_BATCH) {
        const cf_index n = csv->n_rows - i < CFI_TEXT_BATCH ? csv->n_rows - i : CFI_TEXT_BATCH;
        double *cells = column->cells + i * column->stride;
        cfi_field fields[CFI_TEXT_BATCH];
        for (cf_index k = 0; k < n; k++) {
            uint64_t place;
            memcpy(&place, cells + k * column->stride, sizeof place);
            /* The code takes the place's cell: it is read before it is written. */
            fields[k] =
                place == CFI_CSV_NO_TEXT ? (cfi_field){.text = NULL} : cfi_csv_unpack(csv, place);
        }
        CF_TRY(cfi_text_set_add(set, fields, n, cells, column->stride));
    }
    return CF_OK;
}
