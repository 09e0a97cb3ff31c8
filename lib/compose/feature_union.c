/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Transformers side by side on the same X: transform(X) = [w_1 T_1(X), w_2 T_2(X), ...]. The result
 * is sparse as soon as one part is.
 */
#include "compose/branches.h"

/* The threshold is no parameter here, so each fit sets it. Nothing reads it later: transform goes
 * by sparse_output_. */
static cf_status fit_union(cf_estimator *self, const cf_fit_args *args, cf_matrix *out)
{
    cfi_branches *b = (cfi_branches *)self;
    cf_index *all = NULL;
    cf_status status = CF_OK;
    const cf_index d = args->X->cols;
    b->sparse_threshold = 2.0; /* above 1: any sparse part decides */
    CF_GO(cfi_branches_begin(b, b->steps.count));
    CF_GO(CF_ALLOC(all, d));
    for (cf_index j = 0; j < d; j++)
        all[j] = j;
    for (cf_index i = 0; i < b->steps.count; i++) {
        const cf_step *step = &b->steps.items[i];
        CF_GO(cfi_branches_set(b, i, step->name, step->estimator, step->drop, all, d));
    }
    CF_GO(cfi_branches_fit(b, args, out));
cleanup:
    cf_free(all);
    return status;
}

static cf_status fit(cf_estimator *self, const cf_fit_args *args)
{
    return fit_union(self, args, NULL);
}

static cf_status fit_transform(cf_estimator *self, const cf_fit_args *args, cf_matrix *out)
{
    return fit_union(self, args, out);
}

static const cf_param params[] = {
    /* written out: the field serves two classes, whose parameters have different names */
    {.name = "transformer_list",
     .type = CF_PARAM_STEPS,
     .offset = CF_OFFSET(cfi_branches, steps, cf_steps),
     .literal = "[]",
     .accepts = "steps",
     .help = "named transformers, each on all columns; passthrough or drop instead of one"},
    CF_ROW_VALUE(cfi_branches, transformer_weights, "None", "None | map",
                 "factors of the outputs by step name"),
    CF_ROW_BOOL(cfi_branches, verbose_feature_names_out, "true",
                "put the step's name before each output column: step__column"),
    CF_END,
};

static const char *const examples[] = {
    "FeatureUnion(StandardScaler, m: MinMaxScaler, p: passthrough)", NULL};

CF_CLASS(FeatureUnion) = {
    CF_CLASS_HEAD,
    .version = 1,
    .name = "FeatureUnion",
    .module = "pipeline",
    .signature = "transformer_list!, *, n_jobs=None, transformer_weights, verbose=false, "
                 "verbose_feature_names_out",
    .summary = "Joins the outputs of several transformers of the same columns",
    .doc =
        "Objective\n"
        "  transform(X) = [w_1 T_1(X), w_2 T_2(X), ...], columns side by side.\n"
        "Input\n"
        "  What every transformer takes; dense or CSR.\n"
        "Errors\n"
        "  CF_ERR_ARGUMENT: a step without transform, or a weight for an unknown step. A failing\n"
        "  step's message begins `step 'name': `.\n"
        "Cost\n"
        "  The sum of the transformers; all outputs are held at once.\n"
        "Threads\n"
        "  Each transformer uses the threads of the call.\n"
        "Source\n"
        "  Buitinck et al., API design for machine learning software, 2013, arXiv:1309.0238.\n"
        "Example\n"
        "  examples/column_transformer.c\n",
    .kind = CF_META | CF_TRANSFORMER,
    .tags = CF_TAG_ANY_X | CF_TAG_NAN,
    .size = sizeof(cfi_branches),
    .params = params,
    .state = cfi_branches_state,
    .fit = fit,
    .fit_transform = fit_transform,
    .transform = cfi_branches_transform,
    .feature_names = cfi_branches_feature_names,
    .validate = cfi_branches_validate,
    .check_params = cfi_branches_check_params,
    .traits = cfi_branches_traits,
    .examples = examples,
};
