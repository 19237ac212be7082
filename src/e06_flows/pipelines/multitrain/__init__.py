"""Load C and D, train four models side by side, track, compare and register them."""

from e06_flows.pipelines.multitrain.pipeline import create_pipeline as create_pipeline
