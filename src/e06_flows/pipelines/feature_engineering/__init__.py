"""Two sources, checked and joined, become a documented table of features."""

from e06_flows.pipelines.feature_engineering.pipeline import create_pipeline as create_pipeline
