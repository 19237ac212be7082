"""Load C and D, train four models side by side, compare them, track and register them."""

from e06_flows.pipelines.multitrain.pipeline import create_pipeline as create_pipeline
