"""Load A and B, merge, process, train a random forest, evaluate."""

from e06_flows.pipelines.sample.pipeline import create_pipeline as create_pipeline
