"""Rank all algorithms on the same folds, by quality and cost; one wins by a rule."""

from e06_flows.pipelines.model_comparison.pipeline import create_pipeline as create_pipeline
