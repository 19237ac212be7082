"""All algorithms on the same folds, ranked with uncertainty and cost; one wins by a rule."""

from e06_flows.pipelines.model_comparison.pipeline import create_pipeline as create_pipeline
