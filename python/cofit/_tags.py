# SPDX-License-Identifier: BSD-3-Clause
"""scikit-learn's tags out of the kinds and tags of an instance."""


def make_tags(traits, is_meta):
    """`traits`: name, kind, tags and methods of the instance as configured."""
    from sklearn.utils import (
        ClassifierTags,
        InputTags,
        RegressorTags,
        Tags,
        TargetTags,
        TransformerTags,
    )

    kind, tags = traits["kind"], traits["tags"]
    types = {
        "classifier": "classifier",
        "regressor": "regressor",
        "clusterer": "clusterer",
        "outlier": "outlier_detector",
    }
    estimator_type = next((types[k] for k in types if k in kind), None)
    classifier = regressor = transformer = None
    if estimator_type == "classifier":
        classifier = ClassifierTags(
            poor_score="poor_score" in tags,
            multi_class="binary_only" not in tags,
            multi_label="multi_output" in tags,
        )
    if estimator_type == "regressor":
        regressor = RegressorTags(poor_score="poor_score" in tags)
    if "transformer" in kind:
        keeps = ["float64", "float32"] if "preserves_float32" in tags else ["float64"]
        transformer = TransformerTags(preserves_dtype=keeps)
    return Tags(
        estimator_type=estimator_type,
        target_tags=TargetTags(required="requires_y" in tags, multi_output="multi_output" in tags),
        transformer_tags=transformer,
        classifier_tags=classifier,
        regressor_tags=regressor,
        requires_fit="stateless" not in tags,
        input_tags=InputTags(
            sparse="sparse" in tags,
            categorical="categorical" in tags,
            string="categorical" in tags,
            positive_only="positive_only" in tags,
            allow_nan="allow_nan" in tags and not is_meta,  # scikit-learn's composites never say so
            pairwise="pairwise" in tags,
        ),
    )
