"""Train four models on C and D side by side, compare, track and register them."""

from e06_flows.pipelines.multitrain.pipeline import create_pipeline as create_pipeline
