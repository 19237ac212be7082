"""Variants of a model share the traffic; the one that is proved better is adopted."""

from e06_flows.pipelines.ab_testing.pipeline import create_pipeline as create_pipeline
